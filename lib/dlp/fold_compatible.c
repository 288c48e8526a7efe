/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/fold.h"

struct compatible {
	uint32_t code_point;
	char text[FOLD_POINT_MAX];
};

/*
 * In order: what NFKC makes of a sign, where that is ASCII letters and digits and no range of fold_point.c
 * tells. The trade mark signs are not here: they end a word.
 */
static const struct compatible compatibles[] = {{0x02B0, "h"}, {0x02B2, "j"}, {0x02B3, "r"}, {0x02B7, "w"},
	{0x02B8, "y"}, {0x02E1, "l"}, {0x02E2, "s"}, {0x02E3, "x"}, {0x1D2C, "A"}, {0x1D2E, "B"},
	{0x1D30, "D"}, {0x1D31, "E"}, {0x1D33, "G"}, {0x1D34, "H"}, {0x1D35, "I"}, {0x1D36, "J"},
	{0x1D37, "K"}, {0x1D38, "L"}, {0x1D39, "M"}, {0x1D3A, "N"}, {0x1D3C, "O"}, {0x1D3E, "P"},
	{0x1D3F, "R"}, {0x1D40, "T"}, {0x1D41, "U"}, {0x1D42, "W"}, {0x1D43, "a"}, {0x1D47, "b"},
	{0x1D48, "d"}, {0x1D49, "e"}, {0x1D4D, "g"}, {0x1D4F, "k"}, {0x1D50, "m"}, {0x1D52, "o"},
	{0x1D56, "p"}, {0x1D57, "t"}, {0x1D58, "u"}, {0x1D5B, "v"}, {0x1D9C, "c"}, {0x1DA0, "f"},
	{0x1DBB, "z"}, {0x2090, "a"}, {0x2091, "e"}, {0x2092, "o"}, {0x2093, "x"}, {0x2095, "h"},
	{0x2096, "k"}, {0x2097, "l"}, {0x2098, "m"}, {0x2099, "n"}, {0x209A, "p"}, {0x209B, "s"},
	{0x209C, "t"}, {0x20A8, "Rs"}, {0x2121, "TEL"}, {0x213B, "FAX"}, {0x217A, "xi"}, {0x217B, "xii"},
	{0x217C, "l"}, {0x217D, "c"}, {0x217E, "d"}, {0x217F, "m"}, {0x2C7C, "j"}, {0x2C7D, "V"},
	{0x3250, "PTE"}, {0x3251, "21"}, {0x3252, "22"}, {0x3253, "23"}, {0x3254, "24"}, {0x3255, "25"},
	{0x3256, "26"}, {0x3257, "27"}, {0x3258, "28"}, {0x3259, "29"}, {0x325A, "30"}, {0x325B, "31"},
	{0x325C, "32"}, {0x325D, "33"}, {0x325E, "34"}, {0x325F, "35"}, {0x32B1, "36"}, {0x32B2, "37"},
	{0x32B3, "38"}, {0x32B4, "39"}, {0x32B5, "40"}, {0x32B6, "41"}, {0x32B7, "42"}, {0x32B8, "43"},
	{0x32B9, "44"}, {0x32BA, "45"}, {0x32BB, "46"}, {0x32BC, "47"}, {0x32BD, "48"}, {0x32BE, "49"},
	{0x32BF, "50"}, {0x32CC, "Hg"}, {0x32CD, "erg"}, {0x32CE, "eV"}, {0x32CF, "LTD"}, {0x3371, "hPa"},
	{0x3372, "da"}, {0x3373, "AU"}, {0x3374, "bar"}, {0x3375, "oV"}, {0x3376, "pc"}, {0x3377, "dm"},
	{0x3378, "dm2"}, {0x3379, "dm3"}, {0x337A, "IU"}, {0x3380, "pA"}, {0x3381, "nA"}, {0x3383, "mA"},
	{0x3384, "kA"}, {0x3385, "KB"}, {0x3386, "MB"}, {0x3387, "GB"}, {0x3388, "cal"}, {0x3389, "kcal"},
	{0x338A, "pF"}, {0x338B, "nF"}, {0x3390, "Hz"}, {0x3391, "kHz"}, {0x3392, "MHz"}, {0x3393, "GHz"},
	{0x3394, "THz"}, {0x3397, "dl"}, {0x3398, "kl"}, {0x3399, "fm"}, {0x339A, "nm"}, {0x339C, "mm"},
	{0x339D, "cm"}, {0x339E, "km"}, {0x339F, "mm2"}, {0x33A0, "cm2"}, {0x33A1, "m2"}, {0x33A2, "km2"},
	{0x33A3, "mm3"}, {0x33A4, "cm3"}, {0x33A5, "m3"}, {0x33A6, "km3"}, {0x33A9, "Pa"}, {0x33AA, "kPa"},
	{0x33AB, "MPa"}, {0x33AC, "GPa"}, {0x33AD, "rad"}, {0x33B0, "ps"}, {0x33B1, "ns"}, {0x33B3, "ms"},
	{0x33B4, "pV"}, {0x33B5, "nV"}, {0x33B7, "mV"}, {0x33B8, "kV"}, {0x33B9, "MV"}, {0x33BA, "pW"},
	{0x33BB, "nW"}, {0x33BD, "mW"}, {0x33BE, "kW"}, {0x33BF, "MW"}, {0x33C3, "Bq"}, {0x33C4, "cc"},
	{0x33C5, "cd"}, {0x33C8, "dB"}, {0x33C9, "Gy"}, {0x33CA, "ha"}, {0x33CB, "HP"}, {0x33CC, "in"},
	{0x33CD, "KK"}, {0x33CE, "KM"}, {0x33CF, "kt"}, {0x33D0, "lm"}, {0x33D1, "ln"}, {0x33D2, "log"},
	{0x33D3, "lx"}, {0x33D4, "mb"}, {0x33D5, "mil"}, {0x33D6, "mol"}, {0x33D7, "PH"}, {0x33D9, "PPM"},
	{0x33DA, "PR"}, {0x33DB, "sr"}, {0x33DC, "Sv"}, {0x33DD, "Wb"}, {0x33FF, "gal"}, {0xA7F2, "C"},
	{0xA7F3, "F"}, {0xA7F4, "Q"}, {0x107A5, "q"}, {0x1F12B, "C"}, {0x1F12C, "R"}, {0x1F12D, "CD"},
	{0x1F12E, "WZ"}, {0x1F14A, "HV"}, {0x1F14B, "MV"}, {0x1F14C, "SD"}, {0x1F14D, "SS"}, {0x1F14E, "PPV"},
	{0x1F14F, "WC"}, {0x1F16A, "MC"}, {0x1F16B, "MD"}, {0x1F16C, "MR"}, {0x1F190, "DJ"}};

const char *
fold_compatible(uint32_t code_point)
{
	size_t low = 0, high = sizeof(compatibles) / sizeof(compatibles[0]);
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (compatibles[middle].code_point < code_point)
			low = middle + 1;
		else
			high = middle;
	}
	bool found = low < sizeof(compatibles) / sizeof(compatibles[0]) &&
		     compatibles[low].code_point == code_point;
	return found ? compatibles[low].text : NULL;
}
