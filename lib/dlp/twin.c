/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/twin.h"

/* Shorter ones are not worth it; a twin stands near, and a message of many parts must not compare all pairs.
 */
enum { TEXT_MIN = 64, LOOK_BACK = 16 };

static bool
are_alike(const struct scan_segment *a, const struct scan_segment *b)
{
	return a->scope == b->scope && bytes_eq(a->header, b->header) &&
	       bytes_eq(a->folded.text, b->folded.text);
}

/* The first of those alike: it has no twin itself, so that it was searched. */
uint32_t
twin_find(const struct scan_state *state, uint32_t segment)
{
	const struct scan_segment *own = &state->segments[segment];
	/* A trace tells of every place; a comparison with PCRE2 alone needs what was just searched. */
	if (own->folded.text.n < TEXT_MIN || state->trace || state->compare_until_ms != 0)
		return TWIN_NONE;
	for (uint32_t i = segment; i > 0 && segment - i < LOOK_BACK; i--) {
		const struct scan_segment *before = &state->segments[i - 1];
		if (are_alike(own, before))
			return before->twin != TWIN_NONE ? before->twin : i - 1;
	}
	return TWIN_NONE;
}

void
twin_copy_slices(struct scan_state *state, uint32_t segment)
{
	const struct scan_segment *twin = &state->segments[state->segments[segment].twin];
	for (uint32_t i = 0; i < twin->n_slices; i++) {
		struct scan_slice slice = state_slices(state)[twin->first_slice + i];
		slice.segment = segment;
		slice.next = 0;
		state_append_slice(state, &slice);
	}
}

void
twin_copy_matches(struct scan_state *state, uint32_t segment)
{
	const struct scan_segment *twin = &state->segments[state->segments[segment].twin];
	for (uint32_t i = 0; i < twin->n_matches; i++) {
		struct scan_match match = state_matches(state)[twin->first_match + i];
		match.segment = segment;
		buf_put(&state->scratch->matches, &match, sizeof(match));
	}
}
