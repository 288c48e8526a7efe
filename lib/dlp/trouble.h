/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules that did not do what they should on a message: a limit was reached, or the prefilter and PCRE2 alone
 * did not find the same. Rare; either makes the message unscannable. Private to the scanner.
 */
#ifndef POSTSEAL_DLP_TROUBLE_H
#define POSTSEAL_DLP_TROUBLE_H

#include "lib/dlp/state.h"

/* Notes it for a source; what is above the bound is left out. */
void trouble_note(struct scan_state *state, uint32_t source, enum trouble_kind kind);

/* For each rule that has such a source as its own or as evidence; in the arena. */
struct trouble *trouble_list(const struct scan_state *state, struct arena *arena);

#endif
