/* SPDX-License-Identifier: Apache-2.0 */
/* Where a document of Word can have text: each place is told, and said to be what it is. */
#include "lib/format/formats.h"

#include "tests/support/tap.h"
#include "tests/unit/format/officemaker.h"

#define W_SPACE "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define W_SPACES                                                                                             \
	" xmlns:w='" W_SPACE "' xmlns:r='r' xmlns:wp='wp' xmlns:a='a' xmlns:wps='wps' xmlns:v='v' "          \
	"xmlns:mc='mc' xmlns:m='m'"
#define ROOT(root, inner) "<w:" root W_SPACES ">" inner "</w:" root ">"
#define BODY(inner) ROOT("document", "<w:body>" inner "</w:body>")
#define P(inner) "<w:p>" inner "</w:p>"
#define R(text) "<w:r><w:t>" text "</w:t></w:r>"
#define DOCUMENT(inner)                                                                                      \
	{                                                                                                    \
		{                                                                                            \
			"word/document.xml", BODY(inner)                                                     \
		}                                                                                            \
	}
#define PART(part, inner)                                                                                    \
	{                                                                                                    \
		{                                                                                            \
			"word/" part, inner                                                                  \
		}                                                                                            \
	}

static const struct office_part parts[] = {
	{"[Content_Types].xml", "<?xml version='1.0'?><Types "
				"xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"},
	{"_rels/.rels",
		"<?xml version='1.0'?><Relationships "
		"xmlns='http://schemas.openxmlformats.org/package/2006/relationships'><Relationship Id='a' "
		"Type='officeDocument' Target='word/document.xml'/></Relationships>"},
	{"word/document.xml", BODY(P(R("Plain text.")))},
};

static const struct office_base base = {.file = "a.docx",
	.main = "word/document.xml",
	.parts = parts,
	.n_parts = sizeof(parts) / sizeof(parts[0])};

#define SHOWN .view = SEGMENT_TEXT
#define HIDDEN .view = SEGMENT_HIDDEN

