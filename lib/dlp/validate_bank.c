/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/validate_checks.h"

#include "lib/base/ascii.h"
#include "lib/dlp/compact.h"

bool
validate_luhn(struct bytes value, int today)
{
	(void)today;
	struct compact v;
	return compact_digits(value, &v) && v.n >= 2 && v.n <= 24 && !compact_all_same(v.c, v.n) &&
	       compact_luhn(&v) % 10 == 0;
}

enum { N13 = 1 << 13, N14 = 1 << 14, N15 = 1 << 15, N16 = 1 << 16, N19 = 1 << 19, N16_19 = 0xF << 16 };

/* ISO/IEC 7812 prefixes of four digits, with the lengths that their networks use. */
static const struct {
	int first, last;
	unsigned lengths;
} card_ranges[] = {
	{2221, 2720, N16},                /* Mastercard */
	{3000, 3059, N14},                /* Diners Club */
	{3095, 3095, N14},                /* Diners Club */
	{3400, 3499, N15},                /* American Express */
	{3528, 3589, N16_19},             /* JCB */
	{3600, 3699, N14 | N15 | N16_19}, /* Diners Club */
	{3700, 3799, N15},                /* American Express */
	{3800, 3999, N14 | N16_19},       /* Diners Club */
	{4000, 4999, N13 | N16 | N19},    /* Visa */
	{5100, 5599, N16},                /* Mastercard */
	{6011, 6011, N16_19},             /* Discover */
	{6200, 6299, N16_19},             /* UnionPay */
	{6440, 6599, N16_19},             /* Discover */
};

bool
validate_card(struct bytes value, int today)
{
	struct compact v;
	if (!compact_digits(value, &v) || v.n < 13 || v.n > 19 || !validate_luhn(value, today))
		return false;
	int prefix = compact_number(&v, 0, 4);
	for (size_t i = 0; i < sizeof(card_ranges) / sizeof(card_ranges[0]); i++)
		if (prefix >= card_ranges[i].first && prefix <= card_ranges[i].last)
			return (card_ranges[i].lengths >> v.n & 1) != 0;
	return false;
}

bool
validate_mod97(struct bytes value, int today)
{
	(void)today;
	struct compact v;
	return compact_of(value, &v) && v.n >= 4 && compact_mod97(v.c, v.n, 0) == 1;
}

static const struct {
	char country[3];
	uint8_t n;
} iban_lengths[] = {{"AD", 24}, {"AE", 23}, {"AT", 20}, {"BE", 16}, {"BG", 22}, {"CH", 21}, {"CY", 28},
	{"CZ", 24}, {"DE", 22}, {"DK", 18}, {"EE", 20}, {"ES", 24}, {"FI", 18}, {"FR", 27}, {"GB", 22},
	{"GR", 27}, {"HR", 21}, {"HU", 28}, {"IE", 22}, {"IL", 23}, {"IS", 26}, {"IT", 27}, {"LI", 21},
	{"LT", 20}, {"LU", 20}, {"LV", 21}, {"MC", 27}, {"MT", 31}, {"NL", 18}, {"NO", 15}, {"PL", 28},
	{"PT", 25}, {"RO", 24}, {"SA", 24}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27}, {"TR", 26}};

bool
validate_iban(struct bytes value, int today)
{
	(void)today;
	struct compact v;
	if (!compact_of(value, &v) || v.n < 15 || v.n > 34 || !ascii_is_upper((uint8_t)v.c[0]) ||
		!ascii_is_upper((uint8_t)v.c[1]) || !compact_all_digits(v.c + 2, 2))
		return false;
	for (size_t i = 0; i < sizeof(iban_lengths) / sizeof(iban_lengths[0]); i++)
		if (memcmp(iban_lengths[i].country, v.c, 2) == 0 && iban_lengths[i].n != v.n)
			return false;
	int sum = compact_mod97(v.c + 4, v.n - 4, 0);
	return sum >= 0 && compact_mod97(v.c, 4, sum) == 1;
}

bool
validate_aba(struct bytes value, int today)
{
	(void)today;
	struct compact v;
	if (!compact_digits(value, &v) || v.n != 9 || compact_all_same(v.c, 9))
		return false;
	int prefix = compact_number(&v, 0, 2);
	if (!(prefix <= 12 || (prefix >= 21 && prefix <= 32) || (prefix >= 61 && prefix <= 72) ||
		    prefix == 80))
		return false;
	int sum = 0;
	for (size_t i = 0; i < 9; i++)
		sum += compact_digit(&v, i) * (i % 3 == 0 ? 3 : i % 3 == 1 ? 7 : 1);
	return sum % 10 == 0;
}

bool
validate_ein(struct bytes value, int today)
{
	(void)today;
	static const uint8_t unused[] = {0, 7, 8, 9, 17, 18, 19, 28, 29, 49, 69, 70, 78, 79, 89, 96, 97};
	struct compact v;
	if (!compact_digits(value, &v) || v.n != 9 || compact_all_same(v.c, 9))
		return false;
	return memchr(unused, compact_number(&v, 0, 2), sizeof(unused)) == NULL;
}

bool
validate_weighted(struct bytes value, const struct validate_check *check)
{
	struct compact v;
	if (!compact_of(value, &v) || v.n != check->n_weights)
		return false;
	int64_t sum = 0;
	for (size_t i = 0; i < v.n; i++) {
		bool is_x = v.c[i] == 'X' && i + 1 == v.n;
		if (!is_x && !ascii_is_digit((uint8_t)v.c[i]))
			return false;
		sum += (int64_t)check->weights[i] * (is_x ? 10 : compact_digit(&v, i));
	}
	return sum % check->modulus == 0;
}

bool
validate_mod11(struct bytes value, int today)
{
	(void)today;
	static const struct validate_check isbn = {
		.modulus = 11, .weights = {10, 9, 8, 7, 6, 5, 4, 3, 2, 1}, .n_weights = 10};
	return validate_weighted(value, &isbn);
}
