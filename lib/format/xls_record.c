/* SPDX-License-Identifier: Apache-2.0 */
/* The records that hold text ([MS-XLS] 2.4). */
#include "lib/base/ascii.h"
#include "lib/format/little.h"
#include "lib/format/runs.h"
#include "lib/format/xls_state.h"

/* The body of the record alone. */
static struct bytes
body(const struct xls_reader *reader)
{
	return bytes_sub(reader->in, reader->at, reader->end - reader->at);
}

static void
take_label(struct xls *xls, struct xls_reader *reader)
{
	uint16_t row = xls_get_16(reader), column = xls_get_16(reader);
	uint32_t start = (uint32_t)xls->values.n;

	(void)xls_get_16(reader);
	xls_put_string(xls, reader, XLS_LONG, &xls->values);
	xls_add_cell(xls, row, column, start);
}

static void
add_number(struct xls *xls, uint16_t row, uint16_t column, unsigned format, double number)
{
	uint32_t start = (uint32_t)xls->values.n;

	xls_put_number(xls, format, number, &xls->values);
	xls_add_cell(xls, row, column, start);
}

/* A row's packed numbers: the row, the first column, pairs of format and number, the last column. */
static void
take_numbers(struct xls *xls, struct bytes record)
{
	uint16_t row = little_16(record, 0), column = little_16(record, 2);

	for (size_t at = 4; little_has(record, at, 8); at += 6)
		add_number(xls, row, column++, little_16(record, at),
			xls_packed_number(little_32(record, at + 2)));
}

/* The last result is kept; a string of its own follows in the next record. */
static void
take_formula(struct xls *xls, struct bytes record)
{
	uint16_t row = little_16(record, 0), column = little_16(record, 2);

	if (little_16(record, 12) != 0xFFFF)
		add_number(xls, row, column, little_16(record, 4), xls_number(record, 6));
	else if (little_8(record, 6) == 0)
		xls->formula = (struct xls_cell){.row = row, .column = column};
	runs_put(&xls->formulas.buf, bytes_sub(record, 20, record.n));
}

static void
take_result(struct xls *xls, struct xls_reader *reader)
{
	uint32_t start = (uint32_t)xls->values.n;

	xls_put_string(xls, reader, XLS_LONG, &xls->values);
	xls_add_cell(xls, xls->formula.row, xls->formula.column, start);
}

bool
xls_take_cell(struct xls *xls, unsigned type, struct xls_reader *reader)
{
	struct bytes record = body(reader);

	switch (type) {
	case 0x0203: /* NUMBER */
		add_number(xls, little_16(record, 0), little_16(record, 2), little_16(record, 4),
			xls_number(record, 6));
		break;
	case 0x027E: /* RK */
		add_number(xls, little_16(record, 0), little_16(record, 2), little_16(record, 4),
			xls_packed_number(little_32(record, 6)));
		break;
	case 0x00BD: /* MULRK */
		take_numbers(xls, record);
		break;
	case 0x00FD: /* LABELSST */
		xls_add_shared(xls, little_16(record, 0), little_16(record, 2), little_32(record, 6));
		break;
	case 0x0204: /* LABEL */
	case 0x00D6: /* RSTRING */
		take_label(xls, reader);
		break;
	case 0x0006: /* FORMULA */
	case 0x0206:
	case 0x0406:
		take_formula(xls, record);
		break;
	case 0x0207: /* STRING */
		take_result(xls, reader);
		break;
	default:
		return false;
	}
	return true;
}

/* Shared strings: how many there are in all and how many differ, then each. */
static void
take_shared(struct xls *xls, struct xls_reader *reader)
{
	uint32_t n;

	(void)xls_get_32(reader);
	n = xls_get_32(reader);
	for (uint32_t i = 0; i < n && !xls_at_end(reader) && !xls->strings.full; i++) {
		uint32_t end;

		xls_put_string(xls, reader, XLS_LONG, &xls->strings);
		end = (uint32_t)xls->strings.n;
		buf_put(&xls->string_ends, &end, sizeof(end));
	}
	if (xls->strings.full || xls->string_ends.full)
		format_flag(xls->ole->out, UNSCANNABLE_SIZE);
}

static void
take_sheet(struct xls *xls, struct xls_reader *reader)
{
	struct xls_sheet sheet = {.at = xls_get_32(reader)};
	struct buf name;

	buf_init(&name, 512);
	sheet.is_hidden = (xls_get_16(reader) & 3) != 0;
	xls_put_string(xls, reader, XLS_SHORT, &name);
	sheet.name = arena_str(format_arena(xls->ole->out), buf_bytes(&name));
	if (xls->sheet == NULL && !xls->is_sorted)
		buf_put(&xls->sheets, &sheet, sizeof(sheet));
	buf_put_bytes(&xls->names.buf, buf_bytes(&name));
	buf_put_byte(&xls->names.buf, '\n');
	buf_done(&name);
}

/* Between the text stand & and a letter or a size, and &"a font": none of it is seen. &L, &C, &R begin a
 * part. */
