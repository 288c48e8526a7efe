/* SPDX-License-Identifier: Apache-2.0 */
/* A message's text exactly as the rules see it: the same folding, from the same function as a scan. */
#ifndef POSTSEAL_SEEN_H
#define POSTSEAL_SEEN_H

#include "lib/base/arena.h"
#include "lib/dlp/scan.h"

/* Where a line of the folded text begins, in it and in the part's own text. */
struct seen_line {
	uint32_t folded, original;
};

struct seen_segment {
	const char *part;
	enum segment_view view;
	unsigned scope; /* bits for seen_scope_name() */
	struct bytes text;
	struct seen_line *lines;
	size_t n_lines;
	struct seen_segment *next;
};

const char *seen_view_name(enum segment_view view);

/* "subject", "body" ...: the words of a rule's `scope`; NULL for a bit that does not exist. */
const char *seen_scope_name(unsigned bit);

/* In reading order, in the arena. */
struct seen_segment *seen_text(const struct ruleset *set, struct scan_scratch *scratch,
	const struct message_text *text, struct arena *arena);

#endif
