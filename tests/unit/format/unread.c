/* SPDX-License-Identifier: Apache-2.0 */
/* Files that are known and not read: they are told as unread, under their own type whatever they are called.
 */
#include "tests/support/tap.h"
#include "tests/unit/format/reading.h"

static const struct {
	const char *name, *type;
	struct bytes content;
	const char *unread;
	bool is_disguised;
} cases[] = {
	{"list.rar", "application/x-rar-compressed",
		BYTES_LIT("Rar!\x1A\7\0\xCF\x90\x73\0\0\r\0\0\0\0\0\0\0"), "application/vnd.rar", false},
	{"list.rar", NULL, BYTES_LIT("Rar!\x1A\7\1\0\x33\x92\xB5\xE5\n\1\5\6\0\5\1\1\x80\x80\0"),
		"application/vnd.rar", false},
	{"list.pdf", "application/pdf", BYTES_LIT("Rar!\x1A\7\1\0\x33\x92\xB5\xE5\n\1\5\6\0\5\1\1\x80\x80\0"),
		"application/vnd.rar", true},
	{"list.cab", NULL, BYTES_LIT("MSCF\0\0\0\0\x40\0\0\0\0\0\0\0\x2C\0\0\0\0\0\0\0\3\1\1\0\1\0\0\0"),
		"application/vnd.ms-cab-compressed", false},
	{"film.mp4", "video/mp4",
		BYTES_LIT("\0\0\0\x18"
			  "ftypisom\0\0\2\0isomiso2"),
		"video/mp4", false},
	{"own.xyz", "application/x-own", BYTES_LIT("\1\2\3\4\0\xFE\xFF\xF7\x80\x81"), "application/x-own",
		false},
};

int
main(void)
{
	struct reading reading;

	reading_init(&reading);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct unread_part *unread;

		reading_of(&reading, cases[i].name, cases[i].type, cases[i].content);
		unread = reading.text.unread;
		tap_ok(unread != NULL && unread->next == NULL && strcmp(unread->type, cases[i].unread) == 0,
			"%zu: %s is unread (%s)", i, cases[i].name,
			unread != NULL ? unread->type : "nothing is");
		tap_ok(((reading.text.traits & TRAIT_DISGUISED) != 0) == cases[i].is_disguised, "%zu: and %s",
			i, cases[i].is_disguised ? "disguised" : "what it is called");
		tap_ok(reading.text.unscannable == 0, "%zu: nothing is said to have failed", i);
	}
	reading_done(&reading);
	return tap_done();
}
