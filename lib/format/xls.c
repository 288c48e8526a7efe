/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A workbook: records one behind the other, a part for the workbook as a whole and one for each sheet. Parts
 * that the list of sheets does not name are told as well. Text in records that nobody knows is told as runs.
 */
#include <stdlib.h>

#include "lib/base/mem.h"
#include "lib/format/blip.h"
#include "lib/format/little.h"
#include "lib/format/runs.h"
#include "lib/format/xls_state.h"

enum record { BOF = 0x0809, EOF_RECORD = 0x000A, FILEPASS = 0x002F, DRAWING_GROUP = 0x00EB };
enum { VERSION_8 = 0x0600, PART_WORKBOOK = 0x0005, SPEND_EVERY = 0x3FF };

static int
by_start(const void *a, const void *b)
{
	const struct xls_sheet *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

/* The sheet whose part begins here, or NULL. */
static const struct xls_sheet *
find_sheet(struct xls *xls, size_t at)
{
	struct xls_sheet wanted = {.at = (uint32_t)at};
	size_t n = xls->sheets.n / sizeof(wanted);

	if (n == 0)
		return NULL;
	if (!xls->is_sorted)
		qsort(xls->sheets.p, n, sizeof(wanted), by_start);
	xls->is_sorted = true;
	return bsearch(&wanted, xls->sheets.p, n, sizeof(wanted), by_start);
}

/* Charts within a sheet are parts within a part. */
static void
begin_part(struct xls *xls, size_t at, struct bytes record)
{
	if (xls->depth++ > 0)
		return;
	xls->is_old = little_16(record, 0) != VERSION_8;
	if (little_16(record, 2) != PART_WORKBOOK)
		xls->sheet = find_sheet(xls, at);
	xls->headers.view = xls->sheet != NULL && xls->sheet->is_hidden ? SEGMENT_HIDDEN : SEGMENT_TEXT;
}

static void
end_part(struct xls *xls)
{
	if (xls->depth > 0)
		xls->depth--;
	if (xls->depth > 0)
		return;
	xls_tell_sheet(xls);
	xls->sheet = NULL;
}

/* Where the next record begins. */
static size_t
take_record(struct xls *xls, size_t at)
{
	unsigned type = little_16(xls->in, at);
	struct xls_reader reader = {.in = xls->in, .at = at + XLS_RECORD};
	struct bytes record = little_sub(xls->in, reader.at, little_16(xls->in, at + 2));

	reader.end = reader.at + record.n;
	if (type == BOF)
		begin_part(xls, at, record);
	else if (type == EOF_RECORD)
		end_part(xls);
	else if (!xls_take_cell(xls, type, &reader) && !xls_take_other(xls, type, &reader))
		runs_put(&xls->others.buf, record);
	/* A reader that went on into CONTINUE records has used them up. */
	return reader.end;
}

static void
read_records(struct xls *xls)
{
	size_t at = 0, n = 0;

	for (; little_has(xls->in, at, XLS_RECORD); at = take_record(xls, at)) {
		if (little_16(xls->in, at) == FILEPASS) {
			format_is_locked(xls->ole->out);
			return;
		}
		if ((++n & SPEND_EVERY) == 0 && !format_spend(xls->ole->out, 0))
			break;
	}
	xls_tell_sheet(xls);
}

/* Pictures of the workbook, in records of their own that follow each other. */
static void
read_pictures(struct xls *xls)
{
	struct buf drawings;
	bool is_drawing = false;

	buf_init(&drawings, xls->in.n);
	for (size_t at = 0, n; little_has(xls->in, at, XLS_RECORD); at += XLS_RECORD + n) {
		unsigned type = little_16(xls->in, at);

		n = little_16(xls->in, at + 2);
		is_drawing = type == DRAWING_GROUP || (is_drawing && type == XLS_CONTINUE);
		if (is_drawing)
			buf_put_bytes(&drawings, little_sub(xls->in, at + XLS_RECORD, n));
	}
	if (blip_tell_all(xls->ole->out, buf_bytes(&drawings)) == BLIP_UNREAD)
		xls->ole->is_unread = true;
	buf_done(&drawings);
}

static void
begin(struct xls *xls, size_t size)
{
	struct format_out *out = xls->ole->out;
	struct buf *bufs[] = {&xls->strings, &xls->string_ends, &xls->format_of, &xls->sheets, &xls->cells,
		&xls->values, &xls->notes, &xls->texts};

	/* Text of one byte a character may need three in UTF-8; a packed number of six bytes is a cell of 16.
	 */
	for (size_t i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++)
		buf_init(bufs[i], size * 8 + 1024 < UINT32_MAX ? size * 8 + 1024 : UINT32_MAX);
	format_text_init(&xls->headers, out, SEGMENT_TEXT, NULL);
	format_text_init(&xls->names, out, SEGMENT_HIDDEN, ole_where(xls->ole, xls->storage, "names"));
	format_text_init(&xls->formulas, out, SEGMENT_HIDDEN, ole_where(xls->ole, xls->storage, "formulas"));
	format_text_init(
		&xls->others, out, SEGMENT_HIDDEN, ole_where(xls->ole, xls->storage, "other records"));
}

static void
end(struct xls *xls)
{
	struct buf *bufs[] = {&xls->strings, &xls->string_ends, &xls->format_of, &xls->sheets, &xls->cells,
		&xls->values, &xls->notes, &xls->texts};

	for (size_t i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++) {
		if (bufs[i]->full)
			format_flag(xls->ole->out, UNSCANNABLE_SIZE);
		buf_wipe_done(bufs[i]);
	}
	format_text_done(&xls->headers);
	format_text_done(&xls->names);
	format_text_done(&xls->formulas);
	format_text_done(&xls->others);
}

void
xls_read(struct ole *ole, uint32_t storage, uint32_t stream)
{
	struct xls *xls = mem_new(1, sizeof(*xls));
	struct buf content;

	xls->ole = ole;
	xls->storage = storage;
	if (ole_load(ole, stream, &content)) {
		xls->in = buf_bytes(&content);
		begin(xls, content.n);
		read_records(xls);
		read_pictures(xls);
		end(xls);
	}
	buf_wipe_done(&content);
	free(xls);
}
