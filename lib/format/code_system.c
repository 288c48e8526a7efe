/* SPDX-License-Identifier: Apache-2.0 */
/* OIDs: HL7's OID registry; URIs: FHIR R4, "Identifier registry" and "Using codes"; types: HL7 table 0203. */
#include "lib/format/code_system.h"

struct row {
	const char *key, *name;
};

/* The first that the system begins or ends with, whatever the letters' case. */
static const char *
find(const struct row *rows, struct bytes system)
{
	for (; rows->key != NULL; rows++) {
		struct bytes key = bytes_of_str(rows->key);

		if (bytes_eq_nocase(system, key) || bytes_ends_nocase(system, key))
			return rows->name;
	}
	return NULL;
}

const char *
code_system_name(struct bytes system)
{
	static const struct row rows[] = {
		{"/sid/icd-10-cm", "ICD-10"},
		{"/sid/icd-10-pcs", "ICD-10-PCS"},
		{"/sid/icd-10", "ICD-10"},
		{"/sid/icd-9-cm", "ICD-9"},
		{"2.16.840.1.113883.6.90", "ICD-10"},
		{"2.16.840.1.113883.6.3", "ICD-10"},
		{"2.16.840.1.113883.6.4", "ICD-10-PCS"},
		{"2.16.840.1.113883.6.103", "ICD-9"},
		{"2.16.840.1.113883.6.42", "ICD-9"},
		{"snomed.info/sct", "SNOMED CT"},
		{"2.16.840.1.113883.6.96", "SNOMED CT"},
		{"loinc.org", "LOINC"},
		{"2.16.840.1.113883.6.1", "LOINC"},
		{"umls/rxnorm", "RxNorm"},
		{"2.16.840.1.113883.6.88", "RxNorm"},
		{"ama-assn.org/go/cpt", "CPT"},
		{"2.16.840.1.113883.6.12", "CPT"},
		{"HCPCSReleaseCodeSets", "HCPCS"},
		{"2.16.840.1.113883.6.285", "HCPCS"},
		{"/sid/ndc", "NDC"},
		{"2.16.840.1.113883.6.69", "NDC"},
		{"/sid/cvx", "CVX"},
		{"2.16.840.1.113883.12.292", "CVX"},
		{NULL, NULL},
	};

	return find(rows, system);
}

const char *
code_system_number(struct bytes system)
{
	static const struct row rows[] = {
		{"/sid/us-ssn", "Social Security number"},
		{"2.16.840.1.113883.4.1", "Social Security number"},
		{"/sid/us-medicare", "Medicare number"},
		{"/sid/us-mbi", "Medicare number"},
		{"2.16.840.1.113883.4.572", "Medicare number"},
		{"2.16.840.1.113883.4.927", "Medicare number"},
		{"/sid/us-npi", "NPI"},
		{"2.16.840.1.113883.4.6", "NPI"},
		{"2.16.840.1.113883.4.814", "DEA number"},
		{"2.16.840.1.113883.4.2", "Employer number"},
		{NULL, NULL},
	};

	if (bytes_find(system, BYTES_LIT("2.16.840.1.113883.4.3.")) < system.n)
		return "Driver's license number";
	return find(rows, system);
}

const char *
code_system_number_type(struct bytes code)
{
	static const struct row rows[] = {
		{"MR", "Medical record number"},
		{"PI", "Patient ID"},
		{"PT", "Patient ID"},
		{"SS", "Social Security number"},
		{"SB", "Social Security number"},
		{"MC", "Medicare number"},
		{"MA", "Medicaid ID"},
		{"MB", "Member ID"},
		{"SN", "Subscriber number"},
		{"DL", "Driver's license number"},
		{"PPN", "Passport number"},
		{"AN", "Account number"},
		{"VN", "Visit number"},
		{"NPI", "NPI"},
		{"PRN", "Provider number"},
		{"DEA", "DEA number"},
		{"MD", "License number"},
		{"TAX", "Tax number"},
		{"XX", "Organization number"},
		{"ACSN", "Accession number"},
		{"PLAC", "Order number"},
		{"FILL", "Order number"},
		{"UDI", "Device identifier"},
		{"SNO", "Serial number"},
		{NULL, NULL},
	};

	for (const struct row *row = rows; row->key != NULL; row++)
		if (bytes_eq_nocase(code, bytes_of_str(row->key)))
			return row->name;
	return NULL;
}
