/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the things that one source found in a segment stand, seen from a match. Both functions return false
 * when none is in reach. Of spans that lie in each other, as terms may, it need not be the very nearest.
 */
#ifndef POSTSEAL_BEARING_H
#define POSTSEAL_BEARING_H

#include "lib/dlp/state.h"
#include "lib/dlp/trace.h"

struct bearing {
	enum trace_side side;
	uint32_t distance;      /* bytes between the two; 0 unless before or after */
	struct match_span span; /* when it has a place in the segment */
};

/* What ends at `low` or later, and begins at `high` or earlier; of what stands before and behind, the nearer.
 */
bool bearing_near(const struct match_span *spans, const struct scan_slice *slice,
	const struct match_span *match, uint64_t low, uint64_t high, struct bearing *ret);

/* What stands beside the match, on a side that the evidence allows; the one before comes first. */
bool bearing_beside(const struct match_span *spans, const struct scan_slice *slice,
	const struct match_span *match, const struct evidence *evidence, struct bearing *ret);

#endif
