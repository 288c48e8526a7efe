/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/example.h"

#include "lib/dlp/state.h"

enum { PLACED_MAX = 1 << 22, BLOCK = 64 };

struct runner {
	const struct ruleset *set;
	struct scan_scratch *scratch;
	struct match_scratch *plain; /* for PCRE2 alone */
	struct buf placed;           /* the samples of one rule, each at many places */
	example_report report;
	void *context;
};

static void
explain_miss(struct example_outcome *outcome, const struct rule *rule, int closest)
{
	if (closest == JUDGE_NOTHING)
		snprintf(outcome->why, sizeof(outcome->why), "nothing is found");
	else if (closest == JUDGE_EXCEPTED)
		snprintf(outcome->why, sizeof(outcome->why), "what is found is on its list of exceptions");
	else if (closest == JUDGE_INVALID)
		snprintf(outcome->why, sizeof(outcome->why), "what is found fails its validator");
	else
		snprintf(outcome->why, sizeof(outcome->why), "the confidence is %d, below the threshold %d",
			closest, rule->threshold);
}

/* What all sources of a rule find in a text, one behind the other with their counts. */
static void
find_all(struct runner *runner, struct bytes text, const struct rule *rule, enum match_way way,
	struct buf *found)
{
	const struct matcher *matcher = runner->set->matcher;
	match_begin(matcher, runner->plain, text, way);
	for (size_t i = 0; i < rule->sources.n; i++) {
		match_find(matcher, runner->plain, rule->sources.p[i], found);
		buf_put(found, &found->n, sizeof(found->n));
	}
}

/* Both ways find the same places in a text. */
static bool
prefilter_agrees(struct runner *runner, struct bytes text, const struct rule *rule)
{
	struct buf fast, plain;
	buf_init(&fast, PLACED_MAX);
	buf_init(&plain, PLACED_MAX);
	find_all(runner, text, rule, MATCH_FAST, &fast);
	find_all(runner, text, rule, MATCH_PLAIN, &plain);
	bool same = bytes_eq(buf_bytes(&fast), buf_bytes(&plain));
	buf_done(&fast);
	buf_done(&plain);
	return same;
}

/*
 * Appends a sample at many places: behind 0 to 17 bytes of neutral text, and over the end of a block. All
 * samples of a rule become one text, so that each of its sources is run once for all of them.
 */
static void
place_sample(struct buf *placed, struct bytes sample)
{
	static const char before[] = "and then some so ";
	static const uint8_t offsets[] = {0, 1, 3, 6, 11, 17};
	for (size_t i = 0; i < sizeof(offsets); i++) {
		buf_put_str(placed, before + sizeof(before) - 1 - offsets[i]);
		buf_put_bytes(placed, sample);
		buf_put(placed, "\n so", 1 + i % 4);
	}
	while ((placed->n + sample.n / 2) % BLOCK != 0 && !buf_full(placed))
		buf_put_byte(placed, ' ');
	buf_put_bytes(placed, sample);
	buf_put_byte(placed, '\n');
}

static void
explain_difference(struct example_outcome *outcome)
{
	outcome->passed = false;
	snprintf(outcome->why, sizeof(outcome->why),
		"the prefilter and PCRE2 differ: a fault of Postseal, please report the pattern");
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
	for (size_t i = 0; i < state.n_segments; i++) {
		struct bytes text = state.segments[i].folded.text;
		place_sample(&runner->placed, text);
		if (outcome.passed && !prefilter_agrees(runner, text, rule))
			explain_difference(&outcome);
	}
	runner->report(runner->context, &outcome);
}

/* A rule's samples, then all of them at other places. */
static void
run_rule(struct runner *runner, size_t number)
{
	const struct rule *rule = &runner->set->rules[number];
	struct example_outcome outcome = {.what = "rule", .name = rule->id, .example = rule->examples};
	buf_reset(&runner->placed);
	for (const struct example *e = rule->examples; e; e = e->next)
		run_for_rule(runner, number, e);
	if (!rule->examples || prefilter_agrees(runner, buf_bytes(&runner->placed), rule))
		return;
	explain_difference(&outcome);
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
	buf_init(&runner.placed, PLACED_MAX);
	for (size_t i = 0; i < set->n_rules; i++)
		run_rule(&runner, i);
	for (size_t i = 0; i < set->n_labels; i++)
		for (const struct example *e = set->labels[i].examples; e; e = e->next)
			run_for_label(&runner, &set->labels[i], e);
	scan_scratch_free(runner.scratch);
	match_scratch_free(runner.plain);
	buf_done(&runner.placed);
}
