/* SPDX-License-Identifier: Apache-2.0 */
/* PNG (third edition): the chunks of text, plain or deflated, and eXIf. */
#include "lib/base/ascii.h"
#include "lib/format/big.h"
#include "lib/format/formats.h"
#include "lib/format/picture.h"
#include "lib/format/inflate.h"

/* IHDR comes first; all frames of an animation lie within its size. An icon has no room for a line of text.
 */
enum { SIGNATURE = 8, KEYWORD_MAX = 79, WIDTH_AT = 16, HEIGHT_AT = 20, ICON_SIDE_MAX = 64 };

/* Cuts what ends in a zero off. */
static struct bytes
cut(struct bytes *rest)
{
	size_t n = bytes_find_byte(*rest, 0);
	struct bytes cut = bytes_sub(*rest, 0, n);

	*rest = bytes_sub(*rest, n < rest->n ? n + 1 : n, rest->n);
	return cut;
}

/* As ImageMagick writes it: a line with the name, one with the length, then digits in lines. */
static void
put_raw_profile(struct picture *picture, struct bytes keyword, struct bytes text)
{
	struct buf raw;
	int high = -1;

	buf_init(&raw, text.n);
	text = bytes_trim(text);
	for (unsigned lines = 0; lines < 2; lines++) {
		struct bytes line;

		(void)bytes_next_line(&text, &line);
	}
	for (size_t i = 0; i < text.n; i++) {
		int digit = ascii_hex_value(text.p[i]);

		if (digit < 0)
			continue;
		if (high >= 0)
			buf_put_byte(&raw, (uint8_t)(high << 4 | digit));
		high = high >= 0 ? -1 : digit;
	}
	if (bytes_ends_nocase(keyword, BYTES_LIT("xmp")))
		picture_xmp(picture, buf_bytes(&raw));
	else if (bytes_ends_nocase(keyword, BYTES_LIT("iptc")))
		picture_photoshop(picture, buf_bytes(&raw));
	else if (bytes_find(buf_bytes(&raw), BYTES_LIT("Exif")) < 6)
		picture_exif(picture, bytes_sub(buf_bytes(&raw), 6, raw.n));
	else
		picture_exif(picture, buf_bytes(&raw));
	buf_wipe_done(&raw);
}

static void
put_text(struct picture *picture, struct bytes keyword, struct bytes text)
{
	char name[KEYWORD_MAX + 1];
	size_t n = 0;

	if (bytes_starts_nocase(keyword, BYTES_LIT("Raw profile type "))) {
		put_raw_profile(picture, keyword, text);
		return;
	}
	if (bytes_eq(keyword, BYTES_LIT("XML:com.adobe.xmp"))) {
		picture_xmp(picture, text);
		return;
	}
	for (; n < keyword.n && n < KEYWORD_MAX; n++)
		name[n] = keyword.p[n] >= 0x20 && keyword.p[n] < 0x7F ? (char)keyword.p[n] : '?';
	name[n] = '\0';
	picture_put(picture, "text", name, text);
}

static void
put_deflated(struct picture *picture, struct bytes keyword, struct bytes deflated)
{
	struct buf text;

	/* Raw profiles are as large as what they hold. */
	buf_init(&text, 4 << 20);
	inflate_put(picture->out, deflated, &text);
	put_text(picture, keyword, buf_bytes(&text));
	buf_wipe_done(&text);
}

/* iTXt: keyword, is it deflated, how, language, keyword in that language, text. */
static void
put_international(struct picture *picture, struct bytes data)
{
	struct bytes keyword = cut(&data);
	bool is_deflated = little_8(data, 0) != 0;

	data = bytes_sub(data, 2, data.n);
	(void)cut(&data);
	picture_put(picture, "text", "keyword", cut(&data));
	if (is_deflated)
		put_deflated(picture, keyword, data);
	else
		put_text(picture, keyword, data);
}

static void
read_chunk(struct picture *picture, struct bytes type, struct bytes data)
{
	struct bytes keyword;

	if (bytes_eq(type, BYTES_LIT("iTXt")))
		put_international(picture, data);
	else if (bytes_eq(type, BYTES_LIT("eXIf")))
		picture_exif(picture, data);
	else if (bytes_eq(type, BYTES_LIT("tEXt"))) {
		keyword = cut(&data);
		put_text(picture, keyword, data);
	} else if (bytes_eq(type, BYTES_LIT("zTXt"))) {
		keyword = cut(&data);
		put_deflated(picture, keyword, bytes_sub(data, 1, data.n));
	}
}

static bool
is_icon(struct bytes content)
{
	uint32_t width = big_32(content, WIDTH_AT), height = big_32(content, HEIGHT_AT);

	return bytes_eq(bytes_sub(content, SIGNATURE + 4, 4), BYTES_LIT("IHDR")) && width > 0 && height > 0 &&
	       width <= ICON_SIDE_MAX && height <= ICON_SIDE_MAX;
}

static void
read_png(struct format_out *out, struct bytes content)
{
	struct picture picture;
	size_t at = SIGNATURE;

	picture_begin(&picture, out);
	picture.is_icon = is_icon(content);
	while (little_has(content, at, 8) && picture_may(&picture, 0)) {
		uint64_t n = big_32(content, at);
		struct bytes type = bytes_sub(content, at + 4, 4);

		read_chunk(&picture, type, little_sub(content, at + 8, n));
		/* A length beyond the end ends it; 4 bytes of CRC. */
		at += 12 + (n < content.n ? n : content.n);
		if (bytes_eq(type, BYTES_LIT("IEND"))) {
			picture_put_behind(
				&picture, bytes_sub(content, at < content.n ? at : content.n, content.n));
			break;
		}
	}
	picture_end(&picture);
}

static bool
is_png(struct bytes content)
{
	return bytes_eq(bytes_sub(content, 0, SIGNATURE), BYTES_LIT("\x89PNG\r\n\x1A\n"));
}

const struct format png_format = {
	.name = "png",
	.types = (const char *const[]){"image/png", "image/apng", "image/x-png", NULL},
	.extensions = (const char *const[]){"png", "apng", NULL},
	.is = is_png,
	.read = read_png,
};
