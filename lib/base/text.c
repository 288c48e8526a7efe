/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/text.h"

#include "lib/base/ascii.h"

static const char standard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void
text_hex(struct bytes b, char *text)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < b.n; i++) {
		*text++ = digits[b.p[i] >> 4];
		*text++ = digits[b.p[i] & 15];
	}
	*text = '\0';
}

int
text_from_hex(struct bytes text, uint8_t *p, size_t n)
{
	if (text.n != 2 * n)
		return -1;
	for (size_t i = 0; i < n; i++) {
		int high = ascii_hex_value(text.p[2 * i]), low = ascii_hex_value(text.p[2 * i + 1]);

		if (high < 0 || low < 0)
			return -1;
		p[i] = (uint8_t)(high << 4 | low);
	}
	return 0;
}

/* Up to three bytes to four characters; what is missing is left out, or `=` when padded. */
static void
put_group(struct buf *buf, struct bytes group, const char *alphabet, const char *pad)
{
	uint32_t v = (uint32_t)group.p[0] << 16;

	if (group.n > 1)
		v |= (uint32_t)group.p[1] << 8;
	if (group.n > 2)
		v |= group.p[2];
	for (size_t i = 0; i < 4; i++) {
		if (i <= group.n)
			buf_put_byte(buf, (uint8_t)alphabet[v >> (18 - 6 * i) & 63]);
		else
			buf_put_str(buf, pad);
	}
}

static void
put_base64(struct buf *buf, struct bytes b, const char *alphabet, const char *pad)
{
	for (size_t i = 0; i < b.n; i += 3)
		put_group(buf, bytes_sub(b, i, 3), alphabet, pad);
}

void
text_put_base64(struct buf *buf, struct bytes b)
{
	put_base64(buf, b, standard, "=");
}

void
text_put_base64_lines(struct buf *buf, struct bytes b)
{
	for (size_t i = 0; i < b.n; i += 57) {
		put_base64(buf, bytes_sub(b, i, 57), standard, "=");
		buf_put_str(buf, "\r\n");
	}
}

void
text_put_base64url(struct buf *buf, struct bytes b)
{
	put_base64(buf, b, url, "");
}

static int
url_value(uint8_t c)
{
	const char *at = c ? strchr(url, c) : NULL;

	return at ? (int)(at - url) : -1;
}

int
text_from_base64url(struct bytes text, uint8_t *p, size_t n)
{
	uint32_t bits = 0;
	unsigned have = 0;
	size_t out = 0;

	if (text.n != (n * 4 + 2) / 3)
		return -1;
	for (size_t i = 0; i < text.n; i++) {
		int v = url_value(text.p[i]);

		if (v < 0)
			return -1;
		bits = bits << 6 | (uint32_t)v;
		have += 6;
		if (have >= 8) {
			have -= 8;
			p[out++] = (uint8_t)(bits >> have);
		}
	}
	return out == n && (bits & ((1U << have) - 1)) == 0 ? 0 : -1;
}

void
text_put_html(struct buf *buf, struct bytes b)
{
	for (size_t i = 0; i < b.n; i++) {
		switch (b.p[i]) {
		case '&':
			buf_put_str(buf, "&amp;");
			break;
		case '<':
			buf_put_str(buf, "&lt;");
			break;
		case '>':
			buf_put_str(buf, "&gt;");
			break;
		case '"':
			buf_put_str(buf, "&quot;");
			break;
		case '\'':
			buf_put_str(buf, "&#39;");
			break;
		default:
			if (b.p[i] >= 32 || b.p[i] == '\n' || b.p[i] == '\t')
				buf_put_byte(buf, b.p[i]);
		}
	}
}
