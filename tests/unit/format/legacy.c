/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of legacy formats, with a marker at each place where they can hide text: tests/unit/format/legacy.py
 * made them, as seeds of the fuzzers.
 */
#include <stdlib.h>

#include "lib/base/fd.h"
#include "tests/support/tap.h"
#include "tests/unit/format/reading.h"

enum { FILE_MAX = 1 << 20 };

/* A file's name stands for the rows below it, up to the next name. */
static const struct {
	const char *file;
	enum segment_view view;
	const char *needle, *place;
} rows[] = {
	{"cfb/places.doc", SEGMENT_TEXT, "Main text Vale 101", "(places.doc) > text"},
	{NULL, SEGMENT_HIDDEN, "Hidden Vale 102", "> hidden text"},
	{NULL, SEGMENT_HIDDEN, "Deleted Vale 103", "> deleted text"},
	{NULL, SEGMENT_TEXT, "Split Vale 104", "> text"},
	{NULL, SEGMENT_TEXT, "Note Vale 105", "> footnotes"},
	{NULL, SEGMENT_TEXT, "Header Vale 106", "> headers and footers"},
	{NULL, SEGMENT_TEXT, "Comment Vale 107", "> comments"},
	{NULL, SEGMENT_TEXT, "End Vale 108", "> endnotes"},
	{NULL, SEGMENT_TEXT, "Box Vale 109", "> text boxes"},
	{NULL, SEGMENT_HIDDEN, "there.example/Vale 110", "> fields"},
	{NULL, SEGMENT_TEXT, "Vale 111", "> text"},
	{NULL, SEGMENT_TEXT, "Name\tBorn\t\nZoe Vale 112\t\t\n", "> text"},
	{NULL, SEGMENT_TEXT, "Header box Vale 113", "> text boxes of headers"},
	{NULL, SEGMENT_HIDDEN, "Earlier Vale 114 save", "> other streams > stream WordDocument"},
	{NULL, SEGMENT_TEXT, "Inner Vale 115", "> object ObjectPool/_1001 > text"},
	{NULL, SEGMENT_TEXT, "Inner Vale 116", "> object ObjectPool/_1002 > sheet Inner > A1"},
	{NULL, SEGMENT_HIDDEN, "Title: Title Vale 117", "> properties"},
	{NULL, SEGMENT_HIDDEN, "Author: Author Vale 118", "> properties"},
	{NULL, SEGMENT_HIDDEN, "Comments: Remark Vale 119", "> properties"},
	{NULL, SEGMENT_HIDDEN, "Patient: Own Vale 120", "> properties"},
	{NULL, SEGMENT_FILENAME, "Vale 121", "> file (Vale 121.txt)"},
	{NULL, SEGMENT_TEXT, "Packed Vale 122 text", "> file (Vale 121.txt)"},
	{NULL, SEGMENT_HIDDEN, "' Vale 123 Vale 123 note", "> stream Macros/VBA/Module1"},
	{NULL, SEGMENT_HIDDEN, "raw Vale 124 run", "> stream Macros/VBA/_VBA_PROJECT"},
	{NULL, SEGMENT_HIDDEN, "Unknown Vale 125 stream", "> stream Nobody"},
	{NULL, SEGMENT_HIDDEN, "Unlinked Vale 126 stream", "> stream Lost"},
	{NULL, SEGMENT_HIDDEN, "Author Vale 127 of comments", "> stream 1Table"},
	{"cfb/pieces.doc", SEGMENT_TEXT, "M\xC3\xBCnchen Vale 128", "> text"},
	{NULL, SEGMENT_TEXT, "Tail Vale 129 \xE2\x80\x93 8-bit", "> text"},
	{"cfb/word6.doc", SEGMENT_TEXT, "Old \xD0\x9C\xD0\xB8\xD1\x80 Vale 130", "> text"},
	{NULL, SEGMENT_HIDDEN, "Left Vale 131 behind", "> stream WordDocument"},
	{"cfb/unknown.pub", SEGMENT_HIDDEN, "Quill Vale 132 text", "> stream Contents"},
	{NULL, SEGMENT_HIDDEN, "Plain Vale 133 text", "> stream Contents"},

	{"cfb/places.xls", SEGMENT_TEXT, "Shared Vale 201", "> sheet Patients > A1"},
	{NULL, SEGMENT_TEXT, "Cut Vale 202\xE2\x80\x93", "> sheet Patients > B1"},
	{NULL, SEGMENT_TEXT, "Rich Vale 203", "> sheet Patients > A2"},
	{NULL, SEGMENT_TEXT, "\xE6\x82\xA3\xE8\x80\x85 Vale 4", "> sheet Patients > B2"},
	{NULL, SEGMENT_TEXT, "Label Vale 204", "> sheet Patients > A6"},
	{NULL, SEGMENT_TEXT, "Rstring Vale 205\tResult Vale 207\n", "> sheet Patients > A3"},
	{NULL, SEGMENT_TEXT, "Result Vale 207", "> sheet Patients > B3"},
	{NULL, SEGMENT_HIDDEN, "Vale 206", "> formulas"},
	{NULL, SEGMENT_TEXT, "1961-03-09\t1961-03-09 12:00\t123-45-6789\t4712\t1961-03-09\n",
		"> sheet Patients > A4"},
	{NULL, SEGMENT_TEXT, "123-45-6789", "> sheet Patients > C4"},
	{NULL, SEGMENT_TEXT, "4712", "> sheet Patients > D4"},
	{NULL, SEGMENT_TEXT, "Head Vale 208", "> headers of sheet Patients"},
	{NULL, SEGMENT_TEXT, "Foot Vale 209", "> headers of sheet Patients"},
	{NULL, SEGMENT_TEXT, "Comment Vale 210 here", "> comments of sheet Patients > C5"},
	{NULL, SEGMENT_TEXT, "Box Vale 211 here", "> text boxes of sheet Patients"},
	{NULL, SEGMENT_HIDDEN, "Hidden Vale 212", "> sheet Archive (hidden) > A1"},
	{NULL, SEGMENT_HIDDEN, "Remark Vale 213", "> comments of sheet Archive (hidden) > A1"},
	{NULL, SEGMENT_HIDDEN, "Deep Vale 214", "> sheet Deep (hidden) > B7"},
	{NULL, SEGMENT_HIDDEN, "Unlisted Vale 215", "> sheet not listed > A1"},
	{NULL, SEGMENT_HIDDEN, "Subject: Subject Vale 216", "> properties"},
	{NULL, SEGMENT_FILENAME, "Vale 217", "> file (Vale 217.csv)"},
	{NULL, SEGMENT_TEXT, "Packed Vale 218", "> file (Vale 217.csv)"},
	{NULL, SEGMENT_HIDDEN, "Pivot Vale 219", "> stream _SX_DB_CUR/0001"},
	{NULL, SEGMENT_HIDDEN, "User Vale 220", "> other records"},
	{NULL, SEGMENT_HIDDEN, "Name_Vale_221", "> names"},
	{NULL, SEGMENT_HIDDEN, "Vale 222", "> names"},
	{NULL, SEGMENT_HIDDEN, "there.example/Vale 223", "> other records"},
	{NULL, SEGMENT_HIDDEN, "Pick Vale 224", "> other records"},
	{NULL, SEGMENT_HIDDEN, "Vale 225.xls", "> other records"},
	{NULL, SEGMENT_HIDDEN, "Cached Vale 226", "> other records"},
	{NULL, SEGMENT_HIDDEN, "Author Vale 227", "> other records"},
	{"cfb/excel5.xls", SEGMENT_TEXT, "\xD0\x9C\xD0\xB8\xD1\x80 Vale 228",
		"> sheet \xD0\x9B\xD0\xB8\xD1\x81\xD1\x82 > B2"},
	{NULL, SEGMENT_TEXT, "Note Vale 229", "> comments of sheet \xD0\x9B\xD0\xB8\xD1\x81\xD1\x82 > B2"},
	{NULL, SEGMENT_TEXT, "Head Vale 230", "> headers of sheet \xD0\x9B\xD0\xB8\xD1\x81\xD1\x82"},
	{NULL, SEGMENT_HIDDEN, "1961-03-09", "> sheet not listed > A1"},

	{"cfb/places.ppt", SEGMENT_TEXT, "Outline Vale 301", "> slides > slide 1"},
	{NULL, SEGMENT_TEXT, "Second Vale 302", "> slides > slide 2"},
	{NULL, SEGMENT_TEXT, "Master Vale 303", "> masters"},
	{NULL, SEGMENT_TEXT, "Slide Vale 304", "> slides > slide 1"},
	{NULL, SEGMENT_HIDDEN, "Hidden Vale 305", "> slides > slide 2 (hidden)"},
	{NULL, SEGMENT_TEXT, "Notes Vale 306", "> notes > notes 1"},
	{NULL, SEGMENT_TEXT, "Author Vale 307", "> comments"},
	{NULL, SEGMENT_TEXT, "Comment Vale 308", "> comments"},
	{NULL, SEGMENT_HIDDEN, "Drawn Vale 309", "> other records"},
	{NULL, SEGMENT_TEXT, "Listed Vale 310", "> notes > notes 1"},
	{NULL, SEGMENT_TEXT, "Footer Vale 311", "> headers and footers"},
	{NULL, SEGMENT_TEXT, "Object Vale 312", "> file (object) > text"},
	{NULL, SEGMENT_HIDDEN, "User Vale 313", "> stream Current User"},
	{NULL, SEGMENT_HIDDEN, "Title: Title Vale 314", "> properties"},

	{"cfb/places.msg", SEGMENT_TEXT, "Subject: Subject Vale 401", "> fields"},
	{NULL, SEGMENT_TEXT, "Body Vale 402", "(places.msg) > body"},
	{NULL, SEGMENT_TEXT, "From: Sender Vale 403", "> fields"},
	{NULL, SEGMENT_HTML, "Page Vale 404", "> file (body.html)"},
	{NULL, SEGMENT_HIDDEN, "Aside Vale 405", "> file (body.html)"},
	{NULL, SEGMENT_TEXT, "Seen Vale 406", "> file (body.rtf) > text"},
	{NULL, SEGMENT_HTML, "Seen Vale 406", "> file (body.rtf) > file (body.html)"},
	{NULL, SEGMENT_HIDDEN, "Aside Vale 407", "> file (body.rtf) > file (body.html)"},
	{NULL, SEGMENT_TEXT, "Received: by Vale 408", "> transport headers"},
	{NULL, SEGMENT_HIDDEN, "Chart number of them: Named Vale 409", "> properties"},
	{NULL, SEGMENT_TEXT, "Given name: M\xC3\xBCller Vale 410", "> fields"},
	{NULL, SEGMENT_TEXT, "Subject: Normal Vale 411", "> fields"},
	{NULL, SEGMENT_HIDDEN, "Binary Vale 412", "> properties"},
	{NULL, SEGMENT_HIDDEN, "Several Vale 413", "> properties"},
	{NULL, SEGMENT_TEXT, "Recipient Vale 414", "> recipients"},
	{NULL, SEGMENT_TEXT, "Date of birth: 1961-03-08", "> fields"},
	{NULL, SEGMENT_FILENAME, "Vale 415", "> file (long name Vale 415.txt)"},
	{NULL, SEGMENT_TEXT, "Attached Vale 416 text", "> file (long name Vale 415.txt)"},
	{NULL, SEGMENT_HIDDEN, "Attachment: SHORTV~1.TXT", "> properties"},
	{NULL, SEGMENT_FILENAME, "Vale 417", "> file (Vale 417)"},
	{NULL, SEGMENT_TEXT, "Subject: Inner Vale 418", "> attached message 1 > fields"},
	{NULL, SEGMENT_TEXT, "Inner body Vale 419 \xE2\x82\xAC", "> attached message 1 > body"},
	{NULL, SEGMENT_FILENAME, "Vale 420", "> file (Vale 420.csv)"},
	{NULL, SEGMENT_TEXT, "Zoe Vale 421", "> file (Vale 420.csv)"},
	{NULL, SEGMENT_TEXT, "Innermost Vale 422", "> attached message 2 > body"},
	{NULL, SEGMENT_HIDDEN, "stray Vale 423 run", "> stream Stray"},
	{"cfb/version4.msg", SEGMENT_TEXT, "Subject: 8-bit Vale 424", "> fields"},

	{"tnef/places.dat", SEGMENT_TEXT, "Subject: Subject \xD0\x9C\xD0\xB8\xD1\x80 Vale 501", "> fields"},
	{NULL, SEGMENT_TEXT, "Body Vale 502", "(places.dat) > body"},
	{NULL, SEGMENT_TEXT, "Seen Vale 503", "> file (body.rtf) > text"},
	{NULL, SEGMENT_HIDDEN, "Aside Vale 504", "> file (body.rtf) > file (body.html)"},
	{NULL, SEGMENT_HTML, "Page Vale 505", "> file (body.html)"},
	{NULL, SEGMENT_TEXT, "From: Sender Vale 506", "> fields"},
	{NULL, SEGMENT_HIDDEN, "Chart number: Named Vale 507", "> properties"},
	{NULL, SEGMENT_HIDDEN, "Many: Several Vale 508", "> properties"},
	{NULL, SEGMENT_TEXT, "Recipient Vale 509", "> recipients"},
	{NULL, SEGMENT_HIDDEN, "unknown Vale 510 attribute", "> properties"},
	{NULL, SEGMENT_TEXT, "Attached Vale 511 text", "> file (long name Vale 512.txt)"},
	{NULL, SEGMENT_FILENAME, "Vale 512", "> file (long name Vale 512.txt)"},
	{NULL, SEGMENT_TEXT, "Subject: Inner Vale 513", "> file (Message) > fields"},
	{NULL, SEGMENT_TEXT, "Inner body Vale 514", "> file (Message) > body"},
	{"tnef/lying", SEGMENT_TEXT, "Subject: Subject Vale 515", "> fields"},
	{NULL, SEGMENT_TEXT, "Body Vale 516 cut", "> body"},

	{"rtf/places.rtf", SEGMENT_HIDDEN, "Font Vale 601", "> other destinations"},
	{NULL, SEGMENT_HIDDEN, "Style Vale 602", "> other destinations"},
	{NULL, SEGMENT_HIDDEN, "Title Vale 603\nAuthor Vale 604\nFirm Vale 605\n", "> properties"},
	{NULL, SEGMENT_HIDDEN, "Own Vale 606", "> properties"},
	{NULL, SEGMENT_TEXT, "Header Vale 607", "> headers and footers"},
	{NULL, SEGMENT_TEXT, "Footer Vale 608", "> headers and footers"},
	{NULL, SEGMENT_TEXT,
		"Main Vale 609 M\xC3\xBCnchen \xD0\x9C\xD0\xB8\xD1\x80 \xE6\x98\xAF\xF0\x9D\x94\x80",
		"> text"},
	{NULL, SEGMENT_TEXT, "Note Vale 610", "> footnotes"},
	{NULL, SEGMENT_TEXT, "Comment Vale 611", "> comments"},
	{NULL, SEGMENT_HIDDEN, "Hidden Vale 612", "> hidden text"},
	{NULL, SEGMENT_FILENAME, "Vale 613", "> file (Vale 613.txt)"},
	{NULL, SEGMENT_TEXT, "Packed Vale 614 text", "> file (Vale 613.txt)"},
	{NULL, SEGMENT_TEXT, "Object Vale 615", "> file (Word.Document.8) > text"},
	{NULL, SEGMENT_HIDDEN, "Deleted Vale 616", "> deleted text"},
	{NULL, SEGMENT_TEXT, "shown Vale 617", "> text"},
	{NULL, SEGMENT_HIDDEN, "there.example/Vale 618", "> fields"},
	{NULL, SEGMENT_TEXT, "Link Vale 619", "> text"},
	{NULL, SEGMENT_HIDDEN, "Secret Vale 620", "> other destinations"},
	{NULL, SEGMENT_TEXT, "Box Vale 621", "> text"},
	{NULL, SEGMENT_HIDDEN, "Drawn Vale 622", "> other destinations"},
	{NULL, SEGMENT_TEXT, "Unicode Vale 623", "> text"},
	{NULL, SEGMENT_HIDDEN, "Mark Vale 624", "> other destinations"},
	{NULL, SEGMENT_TEXT, "Name\tBorn\t\nZoe\t1961-03-09\t\n", "> text"},
	{NULL, SEGMENT_HIDDEN, "{{{ bin Vale 625", "> other destinations"},
	{NULL, SEGMENT_HIDDEN, "Stored Vale 626", "> other destinations"},
	{NULL, SEGMENT_HIDDEN, "Behind Vale 627", "> other destinations"},
	{"rtf/fromhtml.rtf", SEGMENT_HTML, "Seen Vale 628", "> file (body.html)"},
	{NULL, SEGMENT_HIDDEN, "Aside Vale 629", "> file (body.html)"},
	{"rtf/braces", SEGMENT_TEXT, "Deep Vale 630", "> text"},
};

