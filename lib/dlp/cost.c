/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/cost.h"

#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/dlp/meter.h"

/* The least that two readings in a row are apart. */
static int64_t
measure_clock(void)
{
	enum { TRIES = 200 };
	int64_t least = INT64_MAX;
	for (int i = 0; i < TRIES; i++) {
		int64_t start = clock_mono_ns(), took = clock_mono_ns() - start;
		least = took < least ? took : least;
	}
	return least;
}

void
costs_init(struct costs *costs, const struct ruleset *set)
{
	*costs = (struct costs){.rules = mem_new(set->n_rules, sizeof(*costs->rules)),
		.n_rules = set->n_rules,
		.clock_ns = measure_clock()};
	for (size_t i = 0; i < set->n_rules; i++)
		costs->rules[i].rule = set->rules[i].id;
}

void
costs_done(struct costs *costs)
{
	free(costs->rules);
}

void
meter_start(const struct scan_state *state, struct meter *meter)
{
	if (!state->costs)
		return;
	struct match_counts *counts = match_counts(state->scratch->match);
	counts->timed = true;
	meter->terms_ns = counts->terms_ns;
	meter->pcre2_calls = counts->pcre2_calls;
	meter->ns = clock_mono_ns();
}

static int64_t
taken(const struct scan_state *state, const struct meter *meter)
{
	int64_t took = clock_mono_ns() - meter->ns - state->costs->clock_ns;
	return took > 0 ? took : 0;
}

void
meter_fold(const struct scan_state *state, const struct meter *meter)
{
	if (state->costs)
		state->costs->fold_ns += taken(state, meter);
}

void
meter_begin(const struct scan_state *state, const struct meter *meter, struct bytes text)
{
	struct costs *costs = state->costs;
	if (!costs)
		return;
	int64_t took = taken(state, meter);
	int64_t terms = match_counts(state->scratch->match)->terms_ns - meter->terms_ns;
	costs->terms_ns += terms;
	costs->prefilter_ns += took > terms ? took - terms : 0;
	costs->bytes += text.n;
	costs->segments++;
}

void
meter_search(const struct scan_state *state, const struct meter *meter, size_t number)
{
	struct costs *costs = state->costs;
	if (!costs)
		return;
	int64_t took = taken(state, meter);
	uint64_t calls = match_counts(state->scratch->match)->pcre2_calls - meter->pcre2_calls;
	struct rule_cost *rule = &costs->rules[number];
	costs->search_ns += took;
	rule->ns += took;
	rule->calls++;
	rule->reached += calls > 0;
	rule->pcre2_calls += calls;
}

void
meter_judge(const struct scan_state *state, const struct meter *meter, size_t number)
{
	struct costs *costs = state->costs;
	if (!costs)
		return;
	int64_t took = taken(state, meter);
	costs->judge_ns += took;
	costs->rules[number].ns += took;
	costs->rules[number].matches += state->scratch->ranges[number].n;
}
