/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A promise that a message goes by TLS of some level or not at all, as a text that travels with it:
 *   PS1.verified.1795417689.0123456789abcdef.<32 hex digits>
 * the level, when it was made, what tells it from all others, and a keyed hash of these. It stands in a field
 * that Postfix's tables look at, and as the envelope's ENVID (RFC 3461 section 4.4), which comes back with
 * the message when its transport gives it up, whatever that transport did to its header. Who gets the mail
 * may see the ENVID: it is a pass to nothing, as only our own Postfix reaches the door where it counts. Pure.
 */
#ifndef POSTSEAL_MILTER_PROMISE_H
#define POSTSEAL_MILTER_PROMISE_H

#include "lib/base/buf.h"
#include "lib/tlspolicy/level.h"

#define PROMISE_HEADER "X-Postseal-TLS"

enum { PROMISE_ID_SIZE = 8, PROMISE_TEXT_MAX = 100 };

struct promise {
	enum tls_level level;
	int64_t made; /* wall time */
	uint8_t id[PROMISE_ID_SIZE];
};

void promise_make(enum tls_level level, int64_t now, struct promise *ret_promise);

/* Appends its text. */
void promise_format(struct bytes key, const struct promise *promise, struct buf *out);

/* Whether the text is a promise made with this key, and not in the future. */
bool promise_parse(struct bytes key, struct bytes text, int64_t now, struct promise *ret_promise);

#endif
