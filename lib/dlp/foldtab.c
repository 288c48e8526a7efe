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

/* In order, without overlaps. A code point in `singles` is looked up there first. */
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
	{0x0E50, 0x0E59, TO_DIGITS, 0},
	{0x0ED0, 0x0ED9, TO_DIGITS, 0},
	{0x0F20, 0x0F29, TO_DIGITS, 0},
	{0x1040, 0x1049, TO_DIGITS, 0},
	{0x115F, 0x1160, TO_NOTHING, 0},
	{0x1680, 0x1680, TO_SPACE, 0},
	{0x17B4, 0x17B5, TO_NOTHING, 0},
	{0x17E0, 0x17E9, TO_DIGITS, 0},
	{0x180B, 0x180F, TO_NOTHING, 0},
	{0x1810, 0x1819, TO_DIGITS, 0},
	{0x1AB0, 0x1AFF, TO_NOTHING, 0},
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
	{0xE000, 0xF8FF, TO_SPACE, 0},
	{0xFE00, 0xFE0F, TO_NOTHING, 0},
	{0xFE20, 0xFE2F, TO_NOTHING, 0},
	{0xFEFF, 0xFEFF, TO_NOTHING, 0},
	{0xFF01, 0xFF5E, TO_SHIFTED, '!'},
	{0xFFA0, 0xFFA0, TO_SPACE, 0},
	{0xFFE0, 0xFFEF, TO_SPACE, 0},
	{0xFFF9, 0xFFFB, TO_NOTHING, 0},
	{0x1D173, 0x1D17A, TO_NOTHING, 0},
	{0x1D400, 0x1D6A3, TO_ALPHABET, 0},
	{0x1D7CE, 0x1D7FF, TO_DIGITS, 0},
	{0x1F101, 0x1F10A, TO_DIGITS, 0},
	{0x1F110, 0x1F129, TO_SHIFTED, 'A'},
	{0x1F130, 0x1F149, TO_SHIFTED, 'A'},
	{0x1F150, 0x1F169, TO_SHIFTED, 'A'},
	{0x1F170, 0x1F189, TO_SHIFTED, 'A'},
	{0x1F1E6, 0x1F1FF, TO_SHIFTED, 'A'},
	{0x1FBF0, 0x1FBF9, TO_DIGITS, 0},
	{0xE0000, 0xE0FFF, TO_NOTHING, 0},
};

/* In order: symbols that no range and no single tells. */
static const struct range symbols[] = {
	{0x2000, 0x2BFF, TO_SPACE, 0},
	{0x1F000, 0x1FAFF, TO_SPACE, 0},
};

struct single {
	uint32_t code_point;
	char text[FOLD_POINT_MAX];
};

