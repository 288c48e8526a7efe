/* SPDX-License-Identifier: Apache-2.0 */
/* Asking PCRE2 at the places where a pattern's matches can begin. */
#include "lib/dlp/match_state.h"

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

/*
 * Looks for a match that begins from `from` to `to`. Returns 1 and puts it down, with the place from where to
 * go on; 0; or -1 at a limit.
 */
static int
try_pattern(struct match_scratch *scratch, const struct source *source, size_t from, size_t to,
	struct buf *spans, size_t *ret_next)
{
	int groups = run_pattern(scratch, source, from, to);
	if (groups == PCRE2_ERROR_NOMATCH)
		return 0;
	if (groups < 0)
		return -1;
	struct match_span span = span_of(scratch, groups);
	buf_put(spans, &span, sizeof(span));
	*ret_next = span.to > span.from ? span.to : span.from + 1;
	return 1;
}

/* From `at` on, at each place of the stretch that passes. Returns where to go on, or -1 at a limit. */
static int64_t
find_one_by_one(
	struct match_scratch *scratch, const struct source *source, size_t at, size_t to, struct buf *spans)
{
	while (at <= to) {
		size_t next = at + 1;
		if (match_can_start(scratch, &source->start, at) &&
			try_pattern(scratch, source, at, at, spans, &next) < 0)
			return -1;
		at = next;
	}
	return (int64_t)at;
}

static int64_t
find_in_stretch(
	struct match_scratch *scratch, const struct source *source, size_t at, size_t to, struct buf *spans)
{
	while (at <= to) {
		int found = try_pattern(scratch, source, at, to, spans, &at);
		if (found < 0)
			return -1;
		if (found == 0)
			break;
	}
	return (int64_t)at;
}

int64_t
match_find_in(struct match_scratch *scratch, const struct source *source, struct stretch stretch, int64_t at,
	struct buf *spans)
{
	bool one_by_one = source->asking == ASK_ONE && scratch->way == MATCH_FAST;
	size_t from = stretch.from > (size_t)at ? stretch.from : (size_t)at;
	return (one_by_one ? find_one_by_one : find_in_stretch)(scratch, source, from, stretch.to, spans);
}

static enum match_status
find_pattern(const struct matcher *matcher, struct match_scratch *scratch, const struct source *source,
	struct buf *spans)
{
	if (scratch->text.n == 0)
		return MATCH_DONE;
	match_find_stretches(matcher, scratch, source, bytes_of(NULL, 0));
	const struct stretch *list = (const void *)scratch->stretches.p;
	size_t n = scratch->stretches.n / sizeof(*list);
	int64_t at = 0;
	for (size_t i = 0; i < n; i++) {
		at = match_find_in(scratch, source, list[i], at, spans);
		if (at < 0)
			return MATCH_LIMIT;
	}
	bool full = buf_full(spans) || buf_full(&scratch->stretches) || buf_full(&scratch->merged);
	return full ? MATCH_LIMIT : MATCH_DONE;
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
match_find(const struct matcher *matcher, struct match_scratch *scratch, uint32_t number, struct buf *spans)
{
	const struct source *source = &matcher->sources[number];
	if (!source->code)
		return find_terms(scratch, source->set, spans);
	bool active = scratch->active[number / 64] >> (number % 64) & 1;
	return active || scratch->way == MATCH_PLAIN ? find_pattern(matcher, scratch, source, spans)
						     : MATCH_DONE;
}
