/* SPDX-License-Identifier: Apache-2.0 */
#include "portald/digits.h"

#include "lib/base/utf8.h"

enum { CODES = 1000000 };

/*
 * 2^32 is no multiple of a million: numbers at or above the last whole multiple are drawn again, so the low
 * codes are no likelier than the high ones.
 */
void
digits_make(digits_random_fn draw, char digits[DIGITS_SIZE + 1])
{
	const uint32_t limit = UINT32_MAX - UINT32_MAX % CODES;
	uint32_t v;

	do
		draw(&v, sizeof(v));
	while (v >= limit);
	v %= CODES;
	for (size_t i = DIGITS_SIZE; i-- > 0; v /= 10)
		digits[i] = (char)('0' + v % 10);
	digits[DIGITS_SIZE] = '\0';
}

/* The value of a decimal digit: ASCII, full-width, Arabic-Indic (both), Devanagari, Bengali. */
static int
digit_value(uint32_t c)
{
	static const uint32_t zeros[] = {'0', 0xFF10, 0x0660, 0x06F0, 0x0966, 0x09E6};

	for (size_t i = 0; i < sizeof(zeros) / sizeof(zeros[0]); i++)
		if (c >= zeros[i] && c <= zeros[i] + 9)
			return (int)(c - zeros[i]);
	return -1;
}

static bool
is_gap(uint32_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == '-' || c == 0xA0 ||
	       (c >= 0x2000 && c <= 0x2015) || c == 0x202F || c == 0x2060 || c == 0x3000 || c == 0xFEFF;
}

int
digits_read(struct bytes typed, char digits[DIGITS_SIZE + 1])
{
	size_t n = 0;

	if (typed.n > DIGITS_TYPED_MAX)
		return -1;
	for (size_t at = 0; at < typed.n;) {
		uint32_t c = utf8_next(typed, &at);
		int value = digit_value(c);

		if (value < 0 && is_gap(c))
			continue;
		if (value < 0 || n == DIGITS_SIZE)
			return -1;
		digits[n++] = (char)('0' + value);
	}
	if (n != DIGITS_SIZE)
		return -1;
	digits[n] = '\0';
	return 0;
}
