/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/mime/decode.h"

#include "lib/base/ascii.h"
#include "lib/mime/gmime_quiet.h"

enum decode_kind
decode_kind_of(struct bytes name)
{
	static const struct {
		struct bytes name;
		enum decode_kind kind;
	} rows[] = {
		{BYTES_LIT("7bit"), DECODE_NONE},
		{BYTES_LIT("8bit"), DECODE_NONE},
		{BYTES_LIT("binary"), DECODE_NONE},
		{BYTES_LIT("7-bit"), DECODE_NONE},
		{BYTES_LIT("8-bit"), DECODE_NONE},
		{BYTES_LIT("none"), DECODE_NONE},
		{BYTES_LIT("base64"), DECODE_BASE64},
		{BYTES_LIT("base-64"), DECODE_BASE64},
		{BYTES_LIT("x-base64"), DECODE_BASE64},
		{BYTES_LIT("quoted-printable"), DECODE_QUOTED_PRINTABLE},
		{BYTES_LIT("quotedprintable"), DECODE_QUOTED_PRINTABLE},
		{BYTES_LIT("quoted printable"), DECODE_QUOTED_PRINTABLE},
		{BYTES_LIT("quoted_printable"), DECODE_QUOTED_PRINTABLE},
		{BYTES_LIT("x-uuencode"), DECODE_UUENCODE},
		{BYTES_LIT("uuencode"), DECODE_UUENCODE},
		{BYTES_LIT("x-uue"), DECODE_UUENCODE},
		{BYTES_LIT("uue"), DECODE_UUENCODE},
	};

	name = bytes_trim(bytes_sub(name, 0, bytes_find_byte(name, ';')));
	name = bytes_trim(bytes_sub(name, 0, bytes_find_byte(name, '(')));
	if (name.n >= 2 && name.p[0] == '"' && name.p[name.n - 1] == '"')
		name = bytes_trim(bytes_sub(name, 1, name.n - 2));
	if (name.n == 0)
		return DECODE_NONE;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (bytes_eq_nocase(name, rows[i].name))
			return rows[i].kind;
	}
	return DECODE_UNKNOWN;
}

static void
put(GMimeContentEncoding how, struct bytes encoded, struct buf *out)
{
	GMimeEncoding state;
	uint8_t *room;
	size_t n;

	g_mime_encoding_init_decode(&state, how);
	room = buf_room(out, g_mime_encoding_outlen(&state, encoded.n));
	if (room == NULL)
		return;
	n = g_mime_encoding_flush(&state, (const char *)encoded.p, encoded.n, (char *)room);
	buf_grew(out, n);
}

/* Up to behind the first padding that ends a group. */
static size_t
block_length(struct bytes b)
{
	size_t n = bytes_find_byte(b, '=');

	while (n < b.n && (b.p[n] == '=' || ascii_is_space(b.p[n])))
		n++;
	return n;
}

/* White space at the end of a line was added on the way (RFC 2045 section 6.7 rule 3), also behind "=". */
static void
put_quoted_printable(struct bytes encoded, struct buf *out)
{
	struct bytes rest = encoded, line;
	struct buf trimmed;

	buf_init(&trimmed, encoded.n);
	while (bytes_next_line(&rest, &line)) {
		size_t n = line.n;

		while (n > 0 && (line.p[n - 1] == ' ' || line.p[n - 1] == '\t'))
			n--;
		buf_put(&trimmed, line.p, n);
		buf_put(&trimmed, line.p + line.n,
			(size_t)(encoded.p + encoded.n - rest.n - line.p) - line.n);
	}
	put(GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE, buf_bytes(&trimmed), out);
	buf_wipe_done(&trimmed);
}

/* The lines behind "begin 644 name"; all of them when there is none. */
static struct bytes
behind_begin(struct bytes encoded)
{
	struct bytes rest = encoded, line;

	while (bytes_next_line(&rest, &line)) {
		if (bytes_starts_nocase(line, BYTES_LIT("begin ")))
			return rest;
	}
	return encoded;
}

void
decode_put(enum decode_kind kind, struct bytes encoded, struct buf *out)
{
	switch (kind) {
	case DECODE_BASE64:
		while (encoded.n > 0) {
			size_t n = block_length(encoded);

			put(GMIME_CONTENT_ENCODING_BASE64, bytes_sub(encoded, 0, n), out);
			encoded = bytes_sub(encoded, n, encoded.n);
		}
		break;
	case DECODE_QUOTED_PRINTABLE:
		put_quoted_printable(encoded, out);
		break;
	case DECODE_UUENCODE:
		put(GMIME_CONTENT_ENCODING_UUENCODE, behind_begin(encoded), out);
		break;
	case DECODE_NONE:
	case DECODE_UNKNOWN:
		buf_put_bytes(out, encoded);
		break;
	}
}

static bool
is_base64_line(struct bytes line)
{
	for (size_t i = 0; i < line.n; i++) {
		uint8_t c = line.p[i];

		if (!ascii_is_alnum(c) && c != '+' && c != '/' && !(c == '=' && i + 3 > line.n))
			return false;
	}
	return true;
}

bool
decode_looks_base64(struct bytes b)
{
	struct bytes line;
	size_t longest = 0, digits = 0;

	while (bytes_next_line(&b, &line)) {
		line = bytes_trim(line);
		if (!is_base64_line(line))
			return false;
		for (size_t i = 0; i < line.n; i++)
			digits += !ascii_is_alpha(line.p[i]);
		longest = line.n > longest ? line.n : longest;
	}
	return digits > 0 && longest % 4 == 0 && longest >= 40;
}

enum { RUN_MIN = 40 };

static bool
is_base64_sign(uint8_t c)
{
	return ascii_is_alnum(c) || c == '+' || c == '/';
}

/* Looks at each window from its end: in prose a blank is near, and all before it is skipped. */
static size_t
find_run(struct bytes text, size_t at)
{
	while (at + RUN_MIN <= text.n) {
		size_t i = RUN_MIN;

		while (i > 0 && is_base64_sign(text.p[at + i - 1]))
			i--;
		if (i == 0)
			return at;
		at += i;
	}
	return text.n;
}

static size_t
run_end(struct bytes text, size_t at)
{
	while (at < text.n && is_base64_sign(text.p[at]))
		at++;
	while (at < text.n && text.p[at] == '=')
		at++;
	return at;
}

int
decode_find_base64(struct bytes text, size_t *at, struct bytes *ret_run)
{
	size_t from = find_run(text, *at), end;

	if (from == text.n)
		return 1;
	end = run_end(text, from);
	for (;;) {
		size_t line = end + (end < text.n && text.p[end] == '\r'), next;

		if (line >= text.n || text.p[line] != '\n')
			break;
		next = run_end(text, line + 1);
		if (next == line + 1 || (next < text.n && !ascii_is_space(text.p[next])))
			break;
		end = next;
	}
	*ret_run = bytes_sub(text, from, end - from);
	*at = end;
	return 0;
}
