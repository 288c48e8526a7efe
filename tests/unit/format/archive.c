/* SPDX-License-Identifier: Apache-2.0 */
/* Archives and compressed files of every kind, in each other, and every place in them that can hold text. */
#include "lib/base/buf.h"
#include "tests/support/tap.h"
#include "tests/unit/format/packer.h"
#include "tests/unit/format/reading.h"

#define NEEDLE "Marlowe Quillfeather 1961"

/* One level of packing; the next one packs what it made as a file `name`. */
struct step {
	const char *format, *filter, *options;
	const char *name; /* of the file in it */
};

#define ZIP(file)                                                                                            \
	{                                                                                                    \
		.format = "zip", .name = (file)                                                              \
	}
#define TAR(file)                                                                                            \
	{                                                                                                    \
		.format = "pax", .name = (file)                                                              \
	}
#define SEVEN(file)                                                                                          \
	{                                                                                                    \
		.format = "7zip", .name = (file)                                                             \
	}
#define RAW(how)                                                                                             \
	{                                                                                                    \
		.format = "raw", .filter = (how), .name = "x"                                                \
	}

static const struct {
	const char *name;
	struct step steps[5];
	const char *place;
} nests[] = {
	{"zip", {ZIP("a.txt")}, "> file (a.txt)"},
	{"zip, stored", {{"zip", NULL, "compression=store", "a.txt"}}, "> file (a.txt)"},
	{"zip with 64-bit sizes", {{"zip", NULL, "zip64", "a.txt"}}, "> file (a.txt)"},
	{"7z", {SEVEN("a.txt")}, "> file (a.txt)"},
	{"7z, stored", {{"7zip", NULL, "compression=store", "a.txt"}}, "> file (a.txt)"},
	{"7z by deflate", {{"7zip", NULL, "compression=deflate", "a.txt"}}, "> file (a.txt)"},
	{"7z by bzip2", {{"7zip", NULL, "compression=bzip2", "a.txt"}}, "> file (a.txt)"},
	{"7z by lzma1", {{"7zip", NULL, "compression=lzma1", "a.txt"}}, "> file (a.txt)"},
	{"7z by ppmd", {{"7zip", NULL, "compression=ppmd", "a.txt"}}, "> file (a.txt)"},
	{"pax", {TAR("a.txt")}, "> file (a.txt)"},
	{"ustar", {{"ustar", NULL, NULL, "a.txt"}}, "> file (a.txt)"},
	{"gnutar", {{"gnutar", NULL, NULL, "a.txt"}}, "> file (a.txt)"},
	{"v7tar", {{"v7tar", NULL, NULL, "a.txt"}}, "> file (a.txt)"},
	{"gzip", {RAW("gzip")}, "> file (content)"},
	{"bzip2", {RAW("bzip2")}, "> file (content)"},
	{"xz", {RAW("xz")}, "> file (content)"},
	{"zstd", {RAW("zstd")}, "> file (content)"},
	{"tar.gz", {TAR("a.txt"), RAW("gzip")}, "(content) > file (a.txt)"},
	{"tar.bz2", {TAR("a.txt"), RAW("bzip2")}, "(content) > file (a.txt)"},
	{"tar.xz", {TAR("a.txt"), RAW("xz")}, "(content) > file (a.txt)"},
	{"tar.zst", {TAR("a.txt"), RAW("zstd")}, "(content) > file (a.txt)"},
	{"zip in zip in zip", {ZIP("a.txt"), ZIP("b.zip"), ZIP("c.zip")},
		"attachment 1 (a.bin) > file (c.zip) > file (b.zip) > file (a.txt)"},
	{"7z in tar in zip", {SEVEN("a.txt"), TAR("b.7z"), ZIP("c.tar")},
		"attachment 1 (a.bin) > file (c.tar) > file (b.7z) > file (a.txt)"},
	{"zip in 7z", {ZIP("a.txt"), SEVEN("b.zip")}, "> file (b.zip) > file (a.txt)"},
	{"zstd in xz in bzip2 in gzip", {RAW("zstd"), RAW("xz"), RAW("bzip2"), RAW("gzip")},
		"> file (content) > file (content) > file (content) > file (content)"},
	{"gzip in zip in tar.xz", {RAW("gzip"), ZIP("a.gz"), TAR("b.zip"), RAW("xz")},
		"> file (b.zip) > file (a.gz) > file (content)"},
};

