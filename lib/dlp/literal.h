/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many literals searched at once, ignoring ASCII case: an Aho-Corasick automaton as a table over the bytes
 * that occur in literals. Immutable after literals_end().
 */
#ifndef POSTSEAL_LITERAL_H
#define POSTSEAL_LITERAL_H

#include "lib/base/buf.h"

struct literals;

struct literals *literals_new(void);
void literals_free(struct literals *literals);

/* The number of this literal (not empty, in lower case); the same text has the same number. */
uint32_t literals_add(struct literals *literals, struct bytes text);

void literals_end(struct literals *literals);
size_t literals_n(const struct literals *literals);
size_t literals_length(const struct literals *literals, uint32_t number);

struct literal_hit {
	uint32_t literal;
	uint32_t at;   /* where it begins */
	uint32_t last; /* the hit of the same literal before this one, plus one; 0 = none */
};

/*
 * Appends a struct literal_hit for each place of each literal, in the order of their ends, and chains those
 * of one literal: `heads` (a number for each literal, zero before) ends up at the last one, plus one.
 */
void literals_scan(const struct literals *literals, struct bytes text, uint32_t *heads, struct buf *hits);

#endif
