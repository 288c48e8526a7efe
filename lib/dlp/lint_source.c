/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns: each by itself, and those that are written twice. */
#include "lib/dlp/lint_state.h"

/* A pattern of a rule, as it is written. */
struct written_pattern {
	struct bytes text;
	bool minds_case;
	const struct rule *rule;
	const struct yaml_node *node;
};

struct pattern_context {
	struct lint *lint;
	struct lint_subject subject;
	const struct yaml_node *node;
	bool is_short; /* no body, no attachment: what the rule reads is never long */
};

static void
report_pattern(void *context, enum lint_level level, const char *check, size_t offset, const char *text)
{
	struct pattern_context *c = context;
	struct lint_subject at = lint_at(&c->subject, c->node);
	if (c->is_short && strcmp(check, "prefilter") == 0)
		level = LINT_NOTE;
	at.place.column += (c->node->plain ? 0 : 1) + (int)offset;
	lint_add(c->lint, level, check, &at, "%s", text);
}

static bool
minds_case(const struct yaml_node *owner)
{
	const struct yaml_node *node = yaml_get(owner, "case");
	return node && bytes_eq(node->text, BYTES_LIT("sensitive"));
}

/* The patterns of a rule, or of an item of its evidence. */
static void
each_pattern(struct lint *lint, const struct rule *rule, const struct yaml_node *owner, struct buf *all)
{
	static const char *const keys[] = {"pattern", "patterns"};
	static const unsigned longs = SCOPE_BODY | SCOPE_ATTACHMENT | SCOPE_HIDDEN;
	bool sensitive = minds_case(owner), is_short = (rule->where.scope & longs) == 0;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		size_t n;
		const struct yaml_node *item = written_items(yaml_get(owner, keys[i]), &n);
		for (; item && n > 0; item = item->next, n--) {
			struct pattern_context context = {lint, lint_of_rule(rule), item, is_short};
			lint_pattern(item->text, sensitive ? MATCH_EXACT_CASE : MATCH_ANY_CASE,
				report_pattern, &context);
			struct written_pattern pattern = {item->text, sensitive, rule, item};
			if (all)
				buf_put(all, &pattern, sizeof(pattern));
		}
	}
}

static void
find_twins(struct lint *lint, const struct buf *all)
{
	const struct written_pattern *p = (const void *)all->p;
	size_t n = all->n / sizeof(*p);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++) {
			if (p[i].rule->kind != p[j].rule->kind || p[i].minds_case != p[j].minds_case ||
				!bytes_eq(p[i].text, p[j].text))
				continue;
			struct lint_subject rule = lint_of_rule(p[i].rule), at = lint_at(&rule, p[i].node);
			lint_add(lint, LINT_WARNING, "duplicate", &at,
				"the same pattern is in rule '%s' of the same kind (line %d): take one "
				"out",
				p[j].rule->id, p[j].node->line);
			break;
		}
}

void
lint_sources(struct lint *lint)
{
	struct buf all;
	buf_init(&all, LINT_MAX);
	for (size_t i = 0; i < lint->set->n_rules; i++) {
		const struct rule *rule = &lint->set->rules[i];
		const struct yaml_node *node = written_rule(lint->written, &rule->place), *evidence;
		if (!node || rule->disabled)
			continue;
		each_pattern(lint, rule, node, &all);
		evidence = yaml_get(node, "evidence");
		for (evidence = evidence ? evidence->children : NULL; evidence; evidence = evidence->next)
			each_pattern(lint, rule, evidence, NULL);
	}
	find_twins(lint, &all);
	buf_done(&all);
}
