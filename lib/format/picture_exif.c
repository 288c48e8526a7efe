/* SPDX-License-Identifier: Apache-2.0 */
/* TIFF 6.0 section 2, and the tags of EXIF 2.32 section 4.6 in which one can write. */
#include <stdio.h>

#include "lib/format/big.h"
#include "lib/format/picture.h"
#include "lib/mime/sniff.h"

enum { IFDS_MAX = 1000, ENTRY = 12, TEXT_MIN = 4, DEPTH_MAX = 3 };

enum type { TYPE_BYTE = 1, TYPE_ASCII = 2, TYPE_SHORT = 3, TYPE_LONG = 4, TYPE_UNDEFINED = 7, TYPE_IFD = 13 };

enum tag {
	TAG_SUB_IFDS = 0x014A,
	TAG_XMP = 0x02BC,
	TAG_IPTC = 0x83BB,
	TAG_PHOTOSHOP = 0x8649,
	TAG_EXIF_IFD = 0x8769,
	TAG_GPS_IFD = 0x8825,
	TAG_USER_COMMENT = 0x9286,
	TAG_XP_FIRST = 0x9C9B,
	TAG_XP_LAST = 0x9C9F,
	TAG_INTEROP_IFD = 0xA005,
};

/* Directories that are still to be read: they refer to each other, in circles when they are hostile. */
struct exif {
	struct picture *picture;
	struct bytes tiff;
	bool is_big;
	uint32_t ifds[IFDS_MAX];
	size_t n, done;
};

static const struct {
	uint16_t tag;
	const char *name;
} names[] = {
	{0x010D, "DocumentName"},
	{0x010E, "ImageDescription"},
	{0x010F, "Make"},
	{0x0110, "Model"},
	{0x011D, "PageName"},
	{0x0131, "Software"},
	{0x0132, "DateTime"},
	{0x013B, "Artist"},
	{0x013C, "HostComputer"},
	{0x8298, "Copyright"},
	{TAG_USER_COMMENT, "UserComment"},
	{0x9003, "DateTimeOriginal"},
	{TAG_XP_FIRST, "XPTitle"},
	{0x9C9C, "XPComment"},
	{0x9C9D, "XPAuthor"},
	{0x9C9E, "XPKeywords"},
	{TAG_XP_LAST, "XPSubject"},
	{0xA420, "ImageUniqueID"},
	{0xA430, "CameraOwnerName"},
	{0xA431, "BodySerialNumber"},
};

static uint16_t
get_16(const struct exif *exif, size_t at)
{
	return exif->is_big ? big_16(exif->tiff, at) : little_16(exif->tiff, at);
}

static uint32_t
get_32(const struct exif *exif, size_t at)
{
	return exif->is_big ? big_32(exif->tiff, at) : little_32(exif->tiff, at);
}

/* Each only once. */
static void
add_ifd(struct exif *exif, uint32_t at)
{
	if (at == 0 || at >= exif->tiff.n || exif->n >= IFDS_MAX)
		return;
	for (size_t i = 0; i < exif->n; i++)
		if (exif->ifds[i] == at)
			return;
	exif->ifds[exif->n++] = at;
}

/* EXIF 2.32 section 4.6.5: eight bytes name the charset, zeros none. */
static void
put_comment(struct exif *exif, const char *name, struct bytes value)
{
	struct bytes code = bytes_sub(value, 0, 8), text = bytes_sub(value, 8, value.n);
	const char *charset = NULL;

	if (bytes_starts_nocase(code, BYTES_LIT("UNICODE")))
		charset = exif->is_big ? "UTF-16BE" : "UTF-16LE";
	else if (bytes_starts_nocase(code, BYTES_LIT("JIS")))
		charset = "ISO-2022-JP";
	else if (!bytes_starts_nocase(code, BYTES_LIT("ASCII")) && code.n > 0 && code.p[0] != 0)
		text = value;
	/* Many write UTF-16 in the other byte order, or UTF-8: what has no zeros is none. */
	if (charset != NULL && bytes_find_byte(text, 0) == text.n)
		charset = NULL;
	if (charset != NULL && charset[5] == '6' && text.n > 1)
		charset = text.p[0] == 0 ? "UTF-16BE" : "UTF-16LE";
	picture_put_in(exif->picture, "EXIF", name, charset, text);
}

