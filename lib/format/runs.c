/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/runs.h"

#include "lib/base/ascii.h"
#include "lib/base/utf8.h"
#include "lib/format/little.h"
#include "lib/format/utf16.h"
#include "lib/mime/charset.h"

static bool
is_plain(uint8_t c)
{
	return (c >= 0x20 && c < 0x7F) || c == '\t' || c == '\r' || c == '\n';
}

/* Letters beyond ASCII stand in words: one or two of them behind a letter, and three in UTF-8. */
static size_t
eight_bit(struct bytes data, size_t from)
{
	size_t at = from, high = 0;

	for (; at < data.n; at++) {
		uint8_t c = data.p[at];

		if (is_plain(c))
			high = 0;
		else if (c < 0x80 || at == from || high == 4 ||
			 (high == 0 && !ascii_is_alpha(data.p[at - 1]) && data.p[at - 1] != ' '))
			break;
		else
			high++;
	}
	return at - from - high;
}

/* Latin, Greek, Cyrillic, Hebrew, Arabic, and the dashes and quotes that programs write by themselves. */
static bool
is_unit(uint16_t unit)
{
	return (unit < 0x80 && is_plain((uint8_t)unit)) || (unit >= 0xA0 && unit < 0x250) ||
	       (unit >= 0x370 && unit < 0x530) || (unit >= 0x5D0 && unit < 0x700) ||
	       (unit >= 0x2010 && unit < 0x2030) || (unit >= 0x20A0 && unit < 0x20C0);
}

static size_t
sixteen_bit(struct bytes data, size_t from)
{
	size_t at = from;

	while (at + 1 < data.n && is_unit(little_16(data, at)))
		at += 2;
	return at - from;
}

static bool
is_blank(struct bytes run)
{
	return bytes_trim(run).n < RUNS_MIN;
}

void
runs_put(struct buf *out, struct bytes data)
{
	size_t at = 0;

	while (at < data.n && !out->full) {
		size_t wide = data.n - at > 1 && data.p[at + 1] < 0x21 ? sixteen_bit(data, at) : 0;
		size_t narrow = wide < 2 * RUNS_MIN ? eight_bit(data, at) : 0;
		size_t start = out->n;

		if (wide >= 2 * RUNS_MIN)
			utf16_put(out, bytes_sub(data, at, wide));
		else if (narrow >= RUNS_MIN && !is_blank(bytes_sub(data, at, narrow)))
			charset_to_utf8(bytes_of(NULL, 0), bytes_sub(data, at, narrow), out);
		if (out->n > start)
			buf_put_byte(out, '\n');
		/* The last character of a narrow run may be the first of a wide one. */
		if (wide >= 2 * RUNS_MIN)
			at += wide;
		else
			at += narrow > 1 ? narrow - 1 : 1;
	}
}
