/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds patterns and terms in folded text (fold.h). Each pattern, and each set of terms, is a source with a
 * number. match_begin() looks at a text once for all sources; match_find() then tells the places of one. The
 * matcher is immutable after match_end() and shared by threads and forked workers: all code is generated
 * before. The scratch is one a thread.
 */
#ifndef POSTSEAL_MATCH_H
#define POSTSEAL_MATCH_H

#include "lib/base/buf.h"
#include "lib/dlp/digits.h"
#include "lib/dlp/image.h"

enum { MATCH_MAX_PATTERN = 8192 };

/* Of PCRE2, per call. */
struct match_limits {
	uint32_t match, depth, heap_kib;
};

/* MATCH_CAPITAL, for terms only: any case, where the text begins with a capital letter. */
enum match_case { MATCH_ANY_CASE, MATCH_EXACT_CASE, MATCH_CAPITAL };

struct matcher;
struct match_scratch;

/* Why a pattern is refused. */
struct match_fault {
	size_t offset; /* in the pattern, from 0 */
	char text[200];
};

struct matcher *match_new(const struct match_limits *limits);
void match_free(struct matcher *matcher);

/* Returns 0 and the source's number, or -1. The same pattern gives the same number. */
int match_add_pattern(struct matcher *matcher, struct bytes pattern, enum match_case letter_case,
	uint32_t *ret_source, struct match_fault *ret_fault);

/* A new, empty set of terms. */
uint32_t match_add_set(struct matcher *matcher);

/* A term, folded. Returns 0, or -1 when it has no words or too many. */
int match_add_term(struct matcher *matcher, uint32_t set, struct bytes term, enum match_case letter_case);

void match_end(struct matcher *matcher);

/*
 * match_image.c: the tables of an ended matcher, and a matcher with such tables. That one is given the same
 * patterns and sets in the same order, and keeps the image; terms need not be given. When what was given was
 * something else, match_fits_image() says so behind match_end(), and it must not be used. NULL: the image is
 * not whole.
 */
void match_save(const struct matcher *matcher, struct buf *out);
struct matcher *match_map(const struct match_limits *limits, struct image *image);
bool match_is_mapped(const struct matcher *matcher);
bool match_fits_image(const struct matcher *matcher);

size_t match_n_sources(const struct matcher *matcher);

/* The text of a source that is a pattern, or NULL; and whether it ignores case. */
const char *match_pattern(const struct matcher *matcher, uint32_t source);
enum match_case match_pattern_case(const struct matcher *matcher, uint32_t source);

/* Where something stands: the whole match, and the value in it. */
struct match_span {
	uint32_t from, to;
	uint32_t value_from, value_to;
};

enum match_way {
	MATCH_FAST,
	MATCH_PLAIN, /* PCRE2 alone, for comparison: no prefilter */
};

enum match_status {
	MATCH_DONE,
	MATCH_LIMIT, /* a limit was reached: there may be more than what was found */
};

/* What a scratch has counted since it was made. */
struct match_counts {
	uint64_t pcre2_calls;
	int64_t terms_ns; /* of match_begin(): the words; measured only when `timed` was set */
	bool timed;
};
struct match_counts *match_counts(struct match_scratch *scratch);

struct match_scratch *match_scratch_new(const struct matcher *matcher);
void match_scratch_free(struct match_scratch *scratch);

/* Wipes what is left of the last text. */
void match_scratch_forget(struct match_scratch *scratch);

/* The text must stay until the next match_begin(). */
enum match_status match_begin(
	const struct matcher *matcher, struct match_scratch *scratch, struct bytes text, enum match_way way);

/* Where digits are in the text. */
const struct digit_run *match_digits(const struct match_scratch *scratch, size_t *ret_n);

/* False when the source has no match in the text: known without a look. */
bool match_may_find(const struct match_scratch *scratch, uint32_t source);

/* Appends a struct match_span for each place, in the order of their starts. */
enum match_status match_find(
	const struct matcher *matcher, struct match_scratch *scratch, uint32_t source, struct buf *spans);

/* What was found of one source: spans `from` to `from + n - 1` of the buffer, in the order of their starts.
 */
struct match_answer {
	uint32_t source;
	uint32_t from, n;
	enum match_status status;
};

/*
 * match_window.c: match_find() for each of the answers' sources, which differ. A text that is long is
 * searched part by part, by all sources one after the other, so that each part stays in the processor's cache
 * meanwhile: what is found is the same.
 */
void match_find_all(const struct matcher *matcher, struct match_scratch *scratch,
	struct match_answer *answers, size_t n, struct buf *spans);
bool match_is_long(const struct match_scratch *scratch);

/* How long a part is, in place of what it is else: for tests. */
void match_set_window(struct match_scratch *scratch, size_t bytes);

#endif
