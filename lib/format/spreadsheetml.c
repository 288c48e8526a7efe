/* SPDX-License-Identifier: Apache-2.0 */
/*
 * XML Spreadsheet 2003 (Microsoft's "XML Spreadsheet Reference",
 * urn:schemas-microsoft-com:office:spreadsheet), which report servers still write: as rows and cells, since a
 * column's heading stands far above its values.
 */
#include <stdio.h>

#include "lib/format/flow.h"
#include "lib/format/formats.h"
#include "lib/format/untagged.h"
#include "lib/format/xml.h"
#include "lib/format/xml_root.h"

#define SPREADSHEET_SPACE "urn:schemas-microsoft-com:office:spreadsheet"

enum { SHEET_NAME_MAX = 80, CELLS_MAX = 1 << 20, PROPERTY_MAX = 40 };

/* Where text belongs. */
enum inside { IN_NOTHING, IN_CELL, IN_COMMENT, IN_PROPERTY };

struct book {
	struct flow flow;
	int64_t row, column;
	bool row_hides, is_date;
	enum inside inside;
	unsigned depth, properties_at; /* of elements; 0: not in the document's properties */
};

static int64_t
number_of(const struct xml_element *element, const char *attribute, int64_t otherwise)
{
	int64_t value;

	return bytes_parse_i64(xml_value(element, attribute), 0, CELLS_MAX, &value) == 0 ? value : otherwise;
}

static bool
is_yes(const struct xml_element *element, const char *attribute)
{
	return number_of(element, attribute, 0) != 0;
}

static void
start_sheet(struct book *book, const struct xml_element *element)
{
	struct bytes name = bytes_sub(xml_value(element, "Name"), 0, SHEET_NAME_MAX);

	flow_section(&book->flow, SEGMENT_TEXT,
		arena_strf(format_arena(book->flow.out), "sheet %.*s", BYTES_FMT(name)));
	book->row = book->column = 0;
}

/* What is left out is counted on. */
static void
start_row(struct book *book, const struct xml_element *element)
{
	book->row = number_of(element, "Index", book->row + 1);
	book->row_hides = is_yes(element, "Hidden");
	book->column = 0;
}

static void
start_cell(struct book *book, const struct xml_element *element)
{
	char place[FLOW_PLACE_MAX];

	book->column = number_of(element, "Index", book->column + 1);
	snprintf(place, sizeof(place), "R%lldC%lld%s", (long long)book->row, (long long)book->column,
		book->row_hides ? " (hidden)" : "");
	book->column += number_of(element, "MergeAcross", 0);
	flow_place(&book->flow, place);
	flow_start_cell(&book->flow);
	flow_line(&book->flow, FLOW_LINKS, xml_value(element, "HRef"));
	flow_line(&book->flow, FLOW_LINKS, xml_value(element, "HRefScreenTip"));
}

static void
start_comment(struct book *book, const struct xml_element *element)
{
	flow_push(&book->flow, FLOW_COMMENTS);
	flow_text(&book->flow, xml_value(element, "Author"));
	flow_end_paragraph(&book->flow);
	book->inside = IN_COMMENT;
}

static void
start_data(struct book *book, const struct xml_element *element)
{
	if (book->inside == IN_NOTHING)
		book->inside = IN_CELL;
	book->is_date = bytes_eq(xml_value(element, "Type"), BYTES_LIT("DateTime"));
}

/* Of a page. */
static void
start_margin(struct book *book, const struct xml_element *element)
{
	flow_line(&book->flow, FLOW_FIELDS, xml_value(element, "Data"));
}

static void
start_properties(struct book *book, const struct xml_element *element)
{
	(void)element;
	book->properties_at = book->depth;
}

static void
start_name(struct book *book, const struct xml_element *element)
{
	flow_line(&book->flow, FLOW_NAMES, xml_value(element, "Name"));
}

