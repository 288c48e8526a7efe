/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/fold.h"

#include "lib/base/ascii.h"

enum range_action {
	TO_NOTHING,
	TO_SPACE,
	TO_BREAK,
	TO_SHIFTED,  /* the ASCII character `arg` for the first, the next for the second ... */
	TO_DIGITS,   /* '0'..'9', again and again */
	TO_ALPHABET, /* 'A'..'Z', 'a'..'z', again and again */
	TO_NUMBER,   /* the number `arg` in decimal, and up */
	TO_CHAR,     /* `arg` */
	TO_LATIN_1,  /* by the strings below; '.' in them: kept */
	TO_LATIN_EXTENDED,
};

struct range {
	uint32_t first, last;
	enum range_action action;
	int arg;
};

/* U+00C0 to U+024F without their accents. */
static const char latin_1[] =
	"AAAAAA.CEEEEIIIIDNOOOOOxOUUUUY..aaaaaa.ceeeeiiiidnooooo/ouuuuy.yAaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGg"
	"HhHhIiIiIiIiIi..JjKkkLlLlLl..LlNnNnNnnNnOoOoOo..RrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzsb......"
	"...........f....I..l.....Oo.............Uu....Zz......................AaIiOoUuUuUuUuUu.AaAa....GgKkO"
	"oOo..j...Gg..NnAa....AaAaEeEeIiIiOoOoRrRrUuUuSsTt..Hh......AaEeOoOoOoOoYy...j..ACcL.....B..EeJj..RrY"
	"y";

/* U+1E00 to U+1EFF. */
static const char latin_extended[] =
	"AaBbBbBbCcDdDdDdDdDdEeEeEeEeEeFfGgHhHhHhHhHhIiIiKkKkKkLlLlLlLlMmMmMmNnNnNnNnOoOoOoOoPpPpRrRrRrRrSsSs"
	"SsSsSsTtTtTtTtUuUuUuUuUuVvVvWwWwWwWwWwXxXxYyZzZzZzhtwy.s....AaAaAaAaAaAaAaAaAaAaAaAaEeEeEeEeEeEeEeEe"
	"IiIiOoOoOoOoOoOoOoOoOoOoOoOoUuUuUuUuUuUuUuYyYyYyYy......";

