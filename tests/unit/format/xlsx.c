/* SPDX-License-Identifier: Apache-2.0 */
/* Where a workbook of Excel can have text, and how its numbers are shown. */
#include "lib/format/formats.h"

#include "lib/format/cell_format.h"
#include "tests/support/tap.h"
#include "tests/unit/format/officemaker.h"

#define S_SPACES " xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main' xmlns:r='r'"
#define ROOT(root, inner) "<" root S_SPACES ">" inner "</" root ">"
#define SHEET(inner) ROOT("worksheet", inner)
#define DATA(inner) SHEET("<sheetData>" inner "</sheetData>")
#define INLINE(cell, text) "<c r='" cell "' t='inlineStr'><is><t>" text "</t></is></c>"
#define SHEET1(inner)                                                                                        \
	{                                                                                                    \
		{                                                                                            \
			"xl/worksheets/sheet1.xml", inner                                                    \
		}                                                                                            \
	}
#define BOOK(inner) ROOT("workbook", inner)
#define ONE_SHEET(state) "<sheets><sheet name='Ward' sheetId='1' " state " r:id='rId1'/></sheets>"

static const struct office_part parts[] = {
	{"[Content_Types].xml",
		"<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"},
	{"_rels/.rels",
		"<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
		"<Relationship Id='a' Type='officeDocument' Target='xl/workbook.xml'/></Relationships>"},
	{"xl/_rels/workbook.xml.rels",
		"<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
		"<Relationship Id='rId1' Type='worksheet' Target='worksheets/sheet1.xml'/></Relationships>"},
	{"xl/workbook.xml", BOOK(ONE_SHEET(""))},
	{"xl/worksheets/sheet1.xml", DATA("<row r='1'>" INLINE("A1", "Name") "</row>")},
	{"xl/styles.xml", ROOT("styleSheet", "<numFmts><numFmt numFmtId='164' "
					     "formatCode='000\\-00\\-0000'/><numFmt numFmtId='165' "
					     "formatCode=';;;'/><numFmt numFmtId='166' "
					     "formatCode='&quot;born&quot; yyyy'/></numFmts>"
					     "<cellXfs><xf numFmtId='0'/><xf numFmtId='14'/><xf "
					     "numFmtId='164'/><xf numFmtId='165'/>"
					     "<xf numFmtId='166'/></cellXfs>")},
};

/* Relations of the row are the sheet's. */
static const struct office_base base = {.file = "a.xlsx",
	.main = "xl/worksheets/sheet1.xml",
	.parts = parts,
	.n_parts = sizeof(parts) / sizeof(parts[0])};

#define SHOWN .view = SEGMENT_TEXT
#define HIDDEN .view = SEGMENT_HIDDEN

