/* SPDX-License-Identifier: Apache-2.0 */
/* A value without its separators, and the sums that check digits are made of. Pure. */
#ifndef POSTSEAL_COMPACT_H
#define POSTSEAL_COMPACT_H

#include "lib/base/bytes.h"

enum { COMPACT_MAX = 48 };

/* Without white space, hyphens and dots, in upper case. */
struct compact {
	char c[COMPACT_MAX + 1];
	size_t n;
	bool digits; /* nothing but digits */
};

/* False when nothing is left, or more than COMPACT_MAX. The second asks for digits only. */
bool compact_of(struct bytes value, struct compact *ret);
bool compact_digits(struct bytes value, struct compact *ret);

/* The value of the digit, of n digits, at a place. */
int compact_digit(const struct compact *v, size_t at);
int compact_number(const struct compact *v, size_t at, size_t n);

bool compact_all_same(const char *p, size_t n);
bool compact_all_digits(const char *p, size_t n);

/* Whether `c` is one of the list; the list's end is not. */
bool compact_among(const char *list, char c);

/* ISO/IEC 7812: every second digit from the right doubled, digits added. */
int compact_luhn(const struct compact *v);

/*
 * The number that letters (A = 10 ...) and digits make behind the number `sum`, modulo 97; -1 for anything
 * else.
 */
int compact_mod97(const char *p, size_t n, int sum);

#endif
