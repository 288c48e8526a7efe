/* SPDX-License-Identifier: Apache-2.0 */
/* A person's name, taken apart into the pairs of words by which mail names the person. Pure. */
#ifndef POSTSEAL_ROSTER_NAMES_H
#define POSTSEAL_ROSTER_NAMES_H

#include "lib/dlp/roster_value.h"

struct roster_pairs {
	void (*pair)(void *context, const struct roster_word *a, const struct roster_word *b);
	void *context;
};

/*
 * A whole name, or its parts (empty where there is none), folded. Titles, suffixes and initials do not count;
 * a double name is found by each half and written as one word. Returns whether there was a pair.
 */
bool roster_split_name(struct bytes whole, struct bytes first, struct bytes middle, struct bytes last,
	const struct roster_pairs *pairs);

#endif
