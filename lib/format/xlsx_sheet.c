/* SPDX-License-Identifier: Apache-2.0 */
/* ECMA-376 part 1, 18.3: worksheets; chart, dialog and macro sheets have the same elements. */
#include "lib/format/xlsx_sheet.h"

#include <stdio.h>

#include "lib/base/ascii.h"
#include "lib/base/utf8.h"

enum {
	HIDDEN_COLUMNS_MAX = 64, /* ranges of them */
	COLUMN_MAX = 16384,
	TABS_MAX = 32,           /* for cells left out */
	CELL_MARKS_MAX = 150000, /* beyond, a mark a row */
	ESCAPE_SIZE = 7,
	SHORT_CELL = 200,
	LITERAL_DIGITS = 5, /* a formula with a number of so many holds more than places of cells */
};

struct range {
	int64_t from, to;
};

struct sheet {
	struct xlsx_book *book;
	struct flow *flow;
	struct format_text *shown;
	struct range hidden[HIDDEN_COLUMNS_MAX];
	size_t n_hidden;
	bool row_is_hidden, row_is_begun, in_cell, in_formula, in_value, in_phonetic, in_text;
	int64_t row, column; /* the cell's; 1 is the first */
	int64_t written;     /* the last column of the row that has text */
	size_t n_marks;
	char type; /* the first letter of the cell's type, or 'n'; 'S' for "str" */
	int64_t style;
	struct buf value, text, formula, other;
};

static int64_t
number_of(const struct xml_element *element, const char *attribute)
{
	int64_t value;

	return bytes_parse_i64(xml_value(element, attribute), 0, UINT32_MAX, &value) == 0 ? value : -1;
}

static bool
is_true(struct bytes value)
{
	return bytes_eq(value, BYTES_LIT("1")) || bytes_eq_nocase(value, BYTES_LIT("true"));
}

static void
take_column(struct sheet *sheet, const struct xml_element *element)
{
	struct range range = {number_of(element, "min"), number_of(element, "max")};

	if (is_true(xml_value(element, "hidden")) && sheet->n_hidden < HIDDEN_COLUMNS_MAX)
		sheet->hidden[sheet->n_hidden++] = range;
}

static bool
is_hidden(const struct sheet *sheet)
{
	for (size_t i = 0; i < sheet->n_hidden; i++)
		if (sheet->column >= sheet->hidden[i].from && sheet->column <= sheet->hidden[i].to)
			return true;
	return sheet->row_is_hidden;
}

static void
end_row(struct sheet *sheet)
{
	if (sheet->row_is_begun)
		buf_put_byte(&sheet->shown->buf, '\n');
	sheet->row_is_begun = false;
	sheet->written = 0;
	sheet->column = 0;
}

static void
start_row(struct sheet *sheet, const struct xml_element *element)
{
	int64_t row = number_of(element, "r");

	end_row(sheet);
	sheet->row = row > 0 ? row : sheet->row + 1;
	sheet->row_is_hidden = is_true(xml_value(element, "hidden"));
}

/* "BC23": the column's letters are a number to the base of 26. */
static void
take_reference(struct sheet *sheet, struct bytes reference)
{
	int64_t column = 0, row;
	size_t i = 0;

	while (i < reference.n && ascii_is_alpha(reference.p[i]) && column < COLUMN_MAX)
		column = column * 26 + ascii_upper(reference.p[i++]) - 'A' + 1;
	if (column == 0 || column > COLUMN_MAX) {
		sheet->column++;
		return;
	}
	sheet->column = column;
	if (bytes_parse_i64(bytes_sub(reference, i, reference.n), 1, UINT32_MAX, &row) == 0)
		sheet->row = row;
}

