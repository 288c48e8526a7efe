/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence that can never apply, or that changes nothing. */
#include "lib/dlp/lint_state.h"

struct lint_reach
lint_reach(const struct rule *rule, const struct evidence *but)
{
	int low = rule->confidence, high = rule->confidence;
	for (const struct evidence *e = rule->evidence; e; e = e->next) {
		low += e != but && e->add < 0 ? e->add : 0;
		high += e != but && e->add > 0 ? e->add : 0;
	}
	return (struct lint_reach){low < 0 ? 0 : low > 100 ? 100 : low, high > 100 ? 100 : high};
}

static bool
shares_a_name(const struct rule_where *a, const struct rule_where *b)
{
	for (size_t i = 0; i < a->n_names; i++)
		for (size_t j = 0; j < b->n_names; j++)
			if (bytes_eq_nocase(a->names[i], b->names[j]))
				return true;
	return false;
}

/* A field that is named may be the Subject, or any other: only two lists of names surely never meet. */
static bool
scopes_meet(const struct rule_where *a, const struct rule_where *b)
{
	static const unsigned fields = SCOPE_SUBJECT | SCOPE_HEADER | SCOPE_WRITTEN;
	unsigned both = a->scope & b->scope & ~(unsigned)SCOPE_NAMED;
	/* Fields in which people write are header fields. */
	if (both != 0 || ((a->scope & SCOPE_HEADER) && (b->scope & SCOPE_WRITTEN)) ||
		((a->scope & SCOPE_WRITTEN) && (b->scope & SCOPE_HEADER)))
		return true;
	return ((a->scope & SCOPE_NAMED) && (b->scope & fields)) ||
	       ((b->scope & SCOPE_NAMED) && (a->scope & fields)) || shares_a_name(a, b);
}

static void
check_rule_evidence(struct lint *lint, const struct rule *rule, const struct evidence *evidence,
	const struct evidence_rule *named)
{
	int number = rule_find(lint->set, named->name);
	if (number < 0)
		return;
	const struct rule *other = &lint->set->rules[number];
	struct lint_subject at = {"rule", rule->id, named->place};
	if (other->disabled) {
		lint_add(lint, LINT_WARNING, "evidence", &at,
			"rule '%s' is disabled by an override, so this evidence never applies", other->id);
		return;
	}
	if (evidence->where != EVIDENCE_MESSAGE && !scopes_meet(&rule->where, &other->where))
		lint_add(lint, LINT_WARNING, "evidence", &at,
			"rule '%s' never looks where this rule looks, so it is never near: give both a "
			"common scope, or use within: message",
			other->id);
	if (lint_reach(other, NULL).high < other->threshold)
		lint_add(lint, LINT_WARNING, "evidence", &at,
			"rule '%s' can never reach its own threshold, so this evidence never applies",
			other->id);
}

static void
check_item(struct lint *lint, const struct rule *rule, const struct evidence *evidence,
	const struct yaml_node *node)
{
	struct lint_subject of_rule = lint_of_rule(rule), at = lint_at(&of_rule, node);
	for (const struct evidence_rule *named = evidence->rules; named; named = named->next)
		check_rule_evidence(lint, rule, evidence, named);
	if (evidence->add > 0 && lint_reach(rule, evidence).low >= 100)
		lint_add(lint, LINT_WARNING, "evidence", &at,
			"this evidence changes nothing: the confidence is 100 without it; take it out, or "
			"lower the rule's confidence");
}

/* The first item as it is written; NULL when an override has put other evidence in its place. */
static const struct yaml_node *
first_item(const struct lint *lint, const struct rule *rule)
{
	const struct yaml_node *node = written_rule(lint->written, &rule->place);
	const struct yaml_node *list = node ? yaml_get(node, "evidence") : NULL;
	size_t n = 0;
	for (const struct evidence *e = rule->evidence; e; e = e->next)
		n++;
	return list && list->n_children == n ? list->children : NULL;
}

void
lint_evidence(struct lint *lint)
{
	for (size_t i = 0; i < lint->set->n_rules; i++) {
		const struct rule *rule = &lint->set->rules[i];
		const struct yaml_node *item = rule->disabled ? NULL : first_item(lint, rule);
		for (const struct evidence *e = rule->evidence; e && !rule->disabled; e = e->next) {
			check_item(lint, rule, e, item);
			item = item ? item->next : NULL;
		}
	}
}
