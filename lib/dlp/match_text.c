/* SPDX-License-Identifier: Apache-2.0 */
/* One look at a text for all sources: literals, terms, runs of digits. */
#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/dlp/match_state.h"

enum {
	JIT_STACK_START = 32 * 1024,
	JIT_STACK_MAX = 1024 * 1024,
	HITS_MAX = 256 * 1024 * 1024,
	WINDOW = 128 * 1024, /* of the smaller second caches, a part */
};

#define SCRATCH_BUFS(s)                                                                                      \
	{                                                                                                    \
		&(s)->lower, &(s)->term_hits, &(s)->sorted_terms, &(s)->runs, &(s)->lines, &(s)->capitals,   \
			&(s)->words, &(s)->stretches, &(s)->merged, &(s)->sweeps, &(s)->carried[0],          \
			&(s)->carried[1], &(s)->found                                                        \
	}

static uint32_t
most_groups(const struct matcher *matcher)
{
	uint32_t groups = 0;
	for (size_t i = 0; i < matcher->n; i++) {
		uint32_t n = 0;
		if (matcher->sources[i].code)
			pcre2_pattern_info(matcher->sources[i].code, PCRE2_INFO_CAPTURECOUNT, &n);
		groups = n > groups ? n : groups;
	}
	return groups;
}

struct match_scratch *
match_scratch_new(const struct matcher *matcher)
{
	struct match_scratch *scratch = mem_new(1, sizeof(*scratch));
	struct buf *bufs[] = SCRATCH_BUFS(scratch);
	scratch->data = pcre2_match_data_create(most_groups(matcher) + 1, NULL);
	scratch->context = pcre2_match_context_create(NULL);
	scratch->stack = pcre2_jit_stack_create(JIT_STACK_START, JIT_STACK_MAX, NULL);
	if (!scratch->data || !scratch->context || !scratch->stack)
		mem_exhausted(JIT_STACK_MAX);
	pcre2_set_match_limit(scratch->context, matcher->limits.match);
	pcre2_set_depth_limit(scratch->context, matcher->limits.depth);
	pcre2_set_heap_limit(scratch->context, matcher->limits.heap_kib);
	pcre2_jit_stack_assign(scratch->context, NULL, scratch->stack);
	scratch->active = mem_new(matcher->n / 64 + 1, sizeof(*scratch->active));
	literal_scratch_init(&scratch->literals, matcher->literals);
	scratch->window = WINDOW;
	scratch->n_sets = matcher->n_sets;
	scratch->set_from = mem_new(scratch->n_sets + 2, sizeof(*scratch->set_from));
	for (size_t i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++)
		buf_init(bufs[i], HITS_MAX);
	return scratch;
}

void
match_scratch_forget(struct match_scratch *scratch)
{
	enum { KEEP_MAX = 1 << 20 };

	if (scratch->lower.cap > KEEP_MAX)
		buf_wipe_done(&scratch->lower);
	mem_wipe(scratch->lower.p, scratch->lower.cap);
	buf_reset(&scratch->lower);
}

void
match_scratch_free(struct match_scratch *scratch)
{
	if (!scratch)
		return;
	struct buf *bufs[] = SCRATCH_BUFS(scratch);
	pcre2_match_data_free(scratch->data);
	pcre2_match_context_free(scratch->context);
	pcre2_jit_stack_free(scratch->stack);
	free(scratch->active);
	literal_scratch_done(&scratch->literals);
	free(scratch->set_from);
	for (size_t i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++)
		buf_done(bufs[i]);
	free(scratch);
}

void
match_set_window(struct match_scratch *scratch, size_t bytes)
{
	scratch->window = bytes;
}

struct match_counts *
match_counts(struct match_scratch *scratch)
{
	return &scratch->counts;
}