static void
test_nests(struct reading *reading)
{
	struct buf from, to;

	buf_init(&from, 1 << 20);
	buf_init(&to, 1 << 20);
	for (size_t i = 0; i < sizeof(nests) / sizeof(nests[0]); i++) {
		const struct step *step = nests[i].steps;

		buf_reset(&from);
		buf_put_str(&from, NEEDLE);
		for (; step < nests[i].steps + 5 && step->format != NULL; step++) {
			pack(step->format, step->filter, step->options,
				&(struct packed_file){.name = step->name, .content = buf_bytes(&from)}, 1,
				&to);
			buf_reset(&from);
			buf_put_bytes(&from, buf_bytes(&to));
		}
		reading_of(reading, "a.bin", NULL, buf_bytes(&from));
		if (!tap_ok(reading_has(reading, SEGMENT_TEXT, nests[i].place, NEEDLE) &&
				    reading->text.unscannable == 0 && reading->text.unread == NULL &&
				    reading->text.traits == 0,
			    "%s", nests[i].name))
			reading_show(reading);
	}
	buf_done(&from);
	buf_done(&to);
}

/* Places within one archive. */
static const struct {
	const char *name, *format, *filter, *options;
	struct packed_file files[3];
	enum segment_view view;
	const char *place;
} places[] = {
	{"tar: a file's name", "ustar", NULL, NULL, {{.name = NEEDLE}}, SEGMENT_FILENAME,
		"> file (" NEEDLE ")"},
	{"tar: a folder's name", "ustar", NULL, NULL, {{.name = "of " NEEDLE "/"}}, SEGMENT_FILENAME, ""},
	{"tar: a symbolic link", "ustar", NULL, NULL, {{.name = "a", .link = NEEDLE}}, SEGMENT_FILENAME,
		"> link target"},
	{"tar: a hard link", "ustar", NULL, NULL, {{.name = "b"}, {.name = "a", .hard = NEEDLE}},
		SEGMENT_FILENAME, "> link target"},
	{"tar: an owner", "ustar", NULL, NULL, {{.name = "a", .owner = NEEDLE}}, SEGMENT_FILENAME, "> owner"},
	{"tar: behind a hole", "pax", NULL, NULL,
		{{.name = "a", .content = BYTES_LIT(NEEDLE), .hole = 1 << 18}}, SEGMENT_TEXT, "> file (a)"},
	{"tar: a long name of GNU's", "gnutar", NULL, NULL,
		{{.name = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
			  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx/" NEEDLE}},
		SEGMENT_FILENAME, "> file (" NEEDLE ")"},
	{"tar: a long name of pax", "pax", NULL, NULL,
		{{.name = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
			  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx/" NEEDLE}},
		SEGMENT_FILENAME, "> file (" NEEDLE ")"},
	{"tar: a name in UTF-8", "ustar", NULL, NULL, {{.name = "Zo\xC3\xAB"}}, SEGMENT_FILENAME,
		"(Zo\xC3\xAB)"},
	{"7z: a file's name", "7zip", NULL, NULL, {{.name = NEEDLE}}, SEGMENT_FILENAME,
		"> file (" NEEDLE ")"},
	{"7z: a folder's name", "7zip", NULL, NULL, {{.name = NEEDLE "/"}}, SEGMENT_FILENAME, ""},
	{"7z: a second file", "7zip", NULL, NULL,
		{{.name = "a", .content = BYTES_LIT("x")}, {.name = "b", .content = BYTES_LIT(NEEDLE)}},
		SEGMENT_TEXT, "> file (b)"},
	{"7z: a symbolic link", "7zip", NULL, NULL, {{.name = "a", .link = NEEDLE}}, SEGMENT_FILENAME,
		"> link target"},
	{"zip: a symbolic link", "zip", NULL, NULL, {{.name = "a", .link = NEEDLE}}, SEGMENT_TEXT,
		"> file (a)"},
};

static void
test_places(struct reading *reading)
{
	struct buf packed;

	buf_init(&packed, 4 << 20);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		const char *needle = strstr(places[i].place, "Zo\xC3\xAB") != NULL ? "Zo\xC3\xAB" : NEEDLE;

		pack(places[i].format, places[i].filter, places[i].options, places[i].files, 3, &packed);
		reading_of(reading, "a.bin", NULL, buf_bytes(&packed));
		if (!tap_ok(reading_has(reading, places[i].view, places[i].place, needle) &&
				    reading->text.unscannable == 0,
			    "%s", places[i].name))
			reading_show(reading);
	}
	buf_done(&packed);
}

int
main(void)
{
	struct reading reading;

	reading_init(&reading);
	test_nests(&reading);
	test_places(&reading);
	reading_done(&reading);
	return tap_done();
}
