/* SPDX-License-Identifier: Apache-2.0 */
/* Where OpenDocument files can have text: documents, sheets, slides, in packages and flat. */
#include "lib/format/formats.h"

#include "tests/support/tap.h"
#include "tests/unit/format/officemaker.h"

#define SPACES                                                                                               \
	" xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' xmlns:text='t' xmlns:table='ta' "  \
	"xmlns:style='s' xmlns:draw='d' xmlns:svg='svg' xmlns:dc='dc' xmlns:meta='m' xmlns:xlink='x' "       \
	"xmlns:presentation='p' xmlns:config='c' xmlns:form='f' xmlns:manifest='mf' xmlns:script='sc'"
#define ROOT(root, inner) "<office:" root SPACES ">" inner "</office:" root ">"
#define CONTENT(inner) ROOT("document-content", inner)
#define TEXT(inner) CONTENT("<office:body><office:text>" inner "</office:text></office:body>")
#define SHEET(attributes, inner)                                                                             \
	CONTENT("<office:body><office:spreadsheet><table:table table:name='Ward' " attributes ">" inner      \
		"</table:table></office:spreadsheet></office:body>")
#define SLIDES(inner)                                                                                        \
	CONTENT("<office:body><office:presentation><draw:page>" inner                                        \
		"</draw:page></office:presentation></office:body>")
#define STYLE(name, inner)                                                                                   \
	"<office:automatic-styles><style:style style:name='" name "'>" inner                                 \
	"</style:style></office:automatic-styles>"
#define P(inner) "<text:p>" inner "</text:p>"
#define ROW(inner) "<table:table-row>" inner "</table:table-row>"
#define CELL(inner) "<table:table-cell>" inner "</table:table-cell>"
#define BODY(inner)                                                                                          \
	{                                                                                                    \
		{                                                                                            \
			"content.xml", inner                                                                 \
		}                                                                                            \
	}

#define SHOWN .view = SEGMENT_TEXT
#define HIDDEN .view = SEGMENT_HIDDEN

#define FILE_OF(file_name, type)                                                                             \
	{                                                                                                    \
		.file = (file_name), .n_parts = 3, .parts = (const struct office_part[])                     \
		{                                                                                            \
			{"mimetype", "application/vnd.oasis.opendocument." type},                            \
				{"content.xml", TEXT(P("x"))},                                               \
			{                                                                                    \
				"META-INF/manifest.xml",                                                     \
					"<manifest:manifest xmlns:manifest='m'><manifest:file-entry/>"       \
					"</manifest:manifest>"                                               \
			}                                                                                    \
		}                                                                                            \
	}

static const struct office_base odt = FILE_OF("a.odt", "text"), ods = FILE_OF("a.ods", "spreadsheet"),
				odp = FILE_OF("a.odp", "presentation");

