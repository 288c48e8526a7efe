/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text as people meant it: the form that patterns and terms are matched against, with a way back to the
 * original place. Compatibility forms of letters and digits become ASCII, accents go, look-alike letters of
 * other scripts become Latin where the word is a mixed one, invisible characters vanish, white space is
 * joined (one space, or one line break), reply marks at line starts go, digits that stand apart are joined.
 * The result is UTF-8. Pure.
 */
#ifndef POSTSEAL_FOLD_H
#define POSTSEAL_FOLD_H

#include "lib/base/arena.h"
#include "lib/base/buf.h"

enum fold_mode {
	FOLD_TEXT,
	FOLD_FILENAME, /* '_' is white space, there are no reply marks */
	FOLD_TERM,     /* a term of a rule: as a text, without reply marks */
};

/* From here on, up to the next entry, the original stands `original - folded` bytes further. */
struct fold_step {
	uint32_t folded, original;
};

struct folded {
	struct bytes text;
	const struct fold_step *steps;
	size_t n_steps;
};

/* Working memory that is kept from text to text. */
struct fold_scratch {
	struct buf text, steps;
	struct buf rewritten, rewritten_steps; /* fold_numbers.c */
};

void fold_scratch_init(struct fold_scratch *scratch);
void fold_scratch_done(struct fold_scratch *scratch);

/* Texts above 1 GiB are cut there; who reads messages has a much lower limit. The result is the arena's. */
void fold_text(struct fold_scratch *scratch, struct arena *arena, struct bytes text, enum fold_mode mode,
	struct folded *ret_folded);

/* Where in the original the byte at `at` of the folded text came from. */
size_t fold_original(const struct folded *folded, size_t at);

/*
 * fold_numbers.c: "2 1 9 0 9 9 9 9 8" as 219099998, "219 - 09 - 9998" without its spaces, "2I9-O9-9998" with
 * digits. Appends the text and its steps, or says that there is nothing to change.
 */
bool fold_numbers(const struct folded *folded, struct buf *text, struct buf *steps);

/* One code point above ASCII: what becomes of it. */
enum fold_class {
	FOLD_KEEP,
	FOLD_DROP,
	FOLD_SPACE,
	FOLD_BREAK,
	FOLD_ASCII,     /* ret_text */
	FOLD_LOOKALIKE, /* ret_text in a mixed word, else kept */
};

enum { FOLD_POINT_MAX = 5 };

enum fold_class fold_point(uint32_t code_point, char ret_text[FOLD_POINT_MAX]);

/*
 * fold_single.c: the text (FOLD_POINT_MAX bytes, may be empty) of a code point that stands alone, and of one
 * that looks like a Latin letter; or NULL.
 */
const char *fold_single(uint32_t code_point);
const char *fold_lookalike(uint32_t code_point);

/* fold_compatible.c: the same for what Unicode calls compatible with ASCII letters and digits. */
const char *fold_compatible(uint32_t code_point);

#endif
