/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/scan/answer.h"

#include "lib/base/ascii.h"
#include "lib/scan/field.h"

enum {
	ALL_UNSCANNABLE = (UNSCANNABLE_FORMAT << 1) - 1,
	ALL_TRAITS = (TRAIT_DISGUISED << 1) - 1,
};

static void
put_labels(struct buf *buf, const struct label *label)
{
	for (int i = 0; label != NULL && i < ANSWER_LABELS_MAX && field_has_room(buf);
		label = label->next, i++) {
		wire_put_u32(buf, FIELD_ITEM);
		field_put_line(buf, label->name);
		wire_put_u32(buf, label->monitor);
	}
	wire_put_u32(buf, FIELD_END);
}

static void
put_unread(struct buf *buf, const struct unread_part *part)
{
	for (int i = 0; part != NULL && i < ANSWER_UNREAD_MAX && field_has_room(buf);
		part = part->next, i++) {
		wire_put_u32(buf, FIELD_ITEM);
		field_put_line(buf, part->part);
		field_put_line(buf, part->type);
		wire_put_u64(buf, part->size);
	}
	wire_put_u32(buf, FIELD_END);
}

static void
put_findings(struct buf *buf, const struct finding *finding)
{
	for (int i = 0; finding != NULL && i < ANSWER_FINDINGS_MAX && field_has_room(buf);
		finding = finding->next, i++) {
		wire_put_u32(buf, FIELD_ITEM);
		field_put_line(buf, finding->rule);
		field_put_line(buf, finding->part);
		wire_put_u32(buf, finding->kind);
		wire_put_u32(buf, (uint32_t)finding->confidence);
		wire_put_u32(buf, finding->count);
		wire_put_u32(buf, finding->distinct);
		wire_put_u32(buf, finding->monitor);
	}
	wire_put_u32(buf, FIELD_END);
}

static void
put_troubles(struct buf *buf, const struct trouble *trouble)
{
	for (int i = 0; trouble != NULL && i < ANSWER_TROUBLES_MAX && field_has_room(buf);
		trouble = trouble->next, i++) {
		wire_put_u32(buf, FIELD_ITEM);
		field_put_line(buf, trouble->rule);
		wire_put_u32(buf, trouble->kind);
	}
	wire_put_u32(buf, FIELD_END);
}

void
answer_put_result(struct buf *buf, const struct scan_result *result)
{
	wire_put_u32(buf, result->unscannable);
	wire_put_u32(buf, result->traits);
	field_put_line(buf, result->ruleset_version != NULL ? result->ruleset_version : "");
	put_labels(buf, result->labels);
	put_unread(buf, result->unread);
	put_troubles(buf, result->troubles);
	put_findings(buf, result->findings);
}

static int
get_labels(struct arena *arena, struct wire *wire, struct label **link)
{
	int more;

	for (uint32_t n = 0; (more = field_more(wire, n, ANSWER_LABELS_MAX)) == 1; n++) {
		struct label *label = arena_alloc(arena, sizeof(*label));

		if (field_get_line(arena, wire, ANSWER_TEXT_MAX, &label->name) != 0 ||
			field_get_bool(wire, &label->monitor) != 0)
			return -1;
		*link = label;
		link = &label->next;
	}
	return more;
}

static int
get_unread(struct arena *arena, struct wire *wire, struct unread_part **link)
{
	int more;

	for (uint32_t n = 0; (more = field_more(wire, n, ANSWER_UNREAD_MAX)) == 1; n++) {
		struct unread_part *part = arena_alloc(arena, sizeof(*part));
		uint64_t size;

		if (field_get_line(arena, wire, ANSWER_TEXT_MAX, &part->part) != 0 ||
			field_get_line(arena, wire, ANSWER_TEXT_MAX, &part->type) != 0 ||
			wire_u64(wire, &size) != 0)
			return -1;
		part->size = size;
		*link = part;
		link = &part->next;
	}
	return more;
}

/* What is logged is of the form that ids have, so that no log line can be forged. */
static bool
is_rule_id(const char *text)
{
	for (const char *at = text; *at != '\0'; at++)
		if (!ascii_is_alnum((uint8_t)*at) && strchr("-_.", *at) == NULL)
			return false;
	return text[0] != '\0';
}

static int
get_troubles(struct arena *arena, struct wire *wire, struct trouble **link)
{
	int more;

	for (uint32_t n = 0; (more = field_more(wire, n, ANSWER_TROUBLES_MAX)) == 1; n++) {
		struct trouble *trouble = arena_alloc(arena, sizeof(*trouble));
		uint32_t kind;

		if (field_get_line(arena, wire, ANSWER_TEXT_MAX, &trouble->rule) != 0 ||
			!is_rule_id(trouble->rule) || field_get_u32(wire, TROUBLE_KINDS - 1, &kind) != 0)
			return -1;
		trouble->kind = (enum trouble_kind)kind;
		*link = trouble;
		link = &trouble->next;
	}
	return more;
}

