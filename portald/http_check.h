/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strictness on top of the HTTP library, which lets through what a proxy before it may read differently (RFC
 * 9112 section 11.2): this judges the head of a request as far as the library shows it. Pure.
 *
 * What the library does not show is the bytes of the head themselves. It does tell their number: a head
 * written as every browser and proxy writes it (one space behind the colon, CR LF, no folding) has a size
 * that follows from what was parsed, and any other size is refused. A bare LF, a bare CR, a folded line, a
 * NUL are found so, unless as many spaces were put elsewhere to make up for it. Against that rest stands that
 * no body but one of a single Content-Length is accepted, and that the connection is closed after it.
 */
#ifndef PORTALD_HTTP_CHECK_H
#define PORTALD_HTTP_CHECK_H

#include "lib/base/bytes.h"

enum { HEAD_FIELDS_MAX = 64, HEAD_TARGET_MAX = 512, BODY_MAX = 8 * 1024 };

struct head_field {
	struct bytes name, value;
};

struct head {
	struct bytes method, target, version;
	size_t size; /* bytes on the wire, with the empty line; 0 = not known */
	struct head_field fields[HEAD_FIELDS_MAX];
	size_t n; /* more than HEAD_FIELDS_MAX: there were more */
};

/* The HTTP status of a refusal, or 0: fine. */
int head_check(const struct head *head);

/* The value of a field, empty when missing; the first one of several. */
struct bytes head_field(const struct head *head, struct bytes name);

#endif
