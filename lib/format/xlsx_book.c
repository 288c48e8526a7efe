/* SPDX-License-Identifier: Apache-2.0 */
/* ECMA-376 part 1: workbook 18.2.27, sharedStrings 18.4, styles 18.8. */
#include "lib/format/xlsx_book.h"

/* Styles and sheets; programs allow 65,490 styles. */
enum { STYLES_MAX = 100000, SHEETS_MAX = 10000 };

struct xlsx_code {
	int64_t id;
	struct bytes code;
};

struct reading {
	struct xlsx_book *book;
	struct flow *flow;
	struct package_part *part;
	bool in_cell_styles, in_text, in_phonetic, in_name;
};

static int64_t
number_of(const struct xml_element *element, const char *attribute)
{
	int64_t value;

	return bytes_parse_i64(xml_value(element, attribute), 0, UINT32_MAX, &value) == 0 ? value : -1;
}

static void
take_sheet(struct reading *reading, const struct xml_element *element)
{
	struct xlsx_book *book = reading->book;
	struct bytes state = xml_value(element, "state");
	struct xlsx_sheet sheet = {
		.name = arena_bytes(format_arena(book->package->out), xml_value(element, "name")),
		.part = package_find(book->package, reading->part->name, xml_value(element, "id")),
		.is_hidden = state.n > 0 && !bytes_eq(state, BYTES_LIT("visible"))};

	buf_put(&book->sheets, &sheet, sizeof(sheet));
}

/* "r:id" and "sheetId" are different attributes; "id" is the first's local name. */
static void
start_book(void *context, const struct xml_element *element)
{
	struct reading *reading = context;

	if (bytes_eq(element->name, BYTES_LIT("sheet"))) {
		take_sheet(reading, element);
		return;
	}
	if (bytes_eq(element->name, BYTES_LIT("workbookPr"))) {
		struct bytes value = xml_value(element, "date1904");

		if (bytes_eq(value, BYTES_LIT("1")) || bytes_eq_nocase(value, BYTES_LIT("true")))
			reading->book->epoch = CELL_EPOCH_1904;
	} else if (bytes_eq(element->name, BYTES_LIT("definedName"))) {
		reading->in_name = true;
		flow_put(reading->flow, FLOW_NAMES, xml_value(element, "name"));
		flow_put(reading->flow, FLOW_NAMES, BYTES_LIT(": "));
		flow_put(reading->flow, FLOW_NAMES, xml_value(element, "comment"));
		flow_put(reading->flow, FLOW_NAMES, BYTES_LIT(" "));
		return;
	}
	ooxml_text_attributes(reading->flow, element);
}

static void
end_book(void *context, struct bytes name)
{
	struct reading *reading = context;

	if (!bytes_eq(name, BYTES_LIT("definedName")))
		return;
	flow_put(reading->flow, FLOW_NAMES, BYTES_LIT("\n"));
	reading->in_name = false;
}

static void
text_book(void *context, struct bytes text)
{
	struct reading *reading = context;

	if (reading->in_name)
		flow_put(reading->flow, FLOW_NAMES, text);
	else
		flow_line(reading->flow, FLOW_MARKUP, text);
}

static void
start_strings(void *context, const struct xml_element *element)
{
	struct reading *reading = context;

	if (bytes_eq(element->name, BYTES_LIT("t")))
		reading->in_text = true;
	else if (bytes_eq(element->name, BYTES_LIT("rPh")))
		reading->in_phonetic = true;
}

static void
end_strings(void *context, struct bytes name)
{
	struct reading *reading = context;
	struct xlsx_book *book = reading->book;

	if (bytes_eq(name, BYTES_LIT("t")))
		reading->in_text = false;
	else if (bytes_eq(name, BYTES_LIT("rPh")))
		reading->in_phonetic = false;
	else if (bytes_eq(name, BYTES_LIT("si"))) {
		uint32_t end = (uint32_t)book->strings.n;

		buf_put(&book->ends, &end, sizeof(end));
		buf_put_byte(&book->used, 0);
	}
}

static void
text_strings(void *context, struct bytes text)
{
	struct reading *reading = context;

	if (reading->in_phonetic)
		flow_line(reading->flow, FLOW_NAMES, text);
	else if (reading->in_text)
		buf_put_bytes(&reading->book->strings, text);
	else
		flow_line(reading->flow, FLOW_MARKUP, text);
}

static void
comment(void *context, struct bytes text)
{
	struct reading *reading = context;

	flow_line(reading->flow, FLOW_MARKUP, text);
}

