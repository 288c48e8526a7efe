/* SPDX-License-Identifier: Apache-2.0 */
/* Files that are what they are called, and files that are not. */
#include "tests/support/tap.h"
#include "tests/unit/format/reading.h"

static const struct {
	const char *name, *type; /* of the file */
	struct bytes content;
	bool is_disguised;
} cases[] = {
	{"visit.pdf", "application/pdf", BYTES_LIT("MZ\x90\0\3\0\0\0\4\0\0\0\xFF\xFF\0\0"), true},
	{"setup.exe", "application/octet-stream", BYTES_LIT("MZ\x90\0\3\0\0\0\4\0\0\0\xFF\xFF\0\0"), false},
	{"setup.exe", "image/png", BYTES_LIT("MZ\x90\0\3\0\0\0\4\0\0\0\xFF\xFF\0\0"), true},
	{"scan.png", "image/png", BYTES_LIT("MZ\x90\0\3\0\0\0\4\0\0\0\xFF\xFF\0\0"), true},
	{"list.zip", "application/zip", BYTES_LIT("a list of names\n"), true},
	{"list.zip", NULL, BYTES_LIT("a list of names\n"), true},
	{"list.docx", NULL, BYTES_LIT("a list of names\n"), true},
	{"list.7z", NULL, BYTES_LIT("name,born\nA,1970\nB,1971\n"), true},
	{"list.jpg", NULL, BYTES_LIT("a list of names\n"), true},
	{"list.mp3", "audio/mpeg", BYTES_LIT("a list of names\n"), true},
	{"list", "image/jpeg", BYTES_LIT("a list of names\n"), true},
	{"list.docx", NULL, BYTES_LIT("\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR"), true},
	{"list.jpeg", "image/gif", BYTES_LIT("\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR"), false},
	{"list.mp4", "video/mp4", BYTES_LIT("\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR"), true},
	{"photo.PNG", "image/png", BYTES_LIT("\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR"), false},
	{"photo.jpg", "image/jpeg", BYTES_LIT("\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR"), false},
	{"photo.heic", "image/heic",
		BYTES_LIT("\0\0\0\x18"
			  "ftypmif1\0\0\0\0"),
		false},
	{"film.mov", "video/quicktime",
		BYTES_LIT("\0\0\0\x18"
			  "ftypqt  \0\0\0\0"),
		false},
	{"notes.txt", "text/plain", BYTES_LIT("a list of names\n"), false},
	{"notes", NULL, BYTES_LIT("a list of names\n"), false},
	{"notes.log", "text/plain", BYTES_LIT("name,born\nA,1970\nB,1971\n"), false},
	{"list.xls", "application/vnd.ms-excel", BYTES_LIT("name,born\nA,1970\nB,1971\n"), false},
	{"drawing.svg", "image/svg+xml", BYTES_LIT("<svg xmlns='http://www.w3.org/2000/svg'/>"), false},
	{"list.tar.gz", "application/x-tar", BYTES_LIT("\x1F\x8B\x08\0\0\0\0\0\0\3\3\0\0\0\0\0\0\0\0\0"),
		false},
	{"list.tar.gz", "application/pdf", BYTES_LIT("\x1F\x8B\x08\0\0\0\0\0\0\3\3\0\0\0\0\0\0\0\0\0"), true},
	{"data.json", "text/plain", BYTES_LIT("{\"a\": 1}"), false},
	{"notes.txt", "application/x-own", BYTES_LIT("a list of names\n"), false},
};

int
main(void)
{
	struct reading reading;

	reading_init(&reading);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		reading_of(&reading, cases[i].name, cases[i].type, cases[i].content);
		tap_ok(((reading.text.traits & TRAIT_DISGUISED) != 0) == cases[i].is_disguised,
			"%zu: %s as %s is %s", i, cases[i].name,
			cases[i].type != NULL ? cases[i].type : "nothing",
			cases[i].is_disguised ? "disguised" : "what it is called");
	}
	reading_done(&reading);
	return tap_done();
}
