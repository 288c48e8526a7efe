/* SPDX-License-Identifier: Apache-2.0 */
/* Where Word's documents in one XML file can have text: those of Word 2003, and packages (Flat OPC). */
#include "lib/base/buf.h"
#include "tests/support/tap.h"
#include "tests/unit/format/reading.h"

#define WORD(inner)                                                                                          \
	"<?xml version='1.0' encoding='UTF-16'?><?mso-application progid='Word.Document'?><w:wordDocument "  \
	"xmlns:w='http://schemas.microsoft.com/office/word/2003/wordml' xmlns:o='o' xmlns:aml='a' "          \
	"xmlns:wx='x'>" inner "</w:wordDocument>"
#define BODY(inner) WORD("<w:body><wx:sect>" inner "</wx:sect></w:body>")
#define P(inner) "<w:p>" inner "</w:p>"
#define R(inner) "<w:r>" inner "</w:r>"
#define T(text) R("<w:t>" text "</w:t>")
#define CELL(inner) "<w:tc>" P(inner) "</w:tc>"
#define NOTED(type, inner)                                                                                   \
	"<aml:annotation aml:id='1' aml:author='A' w:type='Word." type "'><aml:content>" inner               \
	"</aml:content></aml:annotation>"
#define FLAT(inner)                                                                                          \
	"<?xml version='1.0' standalone='yes'?><pkg:package "                                                \
	"xmlns:pkg='http://schemas.microsoft.com/office/2006/xmlPackage'>" inner "</pkg:package>"
#define PART(name, inner)                                                                                    \
	FLAT("<pkg:part pkg:name='/word/" name "' pkg:contentType='x'><pkg:xmlData><w:document "             \
	     "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>" inner                 \
	     "</w:document></pkg:xmlData></pkg:part>")

/* NEEDLE in a text, in base64. */
#define ENCODED "YSB0ZXh0IHdpdGggTkVFRExFIGluIGl0"

static const struct {
	const char *name, *content;
	enum segment_view view;
	const char *place, *needle;
} rows[] = {
	{"the body", BODY(P(T("a NEEDLE b"))), SEGMENT_TEXT, "(a.xml) > text", "a NEEDLE b"},
	{"in several runs", BODY(P(T("NEE") T("DLE"))), SEGMENT_TEXT, "> text", "NEEDLE"},
	{"a row of a table", BODY("<w:tbl><w:tr>" CELL(T("NEEDLE")) CELL(T("b")) "</w:tr></w:tbl>"),
		SEGMENT_TEXT, "> text", "NEEDLE\tb"},
	{"a comment within a word", BODY(P(T("NEE") R(NOTED("Comment", P(T("noted")))) T("DLE"))),
		SEGMENT_TEXT, "> text", "NEEDLE"},
	{"that comment", BODY(P(T("a") R(NOTED("Comment", P(T("NEE") T("DLE")))))), SEGMENT_TEXT,
		"> comments > text", "NEEDLE"},
	{"a deletion within a word",
		BODY(P(T("NEE") NOTED("Deletion", R("<w:delText>x</w:delText>")) T("DLE"))), SEGMENT_TEXT,
		"> text", "NEEDLE"},
	{"what was deleted", BODY(P(NOTED("Deletion", R("<w:delText>NEEDLE</w:delText>")))), SEGMENT_HIDDEN,
		"> text", "NEEDLE"},
	{"hidden text", BODY(P(R("<w:rPr><w:vanish/></w:rPr><w:t>NEEDLE</w:t>"))), SEGMENT_HIDDEN, "> text",
		"NEEDLE"},
	{"a header",
		WORD("<w:body><w:sectPr><w:hdr w:type='odd'>" P(
			T("NEE") T("DLE")) "</w:hdr></w:sectPr></w:body>"),
		SEGMENT_TEXT, "> text", "NEEDLE"},
	{"a property", WORD("<o:DocumentProperties><o:Title>NEEDLE</o:Title></o:DocumentProperties>"),
		SEGMENT_HIDDEN, "> text", "NEEDLE"},
	{"a variable",
		WORD("<w:docPr><w:docVars><w:docVar w:name='a' w:val='NEEDLE'/></w:docVars></w:docPr>"),
		SEGMENT_HIDDEN, "> text", "NEEDLE"},
	{"a file in it", WORD("<w:binData w:name='wordml://a.txt'>" ENCODED "</w:binData>"), SEGMENT_TEXT,
		"(a.txt)", "NEEDLE"},
	{"a part of a package", PART("document.xml", P(T("NEE") T("DLE"))), SEGMENT_TEXT,
		"(a.xml) > /word/document.xml", "NEEDLE"},
	{"another part", PART("comments.xml", "<w:comment w:author='x'>" P(T("NEE") T("DLE")) "</w:comment>"),
		SEGMENT_TEXT, "> /word/comments.xml", "NEEDLE"},
	{"a file in a package",
		FLAT("<pkg:part pkg:name='/word/embeddings/b.txt'><pkg:binaryData>" ENCODED
		     "</pkg:binaryData></pkg:part>"),
		SEGMENT_TEXT, "(b.txt)", "NEEDLE"},
	{"broken off", WORD("<w:body>" P(T("NEEDLE")) "</w:broken>"), SEGMENT_TEXT, "> text", "NEEDLE"},
};

int
main(void)
{
	struct reading reading;

	reading_init(&reading);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		reading_of(&reading, "a.xml", "application/xml", bytes_of_str(rows[i].content));
		if (!tap_ok(reading_has(&reading, rows[i].view, rows[i].place, rows[i].needle), "%s",
			    rows[i].name))
			reading_show(&reading);
		tap_ok((reading.text.traits & TRAIT_DISGUISED) == 0, "%s: is what it is called",
			rows[i].name);
	}
	reading_of(&reading, "a.doc", "application/msword", bytes_of_str(rows[0].content));
	tap_ok((reading.text.traits & TRAIT_DISGUISED) == 0, "as Word 2003 names it, too");
	reading_done(&reading);
	return tap_done();
}
