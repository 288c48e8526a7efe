/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/mime/html_reference.h"

#include "lib/base/utf8.h"

/* Names without a semicolon are an old closed set, none longer than this. */
enum { BARE_NAME_MAX = 6 };

static const struct html_reference references[] = {
#include "lib/mime/html_entities.inc"
};

static const struct html_reference *
find_exact(struct bytes name)
{
	size_t low = 0, high = sizeof(references) / sizeof(references[0]);

	if (name.n == 0 || name.n >= sizeof(references[0].name))
		return NULL;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = memcmp(name.p, references[middle].name, name.n);

		if (order == 0 && references[middle].name[name.n] == '\0')
			return &references[middle];
		if (order > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const struct html_reference *
html_reference_find(struct bytes name, size_t *ret_n)
{
	const struct html_reference *found = find_exact(name);

	*ret_n = name.n;
	for (size_t n = name.n < BARE_NAME_MAX ? name.n : BARE_NAME_MAX; found == NULL && n >= 2; n--) {
		found = find_exact(bytes_of(name.p, n));
		*ret_n = n;
	}
	return found;
}

uint32_t
html_reference_number(uint32_t number)
{
	static const uint16_t windows_1252[32] = {0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020,
		0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F, 0x90, 0x2018, 0x2019,
		0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E,
		0x0178};

	if (number == 0 || number > 0x10FFFF || (number >= 0xD800 && number <= 0xDFFF))
		return UTF8_REPLACEMENT;
	return number >= 0x80 && number <= 0x9F ? windows_1252[number - 0x80] : number;
}
