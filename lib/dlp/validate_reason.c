/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/compact.h"
#include "lib/dlp/validate.h"

/* Only for values that validate_ssn() refused. */
static const char *
reason_of_ssn(struct bytes value)
{
	struct compact v;
	if (!compact_digits(value, &v) || v.n != 9)
		return "not nine digits";
	int area = compact_number(&v, 0, 3);
	if (area == 0)
		return "area 000 is never given out";
	if (area == 666)
		return "area 666 is never given out";
	if (area >= 900)
		return "areas from 900 on are never given out";
	if (compact_number(&v, 3, 2) == 0)
		return "group 00 is never given out";
	if (compact_number(&v, 5, 4) == 0)
		return "serial 0000 is never given out";
	return "a number that was printed as an example, or nine equal digits";
}

static const char *
reason_of_itin(struct bytes value)
{
	struct compact v;
	if (!compact_digits(value, &v) || v.n != 9)
		return "not nine digits";
	return v.c[0] != '9' ? "it does not begin with 9" : "its fourth and fifth digit are never given out";
}

static const char *
reason_of_npi(struct bytes value)
{
	struct compact v;
	if (!compact_digits(value, &v) || v.n != 10)
		return "not ten digits";
	return v.c[0] != '1' && v.c[0] != '2' ? "it begins with neither 1 nor 2" : "the check digit is wrong";
}

static const char *
reason_of_vin(struct bytes value)
{
	struct compact v;
	return !compact_of(value, &v) || v.n != 17 ? "not seventeen characters"
						   : "a letter that no VIN has, or the check digit is wrong";
}

/* A function where the value decides, else one text for all. */
static const struct {
	const char *name;
	const char *(*of)(struct bytes value);
	const char *text;
} reasons[] = {
	{"ssn", reason_of_ssn, NULL},
	{"itin", reason_of_itin, NULL},
	{"npi", reason_of_npi, NULL},
	{"vin", reason_of_vin, NULL},
	{"luhn", NULL, "the check digit is wrong"},
	{"card", NULL, "no issuer's range and length, or the check digit is wrong"},
	{"dea", NULL, "a letter that no registrant has, or the check digit is wrong"},
	{"mbi", NULL, "not the letters and digits of an MBI, place by place"},
	{"hicn", NULL, "neither an SSN and a letter, nor letters and six or nine digits"},
	{"iban", NULL, "no country's length, or the check digits are wrong"},
	{"aba", NULL, "no district of the Federal Reserve, or the check digit is wrong"},
	{"ein", NULL, "a prefix that is never given out"},
	{"date", NULL, "no such day, or not from 1850 to 2100"},
	{"date-of-birth", NULL, "no such day, or not from 1900 to today"},
	{"us-phone", NULL, "an area or exchange that is never given out"},
	{"zip", NULL, "not five or nine digits, below 00501, or five equal digits"},
	{"icd10", NULL, "not of a code's form"},
	{"icd10-dot", NULL, "not of a code's form, or without its dot"},
	{"ndc", NULL, "not of the three forms of an NDC"},
	{"hcpcs", NULL, "not a letter up to V and four digits"},
	{"ipv4", NULL, "not four numbers up to 255"},
	{"mod11", NULL, "the check digit is wrong"},
	{"mod97", NULL, "the check digits are wrong"},
	{"record-number", NULL, "fewer than four digits, equal digits, a run of digits, or a year"},
	{"has-digit", NULL, "no digit in it"},
	{"mixed", NULL, "not letters and digits together"},
	{"weights", NULL, "the check digit is wrong"},
};

const char *
validate_reason(const struct validate_check *check, struct bytes value)
{
	const char *name = validate_check_name(check);
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (strcmp(reasons[i].name, name) == 0)
			return reasons[i].of ? reasons[i].of(value) : reasons[i].text;
	return "not of its form";
}
