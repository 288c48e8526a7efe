/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Segments that say the same: the text and the HTML of one letter, mostly. What the rules find in the first
 * of them they find in the second, so it is searched and judged once.
 */
#ifndef POSTSEAL_DLP_TWIN_H
#define POSTSEAL_DLP_TWIN_H

#include "lib/dlp/state.h"

#define TWIN_NONE UINT32_MAX

/* An earlier segment that was searched, with the same folded text for the same rules; or TWIN_NONE. */
uint32_t twin_find(const struct scan_state *state, uint32_t segment);

/* What the twin of a segment was found to hold is what the segment holds. */
void twin_copy_slices(struct scan_state *state, uint32_t segment);

/* Of the rule that is judged: the twin's matches, which stand there already. */
void twin_copy_matches(struct scan_state *state, uint32_t segment);

#endif
