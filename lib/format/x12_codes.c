/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/x12_codes.h"

#define FIND(rows, field, value)                                                                             \
	do {                                                                                                 \
		for (size_t i = 0; i < sizeof(rows) / sizeof((rows)[0]); i++)                                \
			if (bytes_eq(value, bytes_of_str((rows)[i].field)))                                  \
				return &(rows)[i];                                                           \
	} while (0)

struct word {
	const char *code, *label;
};

static const char *
label_of(const struct word *words, size_t n, struct bytes code)
{
	for (size_t i = 0; i < n; i++)
		if (bytes_eq(code, bytes_of_str(words[i].code)))
			return words[i].label;
	return NULL;
}

const struct x12_entity *
x12_entity_of(struct bytes code)
{
	static const struct x12_entity entities[] = {
		{"IL", X12_PATIENT, "Insured", "2010BA"},
		{"QC", X12_PATIENT, "Patient", "2010CA"},
		{"74", X12_PATIENT, "Insured", NULL},
		{"70", X12_PATIENT, "Insured", NULL},
		{"03", X12_PATIENT, "Patient", NULL},
		{"QD", X12_RELATED, "Responsible party", NULL},
		{"S1", X12_RELATED, "Parent", NULL},
		{"GD", X12_RELATED, "Guardian", NULL},
		{"E1", X12_RELATED, "Spouse", NULL},
		{"X4", X12_RELATED, "Spouse", NULL},
		{"LR", X12_RELATED, "Legal representative", NULL},
		{"J6", X12_RELATED, "Power of attorney", NULL},
		{"EXS", X12_RELATED, "Former spouse", NULL},
		{"31", X12_RELATED, "Mailing address", NULL},
		{"85", X12_PROVIDER, "Billing provider", "2010AA"},
		{"87", X12_PROVIDER, "Pay-to provider", "2010AB"},
		{"82", X12_PROVIDER, "Rendering provider", "2310B"},
		{"DN", X12_PROVIDER, "Referring provider", "2310A"},
		{"P3", X12_PROVIDER, "Primary care provider", NULL},
		{"77", X12_PROVIDER, "Service location", "2310C"},
		{"DQ", X12_PROVIDER, "Supervising provider", "2310D"},
		{"DK", X12_PROVIDER, "Ordering provider", NULL},
		{"71", X12_PROVIDER, "Attending provider", "2310A"},
		{"72", X12_PROVIDER, "Operating provider", "2310B"},
		{"ZZ", X12_PROVIDER, "Other provider", NULL},
		{"73", X12_PROVIDER, "Other provider", NULL},
		{"QB", X12_PROVIDER, "Purchased service provider", NULL},
		{"SJ", X12_PROVIDER, "Service provider", NULL},
		{"1P", X12_PROVIDER, "Provider", NULL},
		{"FA", X12_PROVIDER, "Facility", NULL},
		{"80", X12_PROVIDER, "Hospital", NULL},
		{"1T", X12_PROVIDER, "Provider", NULL},
		{"2B", X12_PAYER, "Administrator", NULL},
		{"PE", X12_PROVIDER, "Payee", NULL},
		{"PR", X12_PAYER, "Payer", "2010BB"},
		{"P5", X12_PAYER, "Plan sponsor", NULL},
		{"IN", X12_PAYER, "Insurer", NULL},
		{"41", X12_OTHER, "Submitter", "1000A"},
		{"40", X12_OTHER, "Receiver", "1000B"},
		{"36", X12_OTHER, "Employer", NULL},
	};
	static const struct x12_entity other = {"", X12_OTHER, "Entity", NULL};

	FIND(entities, code, code);
	return &other;
}

const char *
x12_set_name(struct bytes set)
{
	static const struct word words[] = {{"270", "eligibility inquiry"}, {"271", "eligibility response"},
		{"275", "patient information"}, {"276", "claim status request"}, {"277", "claim status"},
		{"278", "services review"}, {"820", "premium payment"}, {"824", "application advice"},
		{"834", "benefit enrollment"}, {"835", "claim payment"}, {"837", "health care claim"}};

	return label_of(words, sizeof(words) / sizeof(words[0]), set);
}

const char *
x12_reference_label(struct bytes code)
{
	static const struct word words[] = {{"SY", "SSN"}, {"0F", "Subscriber number"},
		{"1L", "Group number"}, {"6P", "Group number"}, {"EA", "Medical record number"},
		{"D9", "Claim number"}, {"1K", "Payer claim control number"},
		{"F8", "Payer claim control number"}, {"G1", "Prior authorization number"},
		{"9F", "Referral number"}, {"EJ", "Patient account number"}, {"IG", "Policy number"},
		{"1W", "Member ID"}, {"49", "Family unit number"}, {"NQ", "Medicaid number"},
		{"F6", "Medicare number"}, {"3H", "Case number"}, {"Y4", "Claim number"},
		{"XZ", "Prescription number"}, {"6R", "Line item control number"}, {"BLT", "Billing type"},
		{"17", "Client number"}, {"23", "Client number"}, {"HJ", "Identity card number"},
		{"N6", "Plan network number"}, {"ABB", "Personal ID number"},
		{"4A", "Personal identification number"}};

	return label_of(words, sizeof(words) / sizeof(words[0]), code);
}

