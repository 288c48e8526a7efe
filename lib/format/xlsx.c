/* SPDX-License-Identifier: Apache-2.0 */
/* Workbooks of Excel (ECMA-376 part 1, clause 18): a text for each sheet, with its comments and drawings. */
#include "lib/format/formats.h"

#include "lib/format/runs.h"
#include "lib/format/xlsx_pivot.h"
#include "lib/format/xlsx_sheet.h"

/* What a sheet leads to. */
static void
read_related(struct xlsx_book *book, struct flow *flow, struct package_part *part)
{
	struct ooxml_text *text = ooxml_text_new(flow, NULL);

	flow_place(flow, part->kind == PART_SHEET_COMMENTS ? "comment"
			 : part->kind == PART_DRAWING      ? "drawing"
							   : "table");
	if (part->kind == PART_SHEET_COMMENTS)
		flow_push(flow, FLOW_COMMENTS);
	ooxml_text_read(text, book->package, part);
	ooxml_text_links(text, book->package, part->name);
	ooxml_text_free(text);
}

static void
read_sheet(struct xlsx_book *book, struct flow *flow, struct package_part *part)
{
	struct ooxml_text *text;
	size_t n;
	const struct package_relation *relations = package_relations(book->package, part->name, &n);

	xlsx_sheet_read(book, flow, part);
	flow_place(flow, "relations");
	text = ooxml_text_new(flow, NULL);
	ooxml_text_links(text, book->package, part->name);
	ooxml_text_free(text);
	for (size_t i = 0; i < n; i++) {
		struct package_part *related = relations[i].part;

		if (related != NULL && !related->is_told &&
			(related->kind == PART_SHEET_COMMENTS || related->kind == PART_DRAWING ||
				related->kind == PART_TABLE || related->kind == PART_QUIET))
			read_related(book, flow, related);
	}
}

static void
read_named_sheets(struct xlsx_book *book, struct flow *flow)
{
	const struct xlsx_sheet *sheets = (const void *)book->sheets.p;

	for (size_t i = 0; i < book->sheets.n / sizeof(*sheets); i++) {
		struct bytes name = bytes_sub(sheets[i].name, 0, 80);
		bool hidden = sheets[i].is_hidden;

		if (sheets[i].part == NULL || sheets[i].part->is_told || sheets[i].part->kind != PART_SHEET)
			continue;
		flow_section(flow, hidden ? SEGMENT_HIDDEN : SEGMENT_TEXT,
			arena_strf(format_arena(book->package->out), "sheet %.*s%s", BYTES_FMT(name),
				hidden ? " (hidden)" : ""));
		read_sheet(book, flow, sheets[i].part);
	}
}

/* No book names them; some program may show them all the same. */
static void
read_other_sheets(struct xlsx_book *book, struct flow *flow)
{
	struct package *package = book->package;

	for (size_t i = 0; i < package->n_parts; i++) {
		struct package_part *part = &package->parts[i];

		if (part->kind != PART_SHEET || part->is_told)
			continue;
		flow_section(flow, SEGMENT_HIDDEN, package_unnamed(package, part));
		read_sheet(book, flow, part);
	}
}

static void
read_book(struct package *package)
{
	struct xlsx_book book;
	struct flow flow;

	flow_init(&flow, package->out, SEGMENT_TEXT, "workbook");
	xlsx_book_init(&book, package, &flow);
	read_named_sheets(&book, &flow);
	read_other_sheets(&book, &flow);
	xlsx_pivot_tell(package);
	ooxml_tell_others(package, &flow);
	flow_done(&flow);
	xlsx_book_tell_unused(&book);
	xlsx_book_done(&book);
}

static void
read_xlsx(struct format_out *out, struct bytes content)
{
	struct package package;

	package_open(&package, out, content);
	read_book(&package);
	package_close(&package);
}

static bool
is_xlsx(struct bytes content)
{
	return ooxml_is(content, BYTES_LIT("xl/"));
}

static bool
is_xlsb(struct bytes content)
{
	return ooxml_is(content, BYTES_LIT("xl/workbook.bin"));
}

/* Its sheets are records of bytes ([MS-XLSB]) that we do not read; what is XML in it, and its strings, we do.
 */
static void
read_xlsb(struct format_out *out, struct bytes content)
{
	read_xlsx(out, content);
	format_is_unread(out);
}

const struct format xlsb_format = {
	.name = "xlsb",
	.types = (const char *const[]){"application/vnd.ms-excel.sheet.binary.macroenabled.12",
		"application/vnd.ms-excel", "application/zip", "application/x-zip-compressed",
		"application/x-zip", NULL},
	.extensions = (const char *const[]){"xlsb", "zip", NULL},
	.is = is_xlsb,
	.read = read_xlsb,
};

const struct format xlsx_format = {
	.name = "xlsx",
	.types = (const char *const[]){"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		"application/vnd.openxmlformats-officedocument.spreadsheetml.template",
		"application/vnd.ms-excel.sheet.macroenabled.12",
		"application/vnd.ms-excel.template.macroenabled.12",
		"application/vnd.ms-excel.addin.macroenabled.12",
		"application/vnd.openxmlformats-officedocument", "application/vnd.openxmlformats",
		"application/vnd.ms-excel", "application/msexcel", "application/x-msexcel",
		"application/excel", "application/xlsx", "application/x-xlsx", "application/zip",
		"application/x-zip-compressed", "application/x-zip", NULL},
	.extensions = (const char *const[]){"xlsx", "xlsm", "xltx", "xltm", "xlam", "zip", NULL},
	.is = is_xlsx,
	.read = read_xlsx,
};
