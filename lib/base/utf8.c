/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/utf8.h"

/* The length that a first byte announces, 0 when it can't be one. */
static size_t
announced(uint8_t first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xC2 && first <= 0xDF)
		return 2;
	if (first >= 0xE0 && first <= 0xEF)
		return 3;
	return first >= 0xF0 && first <= 0xF4 ? 4 : 0;
}

static bool
in_range(uint32_t c, size_t n)
{
	if (n == 3)
		return c >= 0x800 && (c < 0xD800 || c > 0xDFFF);
	return n != 4 || (c >= 0x10000 && c <= 0x10FFFF);
}

/* The length of the valid code point at `at`, or 0. */
static size_t
decode(struct bytes b, size_t at, uint32_t *ret_code_point)
{
	static const uint8_t masks[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
	size_t n = announced(b.p[at]);
	uint32_t c;

	if (n == 0 || n > b.n - at)
		return 0;
	c = b.p[at] & masks[n];
	for (size_t i = 1; i < n; i++) {
		if ((b.p[at + i] & 0xC0) != 0x80)
			return 0;
		c = c << 6 | (b.p[at + i] & 0x3F);
	}
	if (!in_range(c, n))
		return 0;
	*ret_code_point = c;
	return n;
}

uint32_t
utf8_next(struct bytes b, size_t *at)
{
	uint32_t c;
	size_t n = decode(b, *at, &c);

	*at += n ? n : 1;
	return n ? c : UTF8_REPLACEMENT;
}

void
utf8_put(struct buf *buf, uint32_t c)
{
	uint8_t p[4];

	if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		c = UTF8_REPLACEMENT;
	if (c < 0x80) {
		buf_put_byte(buf, (uint8_t)c);
		return;
	}
	p[3] = (uint8_t)(0x80 | (c & 0x3F));
	p[2] = (uint8_t)(0x80 | (c >> 6 & 0x3F));
	p[1] = (uint8_t)(0x80 | (c >> 12 & 0x3F));
	if (c < 0x800) {
		p[2] = (uint8_t)(0xC0 | c >> 6);
		buf_put(buf, p + 2, 2);
	} else if (c < 0x10000) {
		p[1] = (uint8_t)(0xE0 | c >> 12);
		buf_put(buf, p + 1, 3);
	} else {
		p[0] = (uint8_t)(0xF0 | c >> 18);
		buf_put(buf, p, 4);
	}
}

bool
utf8_is_valid(struct bytes b)
{
	uint32_t c;

	for (size_t at = 0; at < b.n;) {
		size_t n = b.p[at] < 0x80 ? 1 : decode(b, at, &c);

		if (n == 0)
			return false;
		at += n;
	}
	return true;
}

size_t
utf8_put_clean(struct buf *buf, struct bytes b)
{
	size_t replaced = 0, clean_from = 0;
	uint32_t c;

	for (size_t at = 0; at < b.n;) {
		size_t n = b.p[at] < 0x80 ? 1 : decode(b, at, &c);

		if (n == 0) {
			buf_put(buf, b.p + clean_from, at - clean_from);
			utf8_put(buf, UTF8_REPLACEMENT);
			replaced++;
			clean_from = at + 1;
			n = 1;
		}
		at += n;
	}
	if (clean_from < b.n)
		buf_put(buf, b.p + clean_from, b.n - clean_from);
	return replaced;
}
