/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The roster's values in a text. Of two attributes one has a digit or an @ in it: those are looked for first,
 * and names only near one that somebody has. Any date may be somebody's: names are looked for near it, and it
 * is looked up when there is something else. Text without either costs next to nothing. Pure.
 */
#ifndef POSTSEAL_ROSTER_TEXT_H
#define POSTSEAL_ROSTER_TEXT_H

#include "lib/dlp/digits.h"
#include "lib/dlp/roster.h"

/* A folded text, and where its digits are (digits_find). */
struct roster_text {
	struct bytes text;
	const struct digit_run *runs;
	size_t n_runs;
};

/* A value that people on the roster have. */
struct roster_found {
	uint32_t from, to;
	enum roster_type type;
	bool near; /* while dates are looked for */
	struct roster_list people;
};

/* No value is longer in a text. */
enum { ROSTER_FOUND_MAX = 200 };

/*
 * Replaces `found` by those of the text, by their starts: names and birth dates that have another value
 * at most `reach` bytes away, and all others.
 */
void roster_find(
	const struct roster *roster, const struct roster_text *text, uint32_t reach, struct buf *found);

#endif
