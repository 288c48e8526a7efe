/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One SMTP session of Postfix, as a state machine: events in, answers out. Knows nothing of libmilter. Used
 * by one thread at a time, but not always the same one. An answer lives until the next event.
 */
#ifndef POSTSEAL_MILTER_SESSION_H
#define POSTSEAL_MILTER_SESSION_H

#include "milter/message.h"

struct session;

/* NULL: there are too many. Takes its reference to the running snapshot. */
struct session *session_open(struct service *service);
void session_close(struct session *session);

void session_sender(struct session *session, struct bytes raw);
/*
 * By which door of Postfix's the message comes; each may be NULL. What the two macros hold is Postfix's own
 * configuration: no client has a say in it.
 */
struct entry {
	const char *daemon_name;   /* macro {daemon_name} */
	const char *header_checks; /* macro {postseal_tls}: what milter_header_checks is there */
	const char *envid;         /* as MAIL gave it */
};
void session_entry(struct session *session, const struct entry *entry);

void session_recipient(struct session *session, struct bytes raw);
void session_field(struct session *session, struct bytes name, struct bytes value);
void session_end_of_fields(struct session *session, const char *queue_id, struct answer *ret_answer);
void session_body(struct session *session, struct bytes chunk);
void session_end(struct session *session, const char *queue_id, const struct gate_host *host,
	struct answer *ret_answer);

/* The answer of session_end() was carried out: the message is Postfix's now, or nobody's any more. */
void session_finish(struct session *session);

/* The message is over, answered or not. */
void session_reset(struct session *session);

#endif