/* Sorts the hits by their sets, each set's in the order of their places. */
static void
sort_terms(struct match_scratch *scratch)
{
	const struct term_hit *hits = (const void *)scratch->term_hits.p;
	size_t n = scratch->term_hits.n / sizeof(*hits);
	memset(scratch->set_from, 0, (scratch->n_sets + 2) * sizeof(*scratch->set_from));
	buf_reset(&scratch->sorted_terms);
	if (n == 0)
		return;
	struct term_hit *sorted = (void *)buf_room(&scratch->sorted_terms, n * sizeof(*sorted));
	if (!sorted)
		return;
	uint32_t *from = scratch->set_from;
	for (size_t i = 0; i < n; i++)
		from[hits[i].set + 2]++;
	for (size_t i = 2; i < scratch->n_sets + 2; i++)
		from[i] += from[i - 1];
	for (size_t i = 0; i < n; i++)
		sorted[from[hits[i].set + 1]++] = hits[i];
	buf_grew(&scratch->sorted_terms, n * sizeof(*sorted));
}

/* Of a long text the unsorted hits are a fifth of all that its search has in memory. */
static void
drop_unsorted(struct match_scratch *scratch)
{
	enum { KEEP_MAX = 1 << 20 };
	struct buf *hits = &scratch->term_hits;
	bool is_full = hits->full;

	if (hits->cap <= KEEP_MAX)
		return;
	buf_done(hits);
	buf_init(hits, HITS_MAX);
	hits->full = is_full;
}

const struct digit_run *
match_digits(const struct match_scratch *scratch, size_t *ret_n)
{
	*ret_n = scratch->runs.n / sizeof(struct digit_run);
	return (const void *)scratch->runs.p;
}

static void
set_bit(uint64_t *bits, uint32_t at)
{
	bits[at / 64] |= UINT64_C(1) << (at % 64);
}

/* Wakes the sources that have something to look at. */
static void
wake(const struct matcher *matcher, struct match_scratch *scratch)
{
	const uint32_t *touched = (const void *)scratch->literals.touched.p;
	const struct users *users = &matcher->users;
	size_t words = matcher->n / 64 + 1;
	memcpy(scratch->active, matcher->always, words * sizeof(*scratch->active));
	for (size_t i = 0; scratch->runs.n > 0 && i < words; i++)
		scratch->active[i] |= matcher->numeric[i];
	for (size_t i = 0; i < matcher->n_sets; i++)
		if (scratch->set_from[i + 1] > scratch->set_from[i])
			set_bit(scratch->active, matcher->source_of_set[i]);
	for (size_t i = 0; i < scratch->literals.touched.n / sizeof(*touched); i++)
		for (uint32_t j = users->from[touched[i]]; j < users->from[touched[i] + 1]; j++)
			set_bit(scratch->active, users->sources[j]);
}

bool
match_may_find(const struct match_scratch *scratch, uint32_t source)
{
	return (scratch->active[source / 64] >> (source % 64) & 1) || scratch->way == MATCH_PLAIN;
}

static bool
find_literals(const struct matcher *matcher, struct match_scratch *scratch)
{
	const uint8_t *lower = literals_lower(scratch->text, &scratch->lower);
	return lower && literals_scan(matcher->literals, lower, scratch->text.n, &scratch->literals);
}

enum match_status
match_begin(
	const struct matcher *matcher, struct match_scratch *scratch, struct bytes text, enum match_way way)
{
	scratch->text = text;
	scratch->way = way;
	scratch->has_lines = scratch->has_capitals = scratch->has_words = false;
	int64_t start = scratch->counts.timed ? clock_mono_ns() : 0;
	buf_reset(&scratch->term_hits);
	term_index_scan(matcher->terms, text, &scratch->term_hits);
	sort_terms(scratch);
	drop_unsorted(scratch);
	if (scratch->counts.timed)
		scratch->counts.terms_ns += clock_mono_ns() - start;
	bool full = !find_literals(matcher, scratch);
	digits_find(text, &scratch->runs);
	match_view_all(scratch);
	wake(matcher, scratch);
	full = full || buf_full(&scratch->term_hits) || buf_full(&scratch->sorted_terms) ||
	       buf_full(&scratch->runs);
	return full ? MATCH_LIMIT : MATCH_DONE;
}
