/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/bearing.h"

/* The first span of a slice that begins at `place` or later. */
static size_t
first_from(const struct match_span *spans, size_t n, uint64_t place)
{
	size_t low = 0, high = n;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (spans[middle].from < place)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Notes a span that stands before the match or overlaps it. */
static void
found_before(const struct match_span *span, const struct match_span *match, struct bearing *ret)
{
	ret->side = span->to <= match->from ? TRACE_BEFORE : TRACE_INSIDE;
	ret->distance = span->to <= match->from ? match->from - span->to : 0;
	ret->span = *span;
}

static void
found_after(const struct match_span *span, const struct match_span *match, struct bearing *ret)
{
	*ret = (struct bearing){TRACE_AFTER, span->from - match->to, *span};
}

/*
 * The last span of the first `n` that ends between `low` and `high`, going backwards: of spans that do not
 * lie in each other, as all patterns' do, it is the nearest.
 */
static const struct match_span *
last_ending(const struct match_span *spans, size_t n, uint32_t longest, uint64_t low, uint64_t high)
{
	for (size_t i = n; i > 0; i--) {
		const struct match_span *span = &spans[i - 1];
		if (span->to >= low && span->to <= high)
			return span;
		if ((uint64_t)span->from + longest < low)
			return NULL;
	}
	return NULL;
}

bool
bearing_near(const struct match_span *spans, const struct scan_slice *slice, const struct match_span *match,
	uint64_t low, uint64_t high, struct bearing *ret)
{
	size_t next = first_from(spans, slice->n, match->to);
	const struct match_span *last = last_ending(spans, next, slice->longest, low, UINT64_MAX);
	bool follows = next < slice->n && spans[next].from <= high;
	if (last)
		found_before(last, match, ret);
	if (follows && (!last || spans[next].from - match->to < ret->distance))
		found_after(&spans[next], match, ret);
	return last || follows;
}

bool
bearing_beside(const struct match_span *spans, const struct scan_slice *slice, const struct match_span *match,
	const struct evidence *evidence, struct bearing *ret)
{
	if (evidence->before != EVIDENCE_NOWHERE) {
		uint64_t low = match->from > evidence->before ? match->from - evidence->before : 0;
		size_t n = first_from(spans, slice->n, match->from);
		const struct match_span *last = last_ending(spans, n, slice->longest, low, match->from);
		if (last) {
			found_before(last, match, ret);
			return true;
		}
	}
	if (evidence->after == EVIDENCE_NOWHERE)
		return false;
	size_t next = first_from(spans, slice->n, match->to);
	if (next == slice->n || spans[next].from - match->to > evidence->after)
		return false;
	found_after(&spans[next], match, ret);
	return true;
}
