/* SPDX-License-Identifier: Apache-2.0 */
/* Text in archives that is in no file of them: behind the end, in headers and fields that nothing shows. */
#include "lib/base/buf.h"
#include "lib/base/fd.h"
#include "tests/support/tap.h"
#include "tests/unit/format/packer.h"
#include "tests/unit/format/reading.h"

#include <stdio.h>
#include <stdlib.h>

#define NEEDLE "Marlowe Quillfeather 1961"

static void
put_packed(struct buf *out, const char *format, const char *filter)
{
	struct buf packed;

	buf_init(&packed, 1 << 20);
	pack(format, filter, NULL,
		(const struct packed_file[]){{.name = "a.txt", .content = BYTES_LIT("nothing")}}, 1, &packed);
	buf_put_bytes(out, buf_bytes(&packed));
	buf_done(&packed);
}

static void
gzip_behind(struct buf *out)
{
	put_packed(out, "raw", "gzip");
	buf_put_str(out, NEEDLE);
}

static void
bzip2_behind(struct buf *out)
{
	put_packed(out, "raw", "bzip2");
	buf_put_str(out, NEEDLE);
}

static void
xz_behind(struct buf *out)
{
	put_packed(out, "raw", "xz");
	buf_put_str(out, NEEDLE);
}

static void
zstd_behind(struct buf *out)
{
	put_packed(out, "raw", "zstd");
	buf_put_str(out, NEEDLE);
}

static void
sevenzip_behind(struct buf *out)
{
	put_packed(out, "7zip", NULL);
	buf_put_str(out, NEEDLE);
}

static void
tar_behind(struct buf *out)
{
	put_packed(out, "ustar", NULL);
	buf_put_str(out, NEEDLE);
}

/* A whole TAR, with the blocks of zeros that end it; then another. */
static void
tar_second(struct buf *out)
{
	put_packed(out, "ustar", NULL);
	pack("ustar", NULL, NULL,
		(const struct packed_file[]){{.name = "b.txt", .content = BYTES_LIT(NEEDLE)}}, 1, out);
}

/* A member of gzip without any content, and with whatever is in `fields` ([RFC 1952] 2.3). */
static void
put_member(struct buf *out, uint8_t flags, struct bytes fields)
{
	buf_put(out, "\x1F\x8B\x08", 3);
	buf_put_byte(out, flags);
	buf_put(out, "\0\0\0\0\0\x03", 6);
	buf_put_bytes(out, fields);
	buf_put(out, "\x03\0\0\0\0\0\0\0\0\0", 10);
}

static void
gzip_name(struct buf *out)
{
	put_member(out, 8, BYTES_LIT(NEEDLE "\0"));
}

static void
gzip_comment(struct buf *out)
{
	put_member(out, 8 + 16, BYTES_LIT("a\0" NEEDLE "\0"));
}

static void
gzip_extra(struct buf *out)
{
	put_member(out, 4, BYTES_LIT("\x1D\0zz\x19\0" NEEDLE));
}

static void
gzip_second_name(struct buf *out)
{
	put_member(out, 8, BYTES_LIT("a\0"));
	put_member(out, 8, BYTES_LIT(NEEDLE "\0"));
}

static void
zstd_frame(struct buf *out)
{
	put_packed(out, "raw", "zstd");
	buf_put(out, "\x53\x2A\x4D\x18\x19\0\0\0" NEEDLE, 8 + 25);
	put_packed(out, "raw", "zstd");
}

static void
zstd_first_frame(struct buf *out)
{
	buf_put(out, "\x50\x2A\x4D\x18\x19\0\0\0" NEEDLE, 8 + 25);
	put_packed(out, "raw", "zstd");
}

/* The block's checksum is told anew. */
static void
sum_up(uint8_t *block)
{
	unsigned sum = 0;
	char field[8];

	memset(block + 148, ' ', 8);
	for (size_t i = 0; i < 512; i++)
		sum += block[i];
	snprintf(field, sizeof(field), "%06o", sum);
	memcpy(block + 148, field, 7);
}

static void
tar_unused_bytes(struct buf *out)
{
	put_packed(out, "v7tar", NULL);
	memcpy(out->p + 300, NEEDLE, 25);
	sum_up(out->p);
}

static void
tar_behind_name(struct buf *out)
{
	put_packed(out, "ustar", NULL);
	memcpy(out->p + 10, NEEDLE, 25);
	sum_up(out->p);
}

/* A record of a name that nobody knows, for the entry that follows. */
static void
tar_pax_comment(struct buf *out)
{
	uint8_t blocks[1024] = {0};

	memcpy(blocks, "pax", 3);
	memcpy(blocks + 124, "00000000045", 11);
	blocks[156] = 'x';
	memcpy(blocks + 257, "ustar\00000", 8);
	memcpy(blocks + 512, "37 comment=" NEEDLE "\n", 37);
	sum_up(blocks);
	buf_put(out, blocks, sizeof(blocks));
	put_packed(out, "ustar", NULL);
}

