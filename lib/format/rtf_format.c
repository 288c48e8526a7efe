/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "lib/base/ascii.h"
#include "lib/base/mem.h"
#include "lib/format/formats.h"
#include "lib/format/rtf.h"
#include "lib/format/runs.h"

enum { WORD_MAX = 32, NUMBER_MAX = 10, SPEND_EVERY = 1 << 16 };

static void
open_group(struct rtf *rtf)
{
	rtf_flush(rtf);
	if (rtf->depth < RTF_DEPTH_MAX)
		rtf->groups[rtf->depth] = rtf->group;
	else
		format_flag(rtf->out, UNSCANNABLE_DEPTH);
	rtf->depth++;
	rtf->is_starred = false;
	rtf->skip = 0;
}

static bool
is_binary(enum rtf_place place)
{
	return place == RTF_OBJECT || place == RTF_PICTURE || place == RTF_BLOB;
}

static void
close_group(struct rtf *rtf)
{
	enum rtf_place place = rtf->group.place;

	rtf_flush(rtf);
	rtf->skip = 0;
	rtf->is_starred = false;
	if (rtf->depth == 0)
		return;
	if (--rtf->depth < RTF_DEPTH_MAX)
		rtf->group = rtf->groups[rtf->depth];
	if (is_binary(place) && rtf->group.place != place)
		rtf_end_binary(rtf, place);
	/* Names, comments and the like that follow each other are not one word. */
	if (place < RTF_PLACES && (rtf->group.place != place || place == RTF_PROPERTIES) &&
		rtf->texts[place].buf.n > 0)
		buf_put_byte(&rtf->texts[place].buf, '\n');
	/* What stands behind the document is not shown. */
	if (rtf->depth == 0)
		rtf->group = (struct rtf_group){.place = RTF_OTHER, .to_skip = 1};
}

/* \bin: so many bytes as they are. */
static void
take_binary(struct rtf *rtf, int number)
{
	struct bytes raw = bytes_sub(rtf->in, rtf->at, number > 0 ? (size_t)number : 0);

	rtf->at += raw.n;
	if (is_binary(rtf->group.place))
		buf_put_bytes(&rtf->binary, raw);
	else
		runs_put(&rtf->texts[RTF_OTHER].buf, raw);
}

/* The number of a control word, with a blank behind it that belongs to the word. */
static void
read_number(struct rtf *rtf, struct rtf_word *word)
{
	bool is_negative = rtf->at < rtf->in.n && rtf->in.p[rtf->at] == '-';
	int64_t number = 0;
	size_t n = 0;

	if (is_negative)
		rtf->at++;
	for (; rtf->at < rtf->in.n && ascii_is_digit(rtf->in.p[rtf->at]) && n < NUMBER_MAX; n++)
		number = number * 10 + (rtf->in.p[rtf->at++] - '0');
	if (number > INT32_MAX)
		number = INT32_MAX;
	word->has_number = n > 0;
	word->number = (int)(is_negative ? -number : number);
	if (rtf->at < rtf->in.n && rtf->in.p[rtf->at] == ' ')
		rtf->at++;
}

static void
read_word(struct rtf *rtf)
{
	struct rtf_word word = {0};
	size_t start = rtf->at;

	while (rtf->at < rtf->in.n && ascii_is_alpha(rtf->in.p[rtf->at]) && rtf->at - start < WORD_MAX)
		rtf->at++;
	word.name = bytes_sub(rtf->in, start, rtf->at - start);
	read_number(rtf, &word);
	if (bytes_eq(word.name, BYTES_LIT("bin")))
		take_binary(rtf, word.number);
	else
		rtf_take_word(rtf, &word);
}

/* \'hh */
static void
read_hex_byte(struct rtf *rtf)
{
	int high = rtf->at < rtf->in.n ? ascii_hex_value(rtf->in.p[rtf->at]) : -1;
	int low = rtf->at + 1 < rtf->in.n ? ascii_hex_value(rtf->in.p[rtf->at + 1]) : -1;

	if (high < 0 || low < 0)
		return;
	rtf->at += 2;
	rtf_put_byte(rtf, (uint8_t)(high << 4 | low));
}

