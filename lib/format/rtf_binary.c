/* SPDX-License-Identifier: Apache-2.0 */
/* Objects and pictures: hexadecimal, or \bin. */
#include "lib/base/ascii.h"
#include "lib/format/little.h"
#include "lib/format/ole.h"
#include "lib/format/rtf.h"
#include "lib/format/runs.h"

/* Whatever is no digit between the digits is passed over, as Word does. */
void
rtf_put_hex(struct rtf *rtf, uint8_t digit)
{
	int value = ascii_hex_value(digit);

	if (value < 0)
		return;
	if (rtf->nibble < 0) {
		rtf->nibble = value;
		return;
	}
	buf_put_byte(&rtf->binary, (uint8_t)(rtf->nibble << 4 | value));
	rtf->nibble = -1;
}

static void
tell_picture(struct rtf *rtf, struct bytes picture)
{
	bool is_png = little_32(picture, 0) == 0x474E5089, is_jpeg = little_16(picture, 0) == 0xD8FF;

	if (is_png || is_jpeg)
		format_tell_file(rtf->out, BYTES_LIT("picture"), NULL, picture);
	else
		rtf->has_unread = true;
}

static void
tell_blob(struct rtf *rtf, struct bytes blob)
{
	if (little_32(blob, 0) == 0x04034B50)
		format_tell_file(rtf->out, BYTES_LIT("data"), NULL, blob);
	else
		runs_put(&rtf->texts[RTF_OTHER].buf, blob);
}

void
rtf_end_binary(struct rtf *rtf, enum rtf_place place)
{
	struct bytes binary = buf_bytes(&rtf->binary);

	if (binary.n > 0 && format_spend(rtf->out, binary.n)) {
		if (place == RTF_OBJECT)
			ole_tell_version1(rtf->out, binary);
		else if (place == RTF_PICTURE)
			tell_picture(rtf, binary);
		else
			tell_blob(rtf, binary);
	}
	buf_reset(&rtf->binary);
	rtf->nibble = -1;
}
