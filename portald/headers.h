/* SPDX-License-Identifier: Apache-2.0 */
/* The security header fields of an answer, by its kind. Every answer has one of these sets. */
#ifndef PORTALD_HEADERS_H
#define PORTALD_HEADERS_H

#include "portald/exchange.h"

struct header {
	const char *name, *value;
};

/* Field i of a kind's set, common ones first; NULL behind the last. */
const struct header *header_of(enum answer_kind kind, size_t i);

/* The value of a Content-Disposition for a file name from a message (RFC 6266, RFC 8187). In the arena. */
const char *header_disposition(struct arena *arena, struct bytes name);

/* Whether a POST comes from a page of ours: `own_origin` is https://host[:port]. */
bool header_same_origin(struct bytes fetch_site, struct bytes origin, const char *own_origin);

#endif