static const struct {
	char name[24];
	void (*start)(struct book *book, const struct xml_element *element);
} starts[] = {
	{"Worksheet", start_sheet},
	{"Row", start_row},
	{"Cell", start_cell},
	{"Comment", start_comment},
	{"Data", start_data},
	{"Header", start_margin},
	{"Footer", start_margin},
	{"DocumentProperties", start_properties},
	{"CustomDocumentProperties", start_properties},
	{"NamedRange", start_name},
};

static void
start_property(struct book *book, struct bytes name)
{
	flow_text(&book->flow, bytes_sub(name, 0, PROPERTY_MAX));
	flow_text(&book->flow, BYTES_LIT(": "));
	book->inside = IN_PROPERTY;
}

static void
on_start(void *context, const struct xml_element *element)
{
	struct book *book = context;

	book->depth++;
	if (book->properties_at > 0) {
		start_property(book, element->name);
		return;
	}
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (bytes_eq(element->name, bytes_of_str(starts[i].name)))
			starts[i].start(book, element);
}

static void
end_data(struct book *book)
{
	if (book->inside == IN_CELL)
		book->inside = IN_NOTHING;
	book->is_date = false;
}

static void
end_comment(struct book *book)
{
	flow_end_paragraph(&book->flow);
	flow_pop(&book->flow);
	book->inside = IN_NOTHING;
}

static void
on_end(void *context, struct bytes name)
{
	struct book *book = context;

	if (book->properties_at > 0 && book->depth-- > book->properties_at) {
		flow_end_paragraph(&book->flow);
		book->inside = IN_NOTHING;
		return;
	}
	if (book->properties_at > 0) {
		book->properties_at = 0;
		return;
	}
	book->depth--;
	if (bytes_eq(name, BYTES_LIT("Data")))
		end_data(book);
	else if (bytes_eq(name, BYTES_LIT("Comment")) && book->inside == IN_COMMENT)
		end_comment(book);
	else if (bytes_eq(name, BYTES_LIT("Cell")))
		flow_end_cell(&book->flow);
	else if (bytes_eq(name, BYTES_LIT("Row")))
		flow_end_row(&book->flow);
}

static void
on_text(void *context, struct bytes text)
{
	static const struct bytes midnight = BYTES_LIT("T00:00:00");
	struct book *book = context;

	if (book->inside == IN_NOTHING)
		flow_line(&book->flow, FLOW_MARKUP, text);
	else
		flow_text(&book->flow, book->is_date ? bytes_sub(text, 0, bytes_find(text, midnight)) : text);
}

static void
on_comment(void *context, struct bytes text)
{
	flow_line(&((struct book *)context)->flow, FLOW_MARKUP, text);
}

static bool
is_spreadsheetml(struct bytes content)
{
	struct xml_root root;

	return xml_root_find(content, &root) && bytes_eq(root.name, BYTES_LIT("Workbook")) &&
	       bytes_find(root.tag, BYTES_LIT(SPREADSHEET_SPACE)) < root.tag.n;
}

static void
read_spreadsheetml(struct format_out *out, struct bytes content)
{
	static const struct xml_handler handler = {
		.start = on_start, .end = on_end, .text = on_text, .comment = on_comment};
	struct book book = {.depth = 0};
	enum xml_result result;

	flow_init(&book.flow, out, SEGMENT_TEXT, NULL);
	result = xml_read(content, &handler, &book);
	flow_done(&book.flow);
	if (result == XML_READ)
		return;
	format_flag(out, UNSCANNABLE_FORMAT);
	untagged_tell(out, BYTES_LIT("document"), content);
}

const struct format spreadsheetml_format = {
	.name = "spreadsheetml",
	.types = (const char *const[]){"application/vnd.ms-excel", "application/xml", "text/xml", NULL},
	.extensions = (const char *const[]){"xml", "xls", NULL},
	.is_text = true,
	.is = is_spreadsheetml,
	.read = read_spreadsheetml,
};
