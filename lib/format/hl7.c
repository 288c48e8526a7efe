/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/hl7.h"

#include "lib/base/ascii.h"
#include "lib/base/utf8.h"

enum { NAME = 3 };

static bool
ends_line(uint8_t c)
{
	/* VT and FS are MLLP's; FF parts pages in files that were printed. */
	return c == '\n' || c == '\r' || c == 0x0B || c == 0x1C || c == '\f';
}

static bool
is_header_name(struct bytes line)
{
	struct bytes name = bytes_sub(line, 0, NAME);

	return bytes_eq(name, BYTES_LIT("MSH")) || bytes_eq(name, BYTES_LIT("FHS")) ||
	       bytes_eq(name, BYTES_LIT("BHS"));
}

static bool
can_part(uint8_t c)
{
	return c > ' ' && c < 0x7F && !ascii_is_alnum(c);
}

/*
 * "MSH|^~\&|", with any signs; with a letter as the first only where the others are the usual ones. What
 * comes out of a program's text may have its backslash twice.
 */
static bool
read_signs(struct bytes line, struct hl7_signs *ret_signs)
{
	static const struct bytes twice = BYTES_LIT("^~\\\\&");
	struct bytes rest = bytes_sub(line, NAME + 1, 8);
	uint8_t field = line.n > NAME ? line.p[NAME] : 0;
	size_t n = bytes_find_byte(rest, field);

	if (!is_header_name(line) || field <= ' ' || field >= 0x7F || n < 1 || n > 5)
		return false;
	if (!can_part(field) && !bytes_eq(bytes_sub(rest, 0, n), BYTES_LIT("^~\\&")))
		return false;
	if (bytes_eq(bytes_sub(rest, 0, n), twice)) {
		rest = BYTES_LIT("^~\\&");
		n = rest.n;
	}
	for (size_t i = 0; i < n; i++)
		if (!can_part(rest.p[i]) || bytes_find_byte(bytes_sub(rest, 0, i), rest.p[i]) < i)
			return false;
	*ret_signs = (struct hl7_signs){.field = field,
		.component = rest.p[0],
		.repetition = n > 1 ? rest.p[1] : 0,
		.escape = n > 2 ? rest.p[2] : 0,
		.subcomponent = n > 3 ? rest.p[3] : 0};
	return true;
}

/* The next line, without what quoting puts before it. */
static bool
next_line(struct bytes *rest, struct bytes *ret_line)
{
	size_t n = 0;

	if (rest->n == 0)
		return false;
	while (n < rest->n && !ends_line(rest->p[n]))
		n++;
	*ret_line = bytes_sub(*rest, 0, n);
	if (n + 1 < rest->n && rest->p[n] == '\r' && rest->p[n + 1] == '\n')
		n++;
	*rest = bytes_sub(*rest, n < rest->n ? n + 1 : n, rest->n);
	while (ret_line->n > 0 && (ret_line->p[0] == ' ' || ret_line->p[0] == '\t' || ret_line->p[0] == '>'))
		*ret_line = bytes_sub(*ret_line, 1, ret_line->n);
	if (bytes_starts_nocase(*ret_line, BYTES_LIT("\xEF\xBB\xBF")))
		*ret_line = bytes_sub(*ret_line, 3, ret_line->n);
	return true;
}

bool
hl7_is_in(struct bytes text)
{
	struct hl7_signs signs;
	struct bytes line;

	while (next_line(&text, &line))
		if (read_signs(line, &signs))
			return true;
	return false;
}

void
hl7_init(struct hl7_reader *reader, struct bytes text)
{
	*reader = (struct hl7_reader){.rest = text};
}

static bool
is_segment(const struct hl7_reader *reader, struct bytes line)
{
	if (line.n < NAME || !ascii_is_upper(line.p[0]))
		return false;
	for (size_t i = 1; i < NAME; i++)
		if (!ascii_is_upper(line.p[i]) && !ascii_is_digit(line.p[i]))
			return false;
	return line.n == NAME || line.p[NAME] == reader->signs.field;
}

/* The lines below that go on with this one: up to an empty line or the next segment. */
static struct bytes
take_wrapped(struct hl7_reader *reader, struct bytes line)
{
	struct bytes rest = reader->rest, more;
	struct hl7_signs signs;

	while (next_line(&rest, &more) && bytes_trim(more).n > 0 && !is_segment(reader, more) &&
		!read_signs(more, &signs)) {
		line.n = (size_t)(more.p + more.n - line.p);
		reader->rest = rest;
	}
	return line;
}

