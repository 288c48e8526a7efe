/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/inflate.h"

#include <zlib.h>

enum { PIECE = 16 * 1024 };

void
inflate_put(struct format_out *out, struct bytes deflated, struct buf *content)
{
	z_stream stream = {.next_in = (Bytef *)(uintptr_t)deflated.p, .avail_in = (uInt)deflated.n};
	uint8_t piece[PIECE];
	int ret = Z_OK;

	if (deflated.n > UINT32_MAX || inflateInit(&stream) != Z_OK)
		return;
	while (ret == Z_OK && !buf_full(content)) {
		stream.next_out = piece;
		stream.avail_out = sizeof(piece);
		ret = inflate(&stream, Z_NO_FLUSH);
		if (!format_spend(out, sizeof(piece) - stream.avail_out))
			break;
		buf_put(content, piece, sizeof(piece) - stream.avail_out);
	}
	(void)inflateEnd(&stream);
}
