/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures that keep what they say as EXIF and XMP somewhere: TIFF, WebP, HEIF. */
#include "lib/format/big.h"
#include "lib/format/formats.h"
#include "lib/format/picture.h"

static void
read_tiff(struct format_out *out, struct bytes content)
{
	struct picture picture;

	picture_begin(&picture, out);
	picture_exif(&picture, content);
	picture_end(&picture);
}

/* RFC 9649 section 2.7: chunks of even length. */
static void
read_webp(struct format_out *out, struct bytes content)
{
	struct picture picture;
	size_t at = 12;

	picture_begin(&picture, out);
	while (little_has(content, at, 8) && picture_may(&picture, 0)) {
		struct bytes type = bytes_sub(content, at, 4), data;
		uint64_t n = little_32(content, at + 4);

		data = little_sub(content, at + 8, n);
		if (bytes_eq(type, BYTES_LIT("XMP ")))
			picture_xmp(&picture, data);
		else if (bytes_eq(type, BYTES_LIT("EXIF")))
			picture_exif(&picture,
				bytes_find(data, BYTES_LIT("Exif")) == 0 ? bytes_sub(data, 6, data.n) : data);
		n = n < content.n ? n : content.n;
		at += 8 + (size_t)(n + (n & 1));
	}
	picture_end(&picture);
}

/* Its boxes say where items lie in several ways; what the items begin with is always the same. */
static void
read_heif(struct format_out *out, struct bytes content)
{
	static const struct bytes xmp_begin = BYTES_LIT("<x:xmpmeta"), xmp_end = BYTES_LIT("</x:xmpmeta>");
	static const struct bytes exif = BYTES_LIT("Exif\0\0");
	struct bytes rest = content;
	struct picture picture;
	size_t at;

	picture_begin(&picture, out);
	while ((at = bytes_find(rest, exif)) < rest.n && picture_may(&picture, 0)) {
		rest = bytes_sub(rest, at + exif.n, rest.n);
		picture_exif(&picture, rest);
	}
	rest = content;
	while ((at = bytes_find(rest, xmp_begin)) < rest.n && picture_may(&picture, 0)) {
		size_t n = bytes_find(bytes_sub(rest, at, rest.n), xmp_end);

		picture_xmp(&picture, little_sub(rest, at, n + xmp_end.n));
		rest = bytes_sub(rest, at + xmp_begin.n, rest.n);
	}
	picture_end(&picture);
}

static bool
is_tiff(struct bytes content)
{
	return bytes_eq(bytes_sub(content, 0, 4), BYTES_LIT("II*\0")) ||
	       bytes_eq(bytes_sub(content, 0, 4), BYTES_LIT("MM\0*"));
}

static bool
is_webp(struct bytes content)
{
	return bytes_eq(bytes_sub(content, 0, 4), BYTES_LIT("RIFF")) &&
	       bytes_eq(bytes_sub(content, 8, 4), BYTES_LIT("WEBP")) && content.n > 16;
}

/* ISO/IEC 23008-12: by the brand. */
static bool
is_heif(struct bytes content)
{
	static const char *const brands[] = {
		"heic", "heix", "heim", "heis", "hevc", "mif1", "msf1", "avif", NULL};

	if (content.n < 16 || !bytes_eq(bytes_sub(content, 4, 4), BYTES_LIT("ftyp")) ||
		big_32(content, 0) < 16)
		return false;
	for (const char *const *brand = brands; *brand != NULL; brand++)
		if (bytes_eq(bytes_sub(content, 8, 4), bytes_of_str(*brand)))
			return true;
	return false;
}

const struct format tiff_format = {
	.name = "tiff",
	.types = (const char *const[]){"image/tiff", "image/tiff-fx", "image/x-tiff", "image/x-adobe-dng",
		NULL},
	.extensions = (const char *const[]){"tif", "tiff", "dng", "nef", "cr2", "arw", NULL},
	.is = is_tiff,
	.read = read_tiff,
};

const struct format webp_format = {
	.name = "webp",
	.types = (const char *const[]){"image/webp", NULL},
	.extensions = (const char *const[]){"webp", NULL},
	.is = is_webp,
	.read = read_webp,
};

const struct format heif_format = {
	.name = "heif",
	.types = (const char *const[]){"image/heic", "image/heif", "image/avif", NULL},
	.extensions = (const char *const[]){"heic", "heif", "avif", "hif", NULL},
	.is = is_heif,
	.read = read_heif,
};
