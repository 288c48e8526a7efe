/* SPDX-License-Identifier: Apache-2.0 */
/* The one-time code: six decimal digits, made without bias, read as people type it. Thread-safe. */
#ifndef PORTALD_DIGITS_H
#define PORTALD_DIGITS_H

#include "lib/base/bytes.h"

enum { DIGITS_SIZE = 6, DIGITS_TYPED_MAX = 64 };

/* Where random bytes come from: seal_random(), or a test's own list. */
typedef void (*digits_random_fn)(void *p, size_t n);

/* Fills `digits` with 6 ASCII digits and a NUL: every code from 000000 to 999999 is as likely as any other.
 */
void digits_make(digits_random_fn draw, char digits[DIGITS_SIZE + 1]);

/*
 * What a person typed or pasted: white space, hyphens and invisible marks are left out, full-width and other
 * common decimal digits are folded to ASCII. Returns 0 with exactly 6 digits and a NUL, or -1.
 */
int digits_read(struct bytes typed, char digits[DIGITS_SIZE + 1]);

#endif
