/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/record.h"

#include "lib/dlp/tracer.h"

enum stage { ENFORCED, MONITORED, STAGES };

/* What the labels are judged by. */
struct verdict {
	struct scan_state *state;
	enum stage stage; /* ENFORCED: without the matches of rules that are only monitored */
	int *rules;       /* the best confidence of each rule, -1 = no match */
	int kinds[STAGES][RULE_KINDS];
	bool *given[STAGES]; /* labels, by the number of their name */
	bool ordered;        /* scratch->order is filled */
};

static const struct rule *
rule_of(const struct verdict *v, const struct scan_match *match)
{
	return &v->state->set->rules[match->rule];
}

static void
note_best(struct verdict *v, const struct scan_match *match)
{
	const struct rule *rule = rule_of(v, match);
	for (int stage = rule->monitor ? MONITORED : ENFORCED; stage < STAGES; stage++)
		if (match->confidence > v->kinds[stage][rule->kind])
			v->kinds[stage][rule->kind] = match->confidence;
	if (match->confidence > v->rules[match->rule])
		v->rules[match->rule] = match->confidence;
}

static bool
counts(const struct verdict *v, const struct expr *test, const struct scan_match *match)
{
	const struct rule *rule = rule_of(v, match);
	if (match->confidence < test->min_confidence || (rule->monitor && v->stage == ENFORCED))
		return false;
	return test->subject == EXPR_RULE ? match->rule == test->index : (unsigned)rule->kind == test->index;
}

static bool
has_match(const struct verdict *v, const struct expr *test)
{
	if (test->subject == EXPR_KIND)
		return v->kinds[v->stage][test->index] >= test->min_confidence;
	if (v->state->set->rules[test->index].monitor && v->stage == ENFORCED)
		return false;
	return v->rules[test->index] >= test->min_confidence;
}

static int
compare_values(const void *a, const void *b)
{
	uint64_t x, y;
	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

/* How many different ones there are in scratch->values. */
static size_t
count_different(struct buf *values)
{
	size_t n = values->n / sizeof(uint64_t), different = n > 0;
	const uint64_t *p = (const void *)values->p;
	if (n > 1)
		qsort(values->p, n, sizeof(uint64_t), compare_values);
	for (size_t i = 1; i < n; i++)
		different += p[i] != p[i - 1];
	return different;
}

static int64_t
count_matches(const struct verdict *v, const struct expr *test)
{
	struct buf *values = &v->state->scratch->values;
	const struct scan_match *matches = state_matches(v->state);
	int64_t n = 0;
	buf_reset(values);
	for (size_t i = 0; i < state_n_matches(v->state); i++) {
		if (!counts(v, test, &matches[i]))
			continue;
		n++;
		if (test->op == EXPR_DISTINCT)
			buf_put(values, &matches[i].value, sizeof(matches[i].value));
	}
	return test->op == EXPR_DISTINCT ? (int64_t)count_different(values) : n;
}

/* Where a match begins in reading order. */
static uint32_t
start_of(const struct scan_state *state, const struct scan_match *match)
{
	return state->segments[match->segment].base + match->from;
}

/* A number of a match, with what it is sorted by. */
struct ordered {
	uint32_t segment, start, match;
};

static int
compare_ordered(const void *a, const void *b)
{
	const struct ordered *x = a, *y = b;
	if (x->segment != y->segment)
		return x->segment < y->segment ? -1 : 1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->match > y->match) - (x->match < y->match);
}

/* Segments come in reading order already. */
static void
put_in_order(struct verdict *v)
{
	struct buf *order = &v->state->scratch->order;
	size_t n = state_n_matches(v->state);
	if (v->ordered)
		return;
	v->ordered = true;
	for (uint32_t i = 0; i < n; i++) {
		const struct scan_match *match = &state_matches(v->state)[i];
		struct ordered entry = {match->segment, start_of(v->state, match), i};
		buf_put(order, &entry, sizeof(entry));
	}
	if (n > 1)
		qsort(order->p, order->n / sizeof(struct ordered), sizeof(struct ordered), compare_ordered);
}

/* The members of a "near" that have a place, and what the sweep has met of each so far. */
struct near {
	const struct expr *members[EXPR_MAX_NEAR];
	size_t n;
	bool floats[EXPR_MAX_NEAR];   /* in a header field or a file name */
	bool met[EXPR_MAX_NEAR];      /* elsewhere */
	uint32_t ends[EXPR_MAX_NEAR]; /* of those met, the furthest */
	uint32_t segment;
};

