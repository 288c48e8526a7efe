/* SPDX-License-Identifier: Apache-2.0 */
/* The piece table ([MS-DOC] 2.8.35, 2.9.38): which characters lie where. */
#include "lib/format/doc_state.h"
#include "lib/format/little.h"

enum { CLX = 33, PROPERTIES = 1, TABLE = 2, DESCRIPTOR = 8 };
enum { OLD_CLX = 0x160, TEXT_BEGIN = 0x18, TEXT_END = 0x1C, WIDE_TEXT = 0x1000 };

#define EIGHT_BIT 0x40000000U

static void
add(struct doc *doc, uint32_t cp, uint64_t n, uint32_t at, bool is_wide)
{
	struct doc_piece piece = {.cp = cp, .at = at, .is_wide = is_wide};
	size_t there = at < doc->main.n ? (doc->main.n - at) / (is_wide ? 2 : 1) : 0;

	piece.n = (uint32_t)(n < there ? n : there);
	if (n > there)
		format_flag(doc->ole->out, UNSCANNABLE_FORMAT);
	if (piece.n > 0)
		buf_put(&doc->pieces, &piece, sizeof(piece));
}

static void
add_table(struct doc *doc, struct bytes table)
{
	size_t n = table.n >= 4 ? (table.n - 4) / (4 + DESCRIPTOR) : 0;

	for (size_t i = 0; i < n && !doc->pieces.full; i++) {
		uint32_t cp = little_32(table, i * 4), end = little_32(table, i * 4 + 4);
		uint32_t at = little_32(table, (n + 1) * 4 + i * DESCRIPTOR + 2);
		bool is_wide = !doc->is_old && (at & EIGHT_BIT) == 0;

		if (!doc->is_old && !is_wide)
			at = (at & ~EIGHT_BIT) / 2;
		if (end > cp)
			add(doc, cp, end - cp, at, is_wide);
	}
}

int
doc_add_pieces(struct doc *doc, struct bytes clx)
{
	size_t at = 0;

	while (at < clx.n && clx.p[at] == PROPERTIES)
		at += 3U + little_16(clx, at + 1);
	if (little_8(clx, at) != TABLE)
		return -1;
	add_table(doc, little_sub(clx, at + 5, little_32(clx, at + 1)));
	return doc->pieces.n > 0 ? 0 : -1;
}

/* A text in one piece needs no table; so does one whose table can't be found. */
void
doc_load_pieces(struct doc *doc)
{
	struct bytes clx = doc_structure(doc, CLX);
	uint32_t begin = little_32(doc->main, TEXT_BEGIN), end = little_32(doc->main, TEXT_END);

	if (doc->is_old)
		clx = little_sub(doc->main, little_32(doc->main, OLD_CLX), little_32(doc->main, OLD_CLX + 4));
	if (doc_add_pieces(doc, clx) == 0)
		return;
	if (!doc->is_old)
		format_flag(doc->ole->out, UNSCANNABLE_FORMAT);
	if (end > begin)
		add(doc, 0, end - begin, begin, false);
}
