/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/scan/answer.h"

#include "lib/base/ascii.h"
#include "lib/base/utf8.h"
#include "lib/run/channel.h"

/*
 * A list is: 1, an item, 1, an item ... 0. So the reader never trusts a count, and the writer may stop when
 * there is no more room.
 */
enum { LIST_END = 0, LIST_ITEM = 1 };

enum {
	ALL_UNSCANNABLE = (UNSCANNABLE_PARTIAL << 1) - 1,
	ALL_TRAITS = (TRAIT_LIST << 1) - 1,
	/* Bytes of the largest item, and of what must still fit behind a list. */
	ITEM_ROOM = 2 * (ANSWER_TEXT_MAX + 4) + 64,
	RESERVE = 64,
};

/* Cut where a character starts. */
static struct bytes
clip(const char *text)
{
	struct bytes b = bytes_of_str(text);

	if (b.n > ANSWER_TEXT_MAX) {
		b.n = ANSWER_TEXT_MAX;
		while (b.n > 0 && (b.p[b.n] & 0xC0) == 0x80)
			b.n--;
	}
	return b;
}

static void
put_text(struct buf *buf, const char *text)
{
	wire_put_bytes(buf, clip(text));
}

static bool
has_room(const struct buf *buf)
{
	return buf->max - buf->n > ITEM_ROOM + RESERVE;
}

static void
put_labels(struct buf *buf, const struct label *label)
{
	for (int i = 0; label != NULL && i < ANSWER_LABELS_MAX && has_room(buf); label = label->next, i++) {
		wire_put_u32(buf, LIST_ITEM);
		put_text(buf, label->name);
		wire_put_u32(buf, label->monitor);
	}
	wire_put_u32(buf, LIST_END);
}

static void
put_unread(struct buf *buf, const struct unread_part *part)
{
	for (int i = 0; part != NULL && i < ANSWER_UNREAD_MAX && has_room(buf); part = part->next, i++) {
		wire_put_u32(buf, LIST_ITEM);
		put_text(buf, part->part);
		put_text(buf, part->type);
		wire_put_u64(buf, part->size);
	}
	wire_put_u32(buf, LIST_END);
}

static void
put_findings(struct buf *buf, const struct finding *finding)
{
	for (int i = 0; finding != NULL && i < ANSWER_FINDINGS_MAX && has_room(buf);
		finding = finding->next, i++) {
		wire_put_u32(buf, LIST_ITEM);
		put_text(buf, finding->rule);
		put_text(buf, finding->part);
		wire_put_u32(buf, finding->kind);
		wire_put_u32(buf, (uint32_t)finding->confidence);
		wire_put_u32(buf, finding->count);
		wire_put_u32(buf, finding->distinct);
		wire_put_u32(buf, finding->monitor);
	}
	wire_put_u32(buf, LIST_END);
}

void
answer_put_result(struct buf *buf, const struct scan_result *result)
{
	wire_put_u32(buf, result->unscannable);
	wire_put_u32(buf, result->traits);
	put_text(buf, result->ruleset_version != NULL ? result->ruleset_version : "");
	put_labels(buf, result->labels);
	put_unread(buf, result->unread);
	put_findings(buf, result->findings);
}

/* A number of at most `max`. */
static int
get_u32(struct wire *wire, uint32_t max, uint32_t *ret_v)
{
	uint32_t v;

	if (wire_u32(wire, &v) != 0 || v > max)
		return -1;
	*ret_v = v;
	return 0;
}

static int
get_bool(struct wire *wire, bool *ret_v)
{
	uint32_t v;

	if (get_u32(wire, 1, &v) != 0)
		return -1;
	*ret_v = v != 0;
	return 0;
}

/* One line of clean UTF-8. */
static bool
is_line(struct bytes b)
{
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i] < 32 || b.p[i] == 127)
			return false;
	return utf8_is_valid(b);
}

static int
get_line(struct arena *arena, struct wire *wire, size_t max, const char **ret_text)
{
	struct bytes b;

	if (wire_bytes(wire, &b) != 0 || b.n > max || !is_line(b))
		return -1;
	*ret_text = arena_str(arena, b);
	return 0;
}

