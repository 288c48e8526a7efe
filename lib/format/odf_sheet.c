/* SPDX-License-Identifier: Apache-2.0 */
/* Tables that are sheets (OpenDocument 1.3 part 3, clause 9). Repeated cells and rows are told once. */
#include <stdio.h>

#include "lib/base/ascii.h"
#include "lib/format/odf_state.h"

enum { SHEET_NAME_MAX = 80, REPEATED_MAX = 1 << 20, SHOWN_DATE_MAX = 24 };

static int64_t
number_of(const struct xml_element *element, const char *attribute)
{
	int64_t value;

	return bytes_parse_i64(xml_value(element, attribute), 1, REPEATED_MAX, &value) == 0 ? value : 1;
}

static bool
is_filtered(const struct xml_element *element)
{
	struct bytes visibility = xml_value(element, "visibility");

	return bytes_eq(visibility, BYTES_LIT("collapse")) || bytes_eq(visibility, BYTES_LIT("filter"));
}

void
odf_sheet_start(struct odf_text *text, const struct xml_element *element)
{
	bool hides = odf_style_hides(text, xml_value(element, "style-name"));
	struct bytes name = bytes_sub(xml_value(element, "name"), 0, SHEET_NAME_MAX);

	text->sheet = arena_strf(
		format_arena(text->flow->out), "sheet %.*s%s", BYTES_FMT(name), hides ? " (hidden)" : "");
	flow_section(text->flow, hides ? SEGMENT_HIDDEN : SEGMENT_TEXT, text->sheet);
	text->row = text->column = 0;
	text->rows = 1;
}

void
odf_sheet_start_row(struct odf_text *text, const struct xml_element *element)
{
	text->row++;
	text->column = 0;
	text->rows = number_of(element, "number-rows-repeated");
	text->row_hides = is_filtered(element);
}

void
odf_sheet_end_row(struct odf_text *text)
{
	text->row += text->rows - 1;
	flow_end_row(text->flow);
}

static void
set_place(struct odf_text *text)
{
	char letters[8], place[FLOW_PLACE_MAX];
	int64_t column = text->column;
	size_t at = sizeof(letters);

	letters[--at] = '\0';
	for (; column > 0 && at > 0; column = (column - 1) / 26)
		letters[--at] = (char)('A' + (column - 1) % 26);
	snprintf(place, sizeof(place), "%s%lld%s", letters + at, (long long)text->row,
		text->row_hides ? " (hidden)" : "");
	flow_place(text->flow, place);
}

static void
take_value(struct odf_cell *cell, const struct xml_element *element)
{
	static const char *const names[] = {"date-value", "string-value", "value", "time-value", NULL};

	cell->is_date = bytes_eq(xml_value(element, "value-type"), BYTES_LIT("date"));
	for (const char *const *at = names; *at != NULL && cell->value.n == 0; at++)
		buf_put_bytes(&cell->value, xml_value(element, *at));
	cell->is_date = cell->is_date && cell->value.n >= 10;
}

void
odf_sheet_start_cell(struct odf_text *text, const struct xml_element *element)
{
	struct odf_cell *cell = &text->cell;

	text->column++;
	cell->is_open = true;
	cell->has_text = false;
	cell->repeated = number_of(element, "number-columns-repeated");
	buf_reset(&cell->value);
	buf_reset(&cell->digits);
	take_value(cell, element);
	set_place(text);
	flow_start_cell(text->flow);
	if (cell->is_date) {
		/* In one form, with the century that what is shown may lack. */
		flow_text(text->flow, bytes_sub(buf_bytes(&cell->value), 0, 10));
		if (bytes_find(buf_bytes(&cell->value), BYTES_LIT("T00:00:00")) == cell->value.n)
			flow_text(text->flow, bytes_sub(buf_bytes(&cell->value), 10, cell->value.n));
	}
}

bool
odf_sheet_takes(struct odf_text *text, struct bytes piece)
{
	struct odf_cell *cell = &text->cell;

	if (!cell->is_open || text->notes > 0)
		return false;
	if (cell->is_date && piece.n <= SHOWN_DATE_MAX)
		return true;
	cell->has_text = true;
	for (size_t i = 0; i < piece.n; i++)
		if (ascii_is_digit(piece.p[i]))
			buf_put_byte(&cell->digits, piece.p[i]);
	return false;
}

/* Whether what is shown has the digits of the value, as far as it shows any. */
static bool
shows_value(const struct odf_cell *cell)
{
	size_t at = 0;

	for (size_t i = 0; i < cell->value.n; i++) {
		uint8_t c = cell->value.p[i];

		if (c == 'E' || c == 'e' || c == 'T')
			break;
		if (!ascii_is_digit(c))
			continue;
		/* Zeros in front come with the format; what is behind was rounded. */
		while (at < cell->digits.n && cell->digits.p[at] == '0' && c != '0')
			at++;
		if (at == cell->digits.n)
			return at > 0;
		if (cell->digits.p[at++] != c)
			return false;
	}
	return true;
}

void
odf_sheet_end_cell(struct odf_text *text)
{
	struct odf_cell *cell = &text->cell;
	struct bytes value = buf_bytes(&cell->value);

	if (!cell->is_open)
		return;
	if (!cell->has_text && !cell->is_date)
		flow_text(text->flow, value);
	else if (!cell->is_date && !shows_value(cell))
		flow_line(text->flow, FLOW_HIDDEN, value);
	flow_end_cell(text->flow);
	text->column += cell->repeated - 1;
	cell->is_open = false;
}
