/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/match.h"

#include "lib/base/ascii.h"
#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/dlp/match_state.h"

enum {
	JIT_STACK_START = 32 * 1024,
	JIT_STACK_MAX = 1024 * 1024,
	DENSE = 16, /* more than one window in so many bytes: they are not worth their cost */
	FEW = 24,   /* windows that are sorted by insertion */
	HITS_MAX = 256 * 1024 * 1024,
};

/* A stretch of the text in which a match may begin; both ends are in it. */
struct window {
	uint32_t from, to;
};

struct match_scratch {
	struct bytes text;
	enum match_way way;
	struct match_counts counts;
	pcre2_match_data *data;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
	uint32_t *heads; /* for each literal, see literals_scan() */
	size_t n_heads;
	struct buf literal_hits, term_words, term_hits, sorted_terms, windows, digits;
	uint32_t *set_from; /* for each set of terms: where its hits begin in sorted_terms */
	size_t n_sets;
};

struct match_scratch *
match_scratch_new(const struct matcher *matcher)
{
	struct match_scratch *scratch = mem_new(1, sizeof(*scratch));
	uint32_t groups = 0;
	for (size_t i = 0; i < matcher->n; i++) {
		uint32_t n = 0;
		if (matcher->sources[i].code)
			pcre2_pattern_info(matcher->sources[i].code, PCRE2_INFO_CAPTURECOUNT, &n);
		groups = n > groups ? n : groups;
	}
	scratch->data = pcre2_match_data_create(groups + 1, NULL);
	scratch->context = pcre2_match_context_create(NULL);
	scratch->stack = pcre2_jit_stack_create(JIT_STACK_START, JIT_STACK_MAX, NULL);
	if (!scratch->data || !scratch->context || !scratch->stack)
		mem_exhausted(JIT_STACK_MAX);
	pcre2_set_match_limit(scratch->context, matcher->limits.match);
	pcre2_set_depth_limit(scratch->context, matcher->limits.depth);
	pcre2_set_heap_limit(scratch->context, matcher->limits.heap_kib);
	pcre2_jit_stack_assign(scratch->context, NULL, scratch->stack);
	scratch->n_heads = literals_n(matcher->literals);
	scratch->heads = mem_new(scratch->n_heads, sizeof(*scratch->heads));
	scratch->n_sets = matcher->n_sets;
	scratch->set_from = mem_new(scratch->n_sets + 2, sizeof(*scratch->set_from));
	struct buf *bufs[] = {&scratch->literal_hits, &scratch->term_words, &scratch->term_hits,
		&scratch->sorted_terms, &scratch->windows, &scratch->digits};
	for (size_t i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++)
		buf_init(bufs[i], HITS_MAX);
	return scratch;
}

