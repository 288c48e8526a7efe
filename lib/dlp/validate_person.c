/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/validate_checks.h"

#include "lib/base/ascii.h"
#include "lib/dlp/compact.h"

/* Numbers printed in advertising and forms, which were used by thousands since. */
static const int printed_ssns[] = {78051120, 219099999, 457555462};

static bool
is_ssn_digits(const struct compact *v)
{
	int area = compact_number(v, 0, 3), whole = compact_number(v, 0, 9);
	for (size_t i = 0; i < sizeof(printed_ssns) / sizeof(printed_ssns[0]); i++)
		if (whole == printed_ssns[i])
			return false;
	return area != 0 && area != 666 && area < 900 && compact_number(v, 3, 2) != 0 &&
	       compact_number(v, 5, 4) != 0 && !compact_all_same(v->c, 9);
}

bool
validate_ssn(struct bytes value, int today)
{
	(void)today;
	struct compact v;
	return compact_digits(value, &v) && v.n == 9 && is_ssn_digits(&v);
}

bool
validate_itin(struct bytes value, int today)
{
	(void)today;
	struct compact v;
	if (!compact_digits(value, &v) || v.n != 9 || v.c[0] != '9')
		return false;
	int group = compact_number(&v, 3, 2);
	return (group >= 50 && group <= 65) || (group >= 70 && group <= 88) || (group >= 90 && group <= 92) ||
	       (group >= 94 && group <= 99);
}

/* Luhn over 80840 and the number; the prefix adds 24. */
bool
validate_npi(struct bytes value, int today)
{
	(void)today;
	struct compact v;
	return compact_digits(value, &v) && v.n == 10 && (v.c[0] == '1' || v.c[0] == '2') &&
	       (compact_luhn(&v) + 24) % 10 == 0;
}

bool
validate_dea(struct bytes value, int today)
{
	(void)today;
	struct compact v;
	if (!compact_of(value, &v) || v.n != 9 || !compact_among("ABCDEFGHJKLMPRSTUX", v.c[0]) ||
		!(ascii_is_upper((uint8_t)v.c[1]) || v.c[1] == '9') || !compact_all_digits(v.c + 2, 7))
		return false;
	int sum = compact_digit(&v, 2) + compact_digit(&v, 4) + compact_digit(&v, 6) +
		  2 * (compact_digit(&v, 3) + compact_digit(&v, 5) + compact_digit(&v, 7));
	return sum % 10 == compact_digit(&v, 8) && !compact_all_same(v.c + 2, 7);
}

/* C = 1..9, N = digit, A = letter without S L O I B Z, X = either of the last two. */
static bool
fits_mbi(char form, char c)
{
	bool is_digit = ascii_is_digit((uint8_t)c);
	bool is_letter = ascii_is_upper((uint8_t)c) && !compact_among("SLOIBZ", c);
	if (form == 'C')
		return is_digit && c != '0';
	return (is_digit && form != 'A') || (is_letter && form != 'N');
}

bool
validate_mbi(struct bytes value, int today)
{
	(void)today;
	static const char form[] = "CAXNAXNAANN";
	struct compact v;
	if (!compact_of(value, &v) || v.n != sizeof(form) - 1)
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (!fits_mbi(form[i], v.c[i]))
			return false;
	return true;
}

bool
validate_hicn(struct bytes value, int today)
{
	(void)today;
	struct compact v;
	if (!compact_of(value, &v))
		return false;
	if ((v.n == 10 || v.n == 11) && compact_all_digits(v.c, 9))
		return is_ssn_digits(&v) && compact_among("ABCDEFHJKMTW", v.c[9]);
	size_t letters = 0;
	while (letters < v.n && ascii_is_upper((uint8_t)v.c[letters]))
		letters++;
	size_t rest = v.n - letters;
	return letters >= 1 && letters <= 3 && (rest == 6 || rest == 9) &&
	       compact_all_digits(v.c + letters, rest) && !compact_all_same(v.c + letters, rest);
}

bool
validate_phone(struct bytes value, int today)
{
	(void)today;
	struct compact v = {.digits = true};
	for (size_t i = 0; i < value.n; i++) {
		if (!ascii_is_digit(value.p[i]))
			continue;
		if (v.n == 11)
			return false;
		v.c[v.n++] = (char)value.p[i];
	}
	size_t from = v.n == 11 && v.c[0] == '1' ? 1 : 0;
	if (v.n - from != 10 || compact_all_same(v.c + from, 10))
		return false;
	const char *p = v.c + from;
	bool service_area = p[1] == '1' && p[2] == '1', service_exchange = p[4] == '1' && p[5] == '1';
	return p[0] >= '2' && p[3] >= '2' && p[1] != '9' && !service_area && !service_exchange;
}

bool
validate_zip(struct bytes value, int today)
{
	(void)today;
	enum { FIRST = 501, LAST = 99950 };
	struct compact v;
	if (!compact_digits(value, &v) || (v.n != 5 && v.n != 9) || compact_all_same(v.c, 5))
		return false;
	int zip = compact_number(&v, 0, 5);
	return zip >= FIRST && zip <= LAST;
}
