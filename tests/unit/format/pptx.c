/* SPDX-License-Identifier: Apache-2.0 */
/* Where a presentation of PowerPoint can have text. */
#include "lib/format/formats.h"

#include "tests/support/tap.h"
#include "tests/unit/format/officemaker.h"

#define P_SPACES                                                                                             \
	" xmlns:p='http://schemas.openxmlformats.org/presentationml/2006/main' xmlns:a='a' xmlns:r='r'"
#define ROOT(root, inner) "<p:" root P_SPACES ">" inner "</p:" root ">"
#define A(text) "<a:p><a:r><a:t>" text "</a:t></a:r></a:p>"
#define RELATIONS "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"

static const struct office_part parts[] = {
	{"[Content_Types].xml",
		"<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"},
	{"_rels/.rels", RELATIONS "<Relationship Id='a' Target='ppt/presentation.xml'/></Relationships>"},
	{"ppt/presentation.xml", ROOT("presentation", "<p:sldIdLst><p:sldId id='256' r:id='r2'/><p:sldId "
						      "id='257' r:id='r1'/></p:sldIdLst>")},
	{"ppt/_rels/presentation.xml.rels",
		RELATIONS "<Relationship Id='r1' Target='slides/slide1.xml'/><Relationship Id='r2' "
			  "Target='slides/slide2.xml'/></Relationships>"},
	{"ppt/slides/slide1.xml", ROOT("sld", A("one"))},
	{"ppt/slides/slide2.xml", ROOT("sld", A("two"))},
};

/* Relations of the row are the second slide's. */
static const struct office_base base = {.file = "a.pptx",
	.main = "ppt/slides/slide1.xml",
	.parts = parts,
	.n_parts = sizeof(parts) / sizeof(parts[0])};

#define SHOWN .view = SEGMENT_TEXT
#define HIDDEN .view = SEGMENT_HIDDEN
#define SLIDE(inner)                                                                                         \
	{                                                                                                    \
		{                                                                                            \
			"ppt/slides/slide1.xml", ROOT("sld", inner)                                          \
		}                                                                                            \
	}

static const struct office_row rows[] = {
	{"a slide, in the order of the show",
		SLIDE("<a:p><a:r><a:t>NEE</a:t></a:r><a:r><a:t>DLE</a:t></a:r></a:p>"), SHOWN,
		"(a.pptx) > slide 2"},
	{"a row of a table",
		SLIDE("<a:tbl><a:tr><a:tc>" A("NEEDLE") "</a:tc><a:tc>" A("b") "</a:tc></a:tr></a:tbl>"),
		SHOWN, "> slide 2", "NEEDLE\tb"},
	{"a field", SLIDE("<a:p><a:fld><a:t>NEEDLE</a:t></a:fld></a:p>"), SHOWN, "> slide 2"},
	{"notes", {{"ppt/notesSlides/notesSlide1.xml", ROOT("notes", A("NEEDLE"))}}, SHOWN,
		"> slide 2 notes"},
	{"a comment", {{"ppt/comments/comment1.xml", ROOT("cmLst", "<p:cm><p:text>NEEDLE</p:text></p:cm>")}},
		SHOWN, "> comments > slide 2"},
	{"a comment of today's form",
		{{"ppt/comments/modern.xml",
			ROOT("cmLst", "<p:cm><p:txBody>" A("NEEDLE") "</p:txBody></p:cm>")}},
		SHOWN, "> comments > slide 2"},
	{"a comment's author",
		{{"ppt/commentAuthors.xml", ROOT("cmAuthorLst", "<p:cmAuthor name='NEEDLE, MD'/>")}}, HIDDEN,
		"> part ppt/commentAuthors.xml > names"},
	{"a chart", {{"ppt/charts/chart1.xml", "<c:chartSpace xmlns:c='c'><c:v>NEEDLE</c:v></c:chartSpace>"}},
		SHOWN, "> slide 2"},
	{"a diagram",
		{{"ppt/diagrams/data1.xml",
			"<d:dataModel xmlns:d='d' xmlns:a='a'>" A("NEEDLE") "</d:dataModel>"}},
		SHOWN, "> slide 2"},
	{"a hidden slide", {{"ppt/slides/slide1.xml", "<p:sld" P_SPACES " show='0'>" A("NEEDLE") "</p:sld>"}},
		HIDDEN, "(a.pptx) > slide 2 (hidden) > slide"},
	{"a hidden shape",
		SLIDE("<p:sp><p:nvSpPr><p:cNvPr id='1' hidden='1'/></p:nvSpPr>" A("NEEDLE") "</p:sp>"),
		HIDDEN, "> hidden text > slide 2"},
	{"alternative text", SLIDE("<p:pic><p:cNvPr id='1' descr='NEEDLE'/></p:pic>"), HIDDEN,
		"> alternative text > slide 2"},
	{"a shape's name", SLIDE("<p:sp><p:cNvPr id='1' name='the NEEDLE, 2'/></p:sp>"), HIDDEN,
		"> names > slide 2"},
	{"a link", SLIDE(A("x")), HIDDEN, "> links > slide 2", .link = "https://a.example/NEEDLE"},
	{"a master", {{"ppt/slideMasters/slideMaster1.xml", ROOT("sldMaster", A("NEEDLE"))}}, HIDDEN,
		"> slide masters > slideMaster1"},
	{"a layout", {{"ppt/slideLayouts/slideLayout1.xml", ROOT("sldLayout", A("NEEDLE"))}}, HIDDEN,
		"> slide masters > slideLayout1"},
	{"a tag", {{"ppt/tags/tag1.xml", ROOT("tagLst", "<p:tag name='X' val='NEEDLE'/>")}}, HIDDEN,
		"> part ppt/tags/tag1.xml > names"},
	{"a slide that nothing names", {{"ppt/slides/slide9.xml", ROOT("sld", A("NEEDLE"))}}, HIDDEN,
		"> unreferenced part ppt/slides/slide9.xml", .is_unnamed = true},
	{"the strict form",
		{{"ppt/slides/slide1.xml",
			"<s:sld xmlns:s='http://purl.oclc.org/ooxml/presentationml/main' xmlns:a='a'>" A(
				"NEEDLE") "</s:sld>"}},
		SHOWN, "> slide 2"},
	{"behind where XML breaks off", SLIDE("</x>" A("NEEDLE")), SHOWN,
		"> broken part ppt/slides/slide1.xml", .unscannable = UNSCANNABLE_FORMAT},
};

int
main(void)
{
	office_check(&base, rows, sizeof(rows) / sizeof(rows[0]));
	return tap_done();
}
