/* SPDX-License-Identifier: Apache-2.0 */
/* ZIP archives that say two things at once: every reading of them is told. */
#include "lib/format/zip.h"

#include "lib/base/buf.h"
#include "tests/support/tap.h"
#include "tests/unit/format/reading.h"
#include "tests/unit/format/zipmaker.h"

#define ENTRY(entry_name, text, ...)                                                                         \
	{                                                                                                    \
		.name = (entry_name), .content = (text), __VA_ARGS__                                         \
	}
#define FILE_TEXT(file) .view = SEGMENT_TEXT, .place = "attachment 1 (a.zip) > file (" file ")"
#define HIDDEN(where) .view = SEGMENT_HIDDEN, .place = "attachment 1 (a.zip) > " where
#define NAME(end) .view = SEGMENT_FILENAME, .place = (end)

static const struct {
	const char *name;
	struct zip_made made[3];
	enum segment_view view;
	const char *place; /* where the needle is */
	const char *comment;
	const char *ahead, *behind; /* of the whole archive; the places in it do not know of it */
	unsigned unscannable;
	bool is_locked;
} rows[] = {
	{"an entry", {ENTRY("a.txt", "NEEDLE")}, FILE_TEXT("a.txt")},
	{"an entry's name", {ENTRY("NEEDLE.txt", "x")}, NAME("> file (NEEDLE.txt)")},
	{"a folder's name", {ENTRY("of NEEDLE/", "")}, NAME("")},
	{"the archive's comment", {ENTRY("a.txt", "x")}, HIDDEN("archive comment"), .comment = "NEEDLE"},
	{"an entry's comment", {ENTRY("a.txt", "x", .comment = "NEEDLE")}, HIDDEN("entry comment")},
	{"an entry's extra data", {ENTRY("a.txt", "x", .extra = BYTES_LIT("zz\x06\0NEEDLE"))},
		HIDDEN("extra data")},
	{"a second name in Unicode",
		{ENTRY("a.txt", "x", .extra = BYTES_LIT("\x75\x70\x0f\0\x01....NEEDLE.txt"))},
		NAME("a.zip) > entry name")},
	{"a second comment in Unicode",
		{ENTRY("a.txt", "x", .extra = BYTES_LIT("\x75\x63\x0b\0\x01....NEEDLE"))},
		HIDDEN("entry comment")},
	{"one that no directory lists", {ENTRY("a.txt", "x"), ENTRY("b.txt", "NEEDLE", .unlisted = true)},
		FILE_TEXT("b.txt")},
	{"none of them listed", {ENTRY("b.txt", "NEEDLE", .unlisted = true)}, FILE_TEXT("b.txt"),
		.unscannable = UNSCANNABLE_FORMAT},
	{"another name in the local header", {ENTRY("a.txt", "x", .local_name = "NEEDLE.txt")},
		NAME("> file (NEEDLE.txt)")},
	{"another size in the local header", {ENTRY("a.txt", "x", .local_content = "x and NEEDLE")},
		FILE_TEXT("a.txt")},
	{"ahead of the entries, and the archive knows", {ENTRY("a.txt", "x", .ahead = "<p>the NEEDLE</p>")},
		FILE_TEXT("data before the archive")},
	{"ahead of an archive that does not know", {ENTRY("a.txt", "x")},
		FILE_TEXT("data before the archive"), .ahead = "the NEEDLE\n"},
	{"in an archive with something ahead", {ENTRY("a.txt", "NEEDLE")}, FILE_TEXT("a.txt"),
		.ahead = "first\n"},
	{"between two entries", {ENTRY("a.txt", "x"), ENTRY("b.txt", "y", .ahead = "a NEEDLE here")},
		FILE_TEXT("data between entries")},
	{"nothing but an end record", {{0}}, HIDDEN("archive comment"), .comment = "NEEDLE"},
	{"behind the archive", {ENTRY("a.txt", "x")}, FILE_TEXT("data behind the archive"),
		.behind = "the NEEDLE\n"},
	{"beside one that leads nowhere", {ENTRY("b.txt", "NEEDLE"), ENTRY("a.txt", "x", .absent = true)},
		FILE_TEXT("b.txt"), .unscannable = UNSCANNABLE_FORMAT},
	{"the name of a locked one", {ENTRY("NEEDLE.txt", "x", .flags = 1)}, NAME("> file (NEEDLE.txt)"),
		.is_locked = true},
	{"beside a locked one", {ENTRY("a.txt", "x", .flags = 1), ENTRY("b.txt", "NEEDLE")},
		FILE_TEXT("b.txt"), .is_locked = true},
	{"beside one locked by AES",
		{ENTRY("a.txt", "x", .flags = 1, .method = 99), ENTRY("b.txt", "NEEDLE")}, FILE_TEXT("b.txt"),
		.is_locked = true},
	{"beside one of an unknown method", {ENTRY("a.txt", "x", .method = 77), ENTRY("b.txt", "NEEDLE")},
		FILE_TEXT("b.txt")},
};

static void
make(size_t i, struct buf *zip)
{
	struct zip_maker maker;

	zip_maker_init(&maker);
	for (size_t j = 0; j < 3 && rows[i].made[j].name != NULL; j++)
		zip_maker_add(&maker, &rows[i].made[j]);
	zip_maker_end(&maker, rows[i].comment);
	buf_put_bytes(zip, bytes_of_str(rows[i].ahead));
	buf_put_bytes(zip, buf_bytes(&maker.buf));
	buf_put_bytes(zip, bytes_of_str(rows[i].behind));
	zip_maker_done(&maker);
}

static void
test_rows(struct reading *reading)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf zip;
		bool found, is_locked;

		buf_init(&zip, 1 << 20);
		make(i, &zip);
		reading_of(reading, "a.zip", "application/zip", buf_bytes(&zip));
		found = reading_has(reading, rows[i].view, rows[i].place, "NEEDLE");
		is_locked = (reading->text.traits & TRAIT_LOCKED) != 0;
		if (!tap_ok(found && reading->text.unscannable == rows[i].unscannable &&
				    is_locked == rows[i].is_locked &&
				    (reading->text.traits & TRAIT_DISGUISED) == 0,
			    "%s", rows[i].name))
			reading_show(reading);
		buf_done(&zip);
	}
}

/* What begins as something else, and is found by its end. */
static void
test_behind(struct reading *reading)
{
	struct zip_maker maker;
	struct buf file;

	zip_maker_init(&maker);
	zip_maker_add(&maker, &(struct zip_made){.name = "a.txt", .content = "NEEDLE"});
	zip_maker_end(&maker, "");
	buf_init(&file, 10000);
	buf_put_str(&file, "\x89PNG\r\n\x1A\n");
	buf_put_bytes(&file, buf_bytes(&maker.buf));
	reading_of(reading, "a.png", "image/png", buf_bytes(&file));
	tap_ok(reading_has(reading, SEGMENT_TEXT, "(a.png) > file (a.txt)", "NEEDLE"), "behind a picture");
	tap_ok((reading->text.traits & TRAIT_DISGUISED) != 0, "which is a disguise");
	buf_done(&file);
	zip_maker_done(&maker);
}

int
main(void)
{
	struct reading reading;

	reading_init(&reading);
	test_rows(&reading);
	test_behind(&reading);
	reading_done(&reading);
	return tap_done();
}
