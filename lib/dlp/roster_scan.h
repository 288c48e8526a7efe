/* SPDX-License-Identifier: Apache-2.0 */
/* Rules whose source is the roster. Private to the engine. */
#ifndef POSTSEAL_ROSTER_SCAN_H
#define POSTSEAL_ROSTER_SCAN_H

#include "lib/dlp/state.h"

/* Looks into the segment that match_begin() has just looked at; what is found becomes a slice of each rule's
 * source. */
void roster_search(struct scan_state *state, uint32_t segment);

/* When all segments were searched: what was found goes again where no recipient is another patient. */
void roster_settle(struct scan_state *state);

#endif
