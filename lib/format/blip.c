/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/blip.h"

#include "lib/format/little.h"

/* OfficeArtBlip*: record types; the first three hold compressed drawings. */
enum {
	EMF = 0xF01A,
	WMF = 0xF01B,
	PICT = 0xF01C,
	JPEG = 0xF01D,
	PNG = 0xF01E,
	DIB = 0xF01F,
	TIFF = 0xF029,
	JPEG_CMYK = 0xF02A
};

enum { HEADER = 8, DIGEST = 16, MIN = 40 };

static bool
begins_as(struct bytes content, unsigned type)
{
	if (type == PNG)
		return little_32(content, 0) == 0x474E5089;
	if (type == TIFF)
		return little_16(content, 0) == 0x4949 || little_16(content, 0) == 0x4D4D;
	return (type == JPEG || type == JPEG_CMYK) && little_16(content, 0) == 0xD8FF;
}

/* One digest or two, a tag, the file. */
static struct bytes
file_of(struct bytes body, unsigned type)
{
	for (size_t skip = DIGEST + 1; skip <= 2 * DIGEST + 1; skip += DIGEST)
		if (begins_as(bytes_sub(body, skip, body.n), type))
			return bytes_sub(body, skip, body.n);
	return bytes_of(NULL, 0);
}

enum blip_result
blip_tell_all(struct format_out *out, struct bytes stream)
{
	enum blip_result result = BLIP_NONE;
	size_t at = 0;

	while (little_has(stream, at, HEADER)) {
		unsigned type = little_16(stream, at + 2);
		size_t size = little_32(stream, at + 4);
		struct bytes file = {0};

		if (type >= EMF && type <= JPEG_CMYK && size >= MIN &&
			little_has(stream, at + HEADER, size)) {
			file = file_of(bytes_sub(stream, at + HEADER, size), type);
			if (file.n > 0) {
				format_tell_file(out, BYTES_LIT("picture"), NULL, file);
				result = result == BLIP_NONE ? BLIP_TOLD : result;
			} else if (type <= PICT || type == DIB)
				result = BLIP_UNREAD;
		}
		at += file.n > 0 ? HEADER + size : 1;
	}
	return result;
}
