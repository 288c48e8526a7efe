/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/untagged.h"

#include "lib/base/ascii.h"
#include "lib/base/utf8.h"
#include "lib/format/utf16.h"

/* Of "w:tbl" in "</w:tbl>" the "tbl". */
static struct bytes
local_name(struct bytes tag)
{
	size_t from = 0, to = 0;

	while (to < tag.n && !ascii_is_space(tag.p[to]) && tag.p[to] != '/') {
		if (tag.p[to] == ':')
			from = to + 1;
		to++;
	}
	return bytes_sub(tag, from, to - from);
}

/* Elements within a line, at whose ends a word may go on. */
static bool
is_within_line(struct bytes name)
{
	static const char *const names[] = {"t", "r", "rPr", "span", "a", "hyperlink", "ins", "del",
		"smartTag", "sdtContent", "proofErr", "s", "bookmarkStart", "bookmarkEnd", "lang", "rFonts",
		"b", "i", "noProof", NULL};

	for (const char *const *at = names; *at != NULL; at++)
		if (bytes_eq(name, bytes_of_str(*at)))
			return true;
	return false;
}

static void
put_untagged(struct buf *out, struct bytes xml)
{
	while (xml.n > 0) {
		size_t open = bytes_find_byte(xml, '<'), close;
		struct bytes tag;

		buf_put_bytes(out, bytes_sub(xml, 0, open));
		xml = bytes_sub(xml, open, xml.n);
		close = bytes_find_byte(xml, '>');
		tag = bytes_sub(xml, 1, close > 0 ? close - 1 : 0);
		if (close == xml.n) {
			/* No tag at all: what is left is text. */
			buf_put_bytes(out, bytes_sub(xml, 1, xml.n));
			return;
		}
		if (tag.n > 0 && tag.p[0] == '/')
			tag = bytes_sub(tag, 1, tag.n);
		if (!is_within_line(local_name(bytes_sub(tag, 0, 64))) && out->n > 0 &&
			out->p[out->n - 1] != '\n')
			buf_put_byte(out, '\n');
		xml = bytes_sub(xml, close + 1, xml.n);
	}
}

static bool
is_utf16(struct bytes xml, bool *ret_big)
{
	if (xml.n < 2)
		return false;
	*ret_big = xml.p[0] == 0xFE || (xml.p[0] == 0 && xml.p[1] == '<');
	return (xml.p[0] ^ xml.p[1]) == 1 || (xml.p[0] == 0 && xml.p[1] == '<') ||
	       (xml.p[0] == '<' && xml.p[1] == 0);
}

static void
put_utf16(struct buf *out, struct bytes xml, bool is_big)
{
	uint16_t high = 0;

	for (size_t i = 0; i + 1 < xml.n; i += 2)
		utf16_put_unit(out, &high,
			(uint16_t)(is_big ? xml.p[i] << 8 | xml.p[i + 1] : xml.p[i + 1] << 8 | xml.p[i]));
}

void
untagged_tell(struct format_out *out, struct bytes name, struct bytes xml)
{
	struct buf utf8, text;
	bool is_big = false;
	const char *where =
		arena_strf(format_arena(out), "broken part %.*s", BYTES_FMT(bytes_sub(name, 0, 80)));

	buf_init(&utf8, xml.n * 2 + 64);
	if (is_utf16(xml, &is_big)) {
		put_utf16(&utf8, xml, is_big);
		xml = buf_bytes(&utf8);
	}
	buf_init(&text, xml.n + 64);
	put_untagged(&text, xml);
	format_tell(out, SEGMENT_TEXT, where, buf_bytes(&text));
	buf_wipe_done(&text);
	buf_wipe_done(&utf8);
}
