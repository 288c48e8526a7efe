/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/mime/decode.h"

#include "lib/base/ascii.h"
#include "lib/mime/binhex.h"
#include "lib/mime/gmime_quiet.h"

static bool
is_base64_sign(uint8_t c)
{
	return ascii_is_alnum(c) || c == '+' || c == '/';
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

/* CR LF, LF or CR, with CR too many as well; LF CR is one, but not ahead of an empty line. */
static size_t
break_length(struct bytes b, size_t at)
{
	size_t n = 0;

	while (at + n < b.n && b.p[at + n] == '\r')
		n++;
	if (at + n >= b.n || b.p[at + n] != '\n')
		return n > 0 ? 1 : 0;
	n++;
	if (at + n + 1 < b.n && b.p[at + n] == '\r' && b.p[at + n + 1] != '\n')
		n++;
	return n;
}

/* What can be copied as it is. */
static size_t
run_without_blanks(struct bytes b, size_t at)
{
	size_t n = 0;

	while (at + n < b.n && b.p[at + n] != '=' && b.p[at + n] != ' ' && b.p[at + n] != '\t')
		n++;
	return n;
}

/*
 * White space at the end of a line was added on the way (RFC 2045 section 6.7 rule 3), also behind "="; and
 * what line breaks are is not for the decoder to ask.
 */
static void
put_quoted_printable(struct bytes encoded, struct buf *out)
{
	struct buf joined;

	buf_init(&joined, encoded.n);
	for (size_t at = 0; at < encoded.n;) {
		size_t run = run_without_blanks(encoded, at), behind, n;
		uint8_t c;

		buf_put_bytes(&joined, bytes_sub(encoded, at, run));
		at += run;
		if (at == encoded.n)
			break;
		c = encoded.p[at];
		behind = at + (c == '=');
		while (behind < encoded.n && (encoded.p[behind] == ' ' || encoded.p[behind] == '\t'))
			behind++;
		n = break_length(encoded, behind);
		if (behind > at && (n > 0 || behind == encoded.n))
			at = c == '=' ? behind + n : behind;
		else if (behind > at + 1) {
			buf_put_bytes(&joined, bytes_sub(encoded, at, behind - at));
			at = behind;
		} else {
			buf_put_byte(&joined, c);
			at++;
		}
	}
	put(GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE, buf_bytes(&joined), out);
	buf_wipe_done(&joined);
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

/* Each byte has 42 added to it; behind "=" another 64, since some bytes may not stand in a text. */
static void
put_yenc(struct bytes encoded, struct buf *out)
{
	struct bytes line;

	while (bytes_next_line(&encoded, &line)) {
		if (bytes_starts_nocase(line, BYTES_LIT("=y")))
			continue;
		for (size_t i = 0; i < line.n; i++) {
			bool escaped = line.p[i] == '=' && i + 1 < line.n;

			i += escaped;
			buf_put_byte(out, (uint8_t)(line.p[i] - 42 - (escaped ? 64 : 0)));
		}
	}
}

/* Some leave the padding out. Where it is there, three signs of it more are no group. */
static void
put_base64_block(struct bytes block, struct buf *out)
{
	GMimeEncoding state;
	uint8_t *room;
	size_t n;

	g_mime_encoding_init_decode(&state, GMIME_CONTENT_ENCODING_BASE64);
	room = buf_room(out, g_mime_encoding_outlen(&state, block.n + 3));
	if (room == NULL)
		return;
	n = g_mime_encoding_step(&state, (const char *)block.p, block.n, (char *)room);
	n += g_mime_encoding_flush(&state, "===", 3, (char *)room + n);
	buf_grew(out, n);
}

static void
put_base64(struct bytes encoded, struct buf *out)
{
	while (encoded.n > 0) {
		size_t n = block_length(encoded);

		put_base64_block(bytes_sub(encoded, 0, n), out);
		encoded = bytes_sub(encoded, n, encoded.n);
	}
}

void
decode_put(enum decode_kind kind, struct bytes encoded, struct buf *out)
{
	switch (kind) {
	case DECODE_BASE64:
		put_base64(encoded, out);
		break;
	case DECODE_QUOTED_PRINTABLE:
		put_quoted_printable(encoded, out);
		break;
	case DECODE_UUENCODE:
		put(GMIME_CONTENT_ENCODING_UUENCODE, behind_begin(encoded), out);
		break;
	case DECODE_YENC:
		put_yenc(encoded, out);
		break;
	case DECODE_BINHEX:
		binhex_put(encoded, NULL, out);
		break;
	case DECODE_NONE:
	case DECODE_UNKNOWN:
		buf_put_bytes(out, encoded);
		break;
	}
}

/* Lines that end inside a group of four signs, and others behind. */
static bool
has_ragged_lines(struct bytes b)
{
	bool ragged = false;
	struct bytes line;

	while (bytes_next_line(&b, &line) && !ragged)
		ragged = line.n % 4 != 0 && bytes_trim(b).n > 0;
	return ragged;
}

static bool
has_early_pads(struct bytes b)
{
	size_t at = bytes_find_byte(b, '=');

	while (at < b.n && !is_base64_sign(b.p[at]))
		at++;
	return at < b.n;
}

unsigned
decode_ways_of(struct bytes encoded)
{
	unsigned ways = 0;

	if (bytes_find_byte(encoded, '-') < encoded.n || bytes_find_byte(encoded, '_') < encoded.n)
		ways |= 1U << DECODE_WAY_URL;
	if (has_early_pads(encoded))
		ways |= 1U << DECODE_WAY_NO_PADS;
	if (has_ragged_lines(encoded))
		ways |= 1U << DECODE_WAY_LINES;
	return ways;
}

static void
put_lines(struct bytes encoded, struct buf *out)
{
	struct bytes line;

	while (bytes_next_line(&encoded, &line))
		put_base64(line, out);
}

void
decode_put_way(enum decode_way way, struct bytes encoded, struct buf *out)
{
	struct buf other;

	if (way == DECODE_WAY_LINES) {
		put_lines(encoded, out);
		return;
	}
	buf_init(&other, encoded.n);
	for (size_t i = 0; i < encoded.n; i++) {
		uint8_t c = encoded.p[i];

		if (way == DECODE_WAY_URL)
			buf_put_byte(&other, c == '-' ? '+' : c == '_' ? '/' : c);
		else if (c != '=')
			buf_put_byte(&other, c);
	}
	put_base64(buf_bytes(&other), out);
	buf_wipe_done(&other);
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
