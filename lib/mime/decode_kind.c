/* SPDX-License-Identifier: Apache-2.0 */
/* What fields call the encodings. */
#include "lib/base/ascii.h"
#include "lib/mime/decode.h"

static const struct {
	struct bytes name;
	enum decode_kind kind;
} names[] = {
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
	{BYTES_LIT("x-yencode"), DECODE_YENC},
	{BYTES_LIT("x-yenc"), DECODE_YENC},
	{BYTES_LIT("yenc"), DECODE_YENC},
	{BYTES_LIT("binhex"), DECODE_BINHEX},
	{BYTES_LIT("x-binhex"), DECODE_BINHEX},
	{BYTES_LIT("x-binhex40"), DECODE_BINHEX},
	{BYTES_LIT("mac-binhex40"), DECODE_BINHEX},
};

static enum decode_kind
kind_of(struct bytes name)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (bytes_eq_nocase(name, names[i].name))
			return names[i].kind;
	}
	return DECODE_UNKNOWN;
}

/* Comments (RFC 822) say nothing; parentheses nest, and backslashes hide them. */
static void
put_without_comments(struct bytes value, struct buf *out)
{
	size_t depth = 0;

	for (size_t i = 0; i < value.n; i++) {
		uint8_t c = value.p[i];

		if (c == '(')
			depth++;
		else if (c == ')' && depth > 0)
			depth--;
		else if (depth == 0 && c != '\0')
			buf_put_byte(out, c);
		else if (c == '\\')
			i++;
	}
}

static size_t
add_kind(enum decode_kind kind, enum decode_kind kinds[DECODE_KINDS_MAX], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (kinds[i] == kind)
			return n;
	if (n < DECODE_KINDS_MAX)
		kinds[n++] = kind;
	return n;
}

/* "7bit, base64", "=?us-ascii?q?base64?=": some program will find each name in it. */
static size_t
find_kinds(struct bytes value, enum decode_kind kinds[DECODE_KINDS_MAX])
{
	size_t n = 0;

	for (size_t at = 0; at < value.n; at++) {
		size_t from = at;
		enum decode_kind kind;

		while (at < value.n && (ascii_is_alnum(value.p[at]) || value.p[at] == '-'))
			at++;
		kind = at > from ? kind_of(bytes_sub(value, from, at - from)) : DECODE_UNKNOWN;
		if (kind != DECODE_UNKNOWN)
			n = add_kind(kind, kinds, n);
	}
	/* To others it is no name at all. */
	return add_kind(n > 0 ? DECODE_NONE : DECODE_UNKNOWN, kinds, n);
}

static bool
is_in_quotes(struct bytes value)
{
	return value.n >= 2 && value.p[0] == value.p[value.n - 1] &&
	       (value.p[0] == '"' || value.p[0] == '\'');
}

size_t
decode_kinds_of(struct bytes value, enum decode_kind ret_kinds[DECODE_KINDS_MAX])
{
	struct buf bare;
	struct bytes name;
	size_t n = 1;

	buf_init(&bare, value.n);
	put_without_comments(value, &bare);
	name = bytes_trim(buf_bytes(&bare));
	if (name.n == 0)
		name = bytes_trim(value);
	name = bytes_trim(bytes_sub(name, 0, bytes_find_byte(name, ';')));
	if (is_in_quotes(name))
		name = bytes_trim(bytes_sub(name, 1, name.n - 2));
	ret_kinds[0] = name.n == 0 ? DECODE_NONE : kind_of(name);
	if (ret_kinds[0] == DECODE_UNKNOWN)
		n = find_kinds(buf_bytes(&bare), ret_kinds);
	buf_done(&bare);
	return n;
}