static const struct office_row texts[] = {
	{"the body", BODY(TEXT(P("a NEEDLE b"))), SHOWN, "(a.odt) > text"},
	{"in several spans", BODY(TEXT(P("NE<text:span>ED</text:span>LE"))), SHOWN, "> text"},
	{"a heading", BODY(TEXT("<text:h>NEEDLE</text:h>")), SHOWN, "> text"},
	{"spaces and tabs", BODY(TEXT(P("NEEDLE<text:s text:c='2'/>a<text:tab/>b"))), SHOWN, "> text",
		"NEEDLE  a\tb\n"},
	{"a row of a table", BODY(TEXT("<table:table>" ROW(CELL(P("NEEDLE")) CELL(P("b"))) "</table:table>")),
		SHOWN, "> text", "NEEDLE\tb"},
	{"a header",
		{{"styles.xml",
			ROOT("document-styles", "<office:master-styles><style:master-page><style:header>" P(
							"NEEDLE") "</style:header></style:master-page></"
								  "office:master-styles>")}},
		SHOWN, "(a.odt) > header"},
	{"a footer",
		{{"styles.xml", ROOT("document-styles", "<style:footer>" P("NEEDLE") "</style:footer>")}},
		SHOWN, "(a.odt) > footer"},
	{"a footnote, beside its line",
		BODY(TEXT(P("NEE<text:note><text:note-citation>1</text:note-citation><text:note-body>" P(
			"noted") "</text:note-body></text:note>DLE"))),
		SHOWN, "> text", "NEEDLE\nnoted"},
	{"a comment",
		BODY(TEXT(P("NE<office:annotation><dc:creator>x</dc:creator>" P(
			"NEEDLE") "</office:annotation>"))),
		SHOWN, "> comments > text"},
	{"a comment's author",
		BODY(TEXT(P("<office:annotation><dc:creator>NEEDLE</dc:creator></office:annotation>"))),
		HIDDEN, "> names > text"},
	{"a tracked deletion",
		BODY(TEXT("<text:tracked-changes><text:changed-region><text:deletion>" P(
			"NEEDLE") "</text:deletion>"
				  "</text:changed-region></text:tracked-changes>")),
		HIDDEN, "> tracked deletions > text"},
	{"hidden by its style",
		BODY(CONTENT(STYLE("T1", "<style:text-properties text:display='none'/>") "<office:body>" P(
			"a<text:span text:style-name='T1'>NEEDLE</text:span>b") "</office:body>")),
		HIDDEN, "> hidden text > text"},
	{"text that hidden text had cut in two",
		BODY(CONTENT(STYLE("T1", "<style:text-properties text:display='none'/>") "<office:body>" P(
			"NEE<text:span text:style-name='T1'>x</text:span>DLE") "</office:body>")),
		SHOWN, "> text"},
	{"a field of hidden text", BODY(TEXT(P("<text:hidden-text text:string-value='NEEDLE'/>"))), HIDDEN,
		"> hidden text > text"},
	{"a hidden section", BODY(TEXT("<text:section text:display='none'>" P("NEEDLE") "</text:section>")),
		HIDDEN, "> hidden text > text"},
	{"a text box, beside its line",
		BODY(TEXT(P("NEE<draw:frame><draw:text-box>" P("boxed") "</draw:text-box></draw:frame>DLE"))),
		SHOWN, "> text", "NEEDLE\nboxed"},
	{"alternative text", BODY(TEXT(P("<draw:frame><svg:desc>NEEDLE</svg:desc></draw:frame>"))), HIDDEN,
		"> alternative text > text"},
	{"a picture's title", BODY(TEXT(P("<draw:frame><svg:title>NEEDLE</svg:title></draw:frame>"))), HIDDEN,
		"> alternative text > text"},
	{"a link", BODY(TEXT(P("<text:a xlink:href='https://a.example/NEEDLE'>x</text:a>"))), HIDDEN,
		"> links > text"},
	{"a bookmark", BODY(TEXT(P("<text:bookmark text:name='of_NEEDLE'/>"))), HIDDEN, "> names > text"},
	{"a variable", BODY(TEXT("<text:user-field-decl office:string-value='NEEDLE'/>")), HIDDEN,
		"> hidden text > text"},
	{"a form", BODY(TEXT("<form:textarea form:current-value='NEEDLE'/>")), HIDDEN, "> names > text"},
	{"ruby", BODY(TEXT(P("<text:ruby><text:ruby-text>NEEDLE</text:ruby-text></text:ruby>"))), HIDDEN,
		"> hidden text > text"},
	{"properties",
		{{"meta.xml",
			ROOT("document-meta", "<office:meta><dc:subject>NEEDLE</dc:subject></office:meta>")}},
		HIDDEN, "> properties", "subject: NEEDLE"},
	{"the user's properties",
		{{"meta.xml", ROOT("document-meta",
				      "<meta:user-defined meta:name='Ward'>NEEDLE</meta:user-defined>")}},
		HIDDEN, "> properties", "Ward: NEEDLE"},
	{"an embedded document", {{"Object 1/content.xml", TEXT(P("NEEDLE"))}}, SHOWN,
		"> part Object 1/content.xml"},
	{"an embedded file", {{"Object 2", "NEEDLE is text\n"}}, SHOWN, "> file (Object 2)"},
	{"a program", {{"Basic/Standard/Module1.xml", "<module xmlns='sc'>REM NEEDLE</module>"}}, SHOWN,
		"> file (Module1.xml)"},
	{"settings",
		{{"settings.xml",
			ROOT("document-settings", "<config:config-item>the NEEDLE</config:config-item>")}},
		HIDDEN, "> part settings.xml > markup"},
	{"between elements", BODY(TEXT("NEEDLE")), HIDDEN, "> markup > text"},
	{"a comment of XML", BODY(TEXT(P("<!-- NEEDLE -->"))), HIDDEN, "> markup > text"},
	{"a file that no manifest lists", {{"more/other.xml", "<?xml version='1.0'?><a>NEEDLE</a>"}}, SHOWN,
		"> file (other.xml)"},
	{"behind where XML breaks off", BODY(TEXT("</x>" P("NEEDLE"))), SHOWN, "> broken part content.xml",
		.unscannable = UNSCANNABLE_FORMAT},
};

