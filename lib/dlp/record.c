/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/record.h"

/* With `breaks` NULL it only counts. */
static size_t
find_breaks(struct bytes text, uint32_t *breaks)
{
	size_t n = 0;
	for (size_t at = 0; at < text.n; at++) {
		const uint8_t *next = memchr(text.p + at, '\n', text.n - at);
		if (!next)
			break;
		at = (size_t)(next - text.p);
		if (breaks)
			breaks[n] = (uint32_t)at;
		n++;
	}
	return n;
}

/* The number of breaks before `at`. */
static size_t
breaks_before(const struct scan_state *state, uint32_t number, uint32_t at)
{
	struct scan_segment *segment = &state->segments[number];
	if (!segment->breaks) {
		segment->n_breaks = find_breaks(segment->folded.text, NULL);
		uint32_t *breaks =
			arena_array(&state->scratch->arena, segment->n_breaks + 1, sizeof(*breaks));
		find_breaks(segment->folded.text, breaks);
		segment->breaks = breaks;
	}
	size_t low = 0, high = segment->n_breaks;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (segment->breaks[middle] < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

uint32_t
record_start(const struct scan_state *state, uint32_t segment, uint32_t at)
{
	size_t n = breaks_before(state, segment, at);
	return n > 0 ? state->segments[segment].breaks[n - 1] + 1 : 0;
}

uint32_t
record_end(const struct scan_state *state, uint32_t segment, uint32_t at)
{
	size_t n = breaks_before(state, segment, at);
	const struct scan_segment *own = &state->segments[segment];
	return n < own->n_breaks ? own->breaks[n] : (uint32_t)own->folded.text.n;
}
