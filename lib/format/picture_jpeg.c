/* SPDX-License-Identifier: Apache-2.0 */
/* JPEG (ITU T.81 annex B): the application segments and comments before and between its scans. */
#include <stdio.h>

#include "lib/format/big.h"
#include "lib/format/formats.h"
#include "lib/format/picture.h"
#include "lib/mime/sniff.h"

enum marker {
	SOI = 0xD8,
	EOI = 0xD9,
	SOS = 0xDA,
	APP0 = 0xE0,
	APP1 = 0xE1,
	APP13 = 0xED,
	APP15 = 0xEF,
	COM = 0xFE
};

/* Of extended XMP: an identifier, the whole length, the offset. */
enum { EXTENDED_HEAD = 40, EXTENDED_MAX = 4 << 20 };

struct jpeg {
	struct picture picture;
	struct buf extended; /* XMP in pieces, in their order */
};

/* What an APP segment of a known kind begins with; the rest is given. */
static bool
begins(struct bytes segment, struct bytes mark, struct bytes *ret_rest)
{
	if (!bytes_eq(bytes_sub(segment, 0, mark.n), mark))
		return false;
	*ret_rest = bytes_sub(segment, mark.n, segment.n);
	return true;
}

static void
read_segment(struct jpeg *jpeg, uint8_t marker, struct bytes segment)
{
	struct picture *picture = &jpeg->picture;
	char name[16];
	struct bytes rest;

	if (marker == COM)
		picture_put(picture, "JPEG", "comment", segment);
	else if (begins(segment, BYTES_LIT("Exif\0\0"), &rest))
		picture_exif(picture, rest);
	else if (begins(segment, BYTES_LIT("http://ns.adobe.com/xap/1.0/\0"), &rest))
		picture_xmp(picture, rest);
	else if (begins(segment, BYTES_LIT("http://ns.adobe.com/xmp/extension/\0"), &rest))
		buf_put_bytes(&jpeg->extended, bytes_sub(rest, EXTENDED_HEAD, rest.n));
	else if (begins(segment, BYTES_LIT("Photoshop 3.0\0"), &rest))
		picture_photoshop(picture, rest);
	else if (marker > APP0 && marker <= APP15 && segment.n > 4 && sniff_is_text(segment)) {
		snprintf(name, sizeof(name), "APP%d", marker - APP0);
		picture_put(picture, "JPEG", name, segment);
	}
}

/* Behind the coded data of a scan: at the next marker that is none of its own. */
static size_t
skip_scan(struct bytes content, size_t at)
{
	while (at < content.n) {
		size_t n = bytes_find_byte(bytes_sub(content, at, content.n), 0xFF);
		uint8_t next = little_8(content, at + n + 1);

		at += n;
		if (at + 1 >= content.n)
			break;
		if (next != 0 && next != 0xFF && (next < 0xD0 || next > 0xD7))
			return at;
		at += next == 0xFF ? 1 : 2;
	}
	return content.n;
}

static void
read_jpeg(struct format_out *out, struct bytes content)
{
	struct jpeg jpeg;
	size_t at = 2;

	picture_begin(&jpeg.picture, out);
	buf_init(&jpeg.extended, EXTENDED_MAX);
	while (at + 4 <= content.n && content.p[at] == 0xFF && picture_may(&jpeg.picture, 0)) {
		uint8_t marker = content.p[at + 1];
		size_t n = big_16(content, at + 2);

		if (marker == 0xFF) {
			at++;
			continue;
		}
		if (marker == EOI)
			break;
		read_segment(&jpeg, marker, n >= 2 ? little_sub(content, at + 4, n - 2) : bytes_of(NULL, 0));
		at += 2 + n;
		if (marker == SOS)
			at = skip_scan(content, at);
	}
	if (at + 2 < content.n && content.p[at] == 0xFF && content.p[at + 1] == EOI)
		picture_put_behind(&jpeg.picture, bytes_sub(content, at + 2, content.n));
	picture_xmp(&jpeg.picture, buf_bytes(&jpeg.extended));
	buf_wipe_done(&jpeg.extended);
	picture_end(&jpeg.picture);
}

static bool
is_jpeg(struct bytes content)
{
	return bytes_eq(bytes_sub(content, 0, 3), BYTES_LIT("\xFF\xD8\xFF"));
}

const struct format jpeg_format = {
	.name = "jpeg",
	.types = (const char *const[]){"image/jpeg", "image/jpg", "image/pjpeg", NULL},
	.extensions = (const char *const[]){"jpg", "jpeg", "jpe", "jfif", NULL},
	.is = is_jpeg,
	.read = read_jpeg,
};