bool
hl7_next(struct hl7_reader *reader, struct hl7_segment *ret_segment)
{
	struct bytes line;

	while (next_line(&reader->rest, &line)) {
		bool is_header = read_signs(line, &reader->signs);

		reader->is_inside = reader->is_inside || is_header;
		if (!reader->is_inside || (!is_header && !is_segment(reader, line)))
			continue;
		line = take_wrapped(reader, line);
		*ret_segment = (struct hl7_segment){.name = bytes_sub(line, 0, NAME),
			.fields = bytes_sub(line, line.n > NAME ? NAME + 1 : line.n, line.n),
			.is_header = is_header};
		return true;
	}
	return false;
}

/* \X..\: bytes in hexadecimal, of UTF-8 or of a charset that has Latin letters where Latin-1 has them. */
static void
put_hexadecimal(struct bytes digits, struct buf *out)
{
	struct buf raw;

	buf_init(&raw, digits.n + 1);
	for (size_t i = 0; i + 1 < digits.n; i += 2) {
		int high = ascii_hex_value(digits.p[i]), low = ascii_hex_value(digits.p[i + 1]);

		if (high >= 0 && low >= 0)
			buf_put_byte(&raw, (uint8_t)(high << 4 | low));
	}
	if (utf8_is_valid(buf_bytes(&raw)))
		buf_put_bytes(out, buf_bytes(&raw));
	else
		for (size_t i = 0; i < raw.n; i++)
			utf8_put(out, raw.p[i]);
	buf_wipe_done(&raw);
}

static void
put_escape(const struct hl7_signs *signs, struct bytes escape, struct buf *out)
{
	static const struct bytes breaks[] = {BYTES_LIT(".br"), BYTES_LIT(".sp"), BYTES_LIT(".fi"),
		BYTES_LIT(".nf"), BYTES_LIT(".ce"), BYTES_LIT(".in"), BYTES_LIT(".ti"), BYTES_LIT(".sk")};

	if (escape.n == 1 && escape.p[0] == 'F')
		buf_put_byte(out, signs->field);
	else if (escape.n == 1 && escape.p[0] == 'S')
		buf_put_byte(out, signs->component);
	else if (escape.n == 1 && escape.p[0] == 'R')
		buf_put_byte(out, signs->repetition != 0 ? signs->repetition : '~');
	else if (escape.n == 1 && escape.p[0] == 'T')
		buf_put_byte(out, signs->subcomponent != 0 ? signs->subcomponent : '&');
	else if (escape.n == 1 && escape.p[0] == 'E')
		buf_put_byte(out, signs->escape);
	else if (escape.n > 1 && (escape.p[0] == 'X' || escape.p[0] == 'x'))
		put_hexadecimal(bytes_sub(escape, 1, escape.n), out);
	for (size_t i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++)
		if (bytes_starts_nocase(escape, breaks[i]))
			buf_put_byte(out, '\n');
}

/* Highlighting, charset switches and local ones are not shown. */
static bool
is_escape(struct bytes escape)
{
	static const char first[] = "FSTREHNPXxCMZz.";

	return escape.n > 0 && strchr(first, escape.p[0]) != NULL && escape.p[0] != 0 &&
	       (escape.n == 1 || strchr("XxCMZz.", escape.p[0]) != NULL);
}

void
hl7_put_plain(const struct hl7_signs *signs, struct bytes value, struct buf *out)
{
	if (bytes_eq(bytes_trim(value), BYTES_LIT("\"\"")))
		return;
	while (value.n > 0) {
		size_t n = signs->escape != 0 ? bytes_find_byte(value, signs->escape) : value.n;
		struct bytes behind = bytes_sub(value, n < value.n ? n + 1 : n, value.n), escape;
		size_t end = bytes_find_byte(behind, signs->escape);

		buf_put_bytes(out, bytes_sub(value, 0, n));
		if (n == value.n)
			return;
		escape = bytes_sub(behind, 0, end);
		if (end < behind.n && is_escape(escape)) {
			put_escape(signs, escape, out);
			value = bytes_sub(behind, end + 1, behind.n);
		} else {
			/* An escape sign that somebody forgot to escape. */
			buf_put_byte(out, signs->escape);
			value = behind;
		}
	}
}
