/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many short literals searched at once. No automaton: its table would not fit the processor's cache, and each
 * of its steps waits for the one before. Instead the first four bytes of every literal, or all of a shorter
 * one, set a bit of a small filter, and a text's bytes are held against that, at each place or, for literals
 * that begin a word, at the starts of words. Immutable after literals_end().
 */
#ifndef POSTSEAL_LITERAL_H
#define POSTSEAL_LITERAL_H

#include "lib/dlp/image.h"
#include "lib/dlp/regex.h"

enum { LITERAL_MAX = 8, LITERAL_PADDING = 8 };

/* Where a literal is looked for. */
enum literal_place {
	LITERAL_ANYWHERE, /* of two bytes or more */
	LITERAL_AT_WORD,  /* where a word edge (\b) stands before it */
};

struct literals;

struct literals *literals_new(void);
void literals_free(struct literals *literals);

/*
 * The number of this literal (1 to LITERAL_MAX bytes, in lower case, none of them 0); the same text has the
 * same number. It is looked for wherever anybody wants it, before any byte that somebody wants behind it: of
 * `follow`, in lower case, with 0 for the text's end.
 */
uint32_t literals_add(struct literals *literals, struct bytes text, enum literal_place place,
	const struct byte_set *follow);

void literals_end(struct literals *literals);

/* The tables of ended literals to an image and from one, which must stay. */
void literals_save(const struct literals *literals, struct buf *out);
struct literals *literals_map(struct image *image);

size_t literals_n(const struct literals *literals);
size_t literals_length(const struct literals *literals, uint32_t number);

/* Of one literal: how often it was found, and where its places begin in the list of all places. */
struct literal_count {
	uint32_t n, from;
	uint32_t first, end; /* of its places, those in the window */
};

/* Working memory that is kept from text to text. */
struct literal_scratch {
	struct literal_count *counts; /* for each literal */
	struct buf hits;              /* in the order in which they are found */
	struct buf touched;           /* uint32_t, literals that were found */
	struct buf places; /* uint32_t, where they begin: those of one literal together, in order */
};

void literal_scratch_init(struct literal_scratch *scratch, const struct literals *literals);
void literal_scratch_done(struct literal_scratch *scratch);

/* ASCII letters in lower case, and LITERAL_PADDING zeros behind. Returns NULL when `lower` is full. */
const uint8_t *literals_lower(struct bytes text, struct buf *lower);

/*
 * Finds every place of each literal. `lower` is what literals_lower() made of n bytes. Returns false when
 * there are more than the scratch holds.
 */
bool literals_scan(
	const struct literals *literals, const uint8_t *lower, size_t n, struct literal_scratch *scratch);

/* Before the first window, for each (on to the places before `to`), and behind the last. */
void literals_rewind(struct literal_scratch *scratch);
void literals_view(struct literal_scratch *scratch, uint32_t to);
void literals_view_all(struct literal_scratch *scratch); /* as after a scan */

#endif
