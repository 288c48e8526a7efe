/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "lib/format/big.h"
#include "lib/format/picture.h"

/* Photoshop's file formats, "Image resource blocks". */
enum { RESOURCE_IPTC = 0x0404, RESOURCE_CAPTION = 0x03F0, RESOURCE_EXIF = 0x0422, RESOURCE_XMP = 0x0424 };

static const struct {
	uint8_t number;
	const char *name;
} names[] = {
	{5, "Title"},
	{25, "Keywords"},
	{40, "Instructions"},
	{80, "Author"},
	{90, "City"},
	{92, "Location"},
	{105, "Headline"},
	{110, "Credit"},
	{115, "Source"},
	{116, "Copyright"},
	{118, "Contact"},
	{120, "Caption"},
	{122, "CaptionWriter"},
};

static void
put_record(struct picture *picture, uint8_t number, struct bytes value)
{
	const char *name = NULL;
	char plain[16];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].number == number)
			name = names[i].name;
	snprintf(plain, sizeof(plain), "field %u", number);
	picture_put(picture, "IPTC", name != NULL ? name : plain, value);
}

void
picture_iptc(struct picture *picture, struct bytes records)
{
	size_t at = 0;

	/* IIM 4.2 chapter 3: a mark, record, number, length; a length above 32,767 is of as many bytes. */
	while (at + 5 <= records.n && records.p[at] == 0x1C) {
		uint8_t record = records.p[at + 1], number = records.p[at + 2];
		size_t n = big_16(records, at + 3);

		at += 5;
		if (n > 0x7FFF) {
			n = big_32(records, at);
			at += 4;
		}
		if (!picture_may(picture, n < PICTURE_TEXT_MAX ? n : PICTURE_TEXT_MAX))
			return;
		/* The first record is of the envelope: numbers and marks of charsets. */
		if (record > 1 && number > 0)
			put_record(picture, number, little_sub(records, at, n));
		at += n < records.n ? n : records.n;
	}
}

static void
put_resource(struct picture *picture, uint16_t id, struct bytes name, struct bytes data)
{
	picture_put(picture, "Photoshop", "name", name);
	if (id == RESOURCE_IPTC)
		picture_iptc(picture, data);
	else if (id == RESOURCE_EXIF)
		picture_exif(picture, data);
	else if (id == RESOURCE_XMP)
		picture_xmp(picture, data);
	else if (id == RESOURCE_CAPTION)
		picture_put(picture, "Photoshop", "caption", bytes_sub(data, 1, data.n));
}

void
picture_photoshop(struct picture *picture, struct bytes resources)
{
	size_t at = 0;

	while (at + 12 <= resources.n && bytes_eq(bytes_sub(resources, at, 4), BYTES_LIT("8BIM"))) {
		uint16_t id = big_16(resources, at + 4);
		size_t name = little_8(resources, at + 6), n;
		struct bytes title = little_sub(resources, at + 7, name);

		/* Name and data are of even length. */
		at += 6 + ((name + 2) & ~(size_t)1);
		n = big_32(resources, at);
		at += 4;
		if (!picture_may(picture, 0))
			return;
		put_resource(picture, id, title, little_sub(resources, at, n));
		n = n < resources.n ? n : resources.n;
		at += n + (n & 1);
	}
}