/* In order, without overlaps. What fold_single() knows is looked up there first. */
static const struct range ranges[] = {
	{0x0080, 0x0084, TO_NOTHING, 0},
	{0x0085, 0x0085, TO_BREAK, 0},
	{0x0086, 0x009F, TO_NOTHING, 0},
	{0x00A0, 0x00BF, TO_SPACE, 0},
	{0x00C0, 0x024F, TO_LATIN_1, 0},
	{0x0300, 0x036F, TO_NOTHING, 0},
	{0x0660, 0x0669, TO_DIGITS, 0},
	{0x06F0, 0x06F9, TO_DIGITS, 0},
	{0x07C0, 0x07C9, TO_DIGITS, 0},
	{0x0966, 0x096F, TO_DIGITS, 0},
	{0x09E6, 0x09EF, TO_DIGITS, 0},
	{0x0A66, 0x0A6F, TO_DIGITS, 0},
	{0x0AE6, 0x0AEF, TO_DIGITS, 0},
	{0x0B66, 0x0B6F, TO_DIGITS, 0},
	{0x0BE6, 0x0BEF, TO_DIGITS, 0},
	{0x0C66, 0x0C6F, TO_DIGITS, 0},
	{0x0CE6, 0x0CEF, TO_DIGITS, 0},
	{0x0D66, 0x0D6F, TO_DIGITS, 0},
	{0x0DE6, 0x0DEF, TO_DIGITS, 0},
	{0x0E50, 0x0E59, TO_DIGITS, 0},
	{0x0ED0, 0x0ED9, TO_DIGITS, 0},
	{0x0F20, 0x0F29, TO_DIGITS, 0},
	{0x1040, 0x1049, TO_DIGITS, 0},
	{0x1090, 0x1099, TO_DIGITS, 0},
	{0x115F, 0x1160, TO_NOTHING, 0},
	{0x1680, 0x1680, TO_SPACE, 0},
	{0x17B4, 0x17B5, TO_NOTHING, 0},
	{0x17E0, 0x17E9, TO_DIGITS, 0},
	{0x180B, 0x180F, TO_NOTHING, 0},
	{0x1810, 0x1819, TO_DIGITS, 0},
	{0x1946, 0x194F, TO_DIGITS, 0},
	{0x19D0, 0x19D9, TO_DIGITS, 0},
	{0x1A80, 0x1A89, TO_DIGITS, 0},
	{0x1A90, 0x1A99, TO_DIGITS, 0},
	{0x1AB0, 0x1AFF, TO_NOTHING, 0},
	{0x1B50, 0x1B59, TO_DIGITS, 0},
	{0x1BB0, 0x1BB9, TO_DIGITS, 0},
	{0x1C40, 0x1C49, TO_DIGITS, 0},
	{0x1C50, 0x1C59, TO_DIGITS, 0},
	{0x1DC0, 0x1DFF, TO_NOTHING, 0},
	{0x1E00, 0x1EFF, TO_LATIN_EXTENDED, 0},
	{0x2000, 0x200A, TO_SPACE, 0},
	{0x200B, 0x200F, TO_NOTHING, 0},
	{0x2010, 0x2015, TO_CHAR, '-'},
	{0x2018, 0x201B, TO_CHAR, '\''},
	{0x201C, 0x201F, TO_CHAR, '"'},
	{0x2028, 0x2029, TO_BREAK, 0},
	{0x202A, 0x202E, TO_NOTHING, 0},
	{0x202F, 0x202F, TO_SPACE, 0},
	{0x2060, 0x206F, TO_NOTHING, 0},
	{0x2074, 0x2079, TO_SHIFTED, '4'},
	{0x2080, 0x2089, TO_DIGITS, 0},
	{0x20D0, 0x20FF, TO_NOTHING, 0},
	{0x2460, 0x2473, TO_NUMBER, 1},
	{0x2474, 0x2487, TO_NUMBER, 1},
	{0x2488, 0x249B, TO_NUMBER, 1},
	{0x249C, 0x24B5, TO_SHIFTED, 'a'},
	{0x24B6, 0x24E9, TO_ALPHABET, 0},
	{0x24EB, 0x24F4, TO_NUMBER, 11},
	{0x24F5, 0x24FE, TO_NUMBER, 1},
	{0x2776, 0x277F, TO_NUMBER, 1},
	{0x2780, 0x2789, TO_NUMBER, 1},
	{0x278A, 0x2793, TO_NUMBER, 1},
	{0x2E00, 0x2E7F, TO_SPACE, 0},
	{0x3000, 0x3020, TO_SPACE, 0},
	{0x3164, 0x3164, TO_SPACE, 0},
	{0xA620, 0xA629, TO_DIGITS, 0},
	{0xA8D0, 0xA8D9, TO_DIGITS, 0},
	{0xA900, 0xA909, TO_DIGITS, 0},
	{0xA9D0, 0xA9D9, TO_DIGITS, 0},
	{0xA9F0, 0xA9F9, TO_DIGITS, 0},
	{0xAA50, 0xAA59, TO_DIGITS, 0},
	{0xABF0, 0xABF9, TO_DIGITS, 0},
	{0xE000, 0xF8FF, TO_SPACE, 0},
	{0xFE00, 0xFE0F, TO_NOTHING, 0},
	{0xFE20, 0xFE2F, TO_NOTHING, 0},
	{0xFEFF, 0xFEFF, TO_NOTHING, 0},
	{0xFF01, 0xFF5E, TO_SHIFTED, '!'},
	{0xFFA0, 0xFFA0, TO_SPACE, 0},
	{0xFFE0, 0xFFEF, TO_SPACE, 0},
	{0xFFF9, 0xFFFB, TO_NOTHING, 0},
	{0x104A0, 0x104A9, TO_DIGITS, 0},
	{0x10D30, 0x10D39, TO_DIGITS, 0},
	{0x11066, 0x1106F, TO_DIGITS, 0},
	{0x110F0, 0x110F9, TO_DIGITS, 0},
	{0x11136, 0x1113F, TO_DIGITS, 0},
	{0x111D0, 0x111D9, TO_DIGITS, 0},
	{0x112F0, 0x112F9, TO_DIGITS, 0},
	{0x11450, 0x11459, TO_DIGITS, 0},
	{0x114D0, 0x114D9, TO_DIGITS, 0},
	{0x11650, 0x11659, TO_DIGITS, 0},
	{0x116C0, 0x116C9, TO_DIGITS, 0},
	{0x11730, 0x11739, TO_DIGITS, 0},
	{0x118E0, 0x118E9, TO_DIGITS, 0},
	{0x11950, 0x11959, TO_DIGITS, 0},
	{0x11C50, 0x11C59, TO_DIGITS, 0},
	{0x11D50, 0x11D59, TO_DIGITS, 0},
	{0x11DA0, 0x11DA9, TO_DIGITS, 0},
	{0x11F50, 0x11F59, TO_DIGITS, 0},
	{0x16A60, 0x16A69, TO_DIGITS, 0},
	{0x16AC0, 0x16AC9, TO_DIGITS, 0},
	{0x16B50, 0x16B59, TO_DIGITS, 0},
	{0x1BCA0, 0x1BCA3, TO_NOTHING, 0},
	{0x1D173, 0x1D17A, TO_NOTHING, 0},
	{0x1D400, 0x1D6A3, TO_ALPHABET, 0},
	{0x1D7CE, 0x1D7FF, TO_DIGITS, 0},
	{0x1E140, 0x1E149, TO_DIGITS, 0},
	{0x1E2F0, 0x1E2F9, TO_DIGITS, 0},
	{0x1E4F0, 0x1E4F9, TO_DIGITS, 0},
	{0x1E950, 0x1E959, TO_DIGITS, 0},
	{0x1F101, 0x1F10A, TO_DIGITS, 0},
	{0x1F110, 0x1F129, TO_SHIFTED, 'A'},
	{0x1F130, 0x1F149, TO_SHIFTED, 'A'},
	{0x1F150, 0x1F169, TO_SHIFTED, 'A'},
	{0x1F170, 0x1F189, TO_SHIFTED, 'A'},
	{0x1F1E6, 0x1F1FF, TO_SHIFTED, 'A'},
	{0x1FBF0, 0x1FBF9, TO_DIGITS, 0},
	{0xE0000, 0xE0FFF, TO_NOTHING, 0},
};

