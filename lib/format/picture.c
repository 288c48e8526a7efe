/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/picture.h"

#include <stdio.h>

#include "lib/base/utf8.h"
#include "lib/format/labelled.h"
#include "lib/mime/charset.h"
#include "lib/mime/sniff.h"

/* Fewer bytes behind a picture are padding. */
enum { BEHIND_MIN = 16 };

void
picture_begin(struct picture *picture, struct format_out *out)
{
	*picture = (struct picture){.out = out};
	format_text_init(&picture->text, out, SEGMENT_TEXT, "metadata");
}

void
picture_end(struct picture *picture)
{
	format_text_done(&picture->text);
	if (!picture->is_icon)
		format_is_unread(picture->out);
}

bool
picture_may(struct picture *picture, size_t n)
{
	if (picture->spent || picture->entries >= PICTURE_ENTRIES_MAX)
		return false;
	picture->entries++;
	picture->spent = !format_spend(picture->out, n);
	return !picture->spent;
}

/* Zeros end the text; some writers fill with spaces. */
static struct bytes
trim(struct bytes text)
{
	while (text.n > 0 && (text.p[text.n - 1] == 0 || text.p[text.n - 1] == ' '))
		text.n--;
	return bytes_sub(text, 0, PICTURE_TEXT_MAX);
}

void
picture_put_in(
	struct picture *picture, const char *kind, const char *name, const char *charset, struct bytes text)
{
	struct buf utf8;
	char place[96];

	/* Of UTF-16 the last letter may end in a zero. */
	if (charset == NULL)
		text = trim(text);
	text = bytes_sub(text, 0, PICTURE_TEXT_MAX);
	if (text.n == 0)
		return;
	buf_init(&utf8, text.n * 4 + 64);
	if (charset != NULL || !utf8_is_valid(text))
		(void)charset_to_utf8(bytes_of_str(charset != NULL ? charset : "windows-1252"), text, &utf8);
	else
		buf_put_bytes(&utf8, text);
	while (utf8.n > 0 && utf8.p[utf8.n - 1] == 0)
		utf8.n--;
	snprintf(place, sizeof(place), "%s %s", kind, name);
	labelled_put_field(&picture->text, place, bytes_of_str(name), buf_bytes(&utf8));
	buf_wipe_done(&utf8);
}

void
picture_put(struct picture *picture, const char *kind, const char *name, struct bytes text)
{
	picture_put_in(picture, kind, name, NULL, text);
}

void
picture_put_behind(struct picture *picture, struct bytes rest)
{
	if (rest.n < BEHIND_MIN || !picture_may(picture, rest.n))
		return;
	if (sniff_type(rest) != NULL || sniff_is_text(rest))
		format_tell_file(picture->out, BYTES_LIT("behind the picture"), NULL, rest);
}
