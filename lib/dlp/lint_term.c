/* SPDX-License-Identifier: Apache-2.0 */
/* Terms that stand twice: in one list, in two rules of a kind, in a dictionary beside the list. */
#include <stdlib.h>

#include "lib/base/ascii.h"
#include "lib/dlp/lint_state.h"

static const struct bytes dict_prefix = BYTES_LIT("dict:");

/* A term of a rule's own list, folded, in small letters. */
struct written_term {
	struct bytes text;
	bool minds_case;
	const struct rule *rule;
	const struct yaml_node *node;
	size_t order; /* as written */
};

/* Two rules that share terms. */
struct shared {
	const struct rule *first, *second;
	const struct written_term *term; /* the first of them, in the second rule */
	size_t n;
};

static struct bytes
folded_term(struct lint *lint, struct bytes text, bool minds_case)
{
	struct folded folded;
	fold_text(&lint->fold, &lint->list->arena, bytes_trim(text), FOLD_TERM, &folded);
	struct bytes copy = arena_bytes(&lint->list->arena, folded.text);
	uint8_t *p = arena_alloc(&lint->list->arena, copy.n + 1);
	for (size_t i = 0; i < copy.n; i++)
		p[i] = minds_case ? copy.p[i] : ascii_lower(copy.p[i]);
	return bytes_of(p, copy.n);
}

static void
gather(struct lint *lint, const struct rule *rule, const struct yaml_node *node, struct buf *all)
{
	size_t n;
	const struct yaml_node *item = written_items(yaml_get(node, "terms"), &n);
	const struct yaml_node *letter_case = yaml_get(node, "case");
	bool minds_case = letter_case && bytes_eq(letter_case->text, BYTES_LIT("sensitive"));
	for (; item && n > 0; item = item->next, n--) {
		if (item->kind != YAML_SCALAR || bytes_starts_nocase(item->text, dict_prefix))
			continue;
		struct written_term term = {folded_term(lint, item->text, minds_case), minds_case, rule, item,
			all->n / sizeof(term)};
		buf_put(all, &term, sizeof(term));
	}
}

