/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/codepage.h"

#include <stdio.h>

#include "lib/base/utf8.h"
#include "lib/format/utf16.h"
#include "lib/mime/charset.h"

/* Windows numbers whose name is not "cp" and the number. */
static const struct {
	unsigned number;
	const char *label;
} names[] = {
	{10000, "macintosh"},
	{10007, "x-mac-cyrillic"},
	{10029, "x-mac-ce"},
	{20127, "us-ascii"},
	{20866, "koi8-r"},
	{21866, "koi8-u"},
	{50220, "iso-2022-jp"},
	{50221, "iso-2022-jp"},
	{50222, "iso-2022-jp"},
	{51932, "euc-jp"},
	{51936, "gb2312"},
	{51949, "euc-kr"},
	{54936, "gb18030"},
	{CODEPAGE_UTF8, "utf-8"},
};

enum { LABEL_SIZE = 24 };

static void
make_label(unsigned number, char label[LABEL_SIZE])
{
	if (number >= 28591 && number <= 28606) {
		snprintf(label, LABEL_SIZE, "iso-8859-%u", number - 28590);
		return;
	}
	snprintf(label, LABEL_SIZE, "cp%u", number);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].number == number)
			snprintf(label, LABEL_SIZE, "%s", names[i].label);
	if (charset_name(bytes_of_str(label)) == NULL)
		snprintf(label, LABEL_SIZE, "windows-1252");
}

static bool
is_single(unsigned number)
{
	return number < 20000 && number != 932 && number != 936 && number != 949 && number != 950 &&
	       number != 1361;
}

/* A byte that is no character by itself is the first of several: it stays zero. */
static void
fill(struct codepage *page, unsigned number)
{
	char label[LABEL_SIZE];
	struct buf one;

	*page = (struct codepage){.number = number, .is_single = is_single(number)};
	make_label(number, label);
	buf_init(&one, 64);
	for (unsigned i = 0; i < 128; i++) {
		uint8_t c = (uint8_t)(128 + i);
		size_t at = 0;

		buf_reset(&one);
		if (charset_to_utf8(bytes_of_str(label), bytes_of(&c, 1), &one) == CHARSET_READ && one.n > 0)
			page->high[i] = utf8_next(buf_bytes(&one), &at);
		if (page->is_single && (page->high[i] == 0 || page->high[i] == UTF8_REPLACEMENT))
			page->high[i] = c;
	}
	buf_done(&one);
}

/* NULL: one page too many. */
static const struct codepage *
find(struct codepages *pages, unsigned number)
{
	for (size_t i = 0; i < pages->n; i++)
		if (pages->pages[i].number == number)
			return &pages->pages[i];
	if (pages->n == CODEPAGES_MAX)
		return NULL;
	fill(&pages->pages[pages->n], number);
	return &pages->pages[pages->n++];
}

static void
put_single(const struct codepage *page, struct buf *out, struct bytes text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] >= 0x80)
			utf8_put(out, page->high[text.p[i] - 0x80]);
		else if (text.p[i] != 0)
			buf_put_byte(out, text.p[i]);
	}
}

/* Each byte is a character by itself. */
static bool
is_simple(const struct codepage *page, struct bytes text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] >= 0x80 && page->high[text.p[i] - 0x80] == 0)
			return false;
	return true;
}

static bool
is_ascii(struct bytes text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == 0 || text.p[i] >= 0x80)
			return false;
	return true;
}

void
codepage_put(struct codepages *pages, struct buf *out, unsigned number, struct bytes text)
{
	const struct codepage *page;
	char label[LABEL_SIZE];

	if (number == CODEPAGE_UTF16) {
		utf16_put(out, text);
		return;
	}
	/* All pages but those with escapes have ASCII where it is. */
	if (is_ascii(text) && !(number >= 50000 && number < 51000)) {
		buf_put_bytes(out, text);
		return;
	}
	page = find(pages, number == 0 ? CODEPAGE_WESTERN : number);
	if (page != NULL && is_simple(page, text)) {
		put_single(page, out, text);
		return;
	}
	if (page != NULL && text.n == 1) { /* half of a character */
		utf8_put(out, UTF8_REPLACEMENT);
		return;
	}
	make_label(number, label);
	charset_to_utf8(bytes_of_str(label), text, out);
}

unsigned
codepage_of_language(unsigned language)
{
	static const struct {
		uint8_t primary;
		unsigned number;
	} rows[] = {
		{0x01, 1256},
		{0x02, 1251},
		{0x05, 1250},
		{0x08, 1253},
		{0x0D, 1255},
		{0x0E, 1250},
		{0x11, 932},
		{0x12, 949},
		{0x15, 1250},
		{0x18, 1250},
		{0x19, 1251},
		{0x1A, 1250},
		{0x1B, 1250},
		{0x1C, 1250},
		{0x1E, 874},
		{0x1F, 1254},
		{0x22, 1251},
		{0x23, 1251},
		{0x24, 1250},
		{0x25, 1257},
		{0x26, 1257},
		{0x27, 1257},
		{0x29, 1256},
		{0x2A, 1258},
		{0x2F, 1251},
	};

	if ((language & 0x3FF) == 0x04)
		return language == 0x0404 || language == 0x0C04 || language == 0x1404 ? 950 : 936;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].primary == (language & 0x3FF))
			return rows[i].number;
	return CODEPAGE_WESTERN;
}

unsigned
codepage_of_charset(unsigned charset)
{
	static const struct {
		uint8_t charset;
		unsigned number;
	} rows[] = {
		{0, 1252},
		{77, 10000},
		{128, 932},
		{129, 949},
		{130, 1361},
		{134, 936},
		{136, 950},
		{161, 1253},
		{162, 1254},
		{163, 1258},
		{177, 1255},
		{178, 1256},
		{186, 1257},
		{204, 1251},
		{222, 874},
		{238, 1250},
		{254, 437},
		{255, 850},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].charset == charset)
			return rows[i].number;
	return 0;
}
