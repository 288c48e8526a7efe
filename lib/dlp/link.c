/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/link.h"

#include "lib/conf/nearest.h"

int
rule_find(const struct ruleset *set, struct bytes id)
{
	for (size_t i = 0; i < set->n_rules; i++)
		if (set->rules[i].id && bytes_eq(id, bytes_of_str(set->rules[i].id)))
			return (int)i;
	return -1;
}

static void
fault_unknown(const struct ruleset *set, const struct evidence *evidence, struct faults *faults)
{
	const struct place *place = &evidence->rule_place;
	const char **names = arena_array(&faults->arena, set->n_rules + 1, sizeof(*names));
	size_t n = 0;
	for (size_t i = 0; i < set->n_rules; i++)
		if (set->rules[i].id)
			names[n++] = set->rules[i].id;
	const char *near = nearest_name(evidence->rule, names);
	faults_add(faults, place->file, place->line, place->column, "no rule is called `%.*s`%s%s%s",
		BYTES_FMT(evidence->rule), near ? "; did you mean `" : "", near ? near : "",
		near ? "`?" : "");
}

/* The rule that an evidence item names becomes a source. */
static void
link_evidence(struct ruleset *set, struct evidence *evidence, struct faults *faults)
{
	if (evidence->rule.n == 0)
		return;
	int rule = rule_find(set, evidence->rule);
	if (rule < 0) {
		fault_unknown(set, evidence, faults);
		return;
	}
	set->rules[rule].is_evidence = true;
	evidence->sources.n = 1;
	evidence->sources.p = arena_alloc(&set->arena, sizeof(uint32_t));
	evidence->sources.p[0] = rule_virtual_source(set, (size_t)rule);
}

static void
add_everywhere(struct ruleset *set, uint32_t source)
{
	struct source_list *list = &set->everywhere;
	for (size_t i = 0; i < list->n; i++)
		if (list->p[i] == source)
			return;
	uint32_t *p = arena_array(&set->arena, list->n + 1, sizeof(*p));
	if (list->n > 0)
		memcpy(p, list->p, list->n * sizeof(*p));
	p[list->n++] = source;
	list->p = p;
}

enum mark { UNSEEN, OPEN, DONE };

struct sorter {
	struct ruleset *set;
	struct faults *faults;
	enum mark *marks;
	size_t *stack; /* rules that are open, the last on top */
	size_t depth, done;
};

/* A rule that `rule` has as evidence and that is not in order yet, or -1. */
static int
next_open(struct sorter *sorter, size_t rule)
{
	const struct ruleset *set = sorter->set;
	for (struct evidence *e = set->rules[rule].evidence; e; e = e->next) {
		int other = e->rule.n > 0 ? rule_find(set, e->rule) : -1;
		if (other < 0 || sorter->marks[other] == DONE)
			continue;
		if (sorter->marks[other] == UNSEEN)
			return other;
		faults_add(sorter->faults, e->rule_place.file, e->rule_place.line, e->rule_place.column,
			"rules depend on each other in a circle: `%s` and `%s`", set->rules[rule].id,
			set->rules[other].id);
	}
	return -1;
}

/* Depth first, without recursion: packs decide how long such a chain is. */
static void
sort_from(struct sorter *sorter, size_t rule)
{
	sorter->stack[sorter->depth++] = rule;
	sorter->marks[rule] = OPEN;
	while (sorter->depth > 0) {
		size_t top = sorter->stack[sorter->depth - 1];
		int other = next_open(sorter, top);
		if (other >= 0) {
			sorter->marks[other] = OPEN;
			sorter->stack[sorter->depth++] = (size_t)other;
			continue;
		}
		sorter->depth--;
		sorter->marks[top] = DONE;
		sorter->set->order[sorter->done++] = top;
	}
}

void
link_rules(struct ruleset *set, struct faults *faults)
{
	struct arena arena;
	arena_init(&arena);
	for (size_t i = 0; i < set->n_rules; i++)
		for (struct evidence *e = set->rules[i].evidence; e; e = e->next) {
			link_evidence(set, e, faults);
			for (size_t j = 0; e->where == EVIDENCE_MESSAGE && e->rule.n == 0 && j < e->sources.n;
				j++)
				add_everywhere(set, e->sources.p[j]);
		}
	set->order = arena_array(&set->arena, set->n_rules + 1, sizeof(*set->order));
	struct sorter sorter = {
		.set = set,
		.faults = faults,
		.marks = arena_array(&arena, set->n_rules + 1, sizeof(enum mark)),
		.stack = arena_array(&arena, set->n_rules + 1, sizeof(size_t)),
	};
	for (size_t i = 0; i < set->n_rules; i++)
		if (sorter.marks[i] == UNSEEN)
			sort_from(&sorter, i);
	arena_done(&arena);
}