static const struct office_row sheets[] = {
	{"a cell", BODY(SHEET("", ROW(CELL(P("x")) CELL(P("NEEDLE"))))), SHOWN, "(a.ods) > sheet Ward > B1"},
	{"a row", BODY(SHEET("", ROW(CELL(P("NEEDLE")) CELL(P("b"))))), SHOWN, "sheet Ward > A1",
		"NEEDLE\tb"},
	{"behind repeated ones",
		BODY(SHEET("",
			"<table:table-row table:number-rows-repeated='7'/>" ROW(
				"<table:table-cell table:number-columns-repeated='3'/>" CELL(P("NEEDLE"))))),
		SHOWN, "sheet Ward > D8"},
	{"a date in full",
		BODY(SHEET("",
			ROW("<table:table-cell office:value-type='date' office:date-value='1961-03-04'>" P(
				"03/04/61") "</table:table-cell>"))),
		SHOWN, "sheet Ward > A1", "1961-03-04\t"},
	{"a value that is not the one shown",
		BODY(SHEET(
			"", ROW("<table:table-cell office:value='471108'>" P("none") "</table:table-cell>"))),
		HIDDEN, "sheet Ward > hidden text > A1", "471108"},
	{"a value without text", BODY(SHEET("", ROW("<table:table-cell office:value='471108'/>"))), SHOWN,
		"sheet Ward > A1", "471108"},
	{"a formula's text", BODY(SHEET("", ROW("<table:table-cell table:formula='of:=\"NEEDLE\"'/>"))),
		HIDDEN, "sheet Ward > field codes > A1"},
	{"a comment",
		BODY(SHEET("", ROW(CELL("<office:annotation>" P("NEEDLE") "</office:annotation>" P("x"))))),
		SHOWN, "sheet Ward > comments > A1"},
	{"a hidden sheet",
		BODY(CONTENT(STYLE("ta1",
			"<style:table-properties table:display='false'/>") "<office:spreadsheet>"
									   "<table:table "
									   "table:name='Ward' "
									   "table:style-name='"
									   "ta1'>" ROW(CELL(P(
										   "NEEDLE"))) "</"
											       "table:table><"
											       "/office:"
											       "spreadsheet"
											       ">")),
		HIDDEN, "sheet Ward (hidden) > A1"},
	{"a hidden row",
		BODY(SHEET("", "<table:table-row table:visibility='collapse'>" CELL(
				       P("NEEDLE")) "</table:table-row>")),
		SHOWN, "sheet Ward > A1 (hidden)"},
	{"a changed cell's old text",
		BODY(CONTENT("<office:spreadsheet><table:tracked-changes><table:previous>" P(
			"NEEDLE") "</table:previous>"
				  "</table:tracked-changes></office:spreadsheet>")),
		HIDDEN, "> tracked deletions > text"},
	{"a named range",
		BODY(CONTENT("<office:spreadsheet><table:named-range "
			     "table:name='of_NEEDLE'/></office:spreadsheet>")),
		HIDDEN, "> names > text"},
};