static void
start_cell(struct sheet *sheet, const struct xml_element *element)
{
	struct bytes type = xml_value(element, "t");

	take_reference(sheet, xml_value(element, "r"));
	sheet->style = number_of(element, "s");
	/* A cell without a style has the first. */
	if (sheet->style < 0)
		sheet->style = 0;
	sheet->type = bytes_eq(type, BYTES_LIT("str")) ? 'S' : type.n > 0 ? (char)type.p[0] : 'n';
	sheet->in_cell = true;
	buf_reset(&sheet->value);
	buf_reset(&sheet->text);
	buf_reset(&sheet->formula);
}

static const char *
place_of(const struct sheet *sheet, char place[FLOW_PLACE_MAX])
{
	static const struct bytes hidden = BYTES_LIT(" (hidden)");
	char sign[24]; /* "XFD4294967295", from its end */
	int64_t column = sheet->column, row = sheet->row;
	size_t at = sizeof(sign), n;

	/* By hand: there is one for each cell. */
	do
		sign[--at] = (char)('0' + row % 10);
	while ((row /= 10) > 0);
	for (; column > 0; column = (column - 1) / 26)
		sign[--at] = (char)('A' + (column - 1) % 26);
	n = sizeof(sign) - at;
	memcpy(place, sign + at, n);
	place[n] = '\0';
	if (is_hidden(sheet))
		memcpy(place + n, hidden.p, hidden.n + 1);
	return place;
}

static bool
has_digit(struct bytes text)
{
	for (size_t i = 0; i < text.n; i++)
		if (ascii_is_digit(text.p[i]))
			return true;
	return false;
}

/* A number by its style. One that the style keeps from sight goes to the hidden text. */
static void
put_number(struct sheet *sheet)
{
	struct bytes code = xlsx_book_code(sheet->book, sheet->style);
	double value;

	if (!cell_format_parse(buf_bytes(&sheet->value), &value)) {
		buf_put_bytes(&sheet->text, buf_bytes(&sheet->value));
		return;
	}
	cell_format_put(&sheet->text, code, value, sheet->book->epoch);
	if (!has_digit(buf_bytes(&sheet->text)))
		flow_line(sheet->flow, FLOW_HIDDEN, buf_bytes(&sheet->value));
}

static void
make_text(struct sheet *sheet)
{
	struct bytes value = buf_bytes(&sheet->value);
	int64_t number;

	switch (sheet->type) {
	case 's':
		if (bytes_parse_i64(bytes_trim(value), 0, UINT32_MAX, &number) == 0)
			buf_put_bytes(&sheet->text, xlsx_book_string(sheet->book, number));
		else
			buf_put_bytes(&sheet->text, value);
		break;
	case 'b':
		buf_put_str(&sheet->text, is_true(bytes_trim(value)) ? "TRUE" : "FALSE");
		break;
	case 'n':
		if (sheet->text.n == 0 && value.n > 0)
			put_number(sheet);
		break;
	default: /* "str", "inlineStr", "d", "e" */
		buf_put_bytes(&sheet->text, value);
		break;
	}
}

/* Only what a person may have written: text in quotes, and long numbers. */
static bool
is_telling(struct bytes formula)
{
	size_t digits = 0;

	for (size_t i = 0; i < formula.n; i++) {
		if (formula.p[i] == '"')
			return true;
		digits = ascii_is_digit(formula.p[i]) ? digits + 1 : 0;
		if (digits >= LITERAL_DIGITS && (i < digits || !ascii_is_alpha(formula.p[i - digits])))
			return true;
	}
	return false;
}

/* A sign that XML can't hold, or that was written so all the same: "_x000D_" (22.9.2.19). */
static size_t
get_escape(struct bytes text, size_t at, uint32_t *ret_sign)
{
	uint32_t sign = 0;

	if (text.n - at < ESCAPE_SIZE || text.p[at] != '_' || text.p[at + 1] != 'x' || text.p[at + 6] != '_')
		return 0;
	for (size_t i = at + 2; i < at + 6; i++) {
		int digit = ascii_hex_value(text.p[i]);

		if (digit < 0)
			return 0;
		sign = sign * 16 + (uint32_t)digit;
	}
	*ret_sign = sign;
	return ESCAPE_SIZE;
}