const char *
x12_number_label(struct bytes code)
{
	static const struct word words[] = {{"MI", "Member ID"}, {"34", "SSN"}, {"HN", "Medicare number"},
		{"MR", "Medicaid number"}, {"N", "Insured ID"}, {"C", "Insured ID"}, {"II", "Patient ID"},
		{"ZZ", "Member ID"}};

	return label_of(words, sizeof(words) / sizeof(words[0]), code);
}

const struct x12_list *
x12_list_of(struct bytes code)
{
	static const struct x12_list lists[] = {
		{"ABK", "Diagnosis", "ICD-10", true},
		{"ABF", "Diagnosis", "ICD-10", true},
		{"ABJ", "Admitting diagnosis", "ICD-10", true},
		{"ABN", "External cause", "ICD-10", true},
		{"APR", "Reason for visit", "ICD-10", true},
		{"BK", "Diagnosis", "ICD-9", true},
		{"BF", "Diagnosis", "ICD-9", true},
		{"BJ", "Admitting diagnosis", "ICD-9", true},
		{"BN", "External cause", "ICD-9", true},
		{"PR", "Reason for visit", "ICD-9", true},
		{"BBR", "Procedure", "ICD-10-PCS", false},
		{"BBQ", "Procedure", "ICD-10-PCS", false},
		{"BR", "Procedure", "ICD-9 procedure", false},
		{"BQ", "Procedure", "ICD-9 procedure", false},
		{"BP", "Procedure", "CPT", false},
		{"BO", "Procedure", "CPT", false},
		{"DR", "Diagnosis-related group", "DRG", false},
		{"HC", "Procedure", "CPT", false},
		{"HP", "Procedure", "HIPPS", false},
		{"AD", "Dental procedure", "CDT", false},
		{"N4", "Medicine", "NDC", false},
		{"NU", "Revenue code", NULL, false},
	};

	FIND(lists, code, code);
	return NULL;
}

const struct x12_element *
x12_element_of(struct bytes segment, unsigned number)
{
	static const struct x12_element elements[] = {
		{"CLM", 1, X12_TEXT, "Patient account number"},
		{"CLM", 2, X12_TEXT, "Claim amount"},
		{"CLP", 1, X12_TEXT, "Patient account number"},
		{"CLP", 3, X12_TEXT, "Charged"},
		{"CLP", 4, X12_TEXT, "Paid"},
		{"CLP", 5, X12_TEXT, "Patient responsibility"},
		{"CLP", 7, X12_TEXT, "Payer claim control number"},
		{"SV1", 1, X12_PROCEDURE, "Procedure"},
		{"SV2", 2, X12_PROCEDURE, "Procedure"},
		{"SV3", 1, X12_PROCEDURE, "Procedure"},
		{"SV5", 1, X12_PROCEDURE, "Procedure"},
		{"SVC", 1, X12_PROCEDURE, "Procedure"},
		{"SVC", 6, X12_PROCEDURE, "Procedure"},
		{"SVD", 3, X12_PROCEDURE, "Procedure"},
		{"EQ", 2, X12_PROCEDURE, "Procedure"},
		{"NTE", 2, X12_TEXT, "Note"},
		{"MSG", 1, X12_TEXT, "Message"},
		{"K3", 1, X12_TEXT, "Note"},
		{"PWK", 6, X12_TEXT, "Attachment control number"},
		{"PWK", 7, X12_TEXT, "Attachment"},
		{"SBR", 3, X12_TEXT, "Group number"},
		{"SBR", 4, X12_TEXT, "Group name"},
		{"EB", 5, X12_TEXT, "Plan"},
		{"TRN", 2, X12_TEXT, "Trace number"},
		{"HCR", 2, X12_TEXT, "Authorization number"},
		{"HD", 4, X12_TEXT, "Health coverage"},
		{"PAT", 6, X12_DATE, "Date of death"},
		{"INS", 12, X12_DATE, "Date of death"},
		{"STC", 12, X12_TEXT, "Message"},
		{"DSB", 8, X12_TEXT, "Diagnosis"},
	};

	for (size_t i = 0; i < sizeof(elements) / sizeof(elements[0]); i++)
		if (elements[i].number == number && bytes_eq(segment, bytes_of_str(elements[i].segment)))
			return &elements[i];
	return NULL;
}
