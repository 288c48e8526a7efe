/* SPDX-License-Identifier: Apache-2.0 */
/* Where XML Spreadsheet 2003 can have text. */
#include "tests/support/tap.h"
#include "tests/unit/format/reading.h"

#define HEAD                                                                                                 \
	"<?xml version='1.0'?><?mso-application progid='Excel.Sheet'?><Workbook xmlns='urn:schemas-"         \
	"microsoft-com:office:spreadsheet' xmlns:ss='urn:schemas-microsoft-com:office:spreadsheet' "         \
	"xmlns:o='urn:schemas-microsoft-com:office:office' "                                                 \
	"xmlns:x='urn:schemas-microsoft-com:office:excel'>"
#define SHEET(inner) HEAD "<Worksheet ss:Name='Ward'><Table>" inner "</Table></Worksheet></Workbook>"
#define ROW(inner) "<Row>" inner "</Row>"
#define CELL(inner) "<Cell><Data ss:Type='String'>" inner "</Data></Cell>"

static const struct {
	const char *name, *file;
	enum segment_view view;
	const char *place, *needle;
} cases[] = {
	{"a cell", SHEET(ROW(CELL("a") CELL("NEEDLE"))), SEGMENT_TEXT, "> sheet Ward > R1C2", "NEEDLE"},
	{"a row is a line", SHEET(ROW(CELL("Patient") CELL("DOB")) ROW(CELL("Ruiz") CELL("x"))), SEGMENT_TEXT,
		"> sheet Ward > R1C1", "Patient\tDOB\t\nRuiz\tx\t\n"},
	{"rows and cells that were left out",
		SHEET("<Row ss:Index='7'><Cell ss:Index='3'><Data>NEEDLE</Data></Cell></Row>"), SEGMENT_TEXT,
		"> R7C3", "NEEDLE"},
	{"behind merged cells", SHEET(ROW("<Cell ss:MergeAcross='2'><Data>a</Data></Cell>" CELL("NEEDLE"))),
		SEGMENT_TEXT, "> R1C4", "NEEDLE"},
	{"a date", SHEET(ROW("<Cell><Data ss:Type='DateTime'>1953-04-17T00:00:00.000</Data></Cell>")),
		SEGMENT_TEXT, "> R1C1", "1953-04-17\t\n"},
	{"formatted text",
		SHEET(ROW("<Cell><ss:Data><B "
			  "xmlns='http://www.w3.org/TR/REC-html40'>NEE</B>DLE</ss:Data></Cell>")),
		SEGMENT_TEXT, "> R1C1", "NEEDLE"},
	{"a hidden row", SHEET("<Row ss:Hidden='1'>" CELL("NEEDLE") "</Row>"), SEGMENT_TEXT,
		"> R1C1 (hidden)", "NEEDLE"},
	{"a comment",
		SHEET(ROW("<Cell><Data>a</Data><Comment "
			  "ss:Author='x'><ss:Data>NEEDLE</ss:Data></Comment></Cell>")),
		SEGMENT_TEXT, "> comments > R1C1", "NEEDLE"},
	{"a link", SHEET(ROW("<Cell ss:HRef='mailto:NEEDLE'><Data>a</Data></Cell>")), SEGMENT_HIDDEN,
		"> R1C1", "NEEDLE"},
	{"a property",
		HEAD "<o:DocumentProperties><o:Title>NEEDLE</o:Title></o:DocumentProperties></Workbook>",
		SEGMENT_TEXT, "(a.xml)", "Title: NEEDLE"},
	{"a page's margin",
		HEAD
		"<Worksheet ss:Name='b'><x:WorksheetOptions><x:PageSetup><x:Header x:Data='&amp;CNEEDLE'/>"
		"</x:PageSetup></x:WorksheetOptions></Worksheet></Workbook>",
		SEGMENT_TEXT, "", "NEEDLE"},
	{"a comment of XML", SHEET("<!-- NEEDLE -->"), SEGMENT_HIDDEN, "> markup", "NEEDLE"},
};

static void
test_place(struct reading *reading, size_t i)
{
	reading_of(reading, "a.xml", "application/xml", bytes_of_str(cases[i].file));
	if (!tap_ok(reading_has(reading, cases[i].view, cases[i].place, cases[i].needle), "%s",
		    cases[i].name))
		reading_show(reading);
}

int
main(void)
{
	struct reading reading;

	reading_init(&reading);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		test_place(&reading, i);
	reading_of(&reading, "a.xls", "application/vnd.ms-excel", bytes_of_str(cases[0].file));
	tap_ok(reading.text.traits == 0 && reading.text.unscannable == 0, "nothing is wrong with it as .xls");
	reading_of(&reading, "a.xml", NULL, BYTES_LIT(HEAD "<Worksheet><Table><Row><Cell><Data>NEEDLE"));
	tap_ok(reading_has_anywhere(&reading, "NEEDLE") && reading.text.unscannable == UNSCANNABLE_FORMAT,
		"cut off: what there is is told, and that it is not all");
	reading_done(&reading);
	return tap_done();
}
