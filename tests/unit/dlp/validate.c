/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/validate.h"

#include "lib/base/fd.h"
#include "tests/support/tap.h"

enum { TODAY = 20261123 };

struct row {
	const char *validator;
	const char *good[12], *bad[12];
};

static const struct row rows[] = {
	{"ssn", {"212-09-9999", "212 09 9999", "212099999", "001-01-0001", "899-99-9999", "665.12.3456"},
		{"000-12-3456", "666-12-3456", "900-12-3456", "123-00-4567", "123-45-0000", "078-05-1120",
			"219-09-9999", "111-11-1111", "12-345-678", "21209999a"}},
	{"itin", {"912-70-1234", "900501234", "999-99-1234"},
		{"912-49-1234", "912-66-1234", "912-89-1234", "812-70-1234", "912-93-1234"}},
	{"luhn", {"79927398713", "18"}, {"79927398710", "0", "0000000000", "7992739871x"}},
	{"card",
		{"4111 1111 1111 1111", "5555-5555-5555-4444", "378282246310005", "6011111111111117",
			"30569309025904", "3530111333300000", "2223003122003222"},
		{"4111111111111112", "1111111111111117", "411111111111111", "9999999999999995"}},
	{"npi", {"1234567893", "1245319599", "2580730218"}, {"1234567890", "3234567893", "123456789"}},
	{"dea", {"MS8099322", "AB1234563", "F91234563", "ms8099322"},
		{"MS8099325", "NS8099322", "MS809932", "MS0000000", "M-"}},
	{"mbi", {"1EG4-TE5-MK73", "1EG4TE5MK73", "1eg4te5mk73"},
		{"0EG4TE5MK73", "1SG4TE5MK73", "1EG4TE5MB73", "1EGATE5MK73", "1EG4TE5MK7", "1EG4TE5MK7A"}},
	{"hicn", {"212099999A", "212-09-9999-B1", "WA123456", "A212099999"},
		{"000123456A", "212099999Z", "ABCD123456", "A12345", "A111111"}},
	{"iban", {"GB82 WEST 1234 5698 7654 32", "DE89370400440532013000", "FR1420041010050500013M02606"},
		{"GB82 WEST 1234 5698 7654 33", "DE8937040044053201300", "1234", "GBXX"}},
	{"aba", {"021000021", "011401533"}, {"021000022", "991000021", "000000000", "02100002"}},
	{"ein", {"12-3456789", "95-1234567"}, {"07-1234567", "00-1234567", "11-1111111", "123456"}},
	{"date",
		{"03/04/1961", "3/4/61", "31.12.1999", "1961-03-04", "March 4, 1961", "4 Mar 1961",
			"Sept. 4th, 2026", "19610304", "03041961", "12/31/2030", "29 Feb 2024"},
		{"13/13/1961", "02/30/1961", "1961-13-04", "29 Feb 2023", "March 1961", "03/04", "12/1/961",
			"1/1/1849", "99999999", "Mar 4 1961 1", "4 foo 1961"}},
	{"date-of-birth", {"03/04/1961", "03/04/61", "Nov 23, 2026", "1900-01-01", "1/1/27"},
		{"Nov 24, 2026", "12/31/1899", "01/01/2027", "2/30/1970"}},
	{"us-phone", {"(212) 555-0142", "212.555.0142", "+1 212 555 0142", "2125550142"},
		{"112-555-0142", "212-155-0142", "911-555-0142", "212-911-0142", "222-222-2222", "555-0142",
			"292-555-0142", "+2 212 555 0142"}},
	{"zip", {"10001", "00501", "10001-1234"}, {"00500", "11111", "1000", "100012", "1000a"}},
	{"icd10", {"E11.9", "I10", "S72.001A", "E119", "e11.65", "C7A.1", "U07.1", "Z3A.12"},
		{"11.9", "E1", "E1X.9", "E11.", "E11.12345", "EE1.9", "E11-9"}},
	{"icd10-dot", {"E11.9", "S72.001A"}, {"I10", "E119"}},
	{"ndc", {"0002-8215-01", "12345-678-90", "12345-6789-0", "12345-6789-01", "1234567890"},
		{"123-4567-890", "12345-67-890", "1111-1111-11", "123456789", "12345-67890"}},
	{"hcpcs", {"J1885", "G0008", "e0601"}, {"Z1234", "J188", "J18855", "1J885"}},
	{"vin", {"1HGCM82633A004352", "1M8GDM9AXKP042788"},
		{"1HGCM82643A004352", "1HGCM82633A00435", "1HGCM8263OA004352", "11111111111111111"}},
	{"ipv4", {"192.168.1.20", "8.8.8.8"}, {"127.0.0.1", "0.1.2.3", "1.2.3", "1.2.3.256", "1.2.3.4.5"}},
	{"mod11", {"0306406152", "097522980X"}, {"0306406153", "09752298X0", "030640615"}},
	{"mod97", {"794044D0703", "3214282912345698765432161182"}, {"794044D0704", "1", "7940#4"}},
	{"record-number", {"00482913", "MRN-48291", "4821", "A20267", "20267"},
		{"123", "1111111", "12345678", "87654321", "1961", "2026", "ABC"}},
	{"has-digit", {"a1", "7"}, {"abc", ""}},
	{"mixed", {"a1", "1-B"}, {"abc", "123", "--"}},
};

