/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/vba.h"

#include "lib/format/little.h"
#include "lib/mime/charset.h"

enum { CHUNK = 4096, CHUNK_MARK = 3 };

/* A token is a place behind and a length, in as many bits as the place needs at this point of the chunk. */
static void
copy(struct buf *out, size_t start, uint16_t token)
{
	size_t done = out->n - start, bits = 4, length, offset;

	while ((size_t)1 << bits < done)
		bits++;
	length = (token & (0xFFFFU >> bits)) + 3U;
	offset = (size_t)(token >> (16 - bits)) + 1;
	if (offset > done)
		return;
	while (length-- > 0 && out->n - start < CHUNK && !out->full)
		buf_put_byte(out, out->p[out->n - offset]);
}

static void
put_chunk(struct buf *out, struct bytes chunk)
{
	size_t start = out->n, at = 0;

	while (at < chunk.n && !out->full) {
		uint8_t flags = chunk.p[at++];

		for (unsigned bit = 0; bit < 8 && at < chunk.n; bit++) {
			if ((flags >> bit & 1) == 0)
				buf_put_byte(out, chunk.p[at++]);
			else {
				copy(out, start, little_16(chunk, at));
				at += 2;
			}
		}
	}
}

/* Returns how many bytes of it were such chunks. */
static size_t
put_container(struct buf *out, struct bytes data)
{
	size_t at = 1;

	while (at + 2 < data.n) {
		uint16_t header = little_16(data, at);
		size_t size = (header & 0xFFFU) + 1U;

		if ((header >> 12 & 7) != CHUNK_MARK)
			break;
		if ((header & 0x8000) != 0)
			put_chunk(out, bytes_sub(data, at + 2, size));
		else
			buf_put_bytes(out, bytes_sub(data, at + 2, size));
		at += 2 + size;
	}
	return at < data.n ? at : data.n;
}

void
vba_put_sources(struct buf *out, struct bytes stream)
{
	/* Each module begins with "Attribute VB_Name", whose first token has eight plain characters. */
	static const struct bytes sign = BYTES_LIT("\0Attribut");
	size_t at = 0, found;
	struct buf source;

	while (at < stream.n && (found = bytes_find(bytes_sub(stream, at, stream.n), sign)) < stream.n - at) {
		at += found;
		if (at >= 3 && stream.p[at - 3] == 1) {
			buf_init(&source, out->max);
			at += put_container(&source, bytes_sub(stream, at - 3, stream.n)) - 3;
			charset_to_utf8(bytes_of(NULL, 0), buf_bytes(&source), out);
			buf_put_byte(out, '\n');
			buf_wipe_done(&source);
		}
		at += sign.n;
	}
}
