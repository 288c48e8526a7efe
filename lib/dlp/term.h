/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All terms of all rules and dictionaries in one index: words are numbered by a hash table, phrases are paths
 * in a trie over those numbers, so a scan costs a hash per word of the text, however many terms there are.
 * Words are runs of letters and digits; every other byte but white space is a word of its own. Texts and
 * terms are folded ones (fold.h). Immutable after term_index_end(), then shared by threads.
 */
#ifndef POSTSEAL_TERM_H
#define POSTSEAL_TERM_H

#include "lib/dlp/image.h"

enum { TERM_MAX_WORDS = 24, TERM_MAX_BYTES = 400 };

struct term_index;

struct term_index *term_index_new(void);
void term_index_free(struct term_index *index);

/* TERM_CAPITAL: any case, where the text begins with a capital letter. */
enum term_case { TERM_ANY_CASE, TERM_EXACT_CASE, TERM_CAPITAL };

/* Adds a term to a set (numbers from 0). Returns 0, or -1 when it has no words, or too many. */
int term_index_add(struct term_index *index, struct bytes term, uint32_t set, enum term_case letter_case);

/* No more terms: packs the tables. */
void term_index_end(struct term_index *index);

/* The tables of an ended index to an image and from one, which must stay. */
void term_index_save(const struct term_index *index, struct buf *out);
struct term_index *term_index_map(struct image *image);

/* A term that stands at from..to of the text. */
struct term_hit {
	uint32_t set;
	uint32_t from, to;
};

/*
 * Appends a struct term_hit for every term of every set, in the order of their starts. A full `hits` says
 * that there were more.
 */
void term_index_scan(const struct term_index *index, struct bytes text, struct buf *hits);

size_t term_index_memory(const struct term_index *index);

#endif
