/* SPDX-License-Identifier: Apache-2.0 */
/* Looking for what the rules ask in one segment: their own sources, then those of their evidence. */
#ifndef POSTSEAL_DLP_SEARCH_H
#define POSTSEAL_DLP_SEARCH_H

#include "lib/dlp/state.h"

void search_segment(struct scan_state *state, uint32_t segment);

#endif