/* In order: symbols that nothing else tells. */
static const struct range symbols[] = {
	{0x2000, 0x2BFF, TO_SPACE, 0},
	{0x1F000, 0x1FAFF, TO_SPACE, 0},
};

static const struct range *
range_of(const struct range *table, size_t n, uint32_t code_point)
{
	size_t low = 0, high = n;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (table[middle].last < code_point)
			low = middle + 1;
		else
			high = middle;
	}
	return low < n && table[low].first <= code_point ? &table[low] : NULL;
}

static enum fold_class
put_text(const char *text, enum fold_class class, char ret_text[FOLD_POINT_MAX])
{
	if (text[0] == '\0')
		return FOLD_DROP;
	memcpy(ret_text, text, FOLD_POINT_MAX);
	return class;
}

static enum fold_class
put_char(int c, char ret_text[FOLD_POINT_MAX])
{
	char text[FOLD_POINT_MAX] = {(char)c};
	return c == '.' ? FOLD_KEEP : put_text(text, FOLD_ASCII, ret_text);
}

static enum fold_class
put_number(uint32_t n, char ret_text[FOLD_POINT_MAX])
{
	char text[FOLD_POINT_MAX] = {0};
	if (n >= 10)
		text[0] = (char)('0' + n / 10 % 10);
	text[n >= 10] = (char)('0' + n % 10);
	return put_text(text, FOLD_ASCII, ret_text);
}

static enum fold_class
by_range(const struct range *range, uint32_t nth, char ret_text[FOLD_POINT_MAX])
{
	char text[FOLD_POINT_MAX] = {0};
	switch (range->action) {
	case TO_NOTHING:
		return FOLD_DROP;
	case TO_SPACE:
		return FOLD_SPACE;
	case TO_BREAK:
		return FOLD_BREAK;
	case TO_SHIFTED:
		text[0] = (char)(range->arg + (int)nth);
		return put_text(text, FOLD_ASCII, ret_text);
	case TO_DIGITS:
		return put_number(nth % 10, ret_text);
	case TO_ALPHABET:
		return put_char((nth % 52 < 26 ? 'A' : 'a' - 26) + (int)(nth % 52), ret_text);
	case TO_NUMBER:
		return put_number(nth + (uint32_t)range->arg, ret_text);
	case TO_CHAR:
		return put_char(range->arg, ret_text);
	case TO_LATIN_1:
		return put_char(latin_1[nth], ret_text);
	case TO_LATIN_EXTENDED:
		return put_char(latin_extended[nth], ret_text);
	}
	return FOLD_KEEP;
}

enum fold_class
fold_point(uint32_t code_point, char ret_text[FOLD_POINT_MAX])
{
	const char *text = fold_single(code_point);
	if (!text)
		text = fold_compatible(code_point);
	if (text)
		return put_text(text, FOLD_ASCII, ret_text);
	text = fold_lookalike(code_point);
	if (text)
		return put_text(text, FOLD_LOOKALIKE, ret_text);
	const struct range *range = range_of(ranges, sizeof(ranges) / sizeof(ranges[0]), code_point);
	if (!range)
		range = range_of(symbols, sizeof(symbols) / sizeof(symbols[0]), code_point);
	return range ? by_range(range, code_point - range->first, ret_text) : FOLD_KEEP;
}