/* In order: what no range tells. */
static const struct single singles[] = {
	{0x00AA, "a"},
	{0x00AB, "\""},
	{0x00AD, ""},
	{0x00B1, "+-"},
	{0x00B2, "2"},
	{0x00B3, "3"},
	{0x00B4, "'"},
	{0x00B5, "u"},
	{0x00B7, "."},
	{0x00B9, "1"},
	{0x00BA, "o"},
	{0x00BB, "\""},
	{0x00BC, "1/4"},
	{0x00BD, "1/2"},
	{0x00BE, "3/4"},
	{0x00C6, "AE"},
	{0x00DE, "Th"},
	{0x00DF, "ss"},
	{0x00E6, "ae"},
	{0x00FE, "th"},
	{0x0132, "IJ"},
	{0x0133, "ij"},
	{0x0152, "OE"},
	{0x0153, "oe"},
	{0x01C4, "DZ"},
	{0x01C5, "Dz"},
	{0x01C6, "dz"},
	{0x01C7, "LJ"},
	{0x01C8, "Lj"},
	{0x01C9, "lj"},
	{0x01CA, "NJ"},
	{0x01CB, "Nj"},
	{0x01CC, "nj"},
	{0x01F1, "DZ"},
	{0x01F2, "Dz"},
	{0x01F3, "dz"},
	{0x0251, "a"},
	{0x0261, "g"},
	{0x026A, "I"},
	{0x02B9, "'"},
	{0x02BB, "'"},
	{0x02BC, "'"},
	{0x02BD, "'"},
	{0x02C8, "'"},
	{0x02D0, ":"},
	{0x02D7, "-"},
	{0x034F, ""},
	{0x03BC, "u"},
	{0x058A, "-"},
	{0x05BE, "-"},
	{0x061C, ""},
	{0x2024, "."},
	{0x2025, ".."},
	{0x2026, "..."},
	{0x2027, "."},
	{0x2032, "'"},
	{0x2033, "\""},
	{0x2035, "'"},
	{0x2036, "\""},
	{0x2039, "'"},
	{0x203A, "'"},
	{0x2043, "-"},
	{0x2044, "/"},
	{0x2070, "0"},
	{0x2071, "i"},
	{0x207A, "+"},
	{0x207B, "-"},
	{0x207C, "="},
	{0x207D, "("},
	{0x207E, ")"},
	{0x207F, "n"},
	{0x208A, "+"},
	{0x208B, "-"},
	{0x208C, "="},
	{0x208D, "("},
	{0x208E, ")"},
	{0x2102, "C"},
	{0x2103, "C"},
	{0x2109, "F"},
	{0x210A, "g"},
	{0x210B, "H"},
	{0x210C, "H"},
	{0x210D, "H"},
	{0x210E, "h"},
	{0x2110, "I"},
	{0x2111, "I"},
	{0x2112, "L"},
	{0x2113, "l"},
	{0x2115, "N"},
	{0x2116, "no"},
	{0x2119, "P"},
	{0x211A, "Q"},
	{0x211B, "R"},
	{0x211C, "R"},
	{0x211D, "R"},
	{0x211E, "Rx"},
	{0x2124, "Z"},
	{0x2128, "Z"},
	{0x212A, "K"},
	{0x212B, "A"},
	{0x212C, "B"},
	{0x212D, "C"},
	{0x212F, "e"},
	{0x2130, "E"},
	{0x2131, "F"},
	{0x2133, "M"},
	{0x2134, "o"},
	{0x2139, "i"},
	{0x2145, "D"},
	{0x2146, "d"},
	{0x2147, "e"},
	{0x2148, "i"},
	{0x2149, "j"},
	{0x2153, "1/3"},
	{0x2154, "2/3"},
	{0x215B, "1/8"},
	{0x215C, "3/8"},
	{0x215D, "5/8"},
	{0x215E, "7/8"},
	{0x2160, "I"},
	{0x2161, "II"},
	{0x2162, "III"},
	{0x2163, "IV"},
	{0x2164, "V"},
	{0x2165, "VI"},
	{0x2166, "VII"},
	{0x2167, "VIII"},
	{0x2168, "IX"},
	{0x2169, "X"},
	{0x216A, "XI"},
	{0x216B, "XII"},
	{0x216C, "L"},
	{0x216D, "C"},
	{0x216E, "D"},
	{0x216F, "M"},
	{0x2170, "i"},
	{0x2171, "ii"},
	{0x2172, "iii"},
	{0x2173, "iv"},
	{0x2174, "v"},
	{0x2175, "vi"},
	{0x2176, "vii"},
	{0x2177, "viii"},
	{0x2178, "ix"},
	{0x2179, "x"},
	{0x2212, "-"},
	{0x2215, "/"},
	{0x2217, "*"},
	{0x2219, "."},
	{0x2236, ":"},
	{0x223C, "~"},
	{0x2264, "<="},
	{0x2265, ">="},
	{0x22C5, "."},
	{0x24EA, "0"},
	{0x24FF, "0"},
	{0x2A7D, "<="},
	{0x2A7E, ">="},
	{0x2E3A, "-"},
	{0x2E3B, "-"},
	{0x338D, "ug"},
	{0x338E, "mg"},
	{0x338F, "kg"},
	{0x3396, "ml"},
	{0xA789, ":"},
	{0xFB00, "ff"},
	{0xFB01, "fi"},
	{0xFB02, "fl"},
	{0xFB03, "ffi"},
	{0xFB04, "ffl"},
	{0xFB05, "st"},
	{0xFB06, "st"},
	{0xFE50, ","},
	{0xFE52, "."},
	{0xFE54, ";"},
	{0xFE55, ":"},
	{0xFE56, "?"},
	{0xFE57, "!"},
	{0xFE58, "-"},
	{0xFE59, "("},
	{0xFE5A, ")"},
	{0xFE5F, "#"},
	{0xFE60, "&"},
	{0xFE61, "*"},
	{0xFE62, "+"},
	{0xFE63, "-"},
	{0xFE64, "<"},
	{0xFE65, ">"},
	{0xFE66, "="},
	{0xFE68, "\\"},
	{0xFE69, "$"},
	{0xFE6A, "%"},
	{0xFE6B, "@"},
	{0xFFE3, "-"},
	{0x1F100, "0"},
	{0x1F10B, "0"},
	{0x1F10C, "0"},
};

