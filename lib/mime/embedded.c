/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/mime/embedded.h"

#include "lib/base/ascii.h"

/* "begin 644 name": three or four octal digits. */
static bool
is_begin(struct bytes line, struct bytes *ret_name)
{
	size_t n = 6;

	if (!bytes_starts_nocase(line, BYTES_LIT("begin ")))
		return false;
	while (n < line.n && line.p[n] >= '0' && line.p[n] <= '7')
		n++;
	if (n < 9 || n > 10 || n >= line.n || line.p[n] != ' ')
		return false;
	*ret_name = bytes_trim(bytes_sub(line, n, line.n));
	return ret_name->n > 0;
}

/* The first character says how many bytes the line holds: enough characters must follow. */
static bool
is_uu_line(struct bytes line)
{
	size_t count;

	if (line.n == 0 || line.p[0] < ' ' || line.p[0] > '`')
		return false;
	count = (line.p[0] - 32U) & 63U;
	for (size_t i = 1; i < line.n; i++) {
		if (line.p[i] < ' ' || line.p[i] > '`')
			return false;
	}
	/* Trailing spaces, which mean zeros, get lost on the way. */
	return line.n <= 1 + (count + 2) / 3 * 4 + 2 && count <= 45;
}

static bool
is_end(struct bytes line)
{
	return bytes_eq(bytes_trim(line), BYTES_LIT("end"));
}

/* Nothing but what ends a file that began with `line`, or lets it go on. */
static int
find_uu(struct bytes text, struct bytes line, struct bytes rest, struct embedded_file *ret_file)
{
	struct bytes last = line, name;
	size_t lines = 0;

	if (!is_begin(line, &name))
		return 1;
	while (bytes_next_line(&rest, &last) && !is_end(last) && is_uu_line(last))
		lines++;
	/* A file that was cut off before its end still says much. */
	if (lines == 0 || (!is_end(last) && lines < 3))
		return 1;
	*ret_file = (struct embedded_file){DECODE_UUENCODE, name,
		bytes_of(line.p, (size_t)((last.p + last.n) - line.p)), (size_t)(line.p - text.p)};
	return 0;
}

/* "(This file must be converted with BinHex 4.0)", then signs between two colons. */
static int
find_binhex(struct bytes text, struct bytes line, struct bytes rest, struct embedded_file *ret_file)
{
	static const struct bytes mark = BYTES_LIT("must be converted with BinHex");
	size_t at = (size_t)(line.p - text.p), n;

	if (line.n < mark.n || bytes_find(line, mark) == line.n)
		return 1;
	n = bytes_find_byte(rest, ':');
	if (n == rest.n || bytes_trim(bytes_sub(rest, 0, n)).n > 0)
		return 1;
	n += 1 + bytes_find_byte(bytes_sub(rest, n + 1, rest.n), ':');
	*ret_file = (struct embedded_file){DECODE_BINHEX, bytes_of(NULL, 0),
		bytes_of(line.p, (size_t)(bytes_sub(rest, n + 1, rest.n).p - line.p)), at};
	return 0;
}

int
embedded_find(struct bytes text, size_t from, struct embedded_file *ret_file)
{
	struct bytes rest = bytes_sub(text, from, text.n), line;

	while (bytes_next_line(&rest, &line))
		if (find_uu(text, line, rest, ret_file) == 0 || find_binhex(text, line, rest, ret_file) == 0)
			return 0;
	return 1;
}

/* "=ybegin line=128 size=123456 name=mybinary.dat" */
static struct bytes
yenc_name(struct bytes line)
{
	static const struct bytes key = BYTES_LIT(" name=");
	size_t at = bytes_find(line, key);

	return bytes_trim(bytes_sub(line, at + key.n, line.n));
}

int
embedded_find_yenc(struct bytes content, size_t from, struct embedded_file *ret_file)
{
	static const struct bytes start = BYTES_LIT("=ybegin ");
	struct bytes rest, line, last;
	size_t at = from + bytes_find(bytes_sub(content, from, content.n), start);

	while (at > 0 && at < content.n && content.p[at - 1] != '\n')
		at += 1 + bytes_find(bytes_sub(content, at + 1, content.n), start);
	if (at >= content.n)
		return 1;
	rest = bytes_sub(content, at, content.n);
	bytes_next_line(&rest, &line);
	last = line;
	while (bytes_next_line(&rest, &last) && !bytes_starts_nocase(last, BYTES_LIT("=yend")))
		;
	*ret_file = (struct embedded_file){
		DECODE_YENC, yenc_name(line), bytes_of(line.p, (size_t)(last.p + last.n - line.p)), at};
	return 0;
}