static const struct office_row rows[] = {
	{"a shared string",
		{{"xl/worksheets/sheet1.xml", DATA("<row r='3'><c r='B3' t='s'><v>1</v></c></row>")},
			{"xl/sharedStrings.xml",
				ROOT("sst", "<si><t>x</t></si><si><r><t>NEE</t></r><r><t>DLE</t></r></si>")}},
		SHOWN, "(a.xlsx) > sheet Ward > B3"},
	{"an inline string", SHEET1(DATA("<row r='2'>" INLINE("C2", "NEEDLE") "</row>")), SHOWN,
		"sheet Ward > C2"},
	{"a far column", SHEET1(DATA("<row r='2'>" INLINE("AB2", "NEEDLE") "</row>")), SHOWN,
		"sheet Ward > AB2"},
	{"cells without places",
		SHEET1(DATA("<row><c t='str'><v>x</v></c><c t='str'><v>NEEDLE</v></c></row>")), SHOWN,
		"sheet Ward > B1", "NEEDLE\n"},
	{"a row",
		SHEET1(DATA(
			"<row r='2'>" INLINE("A2", "NEEDLE") INLINE("B2", "b") INLINE("D2", "d") "</row>")),
		SHOWN, "sheet Ward > A2", "NEEDLE\tb\t\td\n"},
	{"a date", SHEET1(DATA("<row r='2'><c r='A2' s='1'><v>22344</v></c></row>")), SHOWN,
		"sheet Ward > A2", "1961-03-04"},
	{"a date since 1904",
		{{"xl/workbook.xml", BOOK("<workbookPr date1904='1'/>" ONE_SHEET(""))},
			{"xl/worksheets/sheet1.xml",
				DATA("<row r='2'><c r='A2' s='1'><v>20882</v></c></row>")}},
		SHOWN, "sheet Ward > A2", "1961-03-04"},
	{"a date whose format shows the year",
		SHEET1(DATA("<row r='2'><c r='A2' s='4'><v>22344</v></c></row>")), SHOWN, "sheet Ward > A2",
		"1961-03-04"},
	{"a number with a form of its own",
		SHEET1(DATA("<row r='2'><c r='A2' s='2'><v>12345678</v></c></row>")), SHOWN,
		"sheet Ward > A2", "012-34-5678"},
	{"a number with an exponent", SHEET1(DATA("<row r='2'><c r='A2'><v>4.567890123E9</v></c></row>")),
		SHOWN, "sheet Ward > A2", "4567890123"},
	{"a number that its format hides", SHEET1(DATA("<row r='2'><c r='A2' s='3'><v>471108</v></c></row>")),
		HIDDEN, "sheet Ward > hidden text > A2", "471108"},
	{"what a formula gave", SHEET1(DATA("<row r='2'><c r='A2' t='str'><f>B1</f><v>NEEDLE</v></c></row>")),
		SHOWN, "sheet Ward > A2"},
	{"a formula's own text",
		SHEET1(DATA("<row r='2'><c r='A2' t='str'><f>IF(1,\"NEEDLE\")</f><v/></c></row>")), HIDDEN,
		"sheet Ward > field codes > A2"},
	{"an escaped sign", SHEET1(DATA("<row r='2'>" INLINE("A2", "NEED_x004C_E") "</row>")), SHOWN,
		"sheet Ward > A2"},
	{"lines in a cell",
		SHEET1(DATA("<row r='2'>" INLINE("A2", "the\nNEEDLE") INLINE("B2", "b") "</row>")), SHOWN,
		"sheet Ward > A2", "the NEEDLE\tb"},
	{"a hidden sheet",
		{{"xl/workbook.xml", BOOK(ONE_SHEET("state='hidden'"))},
			{"xl/worksheets/sheet1.xml", DATA("<row r='2'>" INLINE("A2", "NEEDLE") "</row>")}},
		HIDDEN, "sheet Ward (hidden) > A2"},
	{"a very hidden sheet",
		{{"xl/workbook.xml", BOOK(ONE_SHEET("state='veryHidden'"))},
			{"xl/worksheets/sheet1.xml", DATA("<row r='2'>" INLINE("A2", "NEEDLE") "</row>")}},
		HIDDEN, "sheet Ward (hidden) > A2"},
	{"a sheet that the book does not name",
		{{"xl/worksheets/sheet7.xml", DATA("<row>" INLINE("A1", "NEEDLE") "</row>")}}, HIDDEN,
		"unreferenced part xl/worksheets/sheet7.xml > A1", .is_unnamed = true},
	{"a hidden row", SHEET1(DATA("<row r='2' hidden='1'>" INLINE("A2", "NEEDLE") "</row>")), SHOWN,
		"sheet Ward > A2 (hidden)"},
	{"a hidden column",
		SHEET1(SHEET("<cols><col min='2' max='3' hidden='1'/></cols><sheetData><row r='2'>" INLINE(
			"C2", "NEEDLE") "</row></sheetData>")),
		SHOWN, "sheet Ward > C2 (hidden)"},
	{"a comment",
		{{"xl/comments1.xml",
			ROOT("comments", "<commentList><comment "
					 "ref='B2'><text><r><t>NEE</t></r><r><t>DLE</t></r></text></comment>"
					 "</commentList>")}},
		SHOWN, "sheet Ward > comments > B2"},
	{"a comment's author",
		{{"xl/comments1.xml", ROOT("comments", "<authors><author>NEEDLE</author></authors>")}},
		HIDDEN, "sheet Ward > names > comment"},
	{"a thread of comments",
		{{"xl/threadedComments/threadedComment1.xml", "<ThreadedComments xmlns='x'><threadedComment "
							      "ref='B4'><text>NEEDLE</text></threadedComment>"
							      "</ThreadedComments>"}},
		SHOWN, "sheet Ward > comments > B4"},
	{"a text box",
		{{"xl/drawings/drawing1.xml", "<x:wsDr xmlns:x='x' "
					      "xmlns:a='a'><a:p><a:r><a:t>NEE</a:t></a:r><a:r><a:t>DLE</"
					      "a:t></a:r></a:p></x:wsDr>"}},
		SHOWN, "sheet Ward > drawing"},
	{"a picture's alternative text",
		{{"xl/drawings/drawing1.xml",
			"<x:wsDr xmlns:x='x'><x:cNvPr id='1' descr='NEEDLE'/></x:wsDr>"}},
		HIDDEN, "sheet Ward > alternative text > drawing"},
	{"a table's column",
		{{"xl/tables/table1.xml", ROOT("table", "<tableColumn name='the NEEDLE 4711'/>")}}, HIDDEN,
		"sheet Ward > names > table"},
	{"a defined name",
		{{"xl/workbook.xml", BOOK(ONE_SHEET("") "<definedNames><definedName "
							"name='x'>\"NEEDLE\"</definedName></definedNames>")}},
		HIDDEN, "workbook > names", .is_unnamed = true},
	{"a header of print",
		SHEET1(SHEET("<headerFooter><oddHeader>&amp;L&amp;\"Arial\"&amp;12NEEDLE</oddHeader></"
			     "headerFooter>")),
		SHOWN, "sheet Ward > oddHeader", "\tNEEDLE"},
	{"a list of values",
		SHEET1(SHEET("<dataValidations><dataValidation "
			     "sqref='B2'><formula1>\"NEEDLE,x\"</formula1></dataValidation>"
			     "</dataValidations>")),
		HIDDEN, "> field codes > formula1"},
	{"a prompt",
		SHEET1(SHEET(
			"<dataValidations><dataValidation sqref='B2' prompt='NEEDLE'/></dataValidations>")),
		HIDDEN, "> names > dataValidation B2"},
	{"a link", SHEET1(SHEET("<hyperlinks><hyperlink ref='A1' r:id='rIdL'/></hyperlinks>")), HIDDEN,
		"sheet Ward > links > relations", .link = "mailto:NEEDLE@a.example"},
	{"a link's text", SHEET1(SHEET("<hyperlinks><hyperlink ref='A1' display='NEEDLE 1'/></hyperlinks>")),
		HIDDEN, "sheet Ward > names > hyperlink A1"},
	{"a filter", SHEET1(SHEET("<autoFilter ref='A1:B9'><filter val='NEEDLE'/></autoFilter>")), HIDDEN,
		"> names > filter"},
	{"a string that no cell shows", {{"xl/sharedStrings.xml", ROOT("sst", "<si><t>NEEDLE</t></si>")}},
		HIDDEN, "(a.xlsx) > unused strings"},
	{"phonetic text",
		{{"xl/sharedStrings.xml", ROOT("sst", "<si><t>x</t><rPh><t>NEEDLE</t></rPh></si>")}}, HIDDEN,
		"workbook > names"},
	{"a pivot table's cache",
		{{"xl/pivotCache/pivotCacheDefinition1.xml",
			 ROOT("pivotCacheDefinition",
				 "<cacheField name='N'><sharedItems><s v='x'/><s v='NEEDLE'/></sharedItems>"
				 "</cacheField><cacheField name='D'><sharedItems/></cacheField>")},
			{"xl/pivotCache/pivotCacheRecords1.xml",
				ROOT("pivotCacheRecords", "<r><x v='1'/><n v='4711'/></r>")},
			{"xl/pivotCache/_rels/pivotCacheDefinition1.xml.rels",
				"<Relationships "
				"xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
				"<Relationship Id='a' Target='pivotCacheRecords1.xml'/></Relationships>"}},
		HIDDEN, "> pivot cache pivotCacheDefinition1", "\nNEEDLE\t4711"},
	{"another book's values",
		{{"xl/externalLinks/externalLink1.xml",
			ROOT("externalLink", "<row><cell r='A1' t='str'><v>NEEDLE</v></cell></row>")}},
		HIDDEN, "> part xl/externalLinks/externalLink1.xml"},
	{"a chart",
		{{"xl/charts/chart1.xml",
			"<c:chartSpace xmlns:c='c'><c:strCache><c:pt><c:v>NEEDLE</c:v></c:pt></c:strCache>"
			"</c:chartSpace>"}},
		SHOWN, "sheet Ward > drawing"},
	{"a query", {{"xl/connections.xml", ROOT("connections", "<dbPr command='select NEEDLE'/>")}}, HIDDEN,
		"> field codes > table"},
	{"a changed cell's old value",
		{{"xl/revisions/revisionLog1.xml",
			ROOT("revisions", "<rcc><oc r='A1' t='str'><v>NEEDLE</v></oc></rcc>")}},
		SHOWN, "sheet Ward > table"},
	{"a comment of XML", SHEET1(SHEET("<!-- NEEDLE -->")), HIDDEN, "sheet Ward > markup > worksheet"},
	{"behind where XML breaks off", SHEET1(SHEET("</x><c><v>NEEDLE</v></c>")), SHOWN,
		"> broken part xl/worksheets/sheet1.xml", .unscannable = UNSCANNABLE_FORMAT},
};