/* In order: letters of other scripts that look like a Latin one. */
static const struct single lookalikes[] = {
	{0x0391, "A"},
	{0x0392, "B"},
	{0x0395, "E"},
	{0x0396, "Z"},
	{0x0397, "H"},
	{0x0399, "I"},
	{0x039A, "K"},
	{0x039C, "M"},
	{0x039D, "N"},
	{0x039F, "O"},
	{0x03A1, "P"},
	{0x03A4, "T"},
	{0x03A5, "Y"},
	{0x03A7, "X"},
	{0x03B1, "a"},
	{0x03B3, "y"},
	{0x03B5, "e"},
	{0x03B7, "n"},
	{0x03B9, "i"},
	{0x03BA, "k"},
	{0x03BD, "v"},
	{0x03BF, "o"},
	{0x03C1, "p"},
	{0x03C4, "t"},
	{0x03C5, "u"},
	{0x03C7, "x"},
	{0x03F2, "c"},
	{0x03F3, "j"},
	{0x03F9, "C"},
	{0x0405, "S"},
	{0x0406, "I"},
	{0x0408, "J"},
	{0x0410, "A"},
	{0x0412, "B"},
	{0x0415, "E"},
	{0x0417, "3"},
	{0x041A, "K"},
	{0x041C, "M"},
	{0x041D, "H"},
	{0x041E, "O"},
	{0x0420, "P"},
	{0x0421, "C"},
	{0x0422, "T"},
	{0x0423, "Y"},
	{0x0425, "X"},
	{0x042C, "b"},
	{0x0430, "a"},
	{0x0435, "e"},
	{0x043A, "k"},
	{0x043E, "o"},
	{0x0440, "p"},
	{0x0441, "c"},
	{0x0443, "y"},
	{0x0445, "x"},
	{0x0451, "e"},
	{0x0455, "s"},
	{0x0456, "i"},
	{0x0458, "j"},
	{0x04AE, "Y"},
	{0x04AF, "y"},
	{0x04BA, "h"},
	{0x04BB, "h"},
	{0x04C0, "I"},
	{0x04CF, "l"},
	{0x0501, "d"},
	{0x050C, "G"},
	{0x051A, "Q"},
	{0x051B, "q"},
	{0x051C, "W"},
	{0x051D, "w"},
	{0x0555, "O"},
	{0x0570, "h"},
	{0x0578, "n"},
	{0x057D, "u"},
	{0x0581, "g"},
	{0x0585, "o"},
};

static const char *
single_text(const struct single *table, size_t n, uint32_t code_point)
{
	size_t low = 0, high = n;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (table[middle].code_point < code_point)
			low = middle + 1;
		else
			high = middle;
	}
	return low < n && table[low].code_point == code_point ? table[low].text : NULL;
}

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
	const char *text = single_text(singles, sizeof(singles) / sizeof(singles[0]), code_point);
	if (text)
		return put_text(text, FOLD_ASCII, ret_text);
	text = single_text(lookalikes, sizeof(lookalikes) / sizeof(lookalikes[0]), code_point);
	if (text)
		return put_text(text, FOLD_LOOKALIKE, ret_text);
	const struct range *range = range_of(ranges, sizeof(ranges) / sizeof(ranges[0]), code_point);
	if (!range)
		range = range_of(symbols, sizeof(symbols) / sizeof(symbols[0]), code_point);
	return range ? by_range(range, code_point - range->first, ret_text) : FOLD_KEEP;
}
