/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/tar_header.h"

#include "lib/base/ascii.h"
#include "lib/format/member.h"

enum { BLOCK = 512, SIZE_AT = 124, SIZE_FIELD = 12, SUM_AT = 148, SUM_FIELD = 8, TYPE_AT = 156 };

/* More headers in a row than any entry has; a shorter run of letters is no text. */
enum { HEADERS_MAX = 100, RUN_MIN = 6 };

/* Octal digits between spaces; or, in GNU's way, the first bit set and the rest a binary number. */
static uint64_t
number(struct bytes field)
{
	uint64_t value = 0;
	size_t i = 0;

	if (field.n > 0 && (field.p[0] & 0x80) != 0) {
		for (i = 1; i < field.n; i++)
			value = value << 8 | field.p[i];
		return value;
	}
	while (i < field.n && field.p[i] == ' ')
		i++;
	for (; i < field.n && field.p[i] >= '0' && field.p[i] <= '7'; i++)
		value = value << 3 | (uint64_t)(field.p[i] - '0');
	return value;
}

bool
tar_is_header(struct bytes content, size_t at)
{
	struct bytes block = bytes_sub(content, at, BLOCK);
	int64_t sum = 0, signed_sum = 0, wanted;

	if (block.n < BLOCK || block.p[0] == 0)
		return false;
	for (size_t i = 0; i < BLOCK; i++) {
		bool in_sum = i >= SUM_AT && i < SUM_AT + SUM_FIELD;

		sum += in_sum ? ' ' : block.p[i];
		signed_sum += in_sum ? ' ' : (int8_t)block.p[i];
	}
	wanted = (int64_t)number(bytes_sub(block, SUM_AT, SUM_FIELD));
	return wanted == sum || wanted == signed_sum;
}

static bool
is_letter(uint8_t c)
{
	return c >= 0x20 && c != 0x7F;
}

/* Runs of text in a field; those of digits alone are numbers of the header. */
static void
put_runs(struct buf *text, struct bytes field)
{
	for (size_t at = 0, begin; at < field.n; at++) {
		bool is_number = true;

		for (begin = at; at < field.n && is_letter(field.p[at]); at++)
			is_number = is_number && (ascii_is_digit(field.p[at]) || field.p[at] == ' ');
		if (at - begin < RUN_MIN || is_number)
			continue;
		buf_put_bytes(text, bytes_sub(field, begin, at - begin));
		buf_put_byte(text, '\n');
	}
}

static bool
is_extended(uint8_t type)
{
	return type == 'x' || type == 'g' || type == 'X';
}

/* Headers that only say more of the entry whose header follows. */
static bool
is_ahead(uint8_t type)
{
	return is_extended(type) || type == 'L' || type == 'K' || type == 'V';
}

/* Rounded up to whole blocks. */
static size_t
step_over(struct bytes content, size_t at, uint64_t n)
{
	if (n > content.n - at)
		return content.n;
	n = (n + BLOCK - 1) / BLOCK * BLOCK;
	return n > content.n - at ? content.n : at + (size_t)n;
}

/* Returns where the data of the entry begins. */
static size_t
walk_headers(struct bytes content, size_t at, struct buf *text)
{
	for (int i = 0; i < HEADERS_MAX && tar_is_header(content, at); i++) {
		struct bytes block = bytes_sub(content, at, BLOCK);
		uint64_t size = number(bytes_sub(block, SIZE_AT, SIZE_FIELD));

		put_runs(text, bytes_sub(block, 0, 100));
		put_runs(text, bytes_sub(block, TYPE_AT + 1, BLOCK));
		at += BLOCK;
		if (!is_ahead(block.p[TYPE_AT]))
			break;
		if (is_extended(block.p[TYPE_AT])) {
			buf_put_bytes(text, bytes_sub(content, at, size < content.n ? (size_t)size : 0));
			buf_put_byte(text, '\n');
		}
		at = step_over(content, at, size);
	}
	return at;
}

void
tar_tell_headers(struct format_out *out, struct bytes content, size_t at)
{
	struct format_text text;

	format_text_init(&text, out, SEGMENT_HIDDEN, "headers");
	(void)walk_headers(content, at, &text.buf);
	format_text_done(&text);
}

void
tar_tell_end(struct format_out *out, struct bytes content, size_t at)
{
	struct buf none;

	buf_init(&none, 0);
	if (tar_is_header(content, at)) {
		size_t data = walk_headers(content, at, &none);
		uint64_t size = number(bytes_sub(content, data - BLOCK + SIZE_AT, SIZE_FIELD));

		at = step_over(content, data, size);
	}
	buf_done(&none);
	member_tell_margin(out, bytes_sub(content, at, content.n), "data behind the archive");
}
