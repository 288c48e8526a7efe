/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes written as text: hexadecimal, base64 (RFC 4648 section 4), base64url without padding (section 5),
 * HTML. Decoders are strict: a character outside the alphabet, wrong padding or non-zero spare bits are an
 * error
 * (-1).
 */
#ifndef POSTSEAL_TEXT_H
#define POSTSEAL_TEXT_H

#include "lib/base/buf.h"

/* Lower case, NUL at the end: `text` has room for 2n + 1. */
void text_hex(struct bytes b, char *text);

/* Exactly `n` bytes from 2n digits of either case. */
int text_from_hex(struct bytes text, uint8_t *p, size_t n);

void text_put_base64(struct buf *buf, struct bytes b);

/* In lines of 76 characters, each ended by CR LF (RFC 2045 section 6.8). */
void text_put_base64_lines(struct buf *buf, struct bytes b);

void text_put_base64url(struct buf *buf, struct bytes b);

/* Exactly `n` bytes. */
int text_from_base64url(struct bytes text, uint8_t *p, size_t n);

/*
 * As text of an HTML document, or as a value in quotes: & < > " ' as references; control bytes but tab and
 * LF, which have no place there, are left out.
 */
void text_put_html(struct buf *buf, struct bytes b);

#endif