static const struct office_row rows[] = {
	{"the body", DOCUMENT(P(R("a NEEDLE b"))), SHOWN, "(a.docx) > text"},
	{"in several runs", DOCUMENT(P(R("NE") R("ED") R("LE"))), SHOWN, "> text"},
	{"a row of a table",
		DOCUMENT("<w:tbl><w:tr><w:tc>" P(R("NEEDLE")) "</w:tc><w:tc>" P(
			R("cell")) "</w:tc></w:tr></w:tbl>"),
		SHOWN, "> text", "NEEDLE\tcell\t\n"},
	{"paragraphs in a cell are a line",
		DOCUMENT("<w:tbl><w:tr><w:tc>" P(R("A")) P(R("NEEDLE")) "</w:tc></w:tr></w:tbl>"), SHOWN,
		"> text", "A NEEDLE\t"},
	{"a header", PART("header1.xml", ROOT("hdr", P(R("NEEDLE")))), SHOWN, "(a.docx) > header 1"},
	{"a footer", PART("footer2.xml", ROOT("ftr", P(R("NEEDLE")))), SHOWN, "(a.docx) > footer 2"},
	{"a footnote",
		PART("footnotes.xml",
			ROOT("footnotes", "<w:footnote w:id='2'>" P(R("NEEDLE")) "</w:footnote>")),
		SHOWN, "(a.docx) > footnote 2"},
	{"an endnote",
		PART("endnotes.xml", ROOT("endnotes", "<w:endnote w:id='4'>" P(R("NEEDLE")) "</w:endnote>")),
		SHOWN, "(a.docx) > endnote 4"},
	{"a comment",
		PART("comments.xml", ROOT("comments", "<w:comment w:id='7'>" P(R("NEEDLE")) "</w:comment>")),
		SHOWN, "> comments > comment 7"},
	{"a comment's author",
		PART("comments.xml", ROOT("comments", "<w:comment w:id='7' w:author='NEEDLE'/>")), HIDDEN,
		"> names > comment 7"},
	{"tracked insertion", DOCUMENT(P("<w:ins>" R("NEEDLE") "</w:ins>")), SHOWN, "> text"},
	{"tracked deletion",
		DOCUMENT(P(R("Mr ") "<w:del><w:r><w:delText>NEEDLE</w:delText></w:r></w:del>" R(" came"))),
		HIDDEN, "> tracked deletions > text", "Mr NEEDLE came"},
	{"the text without the deletion",
		DOCUMENT(P(R("NEE") "<w:del><w:r><w:delText>xx</w:delText></w:r></w:del>" R("DLE"))), SHOWN,
		"> text"},
	{"tracked move", DOCUMENT(P("<w:moveFrom>" R("NEEDLE") "</w:moveFrom>")), HIDDEN,
		"> tracked deletions > text"},
	{"hidden text", DOCUMENT(P("<w:r><w:rPr><w:vanish/></w:rPr><w:t>NEEDLE</w:t></w:r>")), HIDDEN,
		"> hidden text > text"},
	{"text that hidden text had cut in two",
		DOCUMENT(P(R("NEE") "<w:r><w:rPr><w:vanish/></w:rPr><w:t>xx</w:t></w:r>" R("DLE"))), SHOWN,
		"> text"},
	{"what says that it is not hidden",
		DOCUMENT(P("<w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>NEEDLE</w:t></w:r>")), SHOWN,
		"> text"},
	{"hidden by its style",
		{{"word/document.xml",
			 BODY(P("<w:r><w:rPr><w:rStyle w:val='S'/></w:rPr><w:t>NEEDLE</w:t></w:r>"))},
			{"word/styles.xml",
				ROOT("styles",
					"<w:style w:styleId='S'><w:rPr><w:vanish/></w:rPr></w:style>")}},
		HIDDEN, "> hidden text > text"},
	{"type of half a point", DOCUMENT(P("<w:r><w:rPr><w:sz w:val='1'/></w:rPr><w:t>NEEDLE</w:t></w:r>")),
		HIDDEN, "> hidden text > text"},
	{"a text box",
		DOCUMENT(P(R("NEE") "<w:r><mc:AlternateContent><mc:Choice><wps:txbx><w:txbxContent>" P(
			R("boxed")) "</w:txbxContent></wps:txbx></mc:Choice></mc:AlternateContent></"
				    "w:r>" R("DLE"))),
		SHOWN, "> text", "NEEDLE\nboxed"},
	{"what only old programs show",
		DOCUMENT(P("<w:r><mc:AlternateContent><mc:Choice><w:t>x</w:t></"
			   "mc:Choice><mc:Fallback><w:t>NEEDLE</w:t>"
			   "</mc:Fallback></mc:AlternateContent></w:r>")),
		HIDDEN, "> fallback > text"},
	{"the same for old programs, told once",
		DOCUMENT(P("<w:r><mc:AlternateContent><mc:Choice><w:txbxContent>" P(
			R("NEEDLE")) "</w:txbxContent></mc:Choice>"
				     "<mc:Fallback><w:txbxContent>" P(
					     R("NEEDLE")) "</w:txbxContent></mc:Fallback></"
							  "mc:AlternateContent></w:r>" R("end"))),
		SHOWN, "> text", "NEEDLE\nend\n"},
	{"alternative text", DOCUMENT(P("<w:r><wp:docPr id='1' descr='NEEDLE'/></w:r>")), HIDDEN,
		"> alternative text > text"},
	{"a picture's title", DOCUMENT(P("<w:r><wp:docPr id='1' title='NEEDLE'/></w:r>")), HIDDEN,
		"> alternative text > text"},
	{"a watermark", PART("header3.xml", ROOT("hdr", "<v:textpath string='NEEDLE'/>")), HIDDEN,
		"> alternative text > header 3"},
	{"a table's caption", DOCUMENT("<w:tbl><w:tblPr><w:tblCaption w:val='NEEDLE'/></w:tblPr></w:tbl>"),
		HIDDEN, "> names > text"},
	{"a field's code in pieces",
		DOCUMENT(P("<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>MERGEFIELD "
			   "NEE</w:instrText>"
			   "</w:r><w:r><w:instrText>DLE</w:instrText></w:r>")),
		HIDDEN, "> field codes > text"},
	{"a simple field's code", DOCUMENT(P("<w:fldSimple w:instr='QUOTE NEEDLE'/>")), HIDDEN,
		"> field codes > text"},
	{"a link's target", DOCUMENT(P("<w:hyperlink r:id='rIdL'>" R("x") "</w:hyperlink>")), HIDDEN,
		"> links > text", .link = "https://a.example/?name=NEEDLE"},
	{"a link's tooltip", DOCUMENT(P("<w:hyperlink w:tooltip='NEEDLE'/>")), HIDDEN,
		"> alternative text > text"},
	{"a bookmark", DOCUMENT(P("<w:bookmarkStart w:name='of_NEEDLE_1'/>")), HIDDEN, "> names > text"},
	{"a content control's title", DOCUMENT("<w:sdt><w:sdtPr><w:alias w:val='NEEDLE'/></w:sdtPr></w:sdt>"),
		HIDDEN, "> names > text"},
	{"text in a content control",
		DOCUMENT(P(R("NEE") "<w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent>" R(
			"DLE") "</w:sdtContent></w:sdt>")),
		SHOWN, "> text"},
	{"a choice of a list",
		DOCUMENT(P("<w:sdt><w:sdtPr><w:dropDownList><w:listItem "
			   "w:displayText='NEEDLE'/></w:dropDownList>"
			   "</w:sdtPr></w:sdt>")),
		HIDDEN, "> names > text"},
	{"a form field's help", DOCUMENT(P("<w:ffData><w:helpText w:val='NEEDLE'/></w:ffData>")), HIDDEN,
		"> names > text"},
	{"a smart tag",
		DOCUMENT(P("<w:smartTag><w:smartTagPr><w:attr w:val='NEEDLE'/></w:smartTagPr></w:smartTag>")),
		HIDDEN, "> names > text"},
	{"a formula", DOCUMENT(P("<m:oMath><m:r><m:t>NEEDLE</m:t></m:r></m:oMath>")), SHOWN, "> text"},
	{"ruby", DOCUMENT(P("<w:ruby><w:rt>" R("NEEDLE") "</w:rt></w:ruby>")), HIDDEN,
		"> hidden text > text"},
	{"between elements", DOCUMENT(P("NEEDLE")), HIDDEN, "> markup > text"},
	{"a comment of XML", DOCUMENT(P("<!-- NEEDLE -->")), HIDDEN, "> markup > text"},
	{"a variable", PART("settings.xml", ROOT("settings", "<w:docVar w:name='x' w:val='NEEDLE'/>")),
		HIDDEN, "> part word/settings.xml > names"},
	{"the glossary", PART("glossary/document.xml", ROOT("glossaryDocument", P(R("NEEDLE")))), HIDDEN,
		"> part word/glossary/document.xml"},
	{"a chart",
		PART("charts/chart1.xml",
			"<c:chartSpace xmlns:c='c'><c:pt><c:v>NEEDLE</c:v></c:pt></c:chartSpace>"),
		SHOWN, "> part word/charts/chart1.xml"},
	{"a diagram",
		PART("diagrams/data1.xml",
			"<d:dataModel xmlns:d='d' "
			"xmlns:a='a'><a:p><a:r><a:t>NEEDLE</a:t></a:r></a:p></d:dataModel>"),
		SHOWN, "> part word/diagrams/data1.xml"},
	{"core properties",
		{{"docProps/core.xml", "<c:coreProperties xmlns:c='c' "
				       "xmlns:dc='dc'><dc:subject>NEEDLE</dc:subject></c:coreProperties>"}},
		HIDDEN, "> properties", "subject: NEEDLE"},
	{"extended properties",
		{{"docProps/app.xml",
			"<Properties "
			"xmlns='http://schemas.openxmlformats.org/officeDocument/2006/extended-properties'>"
			"<Manager>NEEDLE</Manager></Properties>"}},
		HIDDEN, "> properties", "Manager: NEEDLE"},
	{"custom properties",
		{{"docProps/custom.xml",
			"<Properties "
			"xmlns='http://schemas.openxmlformats.org/officeDocument/2006/custom-properties' "
			"xmlns:vt='http://schemas.openxmlformats.org/officeDocument/2006/"
			"docPropsVTypes'><property "
			"name='Patient'><vt:lpwstr>NEEDLE</vt:lpwstr></property></Properties>"}},
		HIDDEN, "> properties", "Patient: NEEDLE"},
	{"the user's own XML", {{"customXml/item1.xml", "<?xml version='1.0'?><p><q>NEEDLE</q></p>"}}, SHOWN,
		"> file (item1.xml)", "<q>NEEDLE</q>"},
	{"an embedded file", PART("embeddings/a.txt", "NEEDLE"), SHOWN, "> file (a.txt)"},
	{"an embedded page", PART("afchunk.htm", "<html><p>NEEDLE</p></html>"), .view = SEGMENT_HTML,
		"> file (afchunk.htm)"},
	{"the printer's settings", PART("printerSettings1.bin", "\x01\x02NEEDLE\x03\x04"), HIDDEN,
		"> part word/printerSettings1.bin"},
	{"a header that nothing names", PART("header9.xml", ROOT("hdr", P(R("NEEDLE")))), HIDDEN,
		"> unreferenced part word/header9.xml", .is_unnamed = true},
	{"a body by another name", PART("other.bin", BODY(P(R("NEEDLE")))), SHOWN, "(a.docx) > text"},
	{"the strict form",
		{{"word/document.xml",
			"<w:document xmlns:w='http://purl.oclc.org/ooxml/wordprocessingml/main'><w:body>" P(
				R("NEEDLE")) "</w:body></w:document>"}},
		SHOWN, "> text"},
	{"before XML breaks off", DOCUMENT(P(R("NEEDLE")) "<w:p></w:q>"), SHOWN, "> text",
		.unscannable = UNSCANNABLE_FORMAT},
	{"in XML that declares entities",
		{{"word/document.xml", "<!DOCTYPE a [<!ENTITY e 'x'>]>" BODY(P(R("NEE") R("DLE")))}}, SHOWN,
		"> broken part word/document.xml", .unscannable = UNSCANNABLE_FORMAT},
	{"behind where XML breaks off", DOCUMENT("</w:q>" P(R("NEE") R("DLE"))), SHOWN,
		"> broken part word/document.xml", .unscannable = UNSCANNABLE_FORMAT},
};

