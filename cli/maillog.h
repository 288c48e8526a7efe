/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of Postfix's log, as far as promises of TLS go. What a line quotes of senders and servers is kept
 * apart from what Postfix says: addresses may hold anything in quotes, a server's answer anything at all.
 * Pure.
 */
#ifndef POSTSEAL_CLI_MAILLOG_H
#define POSTSEAL_CLI_MAILLOG_H

#include "lib/base/bytes.h"
#include "lib/tlspolicy/level.h"

enum maillog_kind {
	MAILLOG_OTHER,
	MAILLOG_PROMISED, /* cleanup: a message was marked; queue_id, level */
	MAILLOG_TLS,      /* smtp: a connection has TLS; relay, proof */
	MAILLOG_DELIVERY, /* any agent: queue_id, recipient, relay, status */
	MAILLOG_REMOVED,  /* qmgr: the message is gone; queue_id */
};

/* All of it looks at the line. */
struct maillog_line {
	enum maillog_kind kind;
	struct bytes time;    /* as it stands there */
	struct bytes process; /* postfix/smtp-phi/smtp[123] */
	struct bytes queue_id, recipient;
	struct bytes relay;   /* name[address]:port */
	struct bytes status;  /* sent, deferred, bounced, expired */
	enum tls_level level; /* of MAILLOG_PROMISED: as promised; of MAILLOG_TLS: what Postfix could prove */
};

void maillog_read(struct bytes line, struct maillog_line *ret_line);

/* The level that a transport of ours insists on, by the name of its process; TLS_LEVEL_NONE of all others. */
enum tls_level maillog_transport_level(struct bytes process);

#endif