static bool
is_ok(const char *validator, struct bytes value)
{
	struct validate_check check = {.id = validate_find(bytes_of_str(validator))};
	return check.id >= 0 && validate_ok(&check, value, TODAY);
}

static void
test_table(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		for (size_t j = 0; j < 12 && row->good[j]; j++)
			tap_ok(is_ok(row->validator, bytes_of_str(row->good[j])), "%s takes `%s`",
				row->validator, row->good[j]);
		for (size_t j = 0; j < 12 && row->bad[j]; j++)
			tap_ok(!is_ok(row->validator, bytes_of_str(row->bad[j])), "%s refuses `%s`",
				row->validator, row->bad[j]);
	}
	for (int id = 0; validate_name(id); id++) {
		bool known = false;
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			known = known || strcmp(rows[i].validator, validate_name(id)) == 0;
		tap_ok(known, "%s is tested here", validate_name(id));
	}
	tap_ok(validate_find(BYTES_LIT("none")) == -1, "an unknown name");
}

static void
test_own_weights(void)
{
	struct validate_check check = {.id = VALIDATE_CUSTOM,
		.modulus = 11,
		.weights = {9, 8, 7, 6, 5, 4, 3, 2, -1},
		.n_weights = 9};
	tap_ok(validate_ok(&check, BYTES_LIT("111222333"), TODAY), "a Dutch citizen number");
	tap_ok(!validate_ok(&check, BYTES_LIT("111222334"), TODAY), "with a wrong digit");
	tap_ok(!validate_ok(&check, BYTES_LIT("11122233"), TODAY), "too short");
}

static void
test_days(void)
{
	tap_ok(validate_day(0) == 19700101, "the first day");
	tap_ok(validate_day(951782400) == 20000229, "a leap day");
	tap_ok(validate_day(1795392000) == 20261123, "23 November 2026");
}

/* The vectors that the project's code lists hold, where they are there. */
static void
test_vectors(void)
{
	struct buf content;
	struct err err = {0};
	buf_init(&content, 1 << 20);
	const char *top = getenv("top_srcdir");
	char path[1000];
	snprintf(path, sizeof(path), "%s/../shared/codelists/check-vectors.tsv", top ? top : ".");
	if (fd_read_file(path, &content, &err) < 0) {
		tap_skip("no ../shared/codelists here");
		buf_done(&content);
		return;
	}
	struct bytes rest = buf_bytes(&content), line;
	bytes_next_line(&rest, &line);
	size_t wrong = 0, n = 0;
	while (bytes_next_line(&rest, &line)) {
		size_t tab = bytes_find_byte(line, '\t');
		struct bytes tail = bytes_sub(line, tab + 1, line.n);
		size_t second = bytes_find_byte(tail, '\t');
		char name[20];
		snprintf(name, sizeof(name), "%.*s", (int)tab, (const char *)line.p);
		bool want = tail.p[second + 1] == '1';
		wrong += is_ok(name, bytes_sub(tail, 0, second)) != want;
		n++;
	}
	tap_ok(n > 50 && wrong == 0, "of %zu vectors %zu are judged wrong", n, wrong);
	buf_done(&content);
}

int
main(void)
{
	test_table();
	test_own_weights();
	test_days();
	test_vectors();
	return tap_done();
}
