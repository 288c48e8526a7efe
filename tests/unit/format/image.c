/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures, made here byte by byte: what they say is found at its place, the picture itself stays unread. */
#include <stdlib.h>
#include <zlib.h>

#include "lib/base/buf.h"
#include "tests/support/tap.h"
#include "tests/unit/format/reading.h"

enum { PICTURE_MAX = 32 << 20 };

static void
put_16(struct buf *buf, unsigned value)
{
	buf_put_byte(buf, (uint8_t)(value >> 8));
	buf_put_byte(buf, (uint8_t)value);
}

static void
put_32(struct buf *buf, size_t value)
{
	put_16(buf, (unsigned)(value >> 16) & 0xFFFF);
	put_16(buf, (unsigned)value & 0xFFFF);
}

static void
put_entry(struct buf *buf, unsigned tag, unsigned type, size_t n, size_t value)
{
	put_16(buf, tag);
	put_16(buf, type);
	put_32(buf, n);
	put_32(buf, value);
}

/* Two directories: ImageDescription and XPComment, then in the second UserComment. Both are told to loop. */
static void
put_exif(struct buf *buf)
{
	size_t from = buf->n;

	buf_put(buf, "MM\0*", 4);
	put_32(buf, 8);
	put_16(buf, 3);
	put_entry(buf, 0x010E, 2, 6, 80);
	put_entry(buf, 0x9C9C, 1, 10, 90);
	put_entry(buf, 0x8769, 4, 1, 50);
	put_32(buf, 8);
	put_16(buf, 1);
	put_entry(buf, 0x9286, 7, 18, 110);
	put_32(buf, 50);
	while (buf->n - from < 80)
		buf_put_byte(buf, 0);
	buf_put(buf, "MARK1\0\0\0\0", 10);
	buf_put(buf, "M\0A\0R\0K\0002\0\0\0\0\0\0\0\0\0\0", 20);
	buf_put(buf, "UNICODE\0\0M\0A\0R\0K\0003", 18);
}

/* A resource of Photoshop with an IPTC caption. */
static void
put_photoshop(struct buf *buf)
{
	buf_put(buf, "8BIM\x04\x04\0\0\0\0\0\x0A", 12);
	buf_put(buf, "\x1C\x02\x78\0\x05MARK4", 10);
}

static const char xmp[] = "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF "
			  "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
			  "<rdf:Description xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:photoshop='p' "
			  "photoshop:Headline='MARK5'>"
			  "<dc:description><rdf:Alt><rdf:li>MARK6</rdf:li></rdf:Alt></dc:description></"
			  "rdf:Description></rdf:RDF>"
			  "</x:xmpmeta>";

static void
put_segment(struct buf *buf, uint8_t marker, struct bytes head, struct bytes data)
{
	buf_put_byte(buf, 0xFF);
	buf_put_byte(buf, marker);
	put_16(buf, (unsigned)(head.n + data.n + 2));
	buf_put_bytes(buf, head);
	buf_put_bytes(buf, data);
}

static void
make_jpeg(struct buf *buf)
{
	struct buf part;

	buf_init(&part, 4096);
	buf_put(buf, "\xFF\xD8", 2);
	put_exif(&part);
	put_segment(buf, 0xE1, BYTES_LIT("Exif\0\0"), buf_bytes(&part));
	buf_reset(&part);
	put_photoshop(&part);
	put_segment(buf, 0xED, BYTES_LIT("Photoshop 3.0\0"), buf_bytes(&part));
	put_segment(buf, 0xE1, BYTES_LIT("http://ns.adobe.com/xap/1.0/\0"), bytes_of_str(xmp));
	put_segment(buf, 0xE9, BYTES_LIT("NOTE "), BYTES_LIT("MARK7 here"));
	put_segment(buf, 0xDA, BYTES_LIT(""), BYTES_LIT("1"));
	buf_put(buf, "pixels\xFF\0pixels\xFF\xD0pixels", 22);
	put_segment(buf, 0xFE, BYTES_LIT(""), BYTES_LIT("MARK8"));
	buf_put(buf, "\xFF\xD9", 2);
	buf_put_str(buf, "MARK9 stands behind it");
	buf_done(&part);
}