static const struct {
	const char *code;
	double value;
	const char *shown;
} numbers[] = {
	{"", 12, "12"},
	{"General", 0.1, "0.1"},
	{"General", 123456789012, "123456789012"},
	{"0", 3.7, "4"},
	{"0.00", 3.14159, "3.14"},
	{"#,##0", 1234567, "1,234,567"},
	{"#,##0.00", -1234.5, "-1,234.50"},
	{"0%", 0.25, "25%"},
	{"00000", 2134, "02134"},
	{"00000-0000", 21340001, "02134-0001"},
	{"000\\-00\\-0000", 12345678, "012-34-5678"},
	{"[<=9999999]###\\-####;\\(###\\)\\ ###\\-####", 5550123, "555-0123"},
	{"[<=9999999]###\\-####;\\(###\\)\\ ###\\-####", 2175550123, "(217) 555-0123"},
	{"\"MRN \"0000000", 4711, "MRN 0004711"},
	{"0.00E+00", 1234, "1234"},
	{"# ?/?", 0.5, "0.5"},
	{"#,##0;[Red](#,##0)", -1234, "(1,234)"},
	{"0;-0;\"none\"", 0, "none"},
	{"yyyy\\-mm\\-dd", 22344, "1961-03-04"},
	{"[$-409]mmmm d, yyyy;@", 22344, "1961-03-04"},
	{"m/d/yyyy h:mm", 22344.5, "1961-03-04 12:00"},
	{"h:mm AM/PM", 0.75, "18:00"},
	{"[h]:mm:ss", 1.5, "36:00:00"},
	{"dd.mm.yy", 1, "1900-01-01"},
	{"dd.mm.yy", 59, "1900-02-28"},
	{"dd.mm.yy", 61, "1900-03-01"},
	{"dd.mm.yy", 2958465, "9999-12-31"},
	{"dd.mm.yy", -5, "-5"},
	{"\"d\"0", 7, "d7"},
};

