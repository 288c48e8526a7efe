/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/trace.h"

#include "lib/dlp/tracer.h"

void
trace_init(struct trace *trace, struct arena *arena, enum trace_values values)
{
	*trace = (struct trace){.arena = arena, .values = values, .rule = SIZE_MAX};
	trace->labels_end = &trace->labels;
}

const char *
trace_side_name(enum trace_side side)
{
	static const char *const names[TRACE_SIDES] = {
		"nowhere", "before", "after", "inside", "segment", "message"};
	return names[side];
}

const char *
trace_outcome_name(enum trace_outcome outcome)
{
	static const char *const names[TRACE_OUTCOMES] = {
		"counts", "overlapped", "below", "excepted", "refused"};
	return names[outcome];
}

/* A text for one line of a terminal: controls (C0, and C1 as UTF-8) become spaces. Cut between characters. */
static const char *
line_of(struct arena *arena, struct bytes text)
{
	bool cut = text.n > TRACE_TEXT_MAX;
	if (cut)
		text.n = TRACE_TEXT_MAX - 3;
	while (cut && text.n > 0 && (text.p[text.n] & 0xC0) == 0x80)
		text.n--;
	char *line = arena_strf(arena, "%.*s%s", BYTES_FMT(text), cut ? "..." : "");
	for (char *c = line; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7F)
			*c = ' ';
		else if ((unsigned char)c[0] == 0xC2 && (unsigned char)c[1] < 0xA0)
			c[0] = c[1] = ' ';
	return line;
}

static bool
has_room(const struct trace_list *list, uint32_t max, uint32_t of_rule)
{
	return list->n < max && of_rule < TRACE_OF_RULE_MAX;
}

/* Line and column of a place, as an editor counts them. */
static void
find_place(struct bytes text, size_t at, struct trace_candidate *candidate)
{
	const uint8_t *line = text.p, *end = text.p + at, *next;
	candidate->offset = (uint32_t)at;
	candidate->line = candidate->column = 1;
	while (line < end && (next = memchr(line, '\n', (size_t)(end - line))) != NULL) {
		candidate->line++;
		line = next + 1;
	}
	for (; line < end; line++)
		candidate->column += (*line & 0xC0) != 0x80;
}

static struct trace_candidate *
take_spare(struct trace *trace)
{
	struct trace_candidate *candidate = trace->spare;
	if (!candidate)
		return arena_alloc(trace->arena, sizeof(*candidate));
	trace->spare = candidate->next;
	memset(candidate, 0, sizeof(*candidate));
	return candidate;
}

static void
start_rule(struct trace *trace, size_t rule)
{
	if (trace->rule == rule)
		return;
	trace->rule = rule;
	trace->of_rule[0] = trace->of_rule[1] = 0;
}

struct trace_candidate *
tracer_begin(const struct scan_state *state, size_t number, uint32_t segment, const struct match_span *span)
{
	struct trace *trace = state->trace;
	if (!trace)
		return NULL;
	start_rule(trace, number);
	if (!has_room(&trace->counted, TRACE_COUNTED_MAX, trace->of_rule[0]) &&
		!has_room(&trace->missed, TRACE_MISSED_MAX, trace->of_rule[1])) {
		trace->counted.cut = trace->missed.cut = true;
		return NULL;
	}
	const struct rule *rule = &state->set->rules[number];
	struct trace_candidate *candidate = take_spare(trace);
	*candidate = (struct trace_candidate){.rule = rule->id,
		.written = rule->written,
		.part = state->segments[segment].part,
		.kind = rule->kind,
		.base = rule->confidence,
		.threshold = rule->threshold,
		.passed = "",
		.segment = segment,
		.from = span->value_from,
		.to = span->value_to};
	return candidate;
}

/* The names up to the refuser's. */
static const char *
passed_names(struct arena *arena, const struct rule *rule, const struct validate_check *refused)
{
	const char *names = "";
	for (size_t i = 0; i < rule->n_checks && &rule->checks[i] != refused; i++)
		names = arena_strf(
			arena, "%s%s%s", names, *names ? ", " : "", validate_check_name(&rule->checks[i]));
	return names;
}

void
tracer_checks(const struct scan_state *state, struct trace_candidate *candidate, const struct rule *rule,
	const struct validate_check *refused, struct bytes value)
{
	if (!candidate)
		return;
	if (rule->n_checks > 0)
		candidate->passed = passed_names(state->trace->arena, rule, refused);
	if (!refused)
		return;
	candidate->refuser = validate_check_name(refused);
	candidate->reason = validate_reason(refused, value);
}

