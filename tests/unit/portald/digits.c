/* SPDX-License-Identifier: Apache-2.0 */
#include "portald/digits.h"

#include <stdlib.h>

#include "lib/seal/digest.h"
#include "tests/support/tap.h"

static void
test_read(void)
{
	static const struct {
		const char *name, *typed, *want; /* NULL: refused */
	} table[] = {
		{"plain", "123456", "123456"},
		{"as mailed", "123 456", "123456"},
		{"spaces everywhere", "  1 2 3\t4 5 6 \r\n", "123456"},
		{"with a hyphen", "123-456", "123456"},
		{"no-break space",
			"123\xC2\xA0"
			"456",
			"123456"},
		{"ideographic space",
			"123\xE3\x80\x80"
			"456",
			"123456"},
		{"zero-width space",
			"123\xE2\x80\x8B"
			"456",
			"123456"},
		{"full-width", "\xEF\xBC\x91\xEF\xBC\x92\xEF\xBC\x93\xEF\xBC\x94\xEF\xBC\x95\xEF\xBC\x96",
			"123456"},
		{"Arabic-Indic", "\xD9\xA1\xD9\xA2\xD9\xA3\xD9\xA4\xD9\xA5\xD9\xA6", "123456"},
		{"leading zeros", "000001", "000001"},
		{"five", "12345", NULL},
		{"seven", "1234567", NULL},
		{"nothing", "", NULL},
		{"only spaces", "      ", NULL},
		{"letters", "12345a", NULL},
		{"a sign", "+12345", NULL},
		{"superscript", "12345\xC2\xB2", NULL},
		{"invalid UTF-8", "12345\xFF", NULL},
		{"quotes", "'12345'", NULL},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char digits[DIGITS_SIZE + 1] = "";
		int ret = digits_read(bytes_of_str(table[i].typed), digits);

		tap_ok(table[i].want == NULL ? ret < 0 : ret == 0 && strcmp(digits, table[i].want) == 0,
			"read: %s", table[i].name);
	}
	char longer[DIGITS_TYPED_MAX + 2], digits[DIGITS_SIZE + 1];

	memset(longer, ' ', sizeof(longer));
	memcpy(longer, "123456", 6);
	tap_ok(digits_read(bytes_of(longer, sizeof(longer)), digits) < 0, "read: too long");
}

/* Random numbers from a list: what lies above the last whole million must be drawn again. */
static const uint32_t script[] = {UINT32_MAX, 4294000000u, 4293999999u, 0, 42, 999999, 1000000};
static size_t script_at;

static void
scripted(void *p, size_t n)
{
	memcpy(p, &script[script_at++], n);
}

static void
test_bias(void)
{
	static const char *const want[] = {"999999", "000000", "000042", "999999", "000000"};
	char digits[DIGITS_SIZE + 1];

	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		digits_make(scripted, digits);
		tap_ok(strcmp(digits, want[i]) == 0, "code %zu is %s: %s", i, want[i], digits);
	}
	tap_ok(script_at == 7, "numbers above the last whole million were drawn again");
}

/*
 * Chi-squared of each place's digits over 60,000 codes: 9 degrees of freedom, so above 40 happens by chance
 * less than once in 100,000 runs, for six places.
 */
static void
test_spread(void)
{
	enum { RUNS = 60000 };
	static unsigned counts[DIGITS_SIZE][10];

	for (unsigned i = 0; i < RUNS; i++) {
		char digits[DIGITS_SIZE + 1];

		digits_make(seal_random, digits);
		for (unsigned k = 0; k < DIGITS_SIZE; k++)
			counts[k][digits[k] - '0']++;
	}
	for (unsigned k = 0; k < DIGITS_SIZE; k++) {
		double chi = 0, expected = RUNS / 10.0;

		for (unsigned d = 0; d < 10; d++)
			chi += (counts[k][d] - expected) * (counts[k][d] - expected) / expected;
		tap_ok(chi < 40, "place %u: digits are equally likely (chi-squared %.1f)", k, chi);
	}
}

int
main(void)
{
	seal_init();
	test_read();
	test_bias();
	test_spread();
	return tap_done();
}