static void
test_numbers(void)
{
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct buf shown;

		buf_init(&shown, 1000);
		cell_format_put(&shown, bytes_of_str(numbers[i].code), numbers[i].value, CELL_EPOCH_1900);
		tap_ok(bytes_eq(buf_bytes(&shown), bytes_of_str(numbers[i].shown)), "%g as \"%s\": \"%s\"",
			numbers[i].value, numbers[i].code, buf_cstr(&shown));
		buf_done(&shown);
	}
}

/* Sheets as records of bytes are not read; the strings of the book are seen all the same. */
static void
test_binary(void)
{
	static const struct office_part binary[] = {
		{"[Content_Types].xml",
			"<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"},
		{"xl/workbook.bin", "\x83\x01\x01"},
		{"xl/sharedStrings.bin", "\x9f\x01\x01NEEDLE\x02"},
	};
	static const struct office_base book = {.file = "a.xlsb", .parts = binary, .n_parts = 3};
	struct reading reading;
	struct buf file;

	buf_init(&file, 1 << 20);
	office_make(&file, &book, &(struct office_row){0});
	reading_init(&reading);
	reading_of(&reading, "a.xlsb", NULL, buf_bytes(&file));
	tap_ok(reading.text.unread != NULL, "a binary book is unread");
	tap_ok(reading_has_anywhere(&reading, "NEEDLE"), "a string of it is told");
	tap_ok((reading.text.traits & TRAIT_DISGUISED) == 0, "it is what it says");
	reading_done(&reading);
	buf_done(&file);
}

int
main(void)
{
	office_check(&base, rows, sizeof(rows) / sizeof(rows[0]));
	test_numbers();
	test_binary();
	return tap_done();
}