static void
put_chunk(struct buf *buf, const char *type, struct bytes head, struct bytes data)
{
	put_32(buf, head.n + data.n);
	buf_put_str(buf, type);
	buf_put_bytes(buf, head);
	buf_put_bytes(buf, data);
	put_32(buf, 0);
}

static void
put_deflated(struct buf *buf, const char *type, struct bytes head, struct bytes data)
{
	uLongf n = compressBound(data.n);
	uint8_t *packed = malloc(n);

	if (packed == NULL || compress(packed, &n, data.p, data.n) != Z_OK)
		abort();
	put_chunk(buf, type, head, bytes_of(packed, n));
	free(packed);
}

static bool
is_unread(struct reading *reading, unsigned width, unsigned height)
{
	struct buf file;

	buf_init(&file, 4096);
	buf_put(&file, "\x89PNG\r\n\x1A\n", 8);
	put_32(&file, 13);
	buf_put_str(&file, "IHDR");
	put_32(&file, width);
	put_32(&file, height);
	buf_put(&file, "\10\2\0\0\0\0\0\0\0", 9);
	put_chunk(&file, "IEND", BYTES_LIT(""), BYTES_LIT(""));
	reading_of(reading, "a.png", "image/png", buf_bytes(&file));
	buf_done(&file);
	return reading->text.unread != NULL;
}

static void
test_icons(void)
{
	struct reading reading;

	reading_init(&reading);
	tap_ok(!is_unread(&reading, 64, 64) && !is_unread(&reading, 1, 1), "an icon has nothing to read");
	tap_ok(is_unread(&reading, 65, 64) && is_unread(&reading, 64, 65) && is_unread(&reading, 400, 20),
		"what is larger on one side may have");
	tap_ok(is_unread(&reading, 0, 0) && is_unread(&reading, 1, 0xFFFFFFFF),
		"what has no size is no icon");
	reading_done(&reading);
}

static void
make_png(struct buf *buf)
{
	struct buf part;

	buf_init(&part, 4096);
	buf_put(buf, "\x89PNG\r\n\x1A\n", 8);
	put_chunk(buf, "tEXt", BYTES_LIT("Comment\0"), BYTES_LIT("caf\xE9 MARK10"));
	put_deflated(buf, "zTXt", BYTES_LIT("Title\0\0"), BYTES_LIT("MARK11"));
	put_chunk(buf, "iTXt", BYTES_LIT("Author\0\0\0en\0MARK12\0"), BYTES_LIT("MARK13"));
	put_deflated(buf, "iTXt", BYTES_LIT("Subject\0\1\0\0\0"), BYTES_LIT("MARK14"));
	put_chunk(buf, "iTXt", BYTES_LIT("XML:com.adobe.xmp\0\0\0\0\0"), bytes_of_str(xmp));
	put_exif(&part);
	put_chunk(buf, "eXIf", BYTES_LIT(""), buf_bytes(&part));
	put_deflated(buf, "zTXt", BYTES_LIT("Raw profile type iptc\0\0"),
		BYTES_LIT("\niptc\n  22\n3842494d040400000000000a\n1c02780005"
			  "4d41524b4b\n"));
	put_chunk(buf, "IEND", BYTES_LIT(""), BYTES_LIT(""));
	buf_put_str(buf, "MARK15 stands behind it");
	buf_done(&part);
}

static void
make_gif(struct buf *buf)
{
	buf_put(buf, "GIF89a\1\0\1\0\x80\0\0\1\1\1\2\2\2", 19);
	buf_put(buf, "!\xFE\x03MAR\x03K16\0", 11);
	buf_put(buf, "!\x01\x0C............\x06MARK17\0", 23);
	buf_put(buf, "!\xFF\x0BXMP DataXMP", 14);
	buf_put_str(buf, xmp);
	buf_put_byte(buf, 1);
	for (unsigned i = 0xFF; i > 0; i--)
		buf_put_byte(buf, (uint8_t)i);
	buf_put(buf, "\0\0", 2);
	buf_put(buf, ",\0\0\0\0\1\0\1\0\0\2\1.\0", 14);
	buf_put(buf, "!\xFE\x06MARK18\0", 10);
	buf_put_byte(buf, ';');
}