static int
compare_terms(const void *a, const void *b)
{
	const struct written_term *x = a, *y = b;
	size_t n = x->text.n < y->text.n ? x->text.n : y->text.n;
	int order = n > 0 ? memcmp(x->text.p, y->text.p, n) : 0;
	if (order != 0)
		return order;
	if (x->text.n != y->text.n)
		return x->text.n < y->text.n ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

static void
note_shared(struct buf *pairs, const struct written_term *first, const struct written_term *second)
{
	struct shared *p = (void *)pairs->p;
	for (size_t i = 0; i < pairs->n / sizeof(*p); i++)
		if (p[i].first == first->rule && p[i].second == second->rule) {
			p[i].n++;
			return;
		}
	struct shared shared = {first->rule, second->rule, second, 1};
	buf_put(pairs, &shared, sizeof(shared));
}

/* A rule that somebody asks for by its name may have to hold what another one of its kind holds. */
static enum lint_level
level_of(const struct lint *lint, const struct shared *shared)
{
	bool named = lint_is_named(lint, shared->first) || lint_is_named(lint, shared->second);
	return named ? LINT_NOTE : LINT_WARNING;
}

static void
report_shared(struct lint *lint, const struct buf *pairs)
{
	const struct shared *p = (const void *)pairs->p;
	for (size_t i = 0; i < pairs->n / sizeof(*p); i++) {
		struct lint_subject rule = lint_of_rule(p[i].second), at = lint_at(&rule, p[i].term->node);
		if (p[i].n == 1)
			lint_add(lint, level_of(lint, &p[i]), "duplicate", &at,
				"the term '%.*s' is in rule '%s' of the same kind, too: one of them is "
				"enough",
				BYTES_FMT(p[i].term->node->text), p[i].first->id);
		else
			lint_add(lint, level_of(lint, &p[i]), "duplicate", &at,
				"%zu terms, the first is '%.*s', are in rule '%s' of the same kind, too: one "
				"of them is enough",
				p[i].n, BYTES_FMT(p[i].term->node->text), p[i].first->id);
	}
}

/* In the order of their texts: equal ones stand together. */
static void
find_twins(struct lint *lint, const struct buf *all)
{
	const struct written_term *p = (const void *)all->p;
	size_t n = all->n / sizeof(*p);
	struct buf pairs;
	buf_init(&pairs, LINT_MAX);
	for (size_t i = 1; i < n; i++)
		for (size_t j = i; j > 0 && bytes_eq(p[i].text, p[j - 1].text); j--) {
			const struct written_term *other = &p[j - 1];
			if (other->minds_case != p[i].minds_case || other->rule->kind != p[i].rule->kind)
				continue;
			struct lint_subject rule = lint_of_rule(p[i].rule), at = lint_at(&rule, p[i].node);
			if (other->rule == p[i].rule)
				lint_add(lint, LINT_WARNING, "duplicate", &at,
					"the term '%.*s' is in this list already (line %d)",
					BYTES_FMT(p[i].node->text), other->node->line);
			else
				note_shared(&pairs, other, &p[i]);
			break;
		}
	report_shared(lint, &pairs);
	buf_done(&pairs);
}

/* How many of the sources find the whole of the text. */
static size_t
finders(struct lint *lint, const struct source_list *sources, size_t from, struct bytes text)
{
	struct buf spans;
	size_t found = 0;
	buf_init(&spans, 1 << 20);
	match_begin(lint->set->matcher, lint->match, text, MATCH_FAST);
	for (size_t i = from; i < sources->n; i++) {
		buf_reset(&spans);
		match_find(lint->set->matcher, lint->match, sources->p[i], &spans);
		const struct match_span *p = (const void *)spans.p;
		bool whole = false;
		for (size_t j = 0; j < spans.n / sizeof(*p); j++)
			whole = whole || (p[j].from == 0 && p[j].to == text.n);
		found += whole;
	}
	buf_done(&spans);
	return found;
}

/*
 * The own list is one source and each dictionary one more, all behind `from` patterns: a term that two find
 * is in a dictionary.
 */
static void
find_in_dicts(struct lint *lint, const struct lint_subject *subject, const struct yaml_node *owner,
	const struct source_list *sources, size_t from)
{
	size_t n, own = 0;
	const struct yaml_node *first = written_items(yaml_get(owner, "terms"), &n), *item = first;
	for (size_t i = 0; i < n; i++, item = item->next)
		own += item->kind == YAML_SCALAR && !bytes_starts_nocase(item->text, dict_prefix);
	if (own == 0 || own == n || sources->n != from + (n - own) + 1)
		return;
	for (item = first; item && n > 0; item = item->next, n--) {
		if (item->kind != YAML_SCALAR || bytes_starts_nocase(item->text, dict_prefix))
			continue;
		struct folded folded;
		fold_text(&lint->fold, &lint->list->arena, bytes_trim(item->text), FOLD_TERM, &folded);
		struct lint_subject at = lint_at(subject, item);
		if (finders(lint, sources, from, folded.text) > 1)
			lint_add(lint, LINT_WARNING, "duplicate", &at,
				"the term '%.*s' is in a dictionary of the same list: take it out here",
				BYTES_FMT(item->text));
	}
}

static size_t
n_patterns(const struct yaml_node *node)
{
	size_t one, many;
	written_items(yaml_get(node, "pattern"), &one);
	written_items(yaml_get(node, "patterns"), &many);
	return one + many;
}

static void
look_in_dicts(struct lint *lint, const struct rule *rule, const struct yaml_node *node)
{
	struct lint_subject subject = lint_of_rule(rule);
	const struct yaml_node *item = yaml_get(node, "evidence");
	find_in_dicts(lint, &subject, node, &rule->sources, n_patterns(node));
	item = item ? item->children : NULL;
	for (const struct evidence *e = rule->evidence; e && item; e = e->next, item = item->next)
		find_in_dicts(lint, &subject, item, &e->sources, 0);
}

void
lint_terms(struct lint *lint)
{
	struct buf all;
	buf_init(&all, LINT_MAX);
	for (size_t i = 0; i < lint->set->n_rules; i++) {
		const struct rule *rule = &lint->set->rules[i];
		const struct yaml_node *node = written_rule(lint->written, &rule->place);
		if (!node || rule->disabled)
			continue;
		gather(lint, rule, node, &all);
		look_in_dicts(lint, rule, node);
	}
	if (all.n > 0)
		qsort(all.p, all.n / sizeof(struct written_term), sizeof(struct written_term), compare_terms);
	find_twins(lint, &all);
	buf_done(&all);
}
