/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/utf16.h"

#include "lib/base/utf8.h"
#include "lib/format/little.h"

void
utf16_put_unit(struct buf *out, uint16_t *high, uint16_t unit)
{
	if (unit >= 0xDC00 && unit <= 0xDFFF && *high != 0) {
		utf8_put(out, 0x10000 + ((uint32_t)(*high - 0xD800) << 10) + (unit - 0xDC00U));
		*high = 0;
		return;
	}
	if (*high != 0)
		utf8_put(out, UTF8_REPLACEMENT);
	*high = unit >= 0xD800 && unit <= 0xDBFF ? unit : 0;
	if (*high == 0 && unit != 0)
		utf8_put(out, unit);
}

void
utf16_put(struct buf *out, struct bytes text)
{
	uint16_t high = 0;

	for (size_t at = 0; at + 1 < text.n; at += 2)
		utf16_put_unit(out, &high, little_16(text, at));
	if (high != 0)
		utf8_put(out, UTF8_REPLACEMENT);
}

struct bytes
utf16_until_nul(struct bytes text)
{
	size_t n = 0;

	while (n + 1 < text.n && (text.p[n] != 0 || text.p[n + 1] != 0))
		n += 2;
	return bytes_sub(text, 0, n);
}