static void
make_tiff(struct buf *buf)
{
	put_exif(buf);
}

static void
make_webp(struct buf *buf)
{
	struct buf part;

	buf_init(&part, 4096);
	put_exif(&part);
	buf_put(buf, "RIFF....WEBPVP8 \3\0\0\0abc\0EXIF", 28);
	buf_put_byte(buf, (uint8_t)part.n);
	buf_put(buf, "\0\0\0", 3);
	buf_put_bytes(buf, buf_bytes(&part));
	buf_done(&part);
}

static void
make_heif(struct buf *buf)
{
	buf_put(buf,
		"\0\0\0\x18"
		"ftypheic\0\0\0\0mif1heic....",
		28);
	buf_put(buf, "\0\0\0\0Exif\0\0", 10);
	put_exif(buf);
	buf_put_str(buf, xmp);
}

static const struct {
	const char *name;
	void (*make)(struct buf *buf);
	const char *type;
} pictures[] = {
	{"a.jpg", make_jpeg, "image/jpeg"},
	{"a.png", make_png, "image/png"},
	{"a.gif", make_gif, "image/gif"},
	{"a.tif", make_tiff, "image/tiff"},
	{"a.webp", make_webp, "image/webp"},
	{"a.heic", make_heif, "image/heic"},
};

static const struct {
	const char *name, *place, *needle;
} places[] = {
	{"a.jpg", "metadata > EXIF ImageDescription", "Image Description: MARK1"},
	{"a.jpg", "metadata > EXIF XPComment", "MARK2"},
	{"a.jpg", "metadata > EXIF UserComment", "User Comment: MARK3"},
	{"a.jpg", "metadata > IPTC Caption", "Caption: MARK4"},
	{"a.jpg", "metadata > XMP Headline", "MARK5"},
	{"a.jpg", "metadata > XMP description", "description: MARK6"},
	{"a.jpg", "metadata > JPEG APP9", "MARK7"},
	{"a.jpg", "metadata > JPEG comment", "MARK8"},
	{"a.jpg", "file (behind the picture)", "MARK9 stands"},
	{"a.png", "metadata > text Comment", "Comment: caf\xC3\xA9 MARK10"},
	{"a.png", "metadata > text Title", "MARK11"},
	{"a.png", "metadata > text keyword", "MARK12"},
	{"a.png", "metadata > text Author", "Author: MARK13"},
	{"a.png", "metadata > text Subject", "MARK14"},
	{"a.png", "metadata > XMP description", "MARK6"},
	{"a.png", "metadata > EXIF ImageDescription", "Image Description: MARK1"},
	{"a.png", "metadata > IPTC Caption", "MARKK"},
	{"a.png", "file (behind the picture)", "MARK15 stands"},
	{"a.gif", "metadata > GIF comment", "MARK16"},
	{"a.gif", "metadata > GIF text", "MARK17"},
	{"a.gif", "metadata > XMP Headline", "MARK5"},
	{"a.gif", "metadata > GIF comment", "MARK18"},
	{"a.tif", "metadata > EXIF UserComment", "MARK3"},
	{"a.webp", "metadata > EXIF XPComment", "MARK2"},
	{"a.heic", "metadata > EXIF UserComment", "MARK3"},
	{"a.heic", "metadata > XMP description", "MARK6"},
};

static void
read_picture(struct reading *reading, const char *name)
{
	for (size_t i = 0; i < sizeof(pictures) / sizeof(pictures[0]); i++) {
		struct buf file;

		if (strcmp(pictures[i].name, name) != 0)
			continue;
		buf_init(&file, PICTURE_MAX);
		pictures[i].make(&file);
		reading_of(reading, name, pictures[i].type, buf_bytes(&file));
		buf_done(&file);
	}
}

static void
test_places(struct reading *reading)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		bool found;

		read_picture(reading, places[i].name);
		found = reading_has(reading, SEGMENT_TEXT, places[i].place, places[i].needle);
		tap_ok(found, "%s, %s: %s", places[i].name, places[i].place, places[i].needle);
		if (!found)
			reading_show(reading);
	}
}

