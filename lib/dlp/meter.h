/* SPDX-License-Identifier: Apache-2.0 */
/* How scan.c measures (cost.h): a mark before, a function behind. Nothing happens in a scan without costs. */
#ifndef POSTSEAL_METER_H
#define POSTSEAL_METER_H

#include "lib/dlp/cost.h"
#include "lib/dlp/state.h"

struct meter {
	int64_t ns, terms_ns;
	uint64_t pcre2_calls;
};

void meter_start(const struct scan_state *state, struct meter *meter);
void meter_fold(const struct scan_state *state, const struct meter *meter);

/* A segment was looked at for all sources at once. */
void meter_begin(const struct scan_state *state, const struct meter *meter, struct bytes text);
void meter_search(const struct scan_state *state, const struct meter *meter, size_t rule);
void meter_judge(const struct scan_state *state, const struct meter *meter, size_t rule);

#endif
