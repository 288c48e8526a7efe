/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records: the lines of a folded text, be they rows of a table or a CSV file, or segments of an HL7 message.
 * The places of all line breaks of a segment are gathered once, when first asked for; a place costs a binary
 * search then. Private to judge.c and verdict.c.
 */
#ifndef POSTSEAL_RECORD_H
#define POSTSEAL_RECORD_H

#include "lib/dlp/state.h"

/* Where the record that holds the byte at `at` starts, and where it ends: at its line break, or at the text's
 * end. */
uint32_t record_start(const struct scan_state *state, uint32_t segment, uint32_t at);
uint32_t record_end(const struct scan_state *state, uint32_t segment, uint32_t at);

#endif
