/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/example.h"

#include "lib/dlp/state.h"

struct runner {
	const struct ruleset *set;
	struct scan_scratch *scratch;
	struct match_scratch *plain; /* for PCRE2 alone */
	example_report report;
	void *context;
};

static void
explain_miss(struct example_outcome *outcome, const struct rule *rule, int closest)
{
	if (closest == JUDGE_NOTHING)
		snprintf(outcome->why, sizeof(outcome->why), "nothing is found");
	else if (closest == JUDGE_INVALID)
		snprintf(outcome->why, sizeof(outcome->why), "what is found fails its validator");
	else
		snprintf(outcome->why, sizeof(outcome->why), "the confidence is %d, below the threshold %d",
			closest, rule->threshold);
}

/* Both ways find the same places of a source in a text. */
static bool
same_places(struct runner *runner, struct bytes text, uint32_t source)
{
	struct buf fast, plain;
	buf_init(&fast, 1 << 20);
	buf_init(&plain, 1 << 20);
	const struct matcher *matcher = runner->set->matcher;
	match_begin(matcher, runner->plain, text, MATCH_FAST);
	match_find(matcher, runner->plain, source, &fast);
	match_begin(matcher, runner->plain, text, MATCH_PLAIN);
	match_find(matcher, runner->plain, source, &plain);
	bool same = bytes_eq(buf_bytes(&fast), buf_bytes(&plain));
	buf_done(&fast);
	buf_done(&plain);
	return same;
}

static bool
prefilter_agrees(struct runner *runner, const struct scan_state *state, const struct rule *rule)
{
	for (size_t i = 0; i < state->n_segments; i++)
		for (size_t j = 0; j < rule->sources.n; j++)
			if (!same_places(runner, state->segments[i].folded.text, rule->sources.p[j]))
				return false;
	return true;
}

static void
run_for_rule(struct runner *runner, size_t number, const struct example *example)
{
	const struct rule *rule = &runner->set->rules[number];
	struct scan_state state = {.set = runner->set, .scratch = runner->scratch, .text = &example->text};
	struct example_outcome outcome = {.what = "rule", .name = rule->id, .example = example};
	scan_scratch_use_roster(runner->scratch, example->roster);
	state_run(&state);
	const struct scan_range *range = &runner->scratch->ranges[number];
	bool found = range->n > 0;
	outcome.passed = found == example->hit && !state.limit;
	if (state.limit)
		snprintf(outcome.why, sizeof(outcome.why), "a pattern reaches its limit");
	else if (!found && example->hit)
		explain_miss(&outcome, rule, judge_closest(&state, number));
	else if (found && !example->hit)
		snprintf(outcome.why, sizeof(outcome.why), "found, with confidence %d",
			state_matches(&state)[range->from].confidence);
	if (outcome.passed && !prefilter_agrees(runner, &state, rule)) {
		outcome.passed = false;
		snprintf(outcome.why, sizeof(outcome.why),
			"the prefilter and PCRE2 differ: a fault of Postseal, please report the pattern");
	}
	runner->report(runner->context, &outcome);
}

static void
run_for_label(struct runner *runner, const struct label_rule *rule, const struct example *example)
{
	struct example_outcome outcome = {.what = "label", .name = rule->name, .example = example};
	struct scan_result result;
	struct arena arena;
	arena_init(&arena);
	scan_scratch_use_roster(runner->scratch, example->roster);
	scan_text(runner->set, runner->scratch, &example->text, &arena, &result);
	bool given = false;
	for (const struct label *label = result.labels; label; label = label->next)
		given = given || strcmp(label->name, rule->name) == 0;
	outcome.passed = given == example->hit;
	struct buf rules;
	buf_init(&rules, sizeof(outcome.why) - 40);
	for (const struct finding *finding = result.findings; finding; finding = finding->next)
		buf_putf(&rules, " %s %d", finding->rule, finding->confidence);
	if (!outcome.passed)
		snprintf(outcome.why, sizeof(outcome.why), "%s; found:%s",
			given ? "the label is given" : "no label",
			rules.n > 0 ? buf_cstr(&rules) : " nothing");
	buf_done(&rules);
	arena_done(&arena);
	runner->report(runner->context, &outcome);
}

void
example_run_all(const struct ruleset *set, example_report report, void *context)
{
	struct runner runner = {.set = set,
		.scratch = scan_scratch_new(set),
		.plain = match_scratch_new(set->matcher),
		.report = report,
		.context = context};
	for (size_t i = 0; i < set->n_rules; i++)
		for (const struct example *e = set->rules[i].examples; e; e = e->next)
			run_for_rule(&runner, i, e);
	for (size_t i = 0; i < set->n_labels; i++)
		for (const struct example *e = set->labels[i].examples; e; e = e->next)
			run_for_label(&runner, &set->labels[i], e);
	scan_scratch_free(runner.scratch);
	match_scratch_free(runner.plain);
}
