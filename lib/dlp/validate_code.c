/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/validate_checks.h"

#include "lib/base/ascii.h"
#include "lib/dlp/compact.h"

/*
 * The first and the last category of each letter, in ICD-10-CM or the WHO's ICD-10, whichever goes further;
 * an A or B in the third place stands behind the digits.
 */
static const char *const icd10_ranges[26] = {"0099", "0099", "0097", "0089", "0090", "0099", "0099", "0095",
	"0099", "0099", "0095", "0099", "0099", "0099", "009A", "0096", "0099", "0099", "0099", "0098",
	"0412", "0099", "0099", "0099", "0099", "0099"};

static bool
is_icd10_category(const char category[3])
{
	const char *range = icd10_ranges[category[0] - 'A'];
	return memcmp(category + 1, range, 2) >= 0 && memcmp(category + 1, range + 2, 2) <= 0;
}

/* Letter, digit, digit or A or B, then perhaps a dot and one to four more. */
static bool
is_icd10(struct bytes value, bool ret_dot[1])
{
	struct compact v = {0};
	if (value.n < 3 || value.n > 8)
		return false;
	for (size_t i = 0; i < value.n; i++)
		v.c[i] = (char)ascii_upper(value.p[i]);
	if (!ascii_is_upper((uint8_t)v.c[0]) || !ascii_is_digit((uint8_t)v.c[1]) ||
		!(ascii_is_digit((uint8_t)v.c[2]) || v.c[2] == 'A' || v.c[2] == 'B') ||
		!is_icd10_category(v.c))
		return false;
	ret_dot[0] = v.c[3] == '.';
	size_t at = ret_dot[0] ? 4 : 3;
	for (size_t i = at; i < value.n; i++)
		if (!ascii_is_alnum((uint8_t)v.c[i]))
			return false;
	return value.n - at <= 4 && (value.n > at || !ret_dot[0]);
}

bool
validate_icd10(struct bytes value, int today)
{
	(void)today;
	bool dot;
	return is_icd10(value, &dot);
}

bool
validate_icd10_dot(struct bytes value, int today)
{
	(void)today;
	bool dot;
	return is_icd10(value, &dot) && dot;
}

bool
validate_ndc(struct bytes value, int today)
{
	(void)today;
	static const size_t forms[][3] = {{4, 4, 2}, {5, 3, 2}, {5, 4, 1}, {5, 4, 2}};
	struct compact v;
	if (!compact_digits(value, &v) || (v.n != 10 && v.n != 11) || compact_all_same(v.c, v.n))
		return false;
	size_t first = bytes_find_byte(value, '-');
	if (first == value.n)
		return v.n == value.n;
	struct bytes rest = bytes_sub(value, first + 1, value.n);
	size_t second = bytes_find_byte(rest, '-');
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (first == forms[i][0] && second == forms[i][1] && rest.n == second + 1 + forms[i][2])
			return true;
	return false;
}

bool
validate_hcpcs(struct bytes value, int today)
{
	(void)today;
	struct compact v;
	return compact_of(value, &v) && v.n == 5 && v.c[0] >= 'A' && v.c[0] <= 'V' &&
	       compact_all_digits(v.c + 1, 4);
}

/* 49 CFR 565.15: letters have the values of their places on old keyboards; the ninth place is the check. */
bool
validate_vin(struct bytes value, int today)
{
	(void)today;
	static const int weights[] = {8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2};
	static const char letters[] = "ABCDEFGH*JKLMN*P*R*STUVWXYZ";
	static const char values[] = "12345678*12345*7*9*23456789";
	struct compact v;
	if (!compact_of(value, &v) || v.n != 17)
		return false;
	int sum = 0;
	for (size_t i = 0; i < 17; i++) {
		const char *letter = strchr(letters, v.c[i]);
		if (!ascii_is_digit((uint8_t)v.c[i]) && (!letter || *letter == '*'))
			return false;
		sum += weights[i] * (letter ? values[letter - letters] - '0' : compact_digit(&v, i));
	}
	int check = sum % 11;
	return v.c[8] == (check == 10 ? 'X' : (char)('0' + check)) && !compact_all_same(v.c, 17);
}

bool
validate_ipv4(struct bytes value, int today)
{
	(void)today;
	struct bytes rest = value;
	int64_t part[4];
	for (int i = 0; i < 4; i++) {
		size_t dot = bytes_find_byte(rest, '.');
		if ((dot == rest.n) != (i == 3) ||
			bytes_parse_i64(bytes_sub(rest, 0, dot), 0, 255, &part[i]) < 0)
			return false;
		rest = bytes_sub(rest, dot == rest.n ? dot : dot + 1, rest.n);
	}
	return part[0] != 0 && part[0] != 127;
}

/* 1234, 12345 ... or the other way: the placeholder that forms and manuals use. */
static bool
is_run(const char *p, size_t n)
{
	int step = p[1] - p[0];
	if (step != 1 && step != -1)
		return false;
	for (size_t i = 1; i < n; i++)
		if (p[i] - p[i - 1] != step && !(p[i - 1] == '9' && p[i] == '0'))
			return false;
	return true;
}

bool
validate_record_number(struct bytes value, int today)
{
	(void)today;
	struct compact v, digits = {0};
	if (!compact_of(value, &v))
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (ascii_is_digit((uint8_t)v.c[i]))
			digits.c[digits.n++] = v.c[i];
	if (digits.n < 4 || compact_all_same(digits.c, digits.n) || is_run(digits.c, digits.n))
		return false;
	int century = compact_number(&digits, 0, 2);
	return v.n != 4 || (century != 19 && century != 20);
}

bool
validate_has_digit(struct bytes value, int today)
{
	(void)today;
	for (size_t i = 0; i < value.n; i++)
		if (ascii_is_digit(value.p[i]))
			return true;
	return false;
}

bool
validate_mixed(struct bytes value, int today)
{
	for (size_t i = 0; i < value.n; i++)
		if (ascii_is_alpha(value.p[i]))
			return validate_has_digit(value, today);
	return false;
}
