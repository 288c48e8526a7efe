/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/scan/answer.h"

#include "lib/scan/field.h"

enum { LABEL_RULES_MAX = 1000, WORTH_MAX = 100000, HAS_TEXT = 1 };

/* A text that is only there when values are shown. */
static void
put_value(struct buf *buf, const char *text)
{
	wire_put_u32(buf, text != NULL ? HAS_TEXT : 0);
	if (text != NULL)
		field_put_line(buf, text);
}

/* A number with a sign, within -WORTH_MAX..WORTH_MAX. */
static void
put_worth(struct buf *buf, int worth)
{
	int bounded = worth > WORTH_MAX ? WORTH_MAX : worth < -WORTH_MAX ? -WORTH_MAX : worth;

	wire_put_u32(buf, (uint32_t)(bounded + WORTH_MAX));
}

static void
put_evidence(struct buf *buf, const struct trace_evidence *item)
{
	for (; item != NULL; item = item->next) {
		wire_put_u32(buf, FIELD_ITEM);
		field_put_line(buf, item->what);
		field_put_line(buf, item->written);
		put_worth(buf, item->add);
		wire_put_u32(buf, item->side);
		wire_put_u32(buf, item->distance);
		put_value(buf, item->text);
	}
	wire_put_u32(buf, FIELD_END);
}

static void
put_candidate(struct buf *buf, const struct trace_candidate *candidate)
{
	const uint32_t numbers[] = {candidate->segment, candidate->from, candidate->to, candidate->offset,
		candidate->line, candidate->column, candidate->length};

	field_put_line(buf, candidate->rule);
	field_put_line(buf, candidate->written);
	field_put_line(buf, candidate->part);
	wire_put_u32(buf, candidate->kind);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		wire_put_u32(buf, numbers[i]);
	wire_put_u32(buf, candidate->outcome);
	wire_put_u32(buf, (uint32_t)candidate->base);
	put_worth(buf, candidate->sum);
	wire_put_u32(buf, (uint32_t)candidate->confidence);
	wire_put_u32(buf, (uint32_t)candidate->threshold);
	field_put_line(buf, candidate->passed);
	put_value(buf, candidate->refuser);
	put_value(buf, candidate->reason);
	put_value(buf, candidate->text);
	put_evidence(buf, candidate->evidence);
}

static void
put_list(struct buf *buf, const struct trace_list *list)
{
	for (const struct trace_candidate *c = list->first; c != NULL; c = c->next) {
		wire_put_u32(buf, FIELD_ITEM);
		put_candidate(buf, c);
	}
	wire_put_u32(buf, FIELD_END);
	wire_put_u32(buf, list->cut);
}

static void
put_labels(struct buf *buf, const struct trace_label *label)
{
	for (int i = 0; label != NULL && i < LABEL_RULES_MAX; label = label->next, i++) {
		wire_put_u32(buf, FIELD_ITEM);
		field_put_line(buf, label->name);
		field_put_line(buf, label->written);
		field_put_line(buf, label->condition);
		wire_put_u32(buf, label->monitor);
	}
	wire_put_u32(buf, FIELD_END);
}

void
answer_put_trace(struct buf *buf, const struct scan_result *result, const struct trace *trace)
{
	struct buf inner;

	buf_init(&inner, CHANNEL_MAX);
	answer_put_result(&inner, result);
	wire_put_bytes(buf, buf_bytes(&inner));
	buf_wipe_done(&inner);
	put_labels(buf, trace->labels);
	put_list(buf, &trace->counted);
	put_list(buf, &trace->missed);
}

static int
get_line(struct arena *arena, struct wire *wire, const char **ret_text)
{
	return field_get_line(arena, wire, ANSWER_TEXT_MAX, ret_text);
}

static int
get_value(struct arena *arena, struct wire *wire, const char **ret_text)
{
	bool has_text;

	if (field_get_bool(wire, &has_text) != 0)
		return -1;
	return has_text ? get_line(arena, wire, ret_text) : 0;
}

static int
get_worth(struct wire *wire, int *ret_worth)
{
	uint32_t v;

	if (field_get_u32(wire, 2 * WORTH_MAX, &v) != 0)
		return -1;
	*ret_worth = (int)v - WORTH_MAX;
	return 0;
}

static int
get_percent(struct wire *wire, int *ret_percent)
{
	uint32_t v;

	if (field_get_u32(wire, 100, &v) != 0)
		return -1;
	*ret_percent = (int)v;
	return 0;
}