static void
put_header(struct buf *out, struct bytes code)
{
	for (size_t i = 0; i < code.n; i++) {
		uint8_t c = code.p[i], next = little_8(code, i + 1);

		if (c != '&')
			buf_put_byte(out, c);
		else if (next == '"')
			i += 2 + bytes_find_byte(bytes_sub(code, i + 2, code.n), '"');
		else if (ascii_is_digit(next))
			while (i + 1 < code.n && ascii_is_digit(code.p[i + 1]))
				i++;
		else {
			if (next == '&' || next == 'L' || next == 'C' || next == 'R')
				buf_put_byte(out, next == '&' ? '&' : ' ');
			i += next < 0x80;
		}
	}
	buf_put_byte(out, '\n');
}

static void
take_header(struct xls *xls, struct xls_reader *reader)
{
	struct buf code;

	if (reader->at == reader->end)
		return;
	buf_init(&code, 1 << 16);
	xls_put_string(xls, reader, xls->is_old ? XLS_SHORT : XLS_LONG, &code);
	put_header(&xls->headers.buf, buf_bytes(&code));
	buf_put_bytes(&xls->others.buf, buf_bytes(&code));
	buf_put_byte(&xls->others.buf, '\n');
	buf_done(&code);
}

/* Excel 5 keeps a comment's text in the note itself, a piece in each. */
static void
take_note(struct xls *xls, struct xls_reader *reader)
{
	struct xls_note note = {.row = xls_get_16(reader), .column = xls_get_16(reader)};
	uint32_t start = (uint32_t)xls->values.n;

	if (!xls->is_old) {
		(void)xls_get_16(reader);
		note.object = xls_get_16(reader);
		buf_put(&xls->notes, &note, sizeof(note));
		xls_put_string(xls, reader, XLS_LONG, &xls->others.buf);
		buf_put_byte(&xls->others.buf, '\n');
		return;
	}
	(void)xls_get_16(reader);
	codepage_put(&xls->ole->pages, &xls->values, xls->codepage, body(reader));
	note.object = (uint16_t)(0x8000 | xls->notes.n / sizeof(note));
	if (xls->values.n > start) {
		struct xls_text text = {note.object, start, (uint32_t)xls->values.n - start};

		buf_put(&xls->notes, &note, sizeof(note));
		buf_put(&xls->texts, &text, sizeof(text));
	}
}

/* Its characters stand in the CONTINUE behind it. */
static void
take_text_box(struct xls *xls, struct xls_reader *reader)
{
	struct xls_text text = {.object = xls->object, .at = (uint32_t)xls->values.n};
	size_t n = little_16(body(reader), 10);

	reader->at = reader->end;
	if (n > 0)
		xls_put_characters(xls, reader, n, 0, &xls->values);
	text.n = (uint32_t)xls->values.n - text.at;
	if (text.n > 0)
		buf_put(&xls->texts, &text, sizeof(text));
	xls->object = 0;
}

static void
take_name(struct xls *xls, struct xls_reader *reader)
{
	struct bytes record = body(reader);
	size_t n = little_8(record, 3);

	reader->at += 14 < record.n ? 14 : record.n;
	xls_put_characters(xls, reader, n, xls->is_old ? 0 : xls_get_8(reader), &xls->names.buf);
	buf_put_byte(&xls->names.buf, '\n');
	runs_put(&xls->names.buf, body(reader));
}

static void
take_format_of_cell(struct xls *xls, struct bytes record)
{
	uint8_t number[2] = {little_8(record, 2), little_8(record, 3)};

	buf_put(&xls->format_of, number, sizeof(number));
}

bool
xls_take_other(struct xls *xls, unsigned type, struct xls_reader *reader)
{
	struct bytes record = body(reader);

	switch (type) {
	case 0x0042: /* CODEPAGE; Excel for the Macintosh has a number of its own */
		xls->codepage = little_16(record, 0) == 0x8000 ? 10000 : little_16(record, 0);
		break;
	case 0x0022: /* DATE1904 */
		xls->epoch = little_16(record, 0) == 1 ? CELL_EPOCH_1904 : CELL_EPOCH_1900;
		break;
	case 0x00FC: /* SST */
		take_shared(xls, reader);
		break;
	case 0x0085: /* BOUNDSHEET */
		take_sheet(xls, reader);
		break;
	case 0x041E: /* FORMAT */
		xls_take_format(xls, reader);
		break;
	case 0x00E0: /* XF */
		take_format_of_cell(xls, record);
		break;
	case 0x0014: /* HEADER */
	case 0x0015: /* FOOTER */
		take_header(xls, reader);
		break;
	case 0x001C: /* NOTE */
		take_note(xls, reader);
		break;
	case 0x005D: /* OBJ: its first part is its number */
		xls->object = little_16(record, 6);
		break;
	case 0x01B6: /* TXO */
		take_text_box(xls, reader);
		break;
	case 0x0018: /* NAME */
	case 0x0218:
		take_name(xls, reader);
		break;
	default:
		return false;
	}
	return true;
}