static const char *
name_source(const struct scan_state *state, const struct evidence *evidence, uint32_t source)
{
	struct arena *arena = state->trace->arena;
	const struct ruleset *set = state->set;
	size_t n = match_n_sources(set->matcher);
	if (evidence->trait != 0)
		return arena_strf(arena, "trait: %s", evidence->subject);
	if (source >= n)
		return arena_strf(arena, "rule: %s", set->rules[source - n].id);
	const char *pattern = match_pattern(set->matcher, source);
	if (!pattern)
		return arena_strf(arena, "terms: %s", evidence->subject);
	return line_of(arena, bytes_of_str(arena_strf(arena, "pattern: %s", pattern)));
}

static struct trace_evidence *
take_spare_evidence(struct trace *trace)
{
	struct trace_evidence *item = trace->spare_evidence;
	if (!item)
		return arena_alloc(trace->arena, sizeof(*item));
	trace->spare_evidence = item->next;
	return item;
}

void
tracer_evidence(const struct scan_state *state, struct trace_candidate *candidate,
	const struct evidence *evidence, uint32_t source, uint32_t segment, const struct bearing *bearing)
{
	if (!candidate)
		return;
	struct trace *trace = state->trace;
	struct trace_evidence **end = &candidate->evidence;
	size_t n = 0;
	for (; *end; n++)
		end = &(*end)->next;
	if (n == TRACE_EVIDENCE_MAX)
		return;
	*end = take_spare_evidence(trace);
	**end = (struct trace_evidence){.what = name_source(state, evidence, source),
		.written = evidence->written,
		.add = evidence->add,
		.side = bearing->side,
		.distance = bearing->distance};
	bool has_place = bearing->side != TRACE_SEGMENT && bearing->side != TRACE_MESSAGE;
	if (trace->values == TRACE_SHOW_VALUES && has_place)
		(*end)->text = line_of(
			trace->arena, bytes_sub(state->segments[segment].folded.text, bearing->span.from,
					      bearing->span.to - bearing->span.from));
}

void
tracer_sum(struct trace_candidate *candidate, int sum, int confidence)
{
	if (!candidate)
		return;
	candidate->sum = sum;
	candidate->confidence = confidence;
}

static void
give_back(struct trace *trace, struct trace_candidate *candidate)
{
	while (candidate->evidence) {
		struct trace_evidence *item = candidate->evidence;
		candidate->evidence = item->next;
		item->next = trace->spare_evidence;
		trace->spare_evidence = item;
	}
	candidate->next = trace->spare;
	trace->spare = candidate;
}

/* What takes time is done for those that are listed only. */
static void
finish(const struct scan_state *state, struct trace_candidate *candidate)
{
	const struct scan_segment *segment = &state->segments[candidate->segment];
	struct bytes value =
		bytes_sub(segment->folded.text, candidate->from, candidate->to - candidate->from);
	size_t from = fold_original(&segment->folded, candidate->from);
	size_t to = fold_original(&segment->folded, candidate->to);
	from = from < segment->original.n ? from : segment->original.n;
	to = to < segment->original.n ? to : segment->original.n;
	if (state->trace->values == TRACE_SHOW_VALUES)
		candidate->text = line_of(state->trace->arena, value);
	candidate->length = (uint32_t)(to > from ? to - from : 0);
	find_place(segment->original, from, candidate);
}

void
tracer_end(const struct scan_state *state, struct trace_candidate *candidate, enum trace_outcome outcome)
{
	if (!candidate)
		return;
	struct trace *trace = state->trace;
	int which = outcome == TRACE_COUNTS ? 0 : 1;
	struct trace_list *list = which == 0 ? &trace->counted : &trace->missed;
	uint32_t max = which == 0 ? TRACE_COUNTED_MAX : TRACE_MISSED_MAX;
	candidate->outcome = outcome;
	if (!has_room(list, max, trace->of_rule[which])) {
		list->cut = true;
		give_back(trace, candidate);
		return;
	}
	finish(state, candidate);
	trace->of_rule[which]++;
	list->n++;
	if (list->last)
		list->last->next = candidate;
	else
		list->first = candidate;
	list->last = candidate;
}

void
tracer_label(const struct scan_state *state, const struct label_rule *label, enum trace_stage stage)
{
	struct trace *trace = state->trace;
	if (!trace)
		return;
	struct trace_label *entry = arena_alloc(trace->arena, sizeof(*entry));
	*entry = (struct trace_label){.name = label->name,
		.written = label->written,
		.condition = line_of(trace->arena, label->condition),
		.monitor = stage == TRACE_MONITORED};
	*trace->labels_end = entry;
	trace->labels_end = &entry->next;
}
