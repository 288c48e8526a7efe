/* SPDX-License-Identifier: Apache-2.0 */
/* What is text by its bytes: in wide characters, too, but not whatever is full of zeros. */
#include "lib/mime/sniff.h"

#include "lib/base/buf.h"
#include "tests/support/tap.h"

/* A text, each of whose characters becomes `width` bytes, its own at `place`. */
struct wide {
	const char *name, *text;
	size_t width, place;
	bool want;
};

static const struct wide wides[] = {
	{"ASCII", "MRN 00731145, DOB 04/17/1953", 1, 0, true},
	{"UTF-16, little", "MRN 00731145, DOB 04/17/1953", 2, 0, true},
	{"UTF-16, big", "MRN 00731145, DOB 04/17/1953", 2, 1, true},
	{"UTF-32, little", "MRN 00731145, DOB 04/17/1953", 4, 0, true},
	{"UTF-32, big", "MRN 00731145, DOB 04/17/1953", 4, 3, true},
	{"a letter in five bytes", "MRN 00731145, DOB 04/17/1953", 5, 0, false},
	{"a letter in three bytes", "MRN 00731145, DOB 04/17/1953", 3, 0, false},
};

static const struct {
	const char *name;
	struct bytes content;
	bool want;
} cases[] = {
	{"windows-1252", BYTES_LIT("Ren\xE9 Dupr\xE9, n\xE9 le 3 avril"), true},
	{"UTF-16 with a mark, Cyrillic", BYTES_LIT("\xFF\xFE\x1F\x04\x30\x04\x46\x04\x38\x04"), true},
	{"numbers of four bytes", BYTES_LIT("\x01\0\0\0\x02\0\0\0\x03\0\0\0\x04\0\0\0"), false},
	{"a name in a record of zeros",
		BYTES_LIT("\0\0\0\0\0\0\0\0\0\0\0\0Tallis\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), false},
	{"compressed", BYTES_LIT("\x78\x9C\x4B\x4C\x4A\x06\x00\x02\x4D\x01\x27"), false},
};

static bool
is_wide_text(const struct wide *wide)
{
	struct buf content;
	bool is_text;

	buf_init(&content, 4096);
	for (const char *c = wide->text; *c != '\0'; c++)
		for (size_t i = 0; i < wide->width; i++)
			buf_put_byte(&content, i == wide->place ? (uint8_t)*c : 0);
	is_text = sniff_is_text(buf_bytes(&content));
	buf_done(&content);
	return is_text;
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(wides) / sizeof(wides[0]); i++)
		tap_ok(is_wide_text(&wides[i]) == wides[i].want, "%s", wides[i].name);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		tap_ok(sniff_is_text(cases[i].content) == cases[i].want, "%s", cases[i].name);
	return tap_done();
}
