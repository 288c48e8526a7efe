/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/scan/field.h"

#include "lib/base/utf8.h"
#include "lib/scan/answer.h"

enum {
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

void
field_put_line(struct buf *buf, const char *text)
{
	wire_put_bytes(buf, clip(text));
}

bool
field_has_room(const struct buf *buf)
{
	return buf->max - buf->n > ITEM_ROOM + RESERVE;
}

/* A number of at most `max`. */
int
field_get_u32(struct wire *wire, uint32_t max, uint32_t *ret_v)
{
	uint32_t v;

	if (wire_u32(wire, &v) != 0 || v > max)
		return -1;
	*ret_v = v;
	return 0;
}

int
field_get_bool(struct wire *wire, bool *ret_v)
{
	uint32_t v;

	if (field_get_u32(wire, 1, &v) != 0)
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

int
field_get_line(struct arena *arena, struct wire *wire, size_t max, const char **ret_text)
{
	struct bytes b;

	if (wire_bytes(wire, &b) != 0 || b.n > max || !is_line(b))
		return -1;
	*ret_text = arena_str(arena, b);
	return 0;
}

/* Whether another item of a list comes: 1, 0, -1. */
int
field_more(struct wire *wire, uint32_t n, uint32_t max)
{
	uint32_t more;

	if (field_get_u32(wire, FIELD_ITEM, &more) != 0 || (more == FIELD_ITEM && n == max))
		return -1;
	return (int)more;
}

/* Text of many lines: UTF-8 without NUL. */
int
field_get_text(struct arena *arena, struct wire *wire, struct bytes *ret_text)
{
	struct bytes b;

	if (wire_bytes(wire, &b) != 0 || bytes_find_byte(b, 0) < b.n || !utf8_is_valid(b))
		return -1;
	*ret_text = arena_bytes(arena, b);
	return 0;
}
