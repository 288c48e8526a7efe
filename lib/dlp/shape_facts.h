/* SPDX-License-Identifier: Apache-2.0 */
/* The algebra of shape_anchor.c: facts about parts of a pattern, and how they join. Private to it. */
#ifndef POSTSEAL_SHAPE_FACTS_H
#define POSTSEAL_SHAPE_FACTS_H

#include "lib/dlp/shape.h"

/* What is known of a side of a text. */
enum edge {
	NO_EDGE,
	EDGE_OF_WORD, /* an edge when the byte on the inner side is one of a word */
	EDGE,
};

/* A text that a part matches, in lower case. */
struct exact {
	struct bytes text;
	enum edge before, after;
};

struct facts {
	uint32_t min, max;
	struct byte_set bytes; /* all that it may hold */
	struct byte_set last;  /* that it may end with, unless it is empty */
	bool is_exact;         /* matches nothing but the texts of `exact` */
	struct exact *exact;
	size_t n_exact;
	struct shape_anchor *need; /* one of them is in every match */
	size_t n_need;
	double hits; /* of them in a byte of ordinary mail; 1 = nothing is needed */
};

/* Exactly the empty text. */
struct facts facts_of_nothing(struct arena *arena);
struct facts facts_or(struct arena *arena, const struct facts *a, const struct facts *b);
struct facts facts_repeat(struct arena *arena, const struct facts *item, uint32_t low, uint32_t high);

/* Where something begins in a part: so many bytes behind its start, with nothing but these between. */
struct offset {
	uint32_t low, high;
	const struct byte_set *gap;
};

/* Takes these anchors, moved that far, when they are rarer than what is needed already. */
void facts_need(struct arena *arena, struct facts *facts, const struct shape_anchor *anchors, size_t n,
	struct offset offset);

/* Makes what is exact into what is needed. */
void facts_settle(struct arena *arena, struct facts *facts);

/* Parts one behind the other. */
struct chain {
	struct arena *arena;
	struct facts all;
	struct facts stretch; /* the exact parts last joined */
	uint32_t low, high;   /* where they begin */
	struct byte_set gap;  /* what stands before them */
	struct byte_set tail; /* what may stand directly before the next part, be it before all of them */
	bool edge;            /* an edge stands there */
};

void chain_init(struct chain *chain, struct arena *arena);
void chain_add(struct chain *chain, const struct facts *item);
/* An anchor at the place where the next part begins. */
void chain_need(struct chain *chain, const struct shape_anchor *anchor);
struct facts chain_end(struct chain *chain);

static inline void
byte_set_or(struct byte_set *a, const struct byte_set *b)
{
	for (int i = 0; i < 4; i++)
		a->bits[i] |= b->bits[i];
}

/* At the very start. */
static inline struct offset
at_start(void)
{
	static const struct byte_set nothing = {{0}};
	return (struct offset){0, 0, &nothing};
}

/* shape_weight.c: how often these stand in a byte of ordinary mail, by guess. */
double shape_hits(const struct shape_anchor *anchors, size_t n);

#endif
