/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What any match of a pattern must hold, read off its text: literals of which one is there, how many digits,
 * how far behind the start. A prefilter may skip every place that lacks it. What the reader does not know for
 * sure, it does not claim: then `known` is false and the pattern must be tried everywhere.
 */
#ifndef POSTSEAL_SHAPE_H
#define POSTSEAL_SHAPE_H

#include "lib/base/arena.h"

enum { SHAPE_ANY = UINT32_MAX, SHAPE_MAX_LITERALS = 400 };

/* In lower case; it stands from `low` to `high` bytes behind the start of the match. */
struct shape_literal {
	struct bytes text;
	uint32_t low, high; /* high: SHAPE_ANY = no bound */
};

struct shape {
	bool known;
	uint32_t max;                   /* the longest match in bytes, or SHAPE_ANY */
	uint32_t digits;                /* at least so many */
	uint32_t before_digit;          /* at most so many bytes before the first of them */
	struct shape_literal *literals; /* one of them is in every match; NULL = nothing known */
	size_t n_literals;
};

/* The pattern is one that PCRE2 compiles, for folded text (fold.h). Literals live in the arena. */
void shape_read(struct arena *arena, struct bytes pattern, struct shape *ret_shape);

/* shape_facts.c: the algebra of the reader. */
struct facts {
	uint32_t min, max;
	uint32_t digits, before_digit;
	bool is_exact;               /* matches nothing but the literals of `exact` */
	struct shape_literal *exact; /* low and high are 0 */
	size_t n_exact;
	struct shape_literal *need; /* one of them is in every match */
	size_t n_need;
};

struct byte_set {
	uint64_t bits[4];
};

struct facts facts_of_nothing(struct arena *arena);
struct facts facts_of_anything(void);
struct facts facts_of_set(struct arena *arena, const struct byte_set *set);
struct facts facts_concat(struct arena *arena, const struct facts *items, size_t n);
struct facts facts_either(struct arena *arena, const struct facts *items, size_t n);
struct facts facts_repeat(struct arena *arena, const struct facts *item, uint32_t low, uint32_t high);

/* Makes what is exact into what is needed. */
void facts_settle(struct facts *facts);

#endif
