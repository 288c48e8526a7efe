/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/ascii.h"
#include "lib/base/utf8.h"
#include "lib/format/rtf.h"
#include "lib/format/utf16.h"

/* What can't be seen in a text of the document is told apart from it. */
static struct buf *
target(struct rtf *rtf)
{
	enum rtf_place place = rtf->group.place;

	if (place == RTF_HTML)
		return &rtf->html;
	if (place == RTF_FONTS)
		place = RTF_OTHER;
	if (place >= RTF_PLACES)
		return NULL;
	if (place <= RTF_COMMENTS && rtf->group.is_deleted)
		place = RTF_DELETED;
	else if (place <= RTF_COMMENTS && rtf->group.is_hidden)
		place = RTF_HIDDEN;
	return &rtf->texts[place].buf;
}

/* Text of the document that is text of the HTML as well. */
static bool
is_html_too(const struct rtf *rtf)
{
	return rtf->is_from_html && rtf->group.place == RTF_TEXT && !rtf->group.is_markup;
}

static unsigned
codepage_of(const struct rtf *rtf)
{
	if (rtf->group.codepage != 0)
		return rtf->group.codepage;
	return rtf->codepage;
}

void
rtf_flush(struct rtf *rtf)
{
	struct bytes pending = buf_bytes(&rtf->pending);
	struct buf *out = target(rtf);

	rtf->high = 0;
	if (pending.n == 0)
		return;
	if (out != NULL)
		codepage_put(&rtf->pages, out, codepage_of(rtf), pending);
	if (is_html_too(rtf))
		codepage_put(&rtf->pages, &rtf->html, codepage_of(rtf), pending);
	buf_reset(&rtf->pending);
}

void
rtf_put_byte(struct rtf *rtf, uint8_t c)
{
	if (rtf->skip > 0)
		rtf->skip--;
	else
		buf_put_byte(&rtf->pending, c);
}

void
rtf_put_str(struct rtf *rtf, const char *text)
{
	struct buf *out;

	if (rtf->skip > 0) {
		rtf->skip--;
		return;
	}
	rtf_flush(rtf);
	out = target(rtf);
	if (out != NULL)
		buf_put_str(out, text);
	if (is_html_too(rtf))
		buf_put_str(&rtf->html, text);
}

void
rtf_put_unit(struct rtf *rtf, int unit)
{
	uint16_t high = rtf->high, same = high, u = (uint16_t)unit;
	struct buf *out = target(rtf);

	rtf_flush(rtf);
	/* Word writes symbols into the private area: F020 to F0FF are the bytes 20 to FF. */
	if (u >= 0xF020 && u <= 0xF07E)
		u = (uint16_t)(u - 0xF000);
	if (out != NULL)
		utf16_put_unit(out, &high, u);
	if (is_html_too(rtf))
		utf16_put_unit(&rtf->html, &same, u);
	rtf->high = high;
	rtf->skip = rtf->group.to_skip;
}
