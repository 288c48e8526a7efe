/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/lzfu.h"

#include "lib/format/little.h"

enum { HEADER = 16, WINDOW = 4096, COMPRESSED = 0x75465A4C, STORED = 0x414C454D };

/* [MS-OXRTFCP] 2.1.2.1: what the window holds at first. */
static const char dictionary[] =
	"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
	"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
	"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

struct window {
	uint8_t bytes[WINDOW];
	size_t at;
};

static void
put(struct buf *out, struct window *window, uint8_t c)
{
	buf_put_byte(out, c);
	window->bytes[window->at] = c;
	window->at = (window->at + 1) % WINDOW;
}

static void
unpack(struct buf *out, struct bytes packed)
{
	struct window window = {.at = sizeof(dictionary) - 1};
	size_t at = 0;

	memcpy(window.bytes, dictionary, sizeof(dictionary) - 1);
	while (at < packed.n && !out->full) {
		uint8_t control = packed.p[at++];

		for (unsigned bit = 0; bit < 8 && at < packed.n; bit++) {
			size_t token, from, length;

			if ((control >> bit & 1) == 0) {
				put(out, &window, packed.p[at++]);
				continue;
			}
			token = (size_t)packed.p[at] << 8 | little_8(packed, at + 1);
			at += 2;
			from = token >> 4;
			length = (token & 15) + 2;
			if (from == window.at) /* the end */
				return;
			while (length-- > 0)
				put(out, &window, window.bytes[from++ % WINDOW]);
		}
	}
}

int
lzfu_put(struct buf *out, struct bytes compressed)
{
	uint32_t kind = little_32(compressed, 8);
	struct bytes rest = bytes_sub(compressed, HEADER, compressed.n);

	if (kind == STORED)
		buf_put_bytes(out, rest);
	else if (kind == COMPRESSED)
		unpack(out, rest);
	else
		return -1;
	return 0;
}
