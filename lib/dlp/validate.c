/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/validate.h"

#include "lib/base/ascii.h"
#include "lib/dlp/validate_checks.h"

struct validator {
	const char *name;
	bool (*ok)(struct bytes value, int today);
};

static const struct validator validators[] = {
	{"ssn", validate_ssn},
	{"itin", validate_itin},
	{"luhn", validate_luhn},
	{"card", validate_card},
	{"npi", validate_npi},
	{"dea", validate_dea},
	{"mbi", validate_mbi},
	{"hicn", validate_hicn},
	{"iban", validate_iban},
	{"aba", validate_aba},
	{"ein", validate_ein},
	{"date", validate_date},
	{"date-of-birth", validate_birth},
	{"us-phone", validate_phone},
	{"zip", validate_zip},
	{"icd10", validate_icd10},
	{"icd10-dot", validate_icd10_dot},
	{"ndc", validate_ndc},
	{"hcpcs", validate_hcpcs},
	{"vin", validate_vin},
	{"ipv4", validate_ipv4},
	{"mod11", validate_mod11},
	{"mod97", validate_mod97},
	{"record-number", validate_record_number},
	{"has-digit", validate_has_digit},
	{"mixed", validate_mixed},
};

enum { N_VALIDATORS = sizeof(validators) / sizeof(validators[0]) };

int
validate_find(struct bytes name)
{
	for (int i = 0; i < N_VALIDATORS; i++)
		if (bytes_eq(name, bytes_of_str(validators[i].name)))
			return i;
	return -1;
}

const char *
validate_name(int id)
{
	return id >= 0 && id < N_VALIDATORS ? validators[id].name : NULL;
}

const char *
validate_check_name(const struct validate_check *check)
{
	return check->id == VALIDATE_CUSTOM ? "weights" : validators[check->id].name;
}

bool
validate_ok(const struct validate_check *check, struct bytes value, int today)
{
	if (check->id == VALIDATE_CUSTOM)
		return validate_weighted(value, check);
	return validators[check->id].ok(value, today);
}

/* Gregorian calendar from the days since 1970-01-01, by 400-year cycles that begin in March of year 0. */
int
validate_day(int64_t wall)
{
	int64_t days = wall / 86400 + 719468;
	int64_t cycle = days / 146097, of_cycle = days % 146097;
	int64_t year = (of_cycle - of_cycle / 1460 + of_cycle / 36524 - of_cycle / 146096) / 365;
	int64_t of_year = of_cycle - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * of_year + 2) / 153;
	int64_t day = of_year - (153 * month + 2) / 5 + 1;
	month += month < 10 ? 3 : -9;
	year += cycle * 400 + (month <= 2);
	return (int)(year * 10000 + month * 100 + day);
}
