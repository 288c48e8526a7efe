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

const char **
rule_names(const struct ruleset *set, struct arena *arena)
{
	const char **names = arena_array(arena, set->n_rules + 1, sizeof(*names));
	size_t n = 0;
	for (size_t i = 0; i < set->n_rules; i++)
		if (set->rules[i].id)
			names[n++] = set->rules[i].id;
	return names;
}

static void
fault_unknown(const struct ruleset *set, const struct evidence_rule *rule, struct faults *faults)
{
	const struct place *place = &rule->place;
	const char *near = nearest_name(rule->name, rule_names(set, &faults->arena));
	faults_add(faults, place->file, place->line, place->column, "no rule is called '%.*s'%s%s%s",
		BYTES_FMT(rule->name), near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* The rules that an evidence item names become sources. */
static void
link_evidence(struct ruleset *set, struct evidence *evidence, struct faults *faults)
{
	size_t n = 0;
	for (const struct evidence_rule *rule = evidence->rules; rule; rule = rule->next)
		n++;
	if (n == 0)
		return;
	evidence->sources.p = arena_array(&set->arena, n, sizeof(uint32_t));
	for (const struct evidence_rule *rule = evidence->rules; rule; rule = rule->next) {
		int number = rule_find(set, rule->name);
		if (number < 0) {
			fault_unknown(set, rule, faults);
			continue;
		}
		set->rules[number].is_evidence = true;
		evidence->sources.p[evidence->sources.n++] = rule_virtual_source(set, (size_t)number);
	}
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

/* A rule that this one has as evidence and that has this mark, or NULL. */
static const struct evidence_rule *
find_marked(const struct sorter *sorter, size_t number, enum mark mark)
{
	for (struct evidence *e = sorter->set->rules[number].evidence; e; e = e->next)
		for (const struct evidence_rule *rule = e->rules; rule; rule = rule->next) {
			int other = rule_find(sorter->set, rule->name);
			if (other >= 0 && sorter->marks[other] == mark)
				return rule;
		}
	return NULL;
}

/* Depth first, without recursion: packs decide how long such a chain is. */
static void
sort_from(struct sorter *sorter, size_t rule)
{
	sorter->stack[sorter->depth++] = rule;
	sorter->marks[rule] = OPEN;
	while (sorter->depth > 0) {
		size_t top = sorter->stack[sorter->depth - 1];
		const struct evidence_rule *other = find_marked(sorter, top, UNSEEN);
		if (other) {
			size_t number = (size_t)rule_find(sorter->set, other->name);
			sorter->marks[number] = OPEN;
			sorter->stack[sorter->depth++] = number;
			continue;
		}
		other = find_marked(sorter, top, OPEN);
		if (other)
			faults_add(sorter->faults, other->place.file, other->place.line, other->place.column,
				"rules depend on each other in a circle: '%s' and '%.*s'",
				sorter->set->rules[top].id, BYTES_FMT(other->name));
		sorter->depth--;
		sorter->marks[top] = DONE;
		sorter->set->order[sorter->done++] = top;
	}
}

static void
note_askers(struct ruleset *set)
{
	set->askers = arena_array(&set->arena, set->n_rules + 1, sizeof(*set->askers));
	for (size_t i = 0; i < set->n_rules; i++)
		if (set->rules[i].roster.attributes > 0)
			set->askers[set->n_askers++] = i;
}

void
link_rules(struct ruleset *set, struct faults *faults)
{
	struct arena arena;
	arena_init(&arena);
	for (size_t i = 0; i < set->n_rules; i++)
		for (struct evidence *e = set->rules[i].evidence; e; e = e->next) {
			link_evidence(set, e, faults);
			for (size_t j = 0; e->where == EVIDENCE_MESSAGE && !e->rules && j < e->sources.n; j++)
				add_everywhere(set, e->sources.p[j]);
		}
	note_askers(set);
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
