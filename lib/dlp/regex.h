/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The structure of a pattern that PCRE2 compiles, as a tree: what analyses of patterns start from (shape.h).
 * It may describe more texts than the pattern matches, never fewer. What the reader does not know for sure,
 * it refuses. Case is in the sets already: where the pattern ignores case, a set has both. Nodes live in the
 * arena; reading depth and the number of nodes are limited.
 */
#ifndef POSTSEAL_REGEX_H
#define POSTSEAL_REGEX_H

#include "lib/base/arena.h"

enum { REGEX_ANY = UINT32_MAX };

struct byte_set {
	uint64_t bits[4];
};

static inline bool
byte_set_has(const struct byte_set *set, unsigned c)
{
	return set->bits[c / 64] >> (c % 64) & 1;
}

enum regex_op {
	REGEX_SET,    /* one byte of `set` */
	REGEX_CONCAT, /* the children, one behind the other; without children the empty text */
	REGEX_EITHER, /* one of the children */
	REGEX_REPEAT, /* the child, low to high times; high: REGEX_ANY = no bound */
	REGEX_EDGE,   /* \b */
	REGEX_LINE_START,
	REGEX_AHEAD, /* what follows, or stands before, is the child; `negated`: is not */
	REGEX_BEHIND,
	REGEX_OTHER,    /* an assertion that nothing is said about */
	REGEX_ANYTHING, /* any text, the empty one too: a back-reference */
};

struct regex {
	enum regex_op op;
	bool negated;
	struct byte_set set;
	uint32_t low, high;
	int repeats;                /* quantifiers inside one another, this one counted */
	struct regex *first, *last; /* children */
	struct regex *next, *prev;  /* siblings */
};

/* Whether a pattern ignores case from its start; `(?i)` and `(?-i)` inside are followed. */
enum regex_case { REGEX_ANY_CASE, REGEX_EXACT_CASE };

/* NULL when there is something that is not understood. */
const struct regex *regex_read(struct arena *arena, struct bytes pattern, enum regex_case letter_case);

#endif