static const struct office_row slides[] = {
	{"a slide", BODY(SLIDES("<draw:frame><draw:text-box>" P("NEEDLE") "</draw:text-box></draw:frame>")),
		SHOWN, "(a.odp) > slide 1"},
	{"notes", BODY(SLIDES("<presentation:notes>" P("NEEDLE") "</presentation:notes>")), SHOWN,
		"(a.odp) > slide 1 notes"},
	{"a comment", BODY(SLIDES("<office:annotation>" P("NEEDLE") "</office:annotation>")), SHOWN,
		"> comments > slide 1"},
	{"a hidden slide",
		BODY(CONTENT(STYLE("dp1",
			"<style:drawing-page-properties "
			"presentation:visibility='hidden'/>") "<office:presentation><"
							      "draw:page "
							      "draw:style-name='dp1'>" P("NEEDLE") "</"
												   "draw:"
												   "page>"
												   "</"
												   "office:"
												   "present"
												   "ation"
												   ">")),
		HIDDEN, "> hidden text > slide 1 (hidden)"},
	{"a master",
		{{"styles.xml",
			ROOT("document-styles", "<style:master-page>" P("NEEDLE") "</style:master-page>")}},
		SHOWN, "(a.odp) > master"},
};

static void
test_flat(void)
{
	static const char flat[] = "<?xml version='1.0'?>" ROOT("document",
		"<office:body><office:text>" P(
			"NEE<text:span>DLE</text:span>") "<office:binary-data>dGhlIE1BUktFUiB0ZXh0Cg==</"
							 "office:binary-data>"
							 "</office:text></office:body>");
	struct reading reading;

	reading_init(&reading);
	reading_of(&reading, "a.fodt", NULL, bytes_of_str(flat));
	tap_ok(reading_has(&reading, SEGMENT_TEXT, "(a.fodt) > text", "NEEDLE"), "flat XML");
	tap_ok(reading_has(&reading, SEGMENT_TEXT, "> file (binary data)", "MARKER"), "data in flat XML");
	tap_ok(reading.text.traits == 0 && reading.text.unscannable == 0, "nothing is wrong with it");
	reading_done(&reading);
}

static void
test_locked(void)
{
	static const struct office_row row = {
		.parts = {{"META-INF/manifest.xml",
				  "<manifest:manifest "
				  "xmlns:manifest='m'><manifest:file-entry><manifest:encryption-data/>"
				  "</manifest:file-entry></manifest:manifest>"},
			{"content.xml", "\x01\x02\x03\x04\x05"}}};
	struct reading reading;
	struct buf file;

	buf_init(&file, 1 << 20);
	office_make(&file, &odt, &row);
	reading_init(&reading);
	reading_of(&reading, "a.odt", "application/vnd.oasis.opendocument.text", buf_bytes(&file));
	tap_ok(reading.text.traits == TRAIT_LOCKED, "an encrypted document is locked");
	reading_of(&reading, "a.pdf", NULL, buf_bytes(&file));
	tap_ok((reading.text.traits & TRAIT_DISGUISED) != 0, "by the name of another format it is disguised");
	reading_done(&reading);
	buf_done(&file);
}

int
main(void)
{
	office_check(&odt, texts, sizeof(texts) / sizeof(texts[0]));
	office_check(&ods, sheets, sizeof(sheets) / sizeof(sheets[0]));
	office_check(&odp, slides, sizeof(slides) / sizeof(slides[0]));
	test_flat();
	test_locked();
	return tap_done();
}
