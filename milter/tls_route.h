/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a message gets onto the way by TLS: a field that milter_header_checks turns into a transport of its own
 * (FILTER), and a promise as its ENVID, by which it is known when that transport gives it back. FILTER is the
 * whole message's, so recipients that can't stay on it get a copy, through tls_address.
 */
#ifndef POSTSEAL_MILTER_TLS_ROUTE_H
#define POSTSEAL_MILTER_TLS_ROUTE_H

#include "milter/message.h"

/* Edits that send this message the way of the promise. Bounces of it then hold its header at most (RET). */
void tls_route_mark(struct message *message, const struct promise *promise, struct answer *answer);

/*
 * The header of a copy that tls_address will send that way, appended to `out` with the empty line behind it:
 * the original's without our own fields and TLS-Required. `header` is the original's.
 */
void tls_route_copy_header(
	const struct message *message, struct bytes header, const struct promise *promise, struct buf *out);

/* Whether the message, at tls_address, is such a copy; its promise. */
bool tls_route_is_copy(const struct message *message, struct promise *ret_promise);

#endif
