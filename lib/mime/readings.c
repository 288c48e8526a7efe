/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/mime/readings.h"

#include "lib/base/ascii.h"
#include "lib/base/utf8.h"
#include "lib/mime/html_reference.h"

enum { OVERRIDE = 0x202E, POP = 0x202C, REFERENCE_MAX = 10 };

static bool
hex_number(struct bytes b, size_t n, uint32_t *ret_number)
{
	uint32_t number = 0;

	if (b.n < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		int digit = ascii_hex_value(b.p[i]);

		if (digit < 0)
			return false;
		number = number << 4 | (uint32_t)digit;
	}
	*ret_number = number;
	return true;
}

/* The escape behind a backslash (RFC 8259 section 7); surrogates make one character of two escapes. */
static size_t
put_json_escape(struct bytes b, struct buf *out)
{
	uint32_t c, low;

	switch (b.n > 0 ? b.p[0] : 0) {
	case 'u':
		if (!hex_number(bytes_sub(b, 1, b.n), 4, &c))
			break;
		if (c >= 0xD800 && c < 0xDC00 && bytes_starts_nocase(bytes_sub(b, 5, 2), BYTES_LIT("\\u")) &&
			hex_number(bytes_sub(b, 7, b.n), 4, &low) && low >= 0xDC00 && low < 0xE000) {
			utf8_put(out, 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00));
			return 11;
		}
		utf8_put(out, c);
		return 5;
	case 'n':
	case 'r':
		buf_put_byte(out, '\n');
		return 1;
	case 't':
		buf_put_byte(out, '\t');
		return 1;
	case '/':
	case '"':
	case '\\':
		buf_put_byte(out, b.p[0]);
		return 1;
	}
	buf_put_byte(out, '\\');
	return 0;
}

void
readings_put_json(struct bytes text, struct buf *out)
{
	for (size_t at = 0; at < text.n;) {
		size_t n = bytes_find_byte(bytes_sub(text, at, text.n), '\\');

		buf_put_bytes(out, bytes_sub(text, at, n));
		at += n + 1;
		if (at <= text.n)
			at += put_json_escape(bytes_sub(text, at, text.n), out);
	}
}

/* "&#50;", "&#x32;", "&amp;": the length with the semicolon, or 0. */
static size_t
put_reference(struct bytes b, struct buf *out)
{
	size_t n = bytes_find_byte(bytes_sub(b, 0, REFERENCE_MAX), ';'), length;
	const struct html_reference *named;
	struct bytes digits;
	uint32_t number;
	int64_t decimal;

	if (n >= REFERENCE_MAX || n >= b.n || n < 2)
		return 0;
	if (b.p[0] != '#') {
		named = html_reference_find(bytes_sub(b, 0, n + 1), &length);
		if (named == NULL || length != n + 1)
			return 0;
		utf8_put(out, named->first);
		return n + 1;
	}
	digits = bytes_sub(b, 1, n - 1);
	if (ascii_lower(digits.p[0]) == 'x') {
		if (digits.n < 2 || !hex_number(bytes_sub(digits, 1, digits.n), digits.n - 1, &number))
			return 0;
		utf8_put(out, html_reference_number(number));
		return n + 1;
	}
	if (bytes_parse_i64(digits, 0, 0x10FFFF, &decimal) != 0)
		return 0;
	utf8_put(out, html_reference_number((uint32_t)decimal));
	return n + 1;
}

static void
put_xml(struct bytes text, struct buf *out)
{
	for (size_t at = 0; at < text.n;) {
		size_t n = bytes_find_byte(bytes_sub(text, at, text.n), '&');

		buf_put_bytes(out, bytes_sub(text, at, n));
		at += n + 1;
		if (at > text.n)
			break;
		n = put_reference(bytes_sub(text, at, text.n), out);
		if (n == 0)
			buf_put_byte(out, '&');
		at += n;
	}
}

/* RFC 5545 section 3.1: a line break and a space are nothing; "\\n" is a line break, "\\," a comma. */
static void
put_card(struct bytes text, struct buf *out)
{
	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.p[i], next = i + 1 < text.n ? text.p[i + 1] : 0;

		if (c == '\n' && (next == ' ' || next == '\t'))
			i++;
		else if (c == '\\' && next != 0 && strchr("nN,;\\", next) != NULL) {
			buf_put_byte(out, next == 'n' || next == 'N' ? '\n' : next);
			i++;
		} else
			buf_put_byte(out, c);
	}
}

void
readings_put(const char *type, struct bytes text, struct buf *out)
{
	struct bytes t = bytes_of_str(type);
	bool is_card = bytes_eq(t, BYTES_LIT("text/calendar")) || bytes_eq(t, BYTES_LIT("text/vcard")) ||
		       bytes_eq(t, BYTES_LIT("text/x-vcard")) || bytes_eq(t, BYTES_LIT("text/directory"));

	if (is_card || bytes_starts_nocase(text, BYTES_LIT("BEGIN:V")))
		put_card(text, out);
	else if (bytes_ends_nocase(t, BYTES_LIT("json")))
		readings_put_json(text, out);
	else if (bytes_ends_nocase(t, BYTES_LIT("xml")) || bytes_starts_nocase(text, BYTES_LIT("<?xml")))
		put_xml(text, out);
	else
		buf_put_bytes(out, text);
}

int
readings_put_references(struct bytes text, struct buf *out)
{
	if (bytes_find(text, BYTES_LIT("&#")) == text.n)
		return 1;
	put_xml(text, out);
	return 0;
}

void
readings_put_url(struct bytes url, struct buf *out)
{
	for (size_t i = 0; i < url.n; i++) {
		uint32_t c;

		if (url.p[i] == '%' && hex_number(bytes_sub(url, i + 1, url.n), 2, &c)) {
			buf_put_byte(out, (uint8_t)c);
			i += 2;
		} else
			buf_put_byte(out, url.p[i]);
	}
}

/* Where the run that starts at `at` ends. */
static size_t
run_end(struct bytes text, size_t at)
{
	while (at < text.n && text.p[at] != '\n') {
		size_t next = at;

		if (utf8_next(text, &next) == POP)
			break;
		at = next;
	}
	return at;
}

static void
put_backwards(struct bytes run, struct buf *out)
{
	size_t at = run.n;

	while (at > 0) {
		size_t start = at - 1;

		while (start > 0 && (run.p[start] & 0xC0) == 0x80)
			start--;
		buf_put_bytes(out, bytes_sub(run, start, at - start));
		at = start;
	}
}

int
readings_put_turned(struct bytes text, struct buf *out)
{
	static const struct bytes mark = BYTES_LIT("\xE2\x80\xAE");
	size_t at = bytes_find(text, mark), end;

	if (at == text.n)
		return 1;
	buf_put_bytes(out, bytes_sub(text, 0, at));
	while (at < text.n) {
		size_t next = at;

		if (utf8_next(text, &next) != OVERRIDE) {
			buf_put_bytes(out, bytes_sub(text, at, next - at));
			at = next;
			continue;
		}
		end = run_end(text, next);
		put_backwards(bytes_sub(text, next, end - next), out);
		at = end;
	}
	return 0;
}
