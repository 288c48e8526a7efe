/* SPDX-License-Identifier: Apache-2.0 */
/* Cells come in any order; they are told row by row, column by column, as lines and tabs. */
#include <stdlib.h>

#include "lib/format/little.h"
#include "lib/format/xls_state.h"

enum { SHEETS_MAX = 4096 };

void
xls_add_cell(struct xls *xls, uint16_t row, uint16_t column, uint32_t start)
{
	struct xls_cell cell = {.row = row, .column = column, .at = start};

	cell.n = (uint32_t)xls->values.n - start;
	if (cell.n > 0)
		buf_put(&xls->cells, &cell, sizeof(cell));
}

void
xls_add_shared(struct xls *xls, uint16_t row, uint16_t column, uint32_t string)
{
	struct xls_cell cell = {.row = row, .column = column, .is_shared = true, .at = string};

	buf_put(&xls->cells, &cell, sizeof(cell));
}

static int
by_place(const void *a, const void *b)
{
	const struct xls_cell *x = a, *y = b;

	if (x->row != y->row)
		return x->row < y->row ? -1 : 1;
	if (x->column != y->column)
		return x->column < y->column ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

static struct bytes
text_of(const struct xls *xls, const struct xls_cell *cell)
{
	struct bytes ends = buf_bytes(&xls->string_ends);
	uint32_t from, to;

	if (!cell->is_shared)
		return bytes_sub(buf_bytes(&xls->values), cell->at, cell->n);
	if (!little_has(ends, (size_t)cell->at * 4, 4))
		return bytes_of(NULL, 0);
	memcpy(&to, ends.p + (size_t)cell->at * 4, 4);
	from = 0;
	if (cell->at > 0)
		memcpy(&from, ends.p + ((size_t)cell->at - 1) * 4, 4);
	return bytes_sub(buf_bytes(&xls->strings), from, to - from);
}

/* "B7" */
static void
name_cell(uint16_t row, uint16_t column, char name[16])
{
	char letters[4];
	size_t n = 0;

	for (unsigned c = column + 1U; c > 0 && n < sizeof(letters); c = (c - 1) / 26)
		letters[n++] = (char)('A' + (c - 1) % 26);
	for (size_t i = 0; i < n; i++)
		name[i] = letters[n - 1 - i];
	snprintf(name + n, 16 - n, "%u", row + 1U);
}

/* A line break within a cell would look like the end of its row. */
static void
put_value(struct buf *out, struct bytes value)
{
	for (size_t i = 0; i < value.n; i++)
		buf_put_byte(out,
			value.p[i] == '\n' || value.p[i] == '\r' || value.p[i] == '\t' ? ' ' : value.p[i]);
}

static uint16_t
first_column(const struct xls_cell *cells, size_t n)
{
	uint16_t first = UINT16_MAX;

	for (size_t i = 0; i < n; i++)
		if (cells[i].column < first)
			first = cells[i].column;
	return first;
}

static void
put_cells(struct xls *xls, struct format_text *text)
{
	struct xls_cell *cells = (struct xls_cell *)(void *)xls->cells.p;
	size_t n = xls->cells.n / sizeof(*cells);
	uint16_t left = first_column(cells, n), column = left;
	char name[16];

	if (n > 0)
		qsort(cells, n, sizeof(*cells), by_place);
	for (size_t i = 0; i < n && !text->buf.full; i++) {
		struct bytes value = text_of(xls, &cells[i]);

		if (i > 0 && cells[i].row != cells[i - 1].row) {
			buf_put_str(&text->buf, cells[i].row - cells[i - 1].row > 1 ? "\n\n" : "\n");
			column = left;
		} else if (i > 0 && cells[i].column == column) /* one cell twice */
			buf_put_byte(&text->buf, ' ');
		for (; column < cells[i].column; column++)
			buf_put_byte(&text->buf, '\t');
		name_cell(cells[i].row, cells[i].column, name);
		format_text_mark(text, name);
		put_value(&text->buf, value);
	}
	if (n > 0)
		buf_put_byte(&text->buf, '\n');
}

static int
by_object(const void *a, const void *b)
{
	const struct xls_note *x = a, *y = b;

	return (x->object > y->object) - (x->object < y->object);
}

/* Texts that a note names stand at its cell; the others are in boxes of their own. */
static void
put_texts(struct xls *xls, struct format_text *comments, struct format_text *boxes)
{
	struct xls_note *notes = (struct xls_note *)(void *)xls->notes.p;
	struct xls_text *texts = (struct xls_text *)(void *)xls->texts.p;
	size_t n_notes = xls->notes.n / sizeof(*notes);
	char name[16];

	if (n_notes > 0)
		qsort(notes, n_notes, sizeof(*notes), by_object);
	for (size_t i = 0; i < xls->texts.n / sizeof(*texts); i++) {
		struct xls_note wanted = {.object = texts[i].object}, *note = NULL;
		struct format_text *text = boxes;

		if (n_notes > 0 && texts[i].object != 0)
			note = bsearch(&wanted, notes, n_notes, sizeof(*notes), by_object);
		if (note != NULL) {
			name_cell(note->row, note->column, name);
			format_text_mark(comments, name);
			text = comments;
		}
		buf_put_bytes(&text->buf, bytes_sub(buf_bytes(&xls->values), texts[i].at, texts[i].n));
		buf_put_byte(&text->buf, '\n');
	}
}

static const char *
place(struct xls *xls, const char *what)
{
	const char *name = xls->sheet != NULL ? xls->sheet->name : "not listed", *hidden = "";

	if (xls->sheet != NULL && xls->sheet->is_hidden)
		hidden = " (hidden)";
	return ole_where(xls->ole, xls->storage,
		arena_strf(format_arena(xls->ole->out), "%ssheet %s%s", what, name, hidden));
}

void
xls_tell_sheet(struct xls *xls)
{
	enum segment_view view = xls->sheet == NULL || xls->sheet->is_hidden ? SEGMENT_HIDDEN : SEGMENT_TEXT;
	struct format_text cells, comments, boxes;

	if (xls->cells.n + xls->texts.n + xls->headers.buf.n == 0)
		return;
	/* No program has so many sheets; the rest is told as one. */
	if (++xls->n_sheets > SHEETS_MAX && xls->depth == 0)
		return;
	format_text_init(&cells, xls->ole->out, view, place(xls, ""));
	format_text_init(&comments, xls->ole->out, view, place(xls, "comments of "));
	format_text_init(&boxes, xls->ole->out, view, place(xls, "text boxes of "));
	put_cells(xls, &cells);
	put_texts(xls, &comments, &boxes);
	format_text_done(&cells);
	format_text_done(&comments);
	format_text_done(&boxes);
	xls->headers.where = place(xls, "headers of ");
	format_text_done(&xls->headers);
	format_text_init(&xls->headers, xls->ole->out, view, NULL);
	buf_reset(&xls->cells);
	buf_reset(&xls->values);
	buf_reset(&xls->notes);
	buf_reset(&xls->texts);
}
