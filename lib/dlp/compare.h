/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The alarm for faults of our own prefilter: a segment that was just searched is searched by PCRE2 alone as
 * well, and each source must have found the same. Bounded: longer segments are left out, and a message gets
 * so much time; what was not reached this time comes first another time.
 */
#ifndef POSTSEAL_DLP_COMPARE_H
#define POSTSEAL_DLP_COMPARE_H

#include "lib/dlp/state.h"

enum { COMPARE_TEXT_MAX = 64 * 1024 };

/* Of the segment that was searched last; a difference is noted as trouble. Does nothing without time. */
void compare_segment(struct scan_state *state, uint32_t segment);

#endif