static void
read_symbol(struct rtf *rtf, uint8_t c)
{
	switch (c) {
	case '\'':
		read_hex_byte(rtf);
		break;
	case '*':
		rtf->is_starred = true;
		break;
	case '~':
		rtf_put_str(rtf, " ");
		break;
	case '_':
		rtf_put_str(rtf, "-");
		break;
	case '\r':
	case '\n':
		rtf_put_str(rtf, "\n");
		break;
	case '\t':
		rtf_put_str(rtf, "\t");
		break;
	case '\\':
	case '{':
	case '}':
		rtf_put_byte(rtf, c);
		break;
	default: /* an optional hyphen, an index entry: nothing that is seen */
		break;
	}
}

static void
read_backslash(struct rtf *rtf)
{
	if (rtf->at == rtf->in.n)
		return;
	if (ascii_is_alpha(rtf->in.p[rtf->at]))
		read_word(rtf);
	else
		read_symbol(rtf, rtf->in.p[rtf->at++]);
}

static void
read_all(struct rtf *rtf)
{
	while (rtf->at < rtf->in.n) {
		uint8_t c = rtf->in.p[rtf->at++];

		if (rtf->at % SPEND_EVERY == 0 && !format_spend(rtf->out, 0))
			return;
		if (c == '\\')
			read_backslash(rtf);
		else if (c == '{')
			open_group(rtf);
		else if (c == '}')
			close_group(rtf);
		else if (is_binary(rtf->group.place))
			rtf_put_hex(rtf, c);
		else if (c != '\r' && c != '\n' && c != 0)
			rtf_put_byte(rtf, c);
	}
	while (rtf->depth > 0)
		close_group(rtf);
	rtf_flush(rtf);
}

static void
read_rtf(struct format_out *out, struct bytes content)
{
	static const struct {
		enum segment_view view;
		const char *where;
	} places[RTF_PLACES] = {
		[RTF_TEXT] = {SEGMENT_TEXT, "text"},
		[RTF_HEADERS] = {SEGMENT_TEXT, "headers and footers"},
		[RTF_FOOTNOTES] = {SEGMENT_TEXT, "footnotes"},
		[RTF_COMMENTS] = {SEGMENT_TEXT, "comments"},
		[RTF_HIDDEN] = {SEGMENT_HIDDEN, "hidden text"},
		[RTF_DELETED] = {SEGMENT_HIDDEN, "deleted text"},
		[RTF_FIELDS] = {SEGMENT_HIDDEN, "fields"},
		[RTF_PROPERTIES] = {SEGMENT_HIDDEN, "properties"},
		[RTF_OTHER] = {SEGMENT_HIDDEN, "other destinations"},
	};
	struct rtf *rtf = mem_new(1, sizeof(*rtf));

	rtf->out = out;
	rtf->in = content;
	rtf->nibble = -1;
	rtf->group.to_skip = 1;
	for (size_t i = 0; i < RTF_PLACES; i++)
		format_text_init(&rtf->texts[i], out, places[i].view, places[i].where);
	buf_init(&rtf->html, format_bytes_left(out));
	buf_init(&rtf->pending, content.n);
	buf_init(&rtf->binary, content.n);
	read_all(rtf);
	for (size_t i = 0; i < RTF_PLACES; i++)
		format_text_done(&rtf->texts[i]);
	if (rtf->is_from_html && rtf->html.n > 0)
		format_tell_file(out, BYTES_LIT("body.html"), "text/html", buf_bytes(&rtf->html));
	if (rtf->has_unread)
		format_is_unread(out);
	buf_wipe_done(&rtf->html);
	buf_wipe_done(&rtf->pending);
	buf_wipe_done(&rtf->binary);
	free(rtf);
}

/* Word takes "{\rt" for the beginning, with blanks before it. */
static bool
is_rtf(struct bytes content)
{
	return bytes_starts_nocase(bytes_trim(bytes_sub(content, 0, 64)), BYTES_LIT("{\\rt"));
}

const struct format rtf_format = {
	.name = "rtf",
	.types = (const char *const[]){"application/rtf", "text/rtf", "application/x-rtf", "text/richtext",
		"application/msword", "application/vnd.ms-word", "application/x-msword", "application/doc",
		NULL},
	.extensions = (const char *const[]){"rtf", "doc", "dot", "wiz", NULL},
	.is = is_rtf,
	.read = read_rtf,
};