static int
get_evidence_item(struct arena *arena, struct wire *wire, struct trace_evidence *item)
{
	uint32_t side;

	if (get_line(arena, wire, &item->what) != 0 || get_line(arena, wire, &item->written) != 0 ||
		get_worth(wire, &item->add) != 0 || field_get_u32(wire, TRACE_SIDES - 1, &side) != 0 ||
		wire_u32(wire, &item->distance) != 0)
		return -1;
	item->side = (enum trace_side)side;
	return get_value(arena, wire, &item->text);
}

static int
get_evidence(struct arena *arena, struct wire *wire, struct trace_evidence **link)
{
	int more;

	for (uint32_t n = 0; (more = field_more(wire, n, TRACE_EVIDENCE_MAX)) == 1; n++) {
		struct trace_evidence *item = arena_alloc(arena, sizeof(*item));

		if (get_evidence_item(arena, wire, item) != 0)
			return -1;
		*link = item;
		link = &item->next;
	}
	return more;
}

static int
get_names(struct arena *arena, struct wire *wire, struct trace_candidate *candidate)
{
	uint32_t *const numbers[] = {&candidate->segment, &candidate->from, &candidate->to,
		&candidate->offset, &candidate->line, &candidate->column, &candidate->length};
	uint32_t kind;

	if (get_line(arena, wire, &candidate->rule) != 0 || get_line(arena, wire, &candidate->written) != 0 ||
		get_line(arena, wire, &candidate->part) != 0 ||
		field_get_u32(wire, RULE_KINDS - 1, &kind) != 0)
		return -1;
	candidate->kind = (enum rule_kind)kind;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (wire_u32(wire, numbers[i]) != 0)
			return -1;
	return 0;
}

static int
get_judgement(struct arena *arena, struct wire *wire, struct trace_candidate *candidate)
{
	uint32_t outcome;

	if (field_get_u32(wire, TRACE_OUTCOMES - 1, &outcome) != 0 ||
		get_percent(wire, &candidate->base) != 0 || get_worth(wire, &candidate->sum) != 0 ||
		get_percent(wire, &candidate->confidence) != 0 ||
		get_percent(wire, &candidate->threshold) != 0 ||
		get_line(arena, wire, &candidate->passed) != 0 ||
		get_value(arena, wire, &candidate->refuser) != 0 ||
		get_value(arena, wire, &candidate->reason) != 0 ||
		get_value(arena, wire, &candidate->text) != 0)
		return -1;
	candidate->outcome = (enum trace_outcome)outcome;
	if (candidate->outcome == TRACE_REFUSED && (candidate->refuser == NULL || candidate->reason == NULL))
		return -1;
	return get_evidence(arena, wire, &candidate->evidence);
}

static int
get_list(struct arena *arena, struct wire *wire, uint32_t max, struct trace_list *list)
{
	struct trace_candidate **link = &list->first;
	int more;

	for (; (more = field_more(wire, list->n, max)) == 1; list->n++) {
		struct trace_candidate *candidate = arena_alloc(arena, sizeof(*candidate));

		if (get_names(arena, wire, candidate) != 0 || get_judgement(arena, wire, candidate) != 0)
			return -1;
		*link = list->last = candidate;
		link = &candidate->next;
	}
	return more == 0 ? field_get_bool(wire, &list->cut) : -1;
}

static int
get_labels(struct arena *arena, struct wire *wire, struct trace_label **link)
{
	int more;

	for (uint32_t n = 0; (more = field_more(wire, n, LABEL_RULES_MAX)) == 1; n++) {
		struct trace_label *label = arena_alloc(arena, sizeof(*label));

		if (get_line(arena, wire, &label->name) != 0 || get_line(arena, wire, &label->written) != 0 ||
			get_line(arena, wire, &label->condition) != 0 ||
			field_get_bool(wire, &label->monitor) != 0)
			return -1;
		*link = label;
		link = &label->next;
	}
	return more;
}

int
answer_get_trace(struct arena *arena, struct bytes payload, struct scan_result *ret_result,
	struct trace *ret_trace, struct err *err)
{
	struct wire wire = {.rest = payload};
	struct trace trace = {.arena = arena};
	struct bytes inner;

	if (wire_bytes(&wire, &inner) != 0 || get_labels(arena, &wire, &trace.labels) != 0 ||
		get_list(arena, &wire, TRACE_COUNTED_MAX, &trace.counted) != 0 ||
		get_list(arena, &wire, TRACE_MISSED_MAX, &trace.missed) != 0 || wire.rest.n != 0)
		return err_set(err, ERR_PEER, "the parser's answer is malformed");
	if (answer_get_result(arena, inner, ret_result, err) != 0)
		return -1;
	*ret_trace = trace;
	return 0;
}