static void
read_seed_as(struct reading *reading, const char *name, const char *file)
{
	const char *source = getenv("top_srcdir");
	struct err err = {0};
	struct buf content;
	char path[4096];

	snprintf(path, sizeof(path), "%s/tests/fuzz/corpus/%s", source != NULL ? source : ".", name);
	buf_init(&content, FILE_MAX);
	tap_ok(fd_read_file(path, &content, &err) == 0, "%s %s", name, err.text);
	reading_of(reading, file, NULL, buf_bytes(&content));
	buf_done(&content);
}

static void
read_seed(struct reading *reading, const char *name)
{
	read_seed_as(reading, name, strrchr(name, '/') + 1);
}

static void
test_places(struct reading *reading)
{
	size_t found = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].file != NULL)
			read_seed(reading, rows[i].file);
		if (tap_ok(reading_has(reading, rows[i].view, rows[i].place, rows[i].needle), "%s at %s",
			    rows[i].needle, rows[i].place))
			found++;
		else
			reading_show(reading);
	}
	printf("# places of legacy formats: %zu of %zu\n", found, sizeof(rows) / sizeof(rows[0]));
}

static const struct {
	const char *file;
	unsigned traits, unscannable;
	bool is_unread;
} labels[] = {
	{"cfb/places.doc", 0, 0, false}, {"cfb/places.xls", 0, 0, false}, {"cfb/places.ppt", 0, 0, false},
	{"cfb/places.msg", 0, 0, false}, {"tnef/places.dat", 0, 0, false},
	{"cfb/locked.doc", TRAIT_LOCKED, 0, false}, {"cfb/locked.xls", TRAIT_LOCKED, 0, false},
	{"cfb/locked.ppt", TRAIT_LOCKED, 0, false}, {"cfb/encrypted.docx", TRAIT_LOCKED, 0, false},
	{"cfb/unknown.pub", 0, 0, true}, {"tnef/lying", 0, UNSCANNABLE_FORMAT, false},
	{"tnef/counts", 0, UNSCANNABLE_FORMAT, false}, {"rtf/braces", 0, UNSCANNABLE_DEPTH, false},
	{"rtf/places.rtf", 0, 0, true}, /* a drawing */
};