/* Lines within a short cell do not end the row's. */
static void
put_in_row(struct buf *out, struct bytes text)
{
	bool is_short = text.n <= SHORT_CELL;
	uint32_t sign;

	for (size_t i = 0; i < text.n;) {
		size_t plain = i, n;

		while (plain < text.n && text.p[plain] != '_' && text.p[plain] >= ' ')
			plain++;
		buf_put(out, text.p + i, plain - i);
		i = plain;
		if (i == text.n)
			break;
		n = get_escape(text, i, &sign);

		if (n == 0) {
			sign = text.p[i];
			n = 1;
		}
		if (is_short && (sign == '\n' || sign == '\r' || sign == '\t'))
			sign = ' ';
		if (n == 1)
			buf_put_byte(out, (uint8_t)sign);
		else
			utf8_put(out, sign);
		i += n;
	}
}

static void
put_cell(struct sheet *sheet)
{
	struct buf *shown = &sheet->shown->buf;
	int64_t tabs = sheet->column - sheet->written;

	if (sheet->row_is_begun) {
		if (tabs < 1 || tabs > TABS_MAX)
			tabs = 1;
		for (; tabs > 0; tabs--)
			buf_put_byte(shown, '\t');
	}
	if (sheet->n_marks < CELL_MARKS_MAX || !sheet->row_is_begun) {
		format_text_mark(sheet->shown, sheet->flow->place);
		sheet->n_marks++;
	}
	put_in_row(shown, bytes_trim(buf_bytes(&sheet->text)));
	sheet->row_is_begun = true;
	sheet->written = sheet->column;
}

static void
end_cell(struct sheet *sheet)
{
	/* The cells are the shown text, so the flow's place is that of its other streams. */
	place_of(sheet, sheet->flow->place);
	sheet->flow->place_number++;
	make_text(sheet);
	if (bytes_trim(buf_bytes(&sheet->text)).n > 0)
		put_cell(sheet);
	if (is_telling(buf_bytes(&sheet->formula)))
		flow_line(sheet->flow, FLOW_FIELDS, buf_bytes(&sheet->formula));
	sheet->shown->buf.full |= sheet->text.full || sheet->value.full;
	sheet->in_cell = false;
}

/* Of what is no cell: "dataValidation B2:B9". */
static void
set_place(struct sheet *sheet, struct bytes name, struct bytes cells)
{
	snprintf(sheet->flow->place, sizeof(sheet->flow->place), "%.*s%s%.*s",
		BYTES_FMT(bytes_sub(name, 0, 40)), cells.n > 0 ? " " : "",
		BYTES_FMT(bytes_sub(cells, 0, 40)));
	sheet->flow->place_number++;
}

/* Without the codes for place, font and page (18.3.1.46): "&L&\"Arial,Bold\"&12Ward 3, page &P". */
static void
put_margin(struct buf *out, struct bytes text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != '&' || i + 1 == text.n) {
			buf_put_byte(out, text.p[i]);
			continue;
		}
		i++;
		if (text.p[i] == '&')
			buf_put_byte(out, '&');
		else if (text.p[i] == '"')
			i += 1 + bytes_find_byte(bytes_sub(text, i + 1, text.n), '"');
		else if (text.p[i] == 'L' || text.p[i] == 'C' || text.p[i] == 'R')
			buf_put_byte(out, '\t');
		else
			while (ascii_is_digit(text.p[i]) && i + 1 < text.n && ascii_is_digit(text.p[i + 1]))
				i++;
	}
	buf_put_byte(out, '\n');
}

