/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-16LE as Windows files have it, without guesses: what is no character becomes U+FFFD, NUL is left out.
 */
#ifndef POSTSEAL_UTF16_H
#define POSTSEAL_UTF16_H

#include "lib/base/buf.h"

void utf16_put(struct buf *out, struct bytes text);

/* Up to its first NUL of two bytes, or all of it. */
struct bytes utf16_until_nul(struct bytes text);

/* One unit more of a text that comes unit by unit; *high keeps the first half of a pair, zero at the start.
 */
void utf16_put_unit(struct buf *out, uint16_t *high, uint16_t unit);

#endif
