/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the matcher: shared by match.c (making one), match_text.c and match_find.c (using it) only. */
#ifndef POSTSEAL_MATCH_STATE_H
#define POSTSEAL_MATCH_STATE_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "lib/dlp/literal.h"
#include "lib/dlp/match.h"
#include "lib/dlp/shape.h"
#include "lib/dlp/term.h"

enum anchor_kind {
	ANCHOR_LITERAL,
	ANCHOR_BYTE,   /* a literal of one byte that stands anywhere: looked for when it is needed */
	ANCHOR_DIGIT,  /* any digit */
	ANCHOR_DIGITS, /* the first of a run of digits, see struct shape_anchor */
	ANCHOR_LINE,   /* the start of a line */
};

/* One of a source's anchors must be there, so many bytes behind the start of the match. */
struct anchor {
	enum anchor_kind kind;
	uint32_t literal;
	uint8_t byte; /* in lower case */
	bool edge_before, edge_after;
	shape_run run;
	uint32_t low, high;
	struct byte_set gap; /* what may stand before it, where there is no bound */
};

/* Where the search for a pattern's matches begins. */
enum entry {
	ENTRY_ANCHORS,
	ENTRY_RUNS,     /* at runs of digits */
	ENTRY_LINES,    /* at the starts of lines */
	ENTRY_CAPITALS, /* at capital letters with no letter or digit before */
	ENTRY_WORDS,    /* at letters and digits with none before */
	ENTRY_ALL,
};

/* How PCRE2 is asked. */
enum asking {
	ASK_ONE,     /* at each place that passes the test of its start, and nowhere else */
	ASK_STRETCH, /* from the first to the last place of a stretch */
};

/* A source: a pattern when `code` is set, else a set of terms. */
struct source {
	pcre2_code *code;
	char *text; /* of the pattern */
	enum match_case letter_case;
	bool jit;
	enum entry entry;
	enum asking asking;
	struct anchor *anchors;
	size_t n_anchors;
	struct shape_start start;
	uint32_t set; /* of terms: its number in the index */
};

/* Numbers of sources, those of one literal together. */
struct users {
	uint32_t *from; /* for each literal where its users begin, and one more for the end */
	uint32_t *sources;
};

struct matcher {
	struct match_limits limits;
	struct source *sources;
	size_t n, n_sets;
	struct literals *literals;
	struct users users;
	uint32_t *source_of_set; /* for each set of terms */
	uint64_t *always;        /* a bit for each source that needs no literal and no digit */
	uint64_t *numeric;       /* ... that needs a digit */
	struct term_index *terms;
	pcre2_compile_context *compile;
	/* match_image.c: a matcher whose tables are mapped, and what is added must be what they were made of
	 */
	struct image image;
	bool is_mapped, is_stale;
	struct source *prepared;
	size_t n_prepared;
};

/* match_image.c: the source that an image has next, if it is this pattern; a set of terms has none. */
struct source *match_next_prepared(struct matcher *matcher, struct bytes pattern);

/* A stretch of the text in which a match may begin; both ends are in it. */
struct stretch {
	uint32_t from, to;
};

/* The part of the text whose anchors count: literals have their own view. */
struct view {
	uint32_t from, to;
	size_t first_run, end_run;
};

struct match_scratch {
	struct bytes text;
	struct view view;
	size_t window;         /* bytes of a view, where a text is searched by parts */
	struct buf sweeps;     /* struct sweep, see match_window.c */
	struct buf carried[2]; /* struct stretch, from view to view */
	struct buf found;      /* struct sweep_span */
	enum match_way way;
	struct match_counts counts;
	pcre2_match_data *data;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
	uint64_t *active; /* a bit for each source that may have a match in the text */
	struct literal_scratch literals;
	struct buf lower; /* the text, see literals_lower() */
	struct buf term_hits, sorted_terms;
	struct buf runs;     /* struct digit_run */
	struct buf lines;    /* uint32_t, starts of lines; filled when first asked for: */
	struct buf capitals; /* uint32_t, capital letters at the start of a word; likewise */
	struct buf words;    /* uint32_t, the starts of words; likewise */
	bool has_lines, has_capitals, has_words;
	const struct shape_start *start; /* of that source, where its places are tried one by one; or NULL */
	struct buf stretches;            /* struct stretch, of the source that is looked for */
	size_t n_before_anchor;          /* bytes of them that are not the anchor's at hand */
	struct buf merged;               /* room for sorting them */
	uint32_t *set_from;              /* for each set of terms: where its hits begin in sorted_terms */
	size_t n_sets;
};

/*
 * match_place.c: fills scratch->stretches with those of the view and some from the view before, in order,
 * none touching another.
 */
void match_find_stretches(const struct matcher *matcher, struct match_scratch *scratch,
	const struct source *source, struct bytes carried);

/* match_find.c: looks for matches that begin in a stretch. Returns where to go on, or -1 at a limit. */
int64_t match_find_in(struct match_scratch *scratch, const struct source *source, struct stretch stretch,
	int64_t at, struct buf *spans);

/* match_window.c: all of the text is in view. */
void match_view_all(struct match_scratch *scratch);

/* match_place.c: whether a match of the source can begin here. */
bool match_can_start(const struct match_scratch *scratch, const struct shape_start *start, size_t at);

#endif