static void
put_value(struct exif *exif, uint16_t tag, enum type type, struct bytes value)
{
	const char *name = NULL;
	char number[16];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].tag == tag)
			name = names[i].name;
	snprintf(number, sizeof(number), "tag %04X", tag);
	if (tag >= TAG_XP_FIRST && tag <= TAG_XP_LAST)
		picture_put_in(exif->picture, "EXIF", name, "UTF-16LE", value);
	else if (tag == TAG_USER_COMMENT)
		put_comment(exif, name, value);
	else if (type == TYPE_ASCII)
		picture_put(exif->picture, "EXIF", name != NULL ? name : number, value);
	else if (name == NULL && type == TYPE_UNDEFINED && value.n > 8 && sniff_is_text(value))
		put_comment(exif, number, value);
	else if (value.n >= TEXT_MIN && sniff_is_text(value))
		picture_put(exif->picture, "EXIF", name != NULL ? name : number, value);
}

/* An entry's value: within it when it is small, else where it says. */
static struct bytes
value_of(const struct exif *exif, size_t entry)
{
	static const uint8_t sizes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};
	uint16_t type = get_16(exif, entry + 2);
	uint64_t n = get_32(exif, entry + 4);

	if (type >= sizeof(sizes))
		return bytes_of(NULL, 0);
	n *= sizes[type];
	return little_sub(exif->tiff, n > 4 ? get_32(exif, entry + 8) : entry + 8, n);
}

static void
read_entry(struct exif *exif, size_t entry)
{
	uint16_t tag = get_16(exif, entry), type = get_16(exif, entry + 2);
	struct bytes value = value_of(exif, entry);

	if (!format_spend(exif->picture->out, value.n < PICTURE_TEXT_MAX ? value.n : PICTURE_TEXT_MAX)) {
		exif->picture->spent = true;
		return;
	}
	if (tag == TAG_EXIF_IFD || tag == TAG_GPS_IFD || tag == TAG_INTEROP_IFD || tag == TAG_SUB_IFDS ||
		type == TYPE_IFD) {
		struct exif view = *exif;

		view.tiff = value;
		for (size_t i = 0; i + 4 <= value.n; i += 4)
			add_ifd(exif, get_32(&view, i));
	} else if (tag == TAG_XMP)
		picture_xmp(exif->picture, value);
	else if (tag == TAG_IPTC)
		picture_iptc(exif->picture, value);
	else if (tag == TAG_PHOTOSHOP)
		picture_photoshop(exif->picture, value);
	else if (type == TYPE_ASCII || type == TYPE_BYTE || type == TYPE_UNDEFINED)
		put_value(exif, tag, type, value);
}

void
picture_exif(struct picture *picture, struct bytes tiff)
{
	struct exif exif = {.picture = picture, .tiff = tiff};

	/* One holds Photoshop's resources that hold another one. */
	if (picture->depth >= DEPTH_MAX)
		return;
	picture->depth++;
	exif.is_big = bytes_starts_nocase(tiff, BYTES_LIT("MM"));
	add_ifd(&exif, get_32(&exif, 4));
	while (exif.done < exif.n) {
		size_t at = exif.ifds[exif.done++], n = get_16(&exif, at);

		for (size_t i = 0; i < n && at + 2 + i * ENTRY < tiff.n && picture_may(picture, 0); i++)
			read_entry(&exif, at + 2 + i * ENTRY);
		add_ifd(&exif, get_32(&exif, at + 2 + n * ENTRY));
	}
	picture->depth--;
}