static void
test_labels(void)
{
	static const struct {
		const char *name, *type;
		bool is_disguised;
	} cases[] = {
		{"a.docx", NULL, false},
		{"a.docx", "application/zip", false},
		{"a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", false},
		{"a.DOCX", "application/msword", false},
		{"a.docm", "application/vnd.ms-word.document.macroEnabled.12", false},
		{"a", "application/octet-stream", false},
		{"a.dat", NULL, false},
		{"a.pdf", NULL, true},
		{"a.xlsx", NULL, true},
		{"a.docx", "application/pdf", true},
		{"a.docx", "image/png", true},
	};
	struct reading reading;
	struct buf file;

	buf_init(&file, 1 << 20);
	office_make(&file, &base, &rows[0]);
	reading_init(&reading);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		reading_of(&reading, cases[i].name, cases[i].type, buf_bytes(&file));
		tap_ok(((reading.text.traits & TRAIT_DISGUISED) != 0) == cases[i].is_disguised &&
				reading_has_anywhere(&reading, "NEEDLE"),
			"%s as %s", cases[i].name, cases[i].type != NULL ? cases[i].type : "nothing");
	}
	reading_done(&reading);
	buf_done(&file);
}

int
main(void)
{
	office_check(&base, rows, sizeof(rows) / sizeof(rows[0]));
	test_labels();
	return tap_done();
}