/* Headers and footers of print, rules for data, filters: text of elements that are no cells. */
static void
end_other(struct sheet *sheet, struct bytes name)
{
	bool is_margin =
		bytes_ends_nocase(name, BYTES_LIT("header")) || bytes_ends_nocase(name, BYTES_LIT("footer"));
	struct bytes text = bytes_trim(buf_bytes(&sheet->other));

	if (text.n > 0) {
		if (is_margin) {
			set_place(sheet, name, bytes_of(NULL, 0));
			end_row(sheet);
			format_text_mark(sheet->shown, sheet->flow->place);
			put_margin(&sheet->shown->buf, text);
		} else
			flow_line(sheet->flow, FLOW_FIELDS, text);
	}
	buf_reset(&sheet->other);
}

static void
start(void *context, const struct xml_element *element)
{
	struct sheet *sheet = context;
	struct bytes name = element->name;

	if (bytes_eq(name, BYTES_LIT("c")))
		start_cell(sheet, element);
	else if (bytes_eq(name, BYTES_LIT("v")))
		sheet->in_value = true;
	else if (bytes_eq(name, BYTES_LIT("t")))
		sheet->in_text = true;
	else if (bytes_eq(name, BYTES_LIT("f")))
		sheet->in_formula = true;
	else if (bytes_eq(name, BYTES_LIT("row")))
		start_row(sheet, element);
	else if (bytes_eq(name, BYTES_LIT("rPh")))
		sheet->in_phonetic = true;
	else if (bytes_eq(name, BYTES_LIT("col")))
		take_column(sheet, element);
	else if (!sheet->in_cell) {
		struct bytes cells = xml_value(element, "ref");

		end_other(sheet, name);
		set_place(sheet, name, cells.n > 0 ? cells : xml_value(element, "sqref"));
		ooxml_text_attributes(sheet->flow, element);
	}
}

static void
end(void *context, struct bytes name)
{
	struct sheet *sheet = context;

	if (bytes_eq(name, BYTES_LIT("c")))
		end_cell(sheet);
	else if (bytes_eq(name, BYTES_LIT("v")))
		sheet->in_value = false;
	else if (bytes_eq(name, BYTES_LIT("t")))
		sheet->in_text = false;
	else if (bytes_eq(name, BYTES_LIT("f")) && sheet->in_cell)
		sheet->in_formula = false;
	else if (bytes_eq(name, BYTES_LIT("rPh")))
		sheet->in_phonetic = false;
	else if (bytes_eq(name, BYTES_LIT("row")))
		end_row(sheet);
	else if (!sheet->in_cell) {
		sheet->in_formula = false;
		end_other(sheet, name);
	}
}

static void
take_text(void *context, struct bytes text)
{
	struct sheet *sheet = context;

	if (!sheet->in_cell)
		buf_put_bytes(&sheet->other, text);
	else if (sheet->in_phonetic)
		flow_line(sheet->flow, FLOW_NAMES, text);
	else if (sheet->in_formula)
		buf_put_bytes(&sheet->formula, text);
	else if (sheet->in_value)
		buf_put_bytes(&sheet->value, text);
	else if (sheet->in_text)
		buf_put_bytes(&sheet->text, text);
	else
		flow_line(sheet->flow, FLOW_MARKUP, text);
}

static void
take_comment(void *context, struct bytes comment)
{
	struct sheet *sheet = context;

	flow_line(sheet->flow, FLOW_MARKUP, comment);
}

void
xlsx_sheet_read(struct xlsx_book *book, struct flow *flow, struct package_part *part)
{
	static const struct xml_handler handler = {
		.start = start, .end = end, .text = take_text, .comment = take_comment};
	struct sheet sheet = {.book = book, .flow = flow, .shown = &flow->streams[FLOW_SHOWN]};
	struct buf *bufs[] = {&sheet.value, &sheet.text, &sheet.formula, &sheet.other};

	for (size_t i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++)
		buf_init(bufs[i], sheet.shown->buf.max);
	package_read(book->package, part, &handler, &sheet);
	end_row(&sheet);
	for (size_t i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++)
		buf_wipe_done(bufs[i]);
}