static void
tar_volume(struct buf *out)
{
	uint8_t block[512] = {0};

	memcpy(block, NEEDLE, 25);
	memcpy(block + 124, "00000000000", 11);
	block[156] = 'V';
	memcpy(block + 257, "ustar  ", 8);
	sum_up(block);
	buf_put(out, block, sizeof(block));
	put_packed(out, "gnutar", NULL);
}

static const struct {
	const char *name;
	void (*make)(struct buf *out);
	enum segment_view view;
	const char *place;
} rows[] = {
	{"behind a gzip", gzip_behind, SEGMENT_TEXT, "(a.bin) > file (data behind the archive)"},
	{"behind a bzip2", bzip2_behind, SEGMENT_TEXT, "(a.bin) > file (data behind the archive)"},
	{"behind a 7z", sevenzip_behind, SEGMENT_TEXT, "(a.bin) > file (data behind the archive)"},
	{"behind a TAR", tar_behind, SEGMENT_TEXT, "(a.bin) > file (data behind the archive)"},
	{"a second TAR behind the first", tar_second, SEGMENT_TEXT, "(a.bin) > file (b.txt)"},
	{"gzip: the name", gzip_name, SEGMENT_FILENAME, "(a.bin) > file (" NEEDLE ")"},
	{"gzip: the comment", gzip_comment, SEGMENT_HIDDEN, "(a.bin) > comment"},
	{"gzip: an extra field", gzip_extra, SEGMENT_HIDDEN, "(a.bin) > extra data"},
	{"gzip: the name of a second member", gzip_second_name, SEGMENT_FILENAME, "(a.bin) > member name"},
	{"zstd: a frame to be skipped", zstd_frame, SEGMENT_HIDDEN, "(a.bin) > skippable frame"},
	{"zstd: such a frame as the first", zstd_first_frame, SEGMENT_HIDDEN, "(a.bin) > skippable frame"},
	{"tar: bytes of a header that nothing uses", tar_unused_bytes, SEGMENT_HIDDEN, "(a.bin) > headers"},
	{"tar: behind the end of a name", tar_behind_name, SEGMENT_HIDDEN, "(a.bin) > headers"},
	{"tar: a record of pax that nothing knows", tar_pax_comment, SEGMENT_HIDDEN, "(a.bin) > headers"},
	{"tar: a volume's label", tar_volume, SEGMENT_HIDDEN, "(a.bin) > headers"},
};

static void
test_margins(struct reading *reading)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf file;

		buf_init(&file, 1 << 20);
		rows[i].make(&file);
		reading_of(reading, "a.bin", NULL, buf_bytes(&file));
		if (!tap_ok(reading_has(reading, rows[i].view, rows[i].place, NEEDLE), "%s", rows[i].name))
			reading_show(reading);
		buf_done(&file);
	}
}

/* What libarchive does not take to its end: the label stands for the rest. */
static void
test_garbage(struct reading *reading)
{
	static void (*const makes[])(struct buf * out) = {xz_behind, zstd_behind};

	for (size_t i = 0; i < sizeof(makes) / sizeof(makes[0]); i++) {
		struct buf file;

		buf_init(&file, 1 << 20);
		makes[i](&file);
		reading_of(reading, "a.bin", NULL, buf_bytes(&file));
		tap_ok(reading->text.unscannable == UNSCANNABLE_FORMAT, "behind %s: unscannable",
			i == 0 ? "an xz" : "a zstd");
		buf_done(&file);
	}
}

static const struct {
	const char *name;
	bool has_name; /* that can be read without the password */
} locked[] = {{"locked.7z", true}, {"hidden.7z", false}, {"classic.zip", true}, {"aes.zip", true}};

static void
test_locked(struct reading *reading)
{
	const char *top = getenv("top_srcdir");

	for (size_t i = 0; i < sizeof(locked) / sizeof(locked[0]); i++) {
		uint8_t content[4096];
		char path[1024];
		FILE *file;
		size_t n;

		snprintf(path, sizeof(path), "%s/tests/unit/format/archives/%s", top != NULL ? top : ".",
			locked[i].name);
		file = fopen(path, "rbe");
		n = file != NULL ? fread(content, 1, sizeof(content), file) : 0;
		if (file != NULL)
			fclose(file);
		reading_of(reading, locked[i].name, NULL, bytes_of(content, n));
		if (!tap_ok(n > 0 && (reading->text.traits & TRAIT_LOCKED) != 0 &&
				    reading->text.unscannable == 0 &&
				    reading_has_anywhere(reading, "quillfeather.txt") == locked[i].has_name,
			    "%s", locked[i].name))
			reading_show(reading);
	}
}

int
main(void)
{
	struct reading reading;

	reading_init(&reading);
	test_margins(&reading);
	test_garbage(&reading);
	test_locked(&reading);
	reading_done(&reading);
	return tap_done();
}