static int
get_finding(struct arena *arena, struct wire *wire, struct finding *finding)
{
	uint32_t kind, confidence;

	if (field_get_line(arena, wire, ANSWER_TEXT_MAX, &finding->rule) != 0 ||
		field_get_line(arena, wire, ANSWER_TEXT_MAX, &finding->part) != 0 ||
		field_get_u32(wire, RULE_KINDS - 1, &kind) != 0 ||
		field_get_u32(wire, 100, &confidence) != 0 || wire_u32(wire, &finding->count) != 0 ||
		wire_u32(wire, &finding->distinct) != 0 || field_get_bool(wire, &finding->monitor) != 0)
		return -1;
	finding->kind = (enum rule_kind)kind;
	finding->confidence = (int)confidence;
	return 0;
}

static int
get_findings(struct arena *arena, struct wire *wire, struct finding **link)
{
	int more;

	for (uint32_t n = 0; (more = field_more(wire, n, ANSWER_FINDINGS_MAX)) == 1; n++) {
		struct finding *finding = arena_alloc(arena, sizeof(*finding));

		if (get_finding(arena, wire, finding) != 0)
			return -1;
		*link = finding;
		link = &finding->next;
	}
	return more;
}

int
answer_get_result(struct arena *arena, struct bytes payload, struct scan_result *ret_result, struct err *err)
{
	struct wire wire = {.rest = payload};
	struct scan_result result = {0};
	uint32_t unscannable, traits;

	if (field_get_u32(&wire, ALL_UNSCANNABLE, &unscannable) != 0 ||
		field_get_u32(&wire, ALL_TRAITS, &traits) != 0 ||
		field_get_line(arena, &wire, ANSWER_TEXT_MAX, &result.ruleset_version) != 0 ||
		get_labels(arena, &wire, &result.labels) != 0 ||
		get_unread(arena, &wire, &result.unread) != 0 ||
		get_troubles(arena, &wire, &result.troubles) != 0 ||
		get_findings(arena, &wire, &result.findings) != 0 || wire.rest.n != 0)
		return err_set(err, ERR_PEER, "the parser's answer is malformed");
	result.unscannable = unscannable;
	result.traits = traits;
	*ret_result = result;
	return 0;
}

void
answer_put_view(struct buf *buf, const struct message_view *view)
{
	const struct view_part *part = view->parts;

	wire_put_bytes(buf, view->from);
	wire_put_bytes(buf, view->to);
	wire_put_bytes(buf, view->cc);
	wire_put_bytes(buf, view->subject);
	wire_put_bytes(buf, view->date);
	wire_put_bytes(buf, view->reply_to);
	wire_put_bytes(buf, view->text);
	wire_put_bytes(buf, view->html);
	wire_put_u32(buf, view->incomplete);
	for (int i = 0; part != NULL && i < ANSWER_PARTS_MAX; part = part->next, i++) {
		wire_put_u32(buf, FIELD_ITEM);
		wire_put_u32(buf, part->number);
		field_put_line(buf, part->name);
		field_put_line(buf, part->type);
		wire_put_u64(buf, part->size);
	}
	wire_put_u32(buf, FIELD_END);
}

/* token "/" token of RFC 2045 section 5.1: it becomes a header field of HTTP. */
static bool
is_type(const char *text)
{
	int slashes = 0;

	for (const char *at = text; *at != '\0'; at++) {
		if (*at == '/')
			slashes++;
		else if (!ascii_is_alnum((uint8_t)*at) && strchr("!#$&^_.+-", *at) == NULL)
			return false;
	}
	return slashes == 1 && text[0] != '/' && text[strlen(text) - 1] != '/';
}

static int
get_part(struct arena *arena, struct wire *wire, struct view_part *part)
{
	uint32_t number;
	uint64_t size;

	if (field_get_u32(wire, UINT16_MAX, &number) != 0 || number == 0 ||
		field_get_line(arena, wire, ANSWER_TEXT_MAX, &part->name) != 0 ||
		field_get_line(arena, wire, ANSWER_TEXT_MAX, &part->type) != 0 || wire_u64(wire, &size) != 0)
		return -1;
	if (strchr(part->name, '/') != NULL || strchr(part->name, '\\') != NULL || !is_type(part->type))
		return -1;
	part->number = number;
	part->size = size;
	return 0;
}

static int
get_parts(struct arena *arena, struct wire *wire, struct view_part **link)
{
	int more;

	for (uint32_t n = 0; (more = field_more(wire, n, ANSWER_PARTS_MAX)) == 1; n++) {
		struct view_part *part = arena_alloc(arena, sizeof(*part));

		if (get_part(arena, wire, part) != 0)
			return -1;
		*link = part;
		link = &part->next;
	}
	return more;
}

int
answer_get_view(struct arena *arena, struct bytes payload, struct message_view *ret_view, struct err *err)
{
	struct wire wire = {.rest = payload};
	struct message_view view = {0};
	struct bytes *const texts[] = {&view.from, &view.to, &view.cc, &view.subject, &view.date,
		&view.reply_to, &view.text, &view.html};
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < sizeof(texts) / sizeof(texts[0]); i++)
		ret = field_get_text(arena, &wire, texts[i]);
	if (ret != 0 || field_get_bool(&wire, &view.incomplete) != 0 ||
		get_parts(arena, &wire, &view.parts) != 0 || wire.rest.n != 0)
		return err_set(err, ERR_PEER, "the parser's answer is malformed");
	*ret_view = view;
	return 0;
}
