/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/scan/answer.h"

#include "lib/scan/field.h"

enum { ALL_SCOPES = 0xFF };

void
answer_put_seen(struct buf *buf, const struct seen_segment *segment)
{
	for (int i = 0; segment != NULL && i < ANSWER_SEGMENTS_MAX; segment = segment->next, i++) {
		wire_put_u32(buf, FIELD_ITEM);
		field_put_line(buf, segment->part);
		wire_put_u32(buf, segment->view);
		wire_put_u32(buf, segment->scope);
		wire_put_bytes(buf, segment->text);
		for (size_t line = 0; line < segment->n_lines; line++)
			wire_put_u32(buf, segment->lines[line].original);
	}
	wire_put_u32(buf, FIELD_END);
}

/* The text itself tells where its lines begin, and how many there are. */
static int
get_lines(struct arena *arena, struct wire *wire, struct seen_segment *segment)
{
	struct bytes text = segment->text;
	size_t n = 1, at = 0;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '\n';
	if (wire->rest.n / sizeof(uint32_t) < n)
		return -1;
	segment->lines = arena_array(arena, n, sizeof(*segment->lines));
	for (; segment->n_lines < n; segment->n_lines++) {
		struct seen_line *line = &segment->lines[segment->n_lines];

		line->folded = (uint32_t)at;
		if (wire_u32(wire, &line->original) != 0)
			return -1;
		at += bytes_find_byte(bytes_sub(text, at, text.n), '\n') + 1;
	}
	return 0;
}

static int
get_segment(struct arena *arena, struct wire *wire, struct seen_segment *segment)
{
	uint32_t view, scope;

	if (field_get_line(arena, wire, ANSWER_TEXT_MAX, &segment->part) != 0 ||
		field_get_u32(wire, SEGMENT_FILENAME, &view) != 0 ||
		field_get_u32(wire, ALL_SCOPES, &scope) != 0 ||
		field_get_text(arena, wire, &segment->text) != 0)
		return -1;
	segment->view = (enum segment_view)view;
	segment->scope = scope;
	return get_lines(arena, wire, segment);
}

int
answer_get_seen(
	struct arena *arena, struct bytes payload, struct seen_segment **ret_segments, struct err *err)
{
	struct wire wire = {.rest = payload};
	struct seen_segment *first = NULL, **link = &first;
	int more;

	for (uint32_t n = 0; (more = field_more(&wire, n, ANSWER_SEGMENTS_MAX)) == 1; n++) {
		*link = arena_alloc(arena, sizeof(**link));
		if (get_segment(arena, &wire, *link) != 0) {
			more = -1;
			break;
		}
		link = &(*link)->next;
	}
	if (more != 0 || wire.rest.n != 0)
		return err_set(err, ERR_PEER, "the parser's answer is malformed");
	*ret_segments = first;
	return 0;
}
