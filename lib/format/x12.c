/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/x12.h"

#include <stdio.h>

#include "lib/base/ascii.h"

enum { ISA_ELEMENTS = 16, ISA_MAX = 400, SEGMENT_NAME_MAX = 3 };

static bool
can_part(uint8_t c)
{
	return c < 0x80 && !ascii_is_alnum(c) && c != ' ';
}

static bool
ends_line(uint8_t c)
{
	return c == '\n' || c == '\r' || c == 0;
}

static size_t
line_length(struct bytes b)
{
	size_t n = 0;

	while (n < b.n && b.p[n] != '\n' && b.p[n] != '\r')
		n++;
	return n;
}

static struct bytes
skip_quotes(struct bytes b)
{
	while (b.n > 0 && (b.p[0] <= ' ' || b.p[0] == '>'))
		b = bytes_sub(b, 1, b.n);
	return b;
}

/* What ends a segment: the sign itself; a line's end where there is no sign. */
static uint8_t
terminator_at(struct bytes b)
{
	if (b.n == 0 || b.p[0] == ' ')
		return '\n';
	return b.p[0] == '\r' && b.n > 1 && b.p[1] == '\n' ? '\n' : b.p[0];
}

/* ISA*00*  ...*P*:~ */
static bool
read_interchange(struct bytes text, struct x12_signs *ret_signs)
{
	struct bytes rest = bytes_sub(text, 0, ISA_MAX), element = {NULL, 0}, eleventh = {NULL, 0};
	uint8_t sign = text.n > 3 ? text.p[3] : 0;

	if (!bytes_starts_nocase(text, BYTES_LIT("ISA")) || text.p[0] != 'I' || !can_part(sign) ||
		ends_line(sign))
		return false;
	for (size_t i = 0; i < ISA_ELEMENTS; i++) {
		if (!pieces_cut(&rest, sign, &element))
			return false;
		if (i == 11)
			eleventh = element;
	}
	if (rest.p == NULL || rest.n == 0 || !can_part(rest.p[0]))
		return false;
	*ret_signs = (struct x12_signs){.element = sign,
		.component = rest.p[0],
		.repetition = eleventh.n == 1 && can_part(eleventh.p[0]) ? eleventh.p[0] : 0,
		.terminator = terminator_at(bytes_sub(rest, 1, rest.n))};
	if (!can_part(ret_signs->terminator)) { /* ISA16 was left out */
		ret_signs->terminator = ret_signs->component;
		ret_signs->component = 0;
	}
	return ret_signs->terminator != sign;
}

/* ST*837*: somebody cut the envelope off. */
static bool
read_transaction(struct bytes text, struct x12_signs *ret_signs)
{
	static const char sets[] = "270 271 275 276 277 278 820 824 834 835 837 999 ";
	uint8_t sign = text.n > 7 ? text.p[2] : 0;
	struct bytes line = bytes_sub(text, 0, bytes_find_byte(bytes_sub(text, 0, ISA_MAX), '\n'));
	char set[5];
	size_t n;

	if (text.n < 8 || text.p[0] != 'S' || text.p[1] != 'T' || !can_part(sign) || text.p[6] != sign)
		return false;
	snprintf(set, sizeof(set), "%.3s ", (const char *)text.p + 3);
	if (strlen(set) != 4 || strstr(sets, set) == NULL)
		return false;
	n = bytes_find_byte(line, '~');
	*ret_signs = (struct x12_signs){
		.element = sign, .component = ':', .repetition = '^', .terminator = n < line.n ? '~' : '\n'};
	return true;
}

/* The next start of an interchange, else of a transaction, at the start of a line; NULL when there is none.
 */
static struct bytes
find_start(struct bytes text, struct x12_signs *ret_signs)
{
	while (text.n > 0) {
		size_t end = line_length(text);
		struct bytes line = skip_quotes(text);

		if (read_interchange(line, ret_signs) || read_transaction(line, ret_signs))
			return line;
		if (line.p > text.p + end)
			end = (size_t)(line.p - text.p) - 1;
		text = bytes_sub(text, end < text.n ? end + 1 : end, text.n);
	}
	return bytes_of(NULL, 0);
}

bool
x12_is_in(struct bytes text)
{
	struct x12_signs signs;

	return find_start(text, &signs).p != NULL;
}

void
x12_init(struct x12_reader *reader, struct bytes text)
{
	*reader = (struct x12_reader){.rest = text};
}

static bool
has_name(struct bytes name)
{
	if (name.n < 2 || name.n > SEGMENT_NAME_MAX || !ascii_is_alpha(name.p[0]))
		return false;
	for (size_t i = 1; i < name.n; i++)
		if (!ascii_is_alnum(name.p[i]))
			return false;
	return true;
}

bool
x12_next(struct x12_reader *reader, struct x12_segment *ret_segment)
{
	struct bytes line;

	for (;;) {
		if (!reader->is_inside) {
			reader->rest = find_start(reader->rest, &reader->signs);
			reader->is_inside = reader->rest.p != NULL;
			reader->end = bytes_starts_nocase(reader->rest, BYTES_LIT("ST")) ? BYTES_LIT("SE")
											 : BYTES_LIT("IEA");
		}
		if (reader->rest.p == NULL)
			return false;
		reader->rest = skip_quotes(reader->rest);
		(void)read_interchange(reader->rest, &reader->signs);
		if (!pieces_cut(&reader->rest, reader->signs.terminator, &line))
			return false;
		ret_segment->name = bytes_sub(line, 0, bytes_find_byte(line, reader->signs.element));
		if (!has_name(bytes_trim(ret_segment->name)))
			continue;
		ret_segment->elements = bytes_sub(line, ret_segment->name.n + 1, line.n);
		if (ret_segment->name.n == line.n)
			ret_segment->elements = bytes_sub(line, line.n, 0);
		ret_segment->name = bytes_trim(ret_segment->name);
		reader->is_inside = !bytes_eq(ret_segment->name, reader->end);
		return true;
	}
}

struct bytes
x12_take_binary(struct x12_reader *reader, const struct x12_segment *segment, size_t at, size_t n)
{
	struct bytes data = pieces_nth(segment->elements, reader->signs.element, at), all;

	if (data.p == NULL || reader->rest.p == NULL)
		return data;
	all = bytes_of(data.p, (size_t)(reader->rest.p + reader->rest.n - data.p));
	if (n > data.n && n <= all.n) {
		data = bytes_sub(all, 0, n);
		reader->rest = bytes_sub(all, n, all.n);
	}
	return data;
}
