/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A pattern as a tree, for who judges how it is written (lint_*.c). Not for matching: letters stand for both
 * cases, assertions for nothing, a group's number is lost. What the reader does not know makes it give up.
 */
#ifndef POSTSEAL_PATTERN_TREE_H
#define POSTSEAL_PATTERN_TREE_H

#include "lib/dlp/shape.h"

enum pattern_tree_kind {
	PATTERN_SET,     /* one byte of `set` */
	PATTERN_NOTHING, /* an assertion, a look around, an empty group */
	PATTERN_CONCAT,
	PATTERN_EITHER,
	PATTERN_REPEAT, /* of `first`, low to high times; high: SHAPE_ANY = no end */
};

struct pattern_tree {
	enum pattern_tree_kind kind;
	struct byte_set set; /* PATTERN_SET; else: with what it may begin */
	uint32_t low, high;
	bool keeps; /* gives nothing back: possessive or atomic */
	bool may_be_empty;
	size_t at; /* where it stands in the pattern, from 0 */
	struct pattern_tree *first, *next;
};

/* NULL when something is not understood. The tree lives in the arena. */
const struct pattern_tree *pattern_tree_read(struct arena *arena, struct bytes pattern);

static inline bool
pattern_tree_is_endless(const struct pattern_tree *tree)
{
	return tree->kind == PATTERN_REPEAT && tree->high == SHAPE_ANY;
}

bool byte_set_meets(const struct byte_set *a, const struct byte_set *b);
void byte_set_join(struct byte_set *set, const struct byte_set *other);

#endif
