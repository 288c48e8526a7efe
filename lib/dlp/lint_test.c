/* SPDX-License-Identifier: Apache-2.0 */
/* Tests that prove little. */
#include "lib/dlp/lint_state.h"

enum { EACH_MIN = 2 };

static void
check_numbers(struct lint *lint, enum lint_level level, const struct lint_subject *subject,
	const struct example *examples)
{
	int hits = 0, misses = 0;
	for (const struct example *e = examples; e; e = e->next)
		*(e->hit ? &hits : &misses) += 1;
	if (hits < EACH_MIN || misses < EACH_MIN)
		lint_add(lint, level, "tests", subject,
			"has %d hit%s and %d miss%s: at least %d of each; a good miss is a near one", hits,
			hits == 1 ? "" : "s", misses, misses == 1 ? "" : "es", EACH_MIN);
}

static bool
is_found(struct lint *lint, struct arena *arena, const struct example *example, uint32_t source)
{
	bool found = false;
	for (const struct segment *s = example->text.segments; s && !found; s = s->next) {
		struct folded folded;
		struct buf spans;
		buf_init(&spans, 1 << 20);
		fold_text(&lint->fold, arena, s->text,
			s->view == SEGMENT_FILENAME ? FOLD_FILENAME : FOLD_TEXT, &folded);
		match_begin(lint->set->matcher, lint->match, folded.text, MATCH_FAST);
		match_find(lint->set->matcher, lint->match, source, &spans);
		found = spans.n > 0;
		buf_done(&spans);
	}
	return found;
}

/* A pattern that no hit needs could break, and all tests would pass. */
static void
check_pattern(struct lint *lint, const struct rule *rule, uint32_t source, const struct yaml_node *node)
{
	struct lint_subject of_rule = lint_of_rule(rule), at = lint_at(&of_rule, node);
	struct arena arena;
	bool found = false;
	arena_init(&arena);
	for (const struct example *e = rule->examples; e && !found; e = e->next)
		found = e->hit && is_found(lint, &arena, e, source);
	if (!found)
		lint_add(lint, LINT_NOTE, "tests", &at,
			"no hit shows that this pattern works: add one that it finds");
	arena_done(&arena);
}

static void
check_patterns(struct lint *lint, const struct rule *rule)
{
	static const char *const keys[] = {"pattern", "patterns"};
	const struct yaml_node *node = written_rule(lint->written, &rule->place);
	size_t at = 0, n;
	for (size_t i = 0; node && i < sizeof(keys) / sizeof(keys[0]); i++) {
		const struct yaml_node *item = written_items(yaml_get(node, keys[i]), &n);
		for (; n > 0 && at < rule->sources.n; item = item->next, n--)
			check_pattern(lint, rule, rule->sources.p[at++], item);
	}
}

void
lint_tests(struct lint *lint)
{
	for (size_t i = 0; i < lint->set->n_rules; i++) {
		const struct rule *rule = &lint->set->rules[i];
		struct lint_subject subject = lint_of_rule(rule);
		if (rule->disabled)
			continue;
		check_numbers(lint, LINT_WARNING, &subject, rule->examples);
		check_patterns(lint, rule);
	}
	for (size_t i = 0; i < lint->set->n_labels; i++) {
		const struct label_rule *label = &lint->set->labels[i];
		struct lint_subject subject = {"label", label->name, label->place};
		if (label->disabled)
			continue;
		/* Conditions are short, and a label may have many of them. */
		check_numbers(lint, LINT_NOTE, &subject, label->examples);
	}
}
