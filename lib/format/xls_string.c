/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/utf8.h"
#include "lib/format/little.h"
#include "lib/format/utf16.h"
#include "lib/format/xls_state.h"

enum { WIDE = 1, FAR_EAST = 4, RICH = 8, RUN = 4 };

/* Goes on in the next record when this one is used up; false when that is no CONTINUE. */
static bool
has_more(struct xls_reader *reader)
{
	while (reader->at >= reader->end) {
		if (!little_has(reader->in, reader->end, XLS_RECORD) ||
			little_16(reader->in, reader->end) != XLS_CONTINUE)
			return false;
		reader->at = reader->end + XLS_RECORD;
		reader->end = reader->at + little_16(reader->in, reader->end + 2);
		if (reader->end > reader->in.n)
			reader->end = reader->in.n;
	}
	return true;
}

bool
xls_at_end(const struct xls_reader *reader)
{
	struct xls_reader copy = *reader;

	return !has_more(&copy);
}

uint8_t
xls_get_8(struct xls_reader *reader)
{
	return has_more(reader) ? reader->in.p[reader->at++] : 0;
}

uint16_t
xls_get_16(struct xls_reader *reader)
{
	uint16_t low = xls_get_8(reader);

	return (uint16_t)(low | xls_get_8(reader) << 8);
}

uint32_t
xls_get_32(struct xls_reader *reader)
{
	uint32_t low = xls_get_16(reader);

	return low | (uint32_t)xls_get_16(reader) << 16;
}

static void
skip(struct xls_reader *reader, uint64_t n)
{
	while (n > 0 && has_more(reader)) {
		size_t here = reader->end - reader->at;

		if (here > n)
			here = (size_t)n;
		reader->at += here;
		n -= here;
	}
}

static void
put_latin(struct buf *out, struct bytes text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != 0)
			utf8_put(out, text.p[i]);
}

void
xls_put_characters(struct xls *xls, struct xls_reader *reader, size_t n, unsigned flags, struct buf *out)
{
	while (n > 0 && !out->full) {
		size_t unit = (flags & WIDE) != 0 ? 2 : 1, here;
		struct bytes piece;

		if (reader->at >= reader->end) {
			if (!has_more(reader))
				return;
			/* In a CONTINUE the characters begin anew, with flags of their own. */
			if (!xls->is_old)
				flags = xls_get_8(reader);
			continue;
		}
		here = (reader->end - reader->at) / unit;
		if (here > n)
			here = n;
		piece = bytes_sub(reader->in, reader->at, here * unit);
		if (xls->is_old)
			codepage_put(&xls->ole->pages, out, xls->codepage, piece);
		else if (unit == 2)
			utf16_put(out, piece);
		else
			put_latin(out, piece);
		reader->at += here > 0 ? here * unit : 1;
		n -= here;
	}
}

void
xls_put_string(struct xls *xls, struct xls_reader *reader, enum xls_length length, struct buf *out)
{
	size_t n = length == XLS_SHORT ? xls_get_8(reader) : xls_get_16(reader);
	unsigned flags = xls->is_old ? 0 : xls_get_8(reader);
	uint64_t behind = 0;

	if ((flags & RICH) != 0)
		behind += (uint64_t)xls_get_16(reader) * RUN;
	if ((flags & FAR_EAST) != 0)
		behind += xls_get_32(reader);
	xls_put_characters(xls, reader, n, flags, out);
	skip(reader, behind);
}