static bool
fits(const struct verdict *v, const struct expr *member, const struct scan_match *match)
{
	if (member->op == EXPR_MATCH)
		return counts(v, member, match);
	for (const struct expr *inner = member->first; inner; inner = inner->next)
		if (fits(v, inner, match))
			return true;
	return false;
}

static bool
all_float(const struct near *near)
{
	for (size_t i = 0; i < near->n; i++)
		if (!near->floats[i])
			return false;
	return true;
}

/* All members were met in this segment, and end at `low` or later. */
static bool
all_met(const struct near *near, uint32_t low)
{
	for (size_t i = 0; i < near->n; i++)
		if (!near->met[i] || near->ends[i] < low)
			return false;
	return true;
}

/* All members were met, and from the end of the first to `start` it is no further than asked. */
static bool
lie_together(const struct near *near, const struct expr *expr, uint32_t start, uint32_t base)
{
	for (size_t i = 0; i < near->n; i++) {
		if (!near->met[i] && !near->floats[i])
			return false;
		uint32_t end = near->met[i] ? near->ends[i] : 0;
		if (near->floats[i] && base > end)
			end = base;
		if (start > end && start - end > expr->number)
			return false;
	}
	return true;
}

/* Notes for which members the match stands; returns whether for any. */
static bool
meet(const struct verdict *v, struct near *near, const struct scan_match *match, uint32_t end)
{
	bool any = false;
	for (size_t i = 0; i < near->n; i++) {
		if (!fits(v, near->members[i], match))
			continue;
		any = true;
		if (!near->met[i] || end > near->ends[i])
			near->ends[i] = end;
		near->met[i] = true;
	}
	return any;
}

static bool
meet_floating(const struct verdict *v, struct near *near, const struct scan_match *match)
{
	for (size_t i = 0; i < near->n; i++)
		near->floats[i] = near->floats[i] || fits(v, near->members[i], match);
	return all_float(near);
}

/* Takes one match into the sweep; true when it completes the members. */
static bool
sweep_distance(
	const struct verdict *v, const struct expr *expr, struct near *near, const struct scan_match *match)
{
	const struct scan_segment *segment = &v->state->segments[match->segment];
	if (segment->floats)
		return meet_floating(v, near, match);
	return meet(v, near, match, segment->base + match->to) &&
	       lie_together(near, expr, start_of(v->state, match), segment->base);
}

/* The same, for members that must share a segment, or a record of it. */
static bool
sweep_shared(
	const struct verdict *v, const struct expr *expr, struct near *near, const struct scan_match *match)
{
	if (match->segment != near->segment)
		memset(near->met, 0, sizeof(near->met));
	near->segment = match->segment;
	if (!meet(v, near, match, match->to))
		return false;
	if (!all_met(near, 0))
		return false;
	return expr->bound == EXPR_SAME_SEGMENT ||
	       all_met(near, record_start(v->state, match->segment, match->from));
}

/* Header fields and file names are met first, wherever they stand: they are beside everything. */
static bool
are_near(struct verdict *v, const struct expr *expr, struct near *near)
{
	put_in_order(v);
	const struct ordered *order = (const void *)v->state->scratch->order.p;
	size_t n = v->state->scratch->order.n / sizeof(*order);
	const struct scan_match *matches = state_matches(v->state);
	bool (*const sweep)(const struct verdict *, const struct expr *, struct near *,
		const struct scan_match *) = expr->bound == EXPR_DISTANCE ? sweep_distance : sweep_shared;
	for (int floats = 1; floats >= 0; floats--)
		for (size_t i = 0; i < n; i++) {
			const struct scan_match *match = &matches[order[i].match];
			if (v->state->segments[match->segment].floats == (floats == 1) &&
				sweep(v, expr, near, match))
				return true;
		}
	return false;
}

static bool holds(struct verdict *v, const struct expr *expr);

/* Cheap first: each member for itself, then the places. */
static bool
near_holds(struct verdict *v, const struct expr *expr)
{
	struct near near = {.segment = UINT32_MAX};
	for (const struct expr *member = expr->first; member; member = member->next) {
		if (!holds(v, member))
			return false;
		if (expr_has_place(member))
			near.members[near.n++] = member;
	}
	return are_near(v, expr, &near);
}

