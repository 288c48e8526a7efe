/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/format/dicommaker.h"

#include <string.h>

static void
put16(struct buf *file, struct dicom_form form, uint32_t n)
{
	buf_put_byte(file, (uint8_t)(form.is_big ? n >> 8 : n));
	buf_put_byte(file, (uint8_t)(form.is_big ? n : n >> 8));
}

static void
put32(struct buf *file, struct dicom_form form, uint32_t n)
{
	put16(file, form, form.is_big ? n >> 16 : n & 0xFFFF);
	put16(file, form, form.is_big ? n & 0xFFFF : n >> 16);
}

void
dicommaker_head(struct buf *file, struct dicom_form form, uint32_t tag, const char *vr, int64_t length)
{
	bool is_item = tag >> 16 == 0xFFFE;

	put16(file, form, tag >> 16);
	put16(file, form, tag & 0xFFFF);
	if (form.is_explicit && !is_item) {
		buf_put(file, vr, 2);
		if (strstr("OB OD OF OL OW SQ UC UN UR UT", vr) == NULL) {
			put16(file, form, (uint32_t)length);
			return;
		}
		put16(file, form, 0);
	}
	put32(file, form, (uint32_t)length);
}

void
dicommaker_put(struct buf *file, struct dicom_form form, uint32_t tag, const char *vr, struct bytes value)
{
	dicommaker_head(file, form, tag, vr, (int64_t)(value.n + value.n % 2));
	buf_put_bytes(file, value);
	if (value.n % 2 != 0)
		buf_put_byte(file, strcmp(vr, "UI") == 0 || strcmp(vr, "OB") == 0 ? 0 : ' ');
}

void
dicommaker_text(struct buf *file, struct dicom_form form, uint32_t tag, const char *vr, const char *value)
{
	dicommaker_put(file, form, tag, vr, bytes_of_str(value));
}

void
dicommaker_begin(struct buf *file, const char *syntax)
{
	static const struct dicom_form meta = {false, true};

	for (int i = 0; i < 128; i++)
		buf_put_byte(file, 0);
	buf_put_str(file, "DICM");
	dicommaker_put(file, meta, 0x00020001, "OB", BYTES_LIT("\0\1"));
	dicommaker_text(file, meta, 0x00020002, "UI", "1.2.840.10008.5.1.4.1.1.2");
	dicommaker_text(file, meta, 0x00020010, "UI", syntax);
}