static struct bytes
code_of(const struct xlsx_book *book, int64_t id)
{
	const struct xlsx_code *codes = (const void *)book->codes.p;

	for (size_t i = 0; i < book->codes.n / sizeof(*codes); i++)
		if (codes[i].id == id)
			return codes[i].code;
	return cell_format_builtin(id);
}

static void
start_styles(void *context, const struct xml_element *element)
{
	struct reading *reading = context;
	struct xlsx_book *book = reading->book;

	if (bytes_eq(element->name, BYTES_LIT("numFmt"))) {
		struct xlsx_code code = {.id = number_of(element, "numFmtId"),
			.code = arena_bytes(
				format_arena(book->package->out), xml_value(element, "formatCode"))};

		buf_put(&book->codes, &code, sizeof(code));
	} else if (bytes_eq(element->name, BYTES_LIT("cellXfs")))
		reading->in_cell_styles = true;
	else if (bytes_eq(element->name, BYTES_LIT("xf")) && reading->in_cell_styles) {
		struct bytes code = code_of(book, number_of(element, "numFmtId"));

		buf_put(&book->styles, &code, sizeof(code));
	} else
		ooxml_text_attributes(reading->flow, element);
}

static void
end_styles(void *context, struct bytes name)
{
	struct reading *reading = context;

	if (bytes_eq(name, BYTES_LIT("cellXfs")))
		reading->in_cell_styles = false;
}

/* Styles and strings may stand in any number of parts: all of a kind, one behind the other. */
static void
read_all(struct reading *reading, enum part_kind kind, const struct xml_handler *handler)
{
	struct package *package = reading->book->package;

	for (size_t i = 0; i < package->n_parts; i++)
		if (package->parts[i].kind == kind && !package->parts[i].is_told) {
			reading->part = &package->parts[i];
			package_read(package, reading->part, handler, reading);
		}
}

void
xlsx_book_init(struct xlsx_book *book, struct package *package, struct flow *flow)
{
	static const struct xml_handler books = {
		.start = start_book, .end = end_book, .text = text_book, .comment = comment};
	static const struct xml_handler strings = {
		.start = start_strings, .end = end_strings, .text = text_strings, .comment = comment};
	static const struct xml_handler styles = {
		.start = start_styles, .end = end_styles, .text = text_book, .comment = comment};
	struct reading reading = {.book = book, .flow = flow};

	*book = (struct xlsx_book){.package = package};
	buf_init(&book->sheets, SHEETS_MAX * sizeof(struct xlsx_sheet));
	buf_init(&book->strings, UINT32_MAX);
	buf_init(&book->ends, SIZE_MAX / 2);
	buf_init(&book->used, SIZE_MAX / 2);
	buf_init(&book->codes, 1000 * sizeof(struct xlsx_code));
	buf_init(&book->styles, STYLES_MAX * sizeof(struct bytes));
	read_all(&reading, PART_BOOK, &books);
	read_all(&reading, PART_SHEET_STYLES, &styles);
	read_all(&reading, PART_SHEET_STRINGS, &strings);
}

void
xlsx_book_done(struct xlsx_book *book)
{
	buf_done(&book->sheets);
	buf_wipe_done(&book->strings);
	buf_done(&book->ends);
	buf_done(&book->used);
	buf_done(&book->codes);
	buf_done(&book->styles);
}

static struct bytes
string_at(const struct xlsx_book *book, size_t number)
{
	const uint32_t *ends = (const void *)book->ends.p;
	uint32_t from = number > 0 ? ends[number - 1] : 0;

	return bytes_of(book->strings.p + from, ends[number] - from);
}

struct bytes
xlsx_book_string(struct xlsx_book *book, int64_t number)
{
	if (number < 0 || (size_t)number >= book->used.n || book->strings.n == 0)
		return bytes_of(NULL, 0);
	book->used.p[number] = 1;
	return string_at(book, (size_t)number);
}

struct bytes
xlsx_book_code(const struct xlsx_book *book, int64_t style)
{
	const struct bytes *codes = (const void *)book->styles.p;

	if (style < 0 || (size_t)style >= book->styles.n / sizeof(*codes))
		return bytes_of(NULL, 0);
	return codes[style];
}

void
xlsx_book_tell_unused(struct xlsx_book *book)
{
	struct format_text text;

	format_text_init(&text, book->package->out, SEGMENT_HIDDEN, "unused strings");
	for (size_t i = 0; i < book->used.n && book->strings.n > 0; i++)
		if (book->used.p[i] == 0) {
			buf_put_bytes(&text.buf, string_at(book, i));
			buf_put_byte(&text.buf, '\n');
		}
	format_text_done(&text);
}
