/* SPDX-License-Identifier: Apache-2.0 */
/* Rules whose source is the roster. Private to the engine. */
#ifndef POSTSEAL_ROSTER_SCAN_H
#define POSTSEAL_ROSTER_SCAN_H

#include "lib/dlp/state.h"

/* Looks into all segments, before the other sources are looked for. */
void roster_scan(struct scan_state *state);

/* What was found in a segment becomes a slice of each rule's source. Segments come in their order. */
void roster_share(struct scan_state *state, uint32_t segment);

#endif