/* Whether another item of a list comes: 1, 0, -1. */
static int
list_more(struct wire *wire, uint32_t n, uint32_t max)
{
	uint32_t more;

	if (get_u32(wire, LIST_ITEM, &more) != 0 || (more == LIST_ITEM && n == max))
		return -1;
	return (int)more;
}

static int
get_labels(struct arena *arena, struct wire *wire, struct label **link)
{
	int more;

	for (uint32_t n = 0; (more = list_more(wire, n, ANSWER_LABELS_MAX)) == 1; n++) {
		struct label *label = arena_alloc(arena, sizeof(*label));

		if (get_line(arena, wire, ANSWER_TEXT_MAX, &label->name) != 0 ||
			get_bool(wire, &label->monitor) != 0)
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

	for (uint32_t n = 0; (more = list_more(wire, n, ANSWER_UNREAD_MAX)) == 1; n++) {
		struct unread_part *part = arena_alloc(arena, sizeof(*part));
		uint64_t size;

		if (get_line(arena, wire, ANSWER_TEXT_MAX, &part->part) != 0 ||
			get_line(arena, wire, ANSWER_TEXT_MAX, &part->type) != 0 ||
			wire_u64(wire, &size) != 0)
			return -1;
		part->size = size;
		*link = part;
		link = &part->next;
	}
	return more;
}

static int
get_finding(struct arena *arena, struct wire *wire, struct finding *finding)
{
	uint32_t kind, confidence;

	if (get_line(arena, wire, ANSWER_TEXT_MAX, &finding->rule) != 0 ||
		get_line(arena, wire, ANSWER_TEXT_MAX, &finding->part) != 0 ||
		get_u32(wire, RULE_KINDS - 1, &kind) != 0 || get_u32(wire, 100, &confidence) != 0 ||
		wire_u32(wire, &finding->count) != 0 || wire_u32(wire, &finding->distinct) != 0 ||
		get_bool(wire, &finding->monitor) != 0)
		return -1;
	finding->kind = (enum rule_kind)kind;
	finding->confidence = (int)confidence;
	return 0;
}

static int
get_findings(struct arena *arena, struct wire *wire, struct finding **link)
{
	int more;

	for (uint32_t n = 0; (more = list_more(wire, n, ANSWER_FINDINGS_MAX)) == 1; n++) {
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

	if (get_u32(&wire, ALL_UNSCANNABLE, &unscannable) != 0 || get_u32(&wire, ALL_TRAITS, &traits) != 0 ||
		get_line(arena, &wire, ANSWER_TEXT_MAX, &result.ruleset_version) != 0 ||
		get_labels(arena, &wire, &result.labels) != 0 ||
		get_unread(arena, &wire, &result.unread) != 0 ||
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
		wire_put_u32(buf, LIST_ITEM);
		wire_put_u32(buf, part->number);
		put_text(buf, part->name);
		put_text(buf, part->type);
		wire_put_u64(buf, part->size);
	}
	wire_put_u32(buf, LIST_END);
}

/* Text of many lines: UTF-8 without NUL. */
static int
get_text(struct arena *arena, struct wire *wire, struct bytes *ret_text)
{
	struct bytes b;

	if (wire_bytes(wire, &b) != 0 || bytes_find_byte(b, 0) < b.n || !utf8_is_valid(b))
		return -1;
	*ret_text = arena_bytes(arena, b);
	return 0;
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

	if (get_u32(wire, UINT16_MAX, &number) != 0 || number == 0 ||
		get_line(arena, wire, ANSWER_TEXT_MAX, &part->name) != 0 ||
		get_line(arena, wire, ANSWER_TEXT_MAX, &part->type) != 0 || wire_u64(wire, &size) != 0)
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

	for (uint32_t n = 0; (more = list_more(wire, n, ANSWER_PARTS_MAX)) == 1; n++) {
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
		ret = get_text(arena, &wire, texts[i]);
	if (ret != 0 || get_bool(&wire, &view.incomplete) != 0 || get_parts(arena, &wire, &view.parts) != 0 ||
		wire.rest.n != 0)
		return err_set(err, ERR_PEER, "the parser's answer is malformed");
	*ret_view = view;
	return 0;
}