static bool
holds(struct verdict *v, const struct expr *expr)
{
	switch (expr->op) {
	case EXPR_AND:
	case EXPR_OR:
		for (const struct expr *member = expr->first; member; member = member->next)
			if (holds(v, member) == (expr->op == EXPR_OR))
				return expr->op == EXPR_OR;
		return expr->op == EXPR_AND;
	case EXPR_NOT:
		return !holds(v, expr->first);
	case EXPR_NEAR:
		return near_holds(v, expr);
	case EXPR_MATCH:
		return has_match(v, expr);
	case EXPR_COUNT:
	case EXPR_DISTINCT:
		return count_matches(v, expr) >= expr->number;
	case EXPR_TRAIT:
		return (v->state->text->traits & expr->index) != 0;
	case EXPR_LABEL:
		return v->given[v->stage][expr->index]; /* a label that is disabled is never there */
	}
	return false;
}

static void
judge_label(struct verdict *v, const struct label_rule *label)
{
	if (label->disabled)
		return;
	v->stage = ENFORCED;
	if (!label->monitor && holds(v, label->when)) {
		v->given[ENFORCED][label->name_index] = true;
		v->given[MONITORED][label->name_index] = true;
		tracer_label(v->state, label, TRACE_ENFORCED);
		return;
	}
	v->stage = MONITORED;
	if (!holds(v, label->when))
		return;
	v->given[MONITORED][label->name_index] = true;
	tracer_label(v->state, label, TRACE_MONITORED);
}

struct label *
verdict_labels(struct scan_state *state, struct arena *arena)
{
	const struct ruleset *set = state->set;
	struct arena *own = &state->scratch->arena;
	struct verdict v = {.state = state, .rules = arena_array(own, set->n_rules, sizeof(int))};
	memset(v.rules, 0xFF, set->n_rules * sizeof(int));
	memset(v.kinds, 0xFF, sizeof(v.kinds));
	for (int stage = 0; stage < STAGES; stage++)
		v.given[stage] = arena_array(own, set->n_label_names, sizeof(bool));
	for (size_t i = 0; i < state_n_matches(state); i++)
		note_best(&v, &state_matches(state)[i]);
	for (size_t i = 0; i < set->n_labels; i++)
		judge_label(&v, &set->labels[i]);
	struct label *first = NULL, **link = &first;
	for (size_t i = 0; i < set->n_label_names; i++) {
		if (!v.given[MONITORED][i])
			continue;
		*link = arena_alloc(arena, sizeof(**link));
		(*link)->name = set->label_names[i];
		(*link)->monitor = !v.given[ENFORCED][i];
		link = &(*link)->next;
	}
	return first;
}

/* The part, and where in it the first match stands, when the format of the part knows such places. */
static const char *
place_of(const struct scan_state *state, const struct scan_match *match, struct arena *arena)
{
	const struct scan_segment *segment = &state->segments[match->segment];
	const char *place = segment_place(segment->segment, fold_original(&segment->folded, match->from));

	if (place == NULL)
		return arena_str(arena, bytes_of_str(segment->part));
	return arena_strf(arena, "%s > %s", segment->part, place);
}

/* The matches of a rule from number `at` on that stand in one part; returns how many. */
static size_t
fill_finding(struct scan_state *state, const struct scan_match *matches, size_t n, struct finding *finding)
{
	struct buf *values = &state->scratch->values;
	const char *part = state->segments[matches[0].segment].part;
	size_t i = 0;
	buf_reset(values);
	for (; i < n && strcmp(state->segments[matches[i].segment].part, part) == 0; i++) {
		if (matches[i].confidence > finding->confidence)
			finding->confidence = matches[i].confidence;
		buf_put(values, &matches[i].value, sizeof(matches[i].value));
	}
	finding->count = (uint32_t)i;
	finding->distinct = (uint32_t)count_different(values);
	return i;
}

struct finding *
verdict_findings(struct scan_state *state, struct arena *arena)
{
	const struct ruleset *set = state->set;
	struct finding *first = NULL, **link = &first;
	for (size_t i = 0; i < set->n_rules; i++) {
		const struct scan_match *matches = state_matches(state) + state->scratch->ranges[i].from;
		size_t n = state->scratch->ranges[i].n;
		for (size_t at = 0; at < n;) {
			struct finding *finding = arena_alloc(arena, sizeof(*finding));
			finding->rule = set->rules[i].id;
			finding->kind = set->rules[i].kind;
			finding->part = place_of(state, &matches[at], arena);
			finding->monitor = set->rules[i].monitor;
			at += fill_finding(state, matches + at, n - at, finding);
			*link = finding;
			link = &finding->next;
		}
	}
	return first;
}
