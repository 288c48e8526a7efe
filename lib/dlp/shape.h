/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What any match of a pattern must hold, read off its structure (regex.h): anchors of which one is there, at
 * a known distance behind the start, and what stands around the start itself. A prefilter may skip every
 * place that lacks it. What is not known for sure is not claimed. Pure.
 */
#ifndef POSTSEAL_SHAPE_H
#define POSTSEAL_SHAPE_H

#include "lib/dlp/regex.h"

enum {
	SHAPE_ANY = REGEX_ANY,
	SHAPE_MAX_ANCHORS = 400,
	SHAPE_NEXT = 4,   /* bytes behind the start that are known */
	SHAPE_BEHIND = 2, /* and behind a run of digits with which the match begins */
	SHAPE_RUN_MAX = 31,
};

/* Lengths of a run of digits, a bit each: bit SHAPE_RUN_MAX stands for that many and more. */
typedef uint32_t shape_run;
#define SHAPE_RUN_ANY UINT32_MAX

enum shape_kind {
	SHAPE_LITERAL, /* `text`, in lower case, in either case */
	SHAPE_DIGIT,   /* any digit */
	SHAPE_DIGITS,  /* a digit with none before it, whose run has one of the lengths of `run` */
	SHAPE_LINE,    /* the start of a line */
};

/* Something that stands from `low` to `high` bytes behind the start of the match. */
struct shape_anchor {
	enum shape_kind kind;
	struct bytes text;
	bool edge_before, edge_after; /* a word edge (\b) stands directly beside the text */
	shape_run run;
	uint32_t low, high;  /* high: SHAPE_ANY = no bound */
	struct byte_set gap; /* what stands between the start and it: nothing else */
};

/* What stands around the first byte of a match. */
struct shape_start {
	struct byte_set before; /* the byte before it, where there is one */
	bool at_text_start;     /* it may be the first byte of the text */
	struct byte_set next[SHAPE_NEXT];
	uint32_t min;  /* so many of `next` are there; 0 = nothing is known */
	shape_run run; /* SHAPE_RUN_ANY, or: it is the first digit of a run of one of these lengths, */
	struct byte_set behind[SHAPE_BEHIND]; /* and this is what stands behind the run */
	uint32_t behind_min;                  /* so many of `behind` are there */
};

struct shape {
	uint32_t max;                 /* the longest match in bytes, or SHAPE_ANY */
	struct shape_anchor *anchors; /* one of them is in every match */
	size_t n_anchors;             /* 0 = none is known */
	double hits;                  /* how often the anchors stand in a byte of ordinary mail, by guess */
	double run_hits;              /* and runs of digits of the start's lengths; 1 = no run */
	struct shape_start start;
};

/*
 * The pattern is one that PCRE2 compiles, for folded text (fold.h). What it holds lives in the arena. When
 * the pattern is not understood nothing is claimed of it.
 */
void shape_read(
	struct arena *arena, struct bytes pattern, enum regex_case letter_case, struct shape *ret_shape);

/* shape_start.c */
struct shape_start shape_start_of(const struct regex *root);

/* shape_run.c: the lengths that a run of digits can have which begins with the first of these siblings. */
shape_run shape_run_of(const struct regex *items);

/* shape_weight.c: how often a run of one of these lengths stands in a byte of ordinary mail, by guess. */
double shape_run_hits(shape_run run);

/* shape_anchor.c */
void shape_anchors_of(struct arena *arena, const struct regex *root, struct shape *shape);

#endif
