/* SPDX-License-Identifier: Apache-2.0 */
/* Rules that never come to anything: below their threshold, or asked for by nobody. */
#include <stdlib.h>

#include "lib/base/mem.h"
#include "lib/dlp/lint_state.h"

enum { NOT_ASKED = 101 };

/* The least confidence that some condition asks of a rule, or of a kind. */
struct demand {
	int *rules;
	int kinds[RULE_KINDS];
};

static void
note_demand(struct demand *demand, const struct expr *expr)
{
	bool asks = expr->op == EXPR_MATCH || expr->op == EXPR_COUNT || expr->op == EXPR_DISTINCT;
	if (asks) {
		int *least = expr->subject == EXPR_RULE ? &demand->rules[expr->index]
							: &demand->kinds[expr->index];
		*least = expr->min_confidence < *least ? expr->min_confidence : *least;
		return;
	}
	for (const struct expr *e = expr->first; e; e = e->next)
		note_demand(demand, e);
}

static bool
names_rule(const struct expr *expr, size_t rule)
{
	bool asks = expr->op == EXPR_MATCH || expr->op == EXPR_COUNT || expr->op == EXPR_DISTINCT;
	if (asks && expr->subject == EXPR_RULE && expr->index == rule)
		return true;
	for (const struct expr *e = expr->first; e; e = e->next)
		if (names_rule(e, rule))
			return true;
	return false;
}

bool
lint_is_named(const struct lint *lint, const struct rule *rule)
{
	bool named = rule->is_evidence;
	for (size_t i = 0; i < lint->set->n_labels && !named; i++)
		named = names_rule(lint->set->labels[i].when, (size_t)(rule - lint->set->rules));
	return named;
}

/* A condition that asks of a rule what it can't give. */
static void
check_condition(struct lint *lint, const struct label_rule *label, const struct expr *expr)
{
	if (expr->op == EXPR_MATCH || expr->op == EXPR_COUNT || expr->op == EXPR_DISTINCT) {
		const struct rule *rule = expr->subject == EXPR_RULE ? &lint->set->rules[expr->index] : NULL;
		struct lint_subject at = {"label", label->name, label->place};
		if (rule && lint_reach(rule, NULL).high < expr->min_confidence)
			lint_add(lint, LINT_WARNING, "condition", &at,
				"asks rule '%s' for a confidence of %d, and it reaches %d at most: raise the "
				"rule's, or lower what is asked",
				rule->id, expr->min_confidence, lint_reach(rule, NULL).high);
		return;
	}
	for (const struct expr *e = expr->first; e; e = e->next)
		check_condition(lint, label, e);
}

static void
check_rule(struct lint *lint, const struct demand *demand, size_t number)
{
	const struct rule *rule = &lint->set->rules[number];
	struct lint_subject subject = lint_of_rule(rule);
	int high = lint_reach(rule, NULL).high;
	int asked = demand->rules[number] < demand->kinds[rule->kind] ? demand->rules[number]
								      : demand->kinds[rule->kind];
	if (high < rule->threshold)
		lint_add(lint, LINT_WARNING, "threshold", &subject,
			"can never reach its threshold: confidence %d and all evidence make %d of %d; raise "
			"the confidence, or lower the threshold",
			rule->confidence, high, rule->threshold);
	else if (!rule->is_evidence && asked == NOT_ASKED)
		lint_add(lint, LINT_NOTE, "unused", &subject,
			"no condition and no evidence asks for it: it is reported and decides nothing");
	else if (!rule->is_evidence && asked > high)
		lint_add(lint, LINT_NOTE, "unused", &subject,
			"no condition asks for less than %d, and its confidence is at most %d: it is "
			"reported and decides nothing",
			asked, high);
}

void
lint_use(struct lint *lint)
{
	const struct ruleset *set = lint->set;
	struct demand demand = {.rules = mem_new(set->n_rules + 1, sizeof(*demand.rules))};
	for (size_t i = 0; i < set->n_rules; i++)
		demand.rules[i] = NOT_ASKED;
	for (int i = 0; i < RULE_KINDS; i++)
		demand.kinds[i] = NOT_ASKED;
	for (size_t i = 0; i < set->n_labels; i++) {
		if (set->labels[i].disabled)
			continue;
		note_demand(&demand, set->labels[i].when);
		check_condition(lint, &set->labels[i], set->labels[i].when);
	}
	for (size_t i = 0; i < set->n_rules; i++)
		if (!set->rules[i].disabled)
			check_rule(lint, &demand, i);
	free(demand.rules);
}