static void
test_labels(struct reading *reading)
{
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		read_seed(reading, labels[i].file);
		tap_ok(reading->text.traits == labels[i].traits &&
				reading->text.unscannable == labels[i].unscannable &&
				(reading->text.unread != NULL) == labels[i].is_unread,
			"%s: traits %x, unscannable %x, unread %s", labels[i].file, reading->text.traits,
			reading->text.unscannable,
			reading->text.unread != NULL ? reading->text.unread->part : "nothing");
	}
}

static const struct {
	const char *file, *name;
	bool is_disguised;
} names[] = {
	{"cfb/places.xls", "a.doc", true},
	{"cfb/places.doc", "a.xls", true},
	{"cfb/places.doc", "a.ppt", true},
	{"cfb/places.ppt", "a.msg", true},
	{"cfb/places.msg", "a.doc", true},
	{"cfb/excel5.xls", "a.dot", true},
	{"cfb/places.xls", "a.xlt", false},
	{"cfb/places.doc", "a.dot", false},
	{"cfb/places.doc", "a", false},
	{"cfb/places.doc", "a.dat", false},
	{"cfb/encrypted.docx", "a.xlsx", false},
	{"cfb/unknown.pub", "a.pub", false},
};

static void
test_names(struct reading *reading)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		read_seed_as(reading, names[i].file, names[i].name);
		tap_ok(((reading->text.traits & TRAIT_DISGUISED) != 0) == names[i].is_disguised,
			"%s as %s is %s", names[i].file, names[i].name,
			names[i].is_disguised ? "disguised" : "not disguised");
	}
}

int
main(void)
{
	struct reading reading;

	reading_init(&reading);
	test_places(&reading);
	test_labels(&reading);
	test_names(&reading);
	reading_done(&reading);
	return tap_done();
}