static void
test_unread(struct reading *reading)
{
	for (size_t i = 0; i < sizeof(pictures) / sizeof(pictures[0]); i++) {
		const struct unread_part *unread;

		read_picture(reading, pictures[i].name);
		unread = reading->text.unread;
		tap_ok(unread != NULL && strcmp(unread->type, pictures[i].type) == 0 &&
				unread->next == NULL && reading->text.unscannable == 0 &&
				(reading->text.traits & TRAIT_DISGUISED) == 0,
			"%s stays unread", pictures[i].name);
	}
}

/* Cut and lied about at every place: whatever comes, it ends, and the picture is unread. */
static void
test_damage(struct reading *reading)
{
	for (size_t i = 0; i < sizeof(pictures) / sizeof(pictures[0]); i++) {
		struct buf file;
		bool good = true;

		buf_init(&file, PICTURE_MAX);
		pictures[i].make(&file);
		for (size_t at = 24; at < file.n; at++) {
			uint8_t was = file.p[at];

			reading_of(reading, pictures[i].name, pictures[i].type,
				bytes_sub(buf_bytes(&file), 0, at));
			good = good && reading->text.unread != NULL;
			file.p[at] = 0xFF;
			reading_of(reading, pictures[i].name, pictures[i].type, buf_bytes(&file));
			good = good && reading->text.unread != NULL;
			file.p[at] = was;
		}
		tap_ok(good, "%s damaged anywhere", pictures[i].name);
		buf_done(&file);
	}
}

/* A gigabyte of zeros in a chunk of text is a megabyte. */
static void
test_bomb(struct reading *reading)
{
	size_t n = 200 << 20;
	uint8_t *zeros = calloc(1, n);
	struct buf file;

	if (zeros == NULL)
		abort();
	buf_init(&file, PICTURE_MAX);
	buf_put(&file, "\x89PNG\r\n\x1A\n", 8);
	put_chunk(&file, "tEXt", BYTES_LIT("Title\0"), BYTES_LIT("MARK20"));
	for (unsigned i = 0; i < 40; i++)
		put_deflated(&file, "zTXt", BYTES_LIT("Title\0\0"), bytes_of(zeros, n / 40));
	reading_of(reading, "a.png", "image/png", buf_bytes(&file));
	tap_ok(reading_has_anywhere(reading, "MARK20") && reading->text.unscannable == UNSCANNABLE_RATIO &&
			reading->text.unread != NULL,
		"deflated zeros: %x", reading->text.unscannable);
	buf_done(&file);
	free(zeros);
}

/* Directories that refer to all others, of entries that refer to all of the file. */
static void
test_loops(struct reading *reading)
{
	struct buf file;

	buf_init(&file, PICTURE_MAX);
	buf_put(&file, "MM\0*", 4);
	put_32(&file, 8);
	for (size_t ifd = 0; ifd < 5000; ifd++) {
		size_t next = 8 + ((ifd * 7 + 1) % 5000) * 30;

		put_16(&file, 2);
		put_entry(&file, 0x010E, 2, 150000, 0);
		put_entry(&file, 0x014A, 4, 30000, 8);
		put_32(&file, next);
	}
	reading_of(reading, "a.tif", "image/tiff", buf_bytes(&file));
	tap_ok(reading->text.unread != NULL &&
			(reading->text.unscannable & ~(unsigned)(UNSCANNABLE_SIZE | UNSCANNABLE_RATIO)) == 0,
		"directories in circles");
	buf_reset(&file);
	for (size_t i = 0; i < 100000; i++) {
		put_32(&file, 0);
		buf_put_str(&file, i == 0 ? "ftypheic" : "<x:xmpmeta");
		buf_put(&file, "Exif\0\0MM\0*\0\0\0\x08", 14);
	}
	file.p[3] = 24;
	reading_of(reading, "a.heic", "image/heic", buf_bytes(&file));
	tap_ok(reading->text.unread != NULL, "a hundred thousand beginnings");
	buf_done(&file);
}

int
main(void)
{
	struct reading reading;

	reading_init(&reading);
	test_places(&reading);
	test_unread(&reading);
	test_damage(&reading);
	test_bomb(&reading);
	test_loops(&reading);
	reading_done(&reading);
	test_icons();
	return tap_done();
}
