/* SPDX-License-Identifier: Apache-2.0 */
/* The single validators, for the table of validate.c only. What each accepts: postseal-rules(5). */
#ifndef POSTSEAL_VALIDATE_CHECKS_H
#define POSTSEAL_VALIDATE_CHECKS_H

#include "lib/dlp/validate.h"

/* validate_person.c */
bool validate_ssn(struct bytes value, int today);
bool validate_itin(struct bytes value, int today);
bool validate_npi(struct bytes value, int today);
bool validate_dea(struct bytes value, int today);
bool validate_mbi(struct bytes value, int today);
bool validate_hicn(struct bytes value, int today);
bool validate_phone(struct bytes value, int today);
bool validate_zip(struct bytes value, int today);

/* validate_bank.c */
bool validate_luhn(struct bytes value, int today);
bool validate_card(struct bytes value, int today);
bool validate_mod97(struct bytes value, int today);
bool validate_iban(struct bytes value, int today);
bool validate_aba(struct bytes value, int today);
bool validate_ein(struct bytes value, int today);
bool validate_mod11(struct bytes value, int today);

/* validate_code.c */
bool validate_icd10(struct bytes value, int today);
bool validate_icd10_dot(struct bytes value, int today);
bool validate_ndc(struct bytes value, int today);
bool validate_hcpcs(struct bytes value, int today);
bool validate_vin(struct bytes value, int today);
bool validate_ipv4(struct bytes value, int today);
bool validate_record_number(struct bytes value, int today);
bool validate_has_digit(struct bytes value, int today);
bool validate_mixed(struct bytes value, int today);

/* validate_date.c */
bool validate_date(struct bytes value, int today);
bool validate_birth(struct bytes value, int today);
bool validate_weighted(struct bytes value, const struct validate_check *check); /* validate_bank.c */

#endif
