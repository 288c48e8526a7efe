/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 (RFC 3629): strict, without surrogates, overlong forms or anything above U+10FFFF. */
#ifndef POSTSEAL_UTF8_H
#define POSTSEAL_UTF8_H

#include "lib/base/buf.h"

enum { UTF8_REPLACEMENT = 0xFFFD };

/*
 * Reads the code point at b.p[*at] and moves *at behind it (at < b.n). What is not valid gives
 * UTF8_REPLACEMENT and moves by one byte.
 */
uint32_t utf8_next(struct bytes b, size_t *at);

/* Writes a code point; one that UTF-8 can't hold is written as UTF8_REPLACEMENT. */
void utf8_put(struct buf *buf, uint32_t code_point);

bool utf8_is_valid(struct bytes b);

/* Appends b with everything invalid replaced. Returns how many bytes were replaced. */
size_t utf8_put_clean(struct buf *buf, struct bytes b);

#endif
