/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/compare.h"

#include "lib/base/clock.h"
#include "lib/dlp/trouble.h"

/* What the source has found in the segment that was searched last. */
static struct bytes
found_by(const struct scan_state *state, uint32_t source, uint32_t segment)
{
	uint32_t last = state->scratch->last[source];
	if (last == 0 || state_slices(state)[last - 1].segment != segment)
		return bytes_of(NULL, 0);
	const struct scan_slice *slice = &state_slices(state)[last - 1];
	return bytes_of(
		(const uint8_t *)(state_spans(state) + slice->from), slice->n * sizeof(struct match_span));
}

/* A limit that only PCRE2 alone reaches is no difference: the prefilter is there to avoid it. */
static void
compare_source(struct scan_state *state, uint32_t source, uint32_t segment)
{
	struct buf *plain = &state->scratch->candidates;
	buf_reset(plain);
	if (match_find(state->set->matcher, state->scratch->match, source, plain) != MATCH_DONE)
		return;
	if (!bytes_eq(buf_bytes(plain), found_by(state, source, segment)))
		trouble_note(state, source, TROUBLE_DIFFERENCE);
}

void
compare_segment(struct scan_state *state, uint32_t segment)
{
	struct scan_scratch *scratch = state->scratch;
	struct bytes text = state->segments[segment].folded.text;
	uint32_t n = (uint32_t)match_n_sources(state->set->matcher);
	if (text.n > COMPARE_TEXT_MAX || clock_mono_ms() >= state->compare_until_ms || state->limit)
		return;
	if (match_begin(state->set->matcher, scratch->match, text, MATCH_PLAIN) != MATCH_DONE)
		return;
	for (uint32_t i = 0; i < n && clock_mono_ms() < state->compare_until_ms; i++) {
		uint32_t source = scratch->compare_next++ % n;
		if (scratch->looked[source] == scratch->serial)
			compare_source(state, source, segment);
	}
}
