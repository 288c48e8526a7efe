/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/search.h"

#include "lib/dlp/compare.h"
#include "lib/dlp/meter.h"
#include "lib/dlp/roster_scan.h"
#include "lib/dlp/trouble.h"
#include "lib/dlp/twin.h"

/* Looks for a source in the current segment, once. */
static bool
look_for(struct scan_state *state, uint32_t source, uint32_t segment)
{
	struct scan_scratch *scratch = state->scratch;
	if (!match_may_find(scratch->match, source))
		return false;
	if (scratch->looked[source] != scratch->serial) {
		scratch->looked[source] = scratch->serial;
		size_t from = state_n_spans(state);
		if (match_find(state->set->matcher, scratch->match, source, &scratch->spans) == MATCH_LIMIT)
			trouble_note(state, source, TROUBLE_LIMIT);
		state_add_slice(state, source, segment, from, state_n_spans(state) - from);
	}
	uint32_t last = scratch->last[source];
	return last != 0 && state_slices(state)[last - 1].segment == segment;
}

/* Whether the roster has found somebody for a rule in the current segment. */
static bool
roster_has(const struct scan_state *state, const struct rule *rule, uint32_t segment)
{
	uint32_t last = rule->roster.attributes > 0 ? state->scratch->last[rule->roster.source] : 0;

	return last != 0 && state_slices(state)[last - 1].segment == segment;
}

static bool
look_for_all(struct scan_state *state, const struct source_list *sources, uint32_t segment)
{
	bool found = false;
	for (size_t i = 0; i < sources->n; i++)
		found = look_for(state, sources->p[i], segment) || found;
	return found;
}

/*
 * What a rule's evidence is looked for only where the rule itself has found something. False: the rule does
 * not look into such segments.
 */
static bool
search_rule(struct scan_state *state, const struct rule *rule, uint32_t segment)
{
	if (!judge_looks_in(rule, &state->segments[segment]))
		return false;
	if (!look_for_all(state, &rule->sources, segment) && !roster_has(state, rule, segment))
		return true;
	for (const struct evidence *evidence = rule->evidence; evidence; evidence = evidence->next)
		if (!evidence->rules)
			look_for_all(state, &evidence->sources, segment);
	return true;
}

/* Notes that a source is to be looked for. */
static void
want(struct scan_state *state, uint32_t source)
{
	struct scan_scratch *scratch = state->scratch;
	struct match_answer answer = {.source = source};
	if (scratch->looked[source] == scratch->serial || !match_may_find(scratch->match, source))
		return;
	scratch->looked[source] = scratch->serial;
	buf_put(&scratch->answers, &answer, sizeof(answer));
}

static void
want_all(struct scan_state *state, const struct source_list *sources)
{
	for (size_t i = 0; i < sources->n; i++)
		want(state, sources->p[i]);
}

static void
look_for_wanted(struct scan_state *state, uint32_t segment)
{
	struct scan_scratch *scratch = state->scratch;
	struct match_answer *answers = (void *)scratch->answers.p;
	size_t n = scratch->answers.n / sizeof(*answers);
	match_find_all(state->set->matcher, scratch->match, answers, n, &scratch->spans);
	for (size_t i = 0; i < n; i++) {
		if (answers[i].status == MATCH_LIMIT)
			trouble_note(state, answers[i].source, TROUBLE_LIMIT);
		state_add_slice(state, answers[i].source, segment, answers[i].from, answers[i].n);
	}
	buf_reset(&scratch->answers);
}

/* Whether a rule has found something in the current segment. */
static bool
has_found(const struct scan_state *state, const struct rule *rule, uint32_t segment)
{
	for (size_t i = 0; i < rule->sources.n; i++) {
		uint32_t last = state->scratch->last[rule->sources.p[i]];
		if (last != 0 && state_slices(state)[last - 1].segment == segment)
			return true;
	}
	return roster_has(state, rule, segment);
}

/* As search_rule() for all rules, but each step for all of them at once: see match_find_all(). */
static void
search_long(struct scan_state *state, uint32_t segment)
{
	const struct ruleset *set = state->set;
	const struct scan_segment *own = &state->segments[segment];
	for (size_t i = 0; i < set->n_rules; i++)
		if (judge_looks_in(&set->rules[i], own))
			want_all(state, &set->rules[i].sources);
	want_all(state, &set->everywhere);
	look_for_wanted(state, segment);
	for (size_t i = 0; i < set->n_rules; i++) {
		const struct rule *rule = &set->rules[i];
		if (!judge_looks_in(rule, own) || !has_found(state, rule, segment))
			continue;
		for (const struct evidence *evidence = rule->evidence; evidence; evidence = evidence->next)
			if (!evidence->rules)
				want_all(state, &evidence->sources);
	}
	look_for_wanted(state, segment);
}

/* What rules cost is told rule by rule, so that they must be searched one by one. */
static void
search_rules(struct scan_state *state, uint32_t segment)
{
	const struct ruleset *set = state->set;
	struct meter meter;
	if (match_is_long(state->scratch->match) && !state->costs) {
		search_long(state, segment);
		return;
	}
	for (size_t i = 0; i < set->n_rules; i++) {
		meter_start(state, &meter);
		if (search_rule(state, &set->rules[i], segment))
			meter_search(state, &meter, i);
	}
	look_for_all(state, &set->everywhere, segment);
}

static bool
anyone_looks_in(const struct ruleset *set, const struct scan_segment *segment)
{
	for (size_t i = 0; i < set->n_rules; i++)
		if (judge_looks_in(&set->rules[i], segment))
			return true;
	return false;
}

static void
search_text(struct scan_state *state, uint32_t segment)
{
	const struct ruleset *set = state->set;
	struct scan_scratch *scratch = state->scratch;
	if (++scratch->serial == 0) {
		memset(scratch->looked, 0, scratch->n_sources * sizeof(*scratch->looked));
		scratch->serial = 1;
	}
	struct bytes text = state->segments[segment].folded.text;
	struct meter meter;
	meter_start(state, &meter);
	if (match_begin(set->matcher, scratch->match, text, MATCH_FAST) == MATCH_LIMIT)
		state->limit = true;
	meter_begin(state, &meter, text);
	roster_search(state, segment);
	search_rules(state, segment);
	if (state->compare_until_ms != 0)
		compare_segment(state, segment);
}

void
search_segment(struct scan_state *state, uint32_t segment)
{
	struct scan_segment *own = &state->segments[segment];
	size_t first = state->scratch->slices.n / sizeof(struct scan_slice);
	if (state->set->everywhere.n == 0 && !anyone_looks_in(state->set, own))
		return;
	own->twin = twin_find(state, segment);
	if (own->twin != TWIN_NONE)
		twin_copy_slices(state, segment);
	else
		search_text(state, segment);
	own->first_slice = (uint32_t)first;
	own->n_slices = (uint32_t)(state->scratch->slices.n / sizeof(struct scan_slice) - first);
}
