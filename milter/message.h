/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One message from MAIL to the answer at its end. Owned by its session; everything in it lives in its arena
 * or is released by message_reset().
 */
#ifndef POSTSEAL_MILTER_MESSAGE_H
#define POSTSEAL_MILTER_MESSAGE_H

#include "lib/plan/plan.h"
#include "milter/answer.h"
#include "milter/fields.h"
#include "milter/promise.h"
#include "milter/service.h"
#include "milter/spool.h"

enum { MESSAGE_RECIPIENTS_MAX = 10000 };

/* By which of Postfix's doors it came. */
enum message_entry {
	ENTRY_ORDINARY,
	ENTRY_TLS, /* tls_address: a copy of ours that is to go by TLS, or one that did not get there */
};

struct message {
	struct arena arena;
	struct service *service;
	const struct snapshot *snapshot;
	const char *queue_id; /* "" until it is known */
	int64_t began;        /* clock_mono_ms */
	struct bytes sender;
	struct bytes raw_sender; /* as Postfix gave it, a NUL behind it */
	bool tls_route;          /* Postfix sends what is marked to the transport that insists on TLS */
	enum message_entry entry;
	bool promised; /* came with a promise of ours */
	struct promise promise;
	struct bytes *recipients; /* as address_read() gives them */
	struct bytes *envelope;   /* the same as Postfix gave them, a NUL behind each */
	size_t n_recipients;
	bool too_many_recipients;
	bool odd_recipient; /* one that address_read() does not take: its bare text stands there */
	struct fields fields;
	struct spool spool;
	bool scanned; /* `result` is there */
	struct scan_result result;
	const struct plan_tls *tls; /* what policyd said, one a recipient; NULL: it was not asked */
	struct plan plan;
	char hash[33];                /* keyed hash of the whole message, hex; "" when it was not kept */
	char object[33];              /* id of what was put into escrow, hex; "" for nothing */
	bool anonymous;               /* was protected, and has no Message-ID of its client's */
	uint8_t attempt[DIGEST_SIZE]; /* then: what tells it from other messages */
	struct buf body;              /* the notice's, while it is on its way to Postfix: it has the link */
};

void message_init(struct message *message, struct service *service, const struct snapshot *snapshot);
void message_reset(struct message *message);

/* `raw` is <address> (SMTP) or address (local submission). */
void message_sender(struct message *message, struct bytes raw);
void message_recipient(struct message *message, struct bytes raw);

/* The envelope with the size as far as it is known. */
struct envelope message_envelope(const struct message *message, size_t size);

#endif