void
match_scratch_free(struct match_scratch *scratch)
{
	if (!scratch)
		return;
	pcre2_match_data_free(scratch->data);
	pcre2_match_context_free(scratch->context);
	pcre2_jit_stack_free(scratch->stack);
	free(scratch->heads);
	free(scratch->set_from);
	struct buf *bufs[] = {&scratch->literal_hits, &scratch->term_words, &scratch->term_hits,
		&scratch->sorted_terms, &scratch->windows, &scratch->digits};
	for (size_t i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++)
		buf_done(bufs[i]);
	free(scratch);
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

static void
find_digits(struct match_scratch *scratch)
{
	buf_reset(&scratch->digits);
	const uint8_t *p = scratch->text.p;
	for (uint32_t i = 0; i < scratch->text.n; i++)
		if (ascii_is_digit(p[i]))
			buf_put(&scratch->digits, &i, sizeof(i));
}

static void
find_literals(const struct matcher *matcher, struct match_scratch *scratch)
{
	const struct literal_hit *old = (const void *)scratch->literal_hits.p;
	for (size_t i = 0; i < scratch->literal_hits.n / sizeof(*old); i++)
		scratch->heads[old[i].literal] = 0;
	buf_reset(&scratch->literal_hits);
	literals_scan(matcher->literals, scratch->text, scratch->heads, &scratch->literal_hits);
}

enum match_status
match_begin(
	const struct matcher *matcher, struct match_scratch *scratch, struct bytes text, enum match_way way)
{
	scratch->text = text;
	scratch->way = way;
	int64_t start = scratch->counts.timed ? clock_mono_ns() : 0;
	buf_reset(&scratch->term_hits);
	term_index_scan(matcher->terms, text, &scratch->term_words, &scratch->term_hits);
	sort_terms(scratch);
	if (scratch->counts.timed)
		scratch->counts.terms_ns += clock_mono_ns() - start;
	find_literals(matcher, scratch);
	find_digits(scratch);
	bool full = buf_full(&scratch->term_words) || buf_full(&scratch->term_hits) ||
		    buf_full(&scratch->sorted_terms) || buf_full(&scratch->literal_hits) ||
		    buf_full(&scratch->digits);
	return full ? MATCH_LIMIT : MATCH_DONE;
}

static void
add_window(struct match_scratch *scratch, uint32_t from, uint32_t to)
{
	struct window window = {from, to};
	buf_put(&scratch->windows, &window, sizeof(window));
}

/* The places where a match may begin, seen from one literal. False when there are too many. */
static bool
literal_windows(struct match_scratch *scratch, const struct needed *needed)
{
	const struct literal_hit *hits = (const void *)scratch->literal_hits.p;
	size_t most = scratch->text.n / DENSE + 64;
	for (uint32_t at = scratch->heads[needed->literal]; at != 0; at = hits[at - 1].last) {
		uint32_t place = hits[at - 1].at;
		if (most-- == 0)
			return false;
		if (place < needed->low)
			continue;
		bool bounded = needed->high != SHAPE_ANY && place > needed->high;
		add_window(scratch, bounded ? place - needed->high : 0, place - needed->low);
	}
	return true;
}

/* ... and from runs with enough digits, near enough to each other. */
static void
digit_windows(struct match_scratch *scratch, const struct source *source)
{
	const uint32_t *digits = (const void *)scratch->digits.p;
	size_t n = scratch->digits.n / sizeof(*digits), need = source->digits;
	struct window run = {1, 0};
	for (size_t i = 0; i + need <= n; i++) {
		if (source->max != SHAPE_ANY && digits[i + need - 1] - digits[i] >= source->max)
			continue;
		bool bounded = source->before_digit != SHAPE_ANY && digits[i] > source->before_digit;
		uint32_t from = bounded ? digits[i] - source->before_digit : 0;
		if (run.from > run.to) {
			run = (struct window){from, digits[i]};
		} else if (from <= run.to + 1) {
			run.to = digits[i];
		} else {
			add_window(scratch, run.from, run.to);
			run = (struct window){from, digits[i]};
		}
	}
	if (run.from <= run.to)
		add_window(scratch, run.from, run.to);
}

static int
compare_windows(const void *a, const void *b)
{
	const struct window *x = a, *y = b;
	return (x->from > y->from) - (x->from < y->from);
}

/* Most patterns have few windows, nearly in order. */
static void
sort_windows(struct window *windows, size_t n)
{
	if (n > FEW) {
		qsort(windows, n, sizeof(*windows), compare_windows);
		return;
	}
	for (size_t i = 1; i < n; i++) {
		struct window window = windows[i];
		size_t at = i;
		for (; at > 0 && windows[at - 1].from > window.from; at--)
			windows[at] = windows[at - 1];
		windows[at] = window;
	}
}

/* In order, and those that touch joined. */
static size_t
join_windows(struct match_scratch *scratch)
{
	struct window *windows = (void *)scratch->windows.p;
	size_t n = scratch->windows.n / sizeof(*windows), kept = 0;
	sort_windows(windows, n);
	for (size_t i = 0; i < n; i++) {
		if (kept > 0 && windows[i].from <= windows[kept - 1].to + 1) {
			if (windows[i].to > windows[kept - 1].to)
				windows[kept - 1].to = windows[i].to;
			continue;
		}
		windows[kept++] = windows[i];
	}
	return kept;
}

/* Anywhere. */
static size_t
whole_window(struct match_scratch *scratch)
{
	buf_reset(&scratch->windows);
	add_window(scratch, 0, (uint32_t)scratch->text.n - 1);
	return 1;
}

/* Where the matches of a pattern can begin. */
static size_t
find_windows(struct match_scratch *scratch, const struct source *source)
{
	buf_reset(&scratch->windows);
	if (scratch->text.n == 0)
		return 0;
	if (scratch->way == MATCH_PLAIN)
		return whole_window(scratch);
	if (scratch->digits.n / sizeof(uint32_t) < source->digits)
		return 0;
	if (source->n_needed == 0 && source->digits == 0)
		return whole_window(scratch);
	for (size_t i = 0; i < source->n_needed; i++)
		if (!literal_windows(scratch, &source->needed[i]))
			return whole_window(scratch);
	if (source->n_needed == 0)
		digit_windows(scratch, source);
	return join_windows(scratch);
}

static int
run_pattern(struct match_scratch *scratch, const struct source *source, size_t from, size_t to)
{
	scratch->counts.pcre2_calls++;
	pcre2_set_offset_limit(scratch->context, to);
	if (source->jit)
		return pcre2_jit_match(source->code, scratch->text.p, scratch->text.n, from, 0, scratch->data,
			scratch->context);
	return pcre2_match(source->code, scratch->text.p, scratch->text.n, from, PCRE2_NO_UTF_CHECK,
		scratch->data, scratch->context);
}

/* The match that PCRE2 found, as a span; the value is group 1 when it took part. */
static struct match_span
span_of(const struct match_scratch *scratch, int groups)
{
	const PCRE2_SIZE *places = pcre2_get_ovector_pointer(scratch->data);
	struct match_span span = {
		(uint32_t)places[0], (uint32_t)places[1], (uint32_t)places[0], (uint32_t)places[1]};
	if (groups > 1 && places[2] != PCRE2_UNSET && places[2] < places[3]) {
		span.value_from = (uint32_t)places[2];
		span.value_to = (uint32_t)places[3];
	}
	return span;
}

static enum match_status
find_pattern(struct match_scratch *scratch, const struct source *source, struct buf *spans)
{
	size_t n = find_windows(scratch, source), at = 0;
	const struct window *windows = (const void *)scratch->windows.p;
	for (size_t i = 0; i < n; i++) {
		if (at < windows[i].from)
			at = windows[i].from;
		while (at <= windows[i].to) {
			int groups = run_pattern(scratch, source, at, windows[i].to);
			if (groups == PCRE2_ERROR_NOMATCH)
				break;
			if (groups < 0)
				return MATCH_LIMIT;
			struct match_span span = span_of(scratch, groups);
			buf_put(spans, &span, sizeof(span));
			at = span.to > span.from ? span.to : span.from + 1;
		}
	}
	return buf_full(spans) || buf_full(&scratch->windows) ? MATCH_LIMIT : MATCH_DONE;
}

static enum match_status
find_terms(struct match_scratch *scratch, uint32_t set, struct buf *spans)
{
	const struct term_hit *hits = (const void *)scratch->sorted_terms.p;
	for (uint32_t i = scratch->set_from[set]; i < scratch->set_from[set + 1]; i++) {
		struct match_span span = {hits[i].from, hits[i].to, hits[i].from, hits[i].to};
		buf_put(spans, &span, sizeof(span));
	}
	return buf_full(spans) ? MATCH_LIMIT : MATCH_DONE;
}

enum match_status
match_find(const struct matcher *matcher, struct match_scratch *scratch, uint32_t source_number,
	struct buf *spans)
{
	const struct source *source = &matcher->sources[source_number];
	return source->code ? find_pattern(scratch, source, spans) : find_terms(scratch, source->set, spans);
}
