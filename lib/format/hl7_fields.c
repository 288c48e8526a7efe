/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/hl7_fields.h"

#define FIELDS(...)                                                                                          \
	(const struct hl7_field[])                                                                           \
	{                                                                                                    \
		__VA_ARGS__,                                                                                 \
		{                                                                                            \
			0, HL7_SKIP, NULL                                                                    \
		}                                                                                            \
	}

/* Table-driven: one row a segment, in the order in which messages are likely to have them. */
static const struct hl7_meaning meanings[] = {
	{"PID", FIELDS({1, HL7_SKIP, NULL}, {2, HL7_ID, "Patient ID"}, {3, HL7_ID, "Medical record number"},
			{4, HL7_ID, "Patient ID"}, {5, HL7_NAME, "Patient name"},
			{6, HL7_NAME, "Mother's maiden name"}, {7, HL7_DATE, "Date of birth"},
			{8, HL7_CODE, "Sex"}, {9, HL7_NAME, "Patient name (alias)"}, {10, HL7_CODE, "Race"},
			{11, HL7_PLACE, "Patient address"}, {13, HL7_PHONE, "Patient phone"},
			{14, HL7_PHONE, "Patient work phone"}, {15, HL7_CODE, "Language"},
			{16, HL7_CODE, "Marital status"}, {17, HL7_CODE, "Religion"},
			{18, HL7_ID, "Patient account number"}, {19, HL7_TEXT, "SSN"},
			{20, HL7_TEXT, "Driver's license number"},
			{21, HL7_ID, "Mother's medical record number"}, {22, HL7_CODE, "Ethnic group"},
			{23, HL7_TEXT, "Birth place"}, {29, HL7_DATE, "Date of death"})},
	{"PD1", FIELDS({3, HL7_TEXT, "Primary care facility"}, {4, HL7_PERSON, "Primary care provider"})},
	{"NK1", FIELDS({1, HL7_SKIP, NULL}, {2, HL7_NAME, "Next of kin"}, {3, HL7_CODE, "Relationship"},
			{4, HL7_PLACE, "Address of next of kin"}, {5, HL7_PHONE, "Phone of next of kin"},
			{6, HL7_PHONE, "Work phone of next of kin"},
			{16, HL7_DATE, "Birth date of next of kin"}, {30, HL7_NAME, "Contact person"},
			{33, HL7_ID, "ID of next of kin"})},
	{"PV1", FIELDS({1, HL7_SKIP, NULL}, {2, HL7_CODE, "Patient class"}, {3, HL7_TEXT, "Location"},
			{7, HL7_PERSON, "Attending provider"}, {8, HL7_PERSON, "Referring provider"},
			{9, HL7_PERSON, "Consulting provider"}, {10, HL7_CODE, "Hospital service"},
			{17, HL7_PERSON, "Admitting provider"}, {19, HL7_ID, "Visit number"},
			{36, HL7_CODE, "Discharge disposition"}, {44, HL7_DATE, "Admitted"},
			{45, HL7_DATE, "Discharged"}, {50, HL7_ID, "Alternate visit ID"},
			{52, HL7_PERSON, "Provider"})},
	{"PV2", FIELDS({3, HL7_CODE, "Admit reason"}, {8, HL7_DATE, "Expected admission"},
			{9, HL7_DATE, "Expected discharge"}, {12, HL7_PROSE, "Visit description"},
			{13, HL7_PERSON, "Referring provider"})},
	{"DG1", FIELDS({1, HL7_SKIP, NULL}, {2, HL7_SKIP, NULL}, {3, HL7_CODE, "Diagnosis"},
			{4, HL7_PROSE, "Diagnosis"}, {5, HL7_DATE, "Diagnosed"},
			{16, HL7_PERSON, "Diagnosing provider"})},
	{"DRG", FIELDS({1, HL7_CODE, "Diagnosis-related group"})},
	{"AL1", FIELDS({1, HL7_SKIP, NULL}, {2, HL7_CODE, "Allergy type"}, {3, HL7_CODE, "Allergy"},
			{4, HL7_CODE, "Severity"}, {5, HL7_PROSE, "Reaction"}, {6, HL7_DATE, "Identified"})},
	{"IAM", FIELDS({1, HL7_SKIP, NULL}, {2, HL7_CODE, "Allergy type"}, {3, HL7_CODE, "Allergy"},
			{4, HL7_CODE, "Severity"}, {5, HL7_PROSE, "Reaction"},
			{14, HL7_NAME, "Reported by"})},
	{"PR1", FIELDS({1, HL7_SKIP, NULL}, {2, HL7_SKIP, NULL}, {3, HL7_CODE, "Procedure"},
			{4, HL7_PROSE, "Procedure"}, {5, HL7_DATE, "Date of procedure"},
			{8, HL7_PERSON, "Anesthesia provider"}, {11, HL7_PERSON, "Provider"},
			{12, HL7_PERSON, "Provider"})},
	{"ORC", FIELDS({10, HL7_PERSON, "Entered by provider"}, {11, HL7_PERSON, "Verified by provider"},
			{12, HL7_PERSON, "Ordering provider"}, {16, HL7_CODE, "Order reason"},
			{19, HL7_PERSON, "Action by provider"}, {21, HL7_TEXT, "Ordering facility"})},
	{"OBR", FIELDS({1, HL7_SKIP, NULL}, {4, HL7_CODE, "Test ordered"}, {7, HL7_DATE, "Observed"},
			{10, HL7_PERSON, "Collected by provider"},
			{13, HL7_PROSE, "Relevant clinical information"}, {15, HL7_TEXT, "Specimen"},
			{16, HL7_PERSON, "Ordering provider"}, {22, HL7_DATE, "Reported"},
			{28, HL7_PERSON, "Results copied to provider"}, {31, HL7_CODE, "Reason for study"},
			{32, HL7_TEXT, "Interpreting provider"}, {33, HL7_TEXT, "Assisting provider"},
			{34, HL7_TEXT, "Technician"}, {35, HL7_TEXT, "Transcribed by provider"},
			{44, HL7_CODE, "Procedure"})},
	{"OBX", FIELDS({1, HL7_SKIP, NULL}, {2, HL7_SKIP, NULL}, {3, HL7_RESULT, "Result"},
			{4, HL7_SKIP, NULL}, {5, HL7_VALUE, "Value"}, {14, HL7_DATE, "Observed"},
			{16, HL7_PERSON, "Observed by provider"}, {25, HL7_PERSON, "Performing provider"})},
	{"NTE", FIELDS({1, HL7_SKIP, NULL}, {2, HL7_SKIP, NULL}, {3, HL7_PROSE, "Comment"},
			{5, HL7_PERSON, "Entered by provider"})},
	{"SPM", FIELDS({4, HL7_CODE, "Specimen"}, {8, HL7_CODE, "Specimen source"},
			{14, HL7_PROSE, "Specimen description"}, {17, HL7_DATE, "Collected"})},
	{"IN1", FIELDS({1, HL7_SKIP, NULL}, {2, HL7_CODE, "Health plan"},
			{3, HL7_TEXT, "Insurance company ID"}, {4, HL7_TEXT, "Insurance company"},
			{5, HL7_TEXT, "Insurance company address"}, {6, HL7_TEXT, "Insurance contact"},
			{8, HL7_TEXT, "Group number"}, {9, HL7_TEXT, "Group name"},
			{12, HL7_DATE, "Plan effective"}, {13, HL7_DATE, "Plan expires"},
			{16, HL7_NAME, "Insured name"}, {17, HL7_CODE, "Insured's relationship"},
			{18, HL7_DATE, "Insured's date of birth"}, {19, HL7_PLACE, "Insured's address"},
			{36, HL7_TEXT, "Policy number"}, {49, HL7_ID, "Insured ID"})},
	{"IN2", FIELDS({1, HL7_ID, "Insured's employee ID"}, {2, HL7_TEXT, "Insured's SSN"},
			{6, HL7_TEXT, "Medicare number"}, {8, HL7_TEXT, "Medicaid number"},
			{22, HL7_NAME, "Insured name"}, {25, HL7_TEXT, "Member ID"},
			{40, HL7_NAME, "Mother's maiden name"}, {61, HL7_ID, "Member ID"},
			{63, HL7_PHONE, "Insured's phone"})},
	{"GT1", FIELDS({1, HL7_SKIP, NULL}, {2, HL7_ID, "Guarantor number"}, {3, HL7_NAME, "Guarantor name"},
			{4, HL7_NAME, "Guarantor's spouse"}, {5, HL7_PLACE, "Guarantor's address"},
			{6, HL7_PHONE, "Guarantor's phone"}, {7, HL7_PHONE, "Guarantor's work phone"},
			{8, HL7_DATE, "Guarantor's date of birth"}, {12, HL7_TEXT, "Guarantor's SSN"},
			{16, HL7_TEXT, "Guarantor's employer"})},
	{"ACC", FIELDS({1, HL7_DATE, "Accident"}, {2, HL7_CODE, "Accident code"},
			{3, HL7_TEXT, "Accident location"})},
	{"MRG", FIELDS({1, HL7_ID, "Medical record number (prior)"},
			{3, HL7_ID, "Patient account number (prior)"}, {4, HL7_ID, "Patient ID (prior)"},
			{7, HL7_NAME, "Patient name (prior)"})},
	{"RXO", FIELDS({1, HL7_CODE, "Medication"}, {2, HL7_TEXT, "Dose"},
			{6, HL7_PROSE, "Instructions to pharmacy"}, {7, HL7_PROSE, "Instructions"},
			{14, HL7_PERSON, "Ordering provider"})},
	{"RXE", FIELDS({2, HL7_CODE, "Medication"}, {3, HL7_TEXT, "Dose"}, {7, HL7_PROSE, "Instructions"},
			{13, HL7_PERSON, "Ordering provider"}, {14, HL7_PERSON, "Pharmacist provider"},
			{15, HL7_TEXT, "Prescription number"})},
	{"RXD", FIELDS({2, HL7_CODE, "Medication"}, {7, HL7_TEXT, "Prescription number"},
			{10, HL7_PERSON, "Dispensing provider"})},
	{"RXG", FIELDS({4, HL7_CODE, "Medication"}, {5, HL7_TEXT, "Dose"})},
	{"RXA", FIELDS({3, HL7_DATE, "Given"}, {5, HL7_CODE, "Vaccine or medication given"},
			{6, HL7_TEXT, "Dose"}, {10, HL7_PERSON, "Administering provider"},
			{15, HL7_TEXT, "Lot number"}, {17, HL7_CODE, "Manufacturer"},
			{18, HL7_CODE, "Reason for refusal"})},
	{"RXR", FIELDS({1, HL7_CODE, "Route"}, {2, HL7_CODE, "Site"})},
	{"RXC", FIELDS({2, HL7_CODE, "Medication"})},
	{"FT1", FIELDS({1, HL7_SKIP, NULL}, {4, HL7_DATE, "Date of service"}, {7, HL7_CODE, "Charge"},
			{8, HL7_PROSE, "Charge"}, {19, HL7_CODE, "Diagnosis"},
			{20, HL7_PERSON, "Performing provider"}, {21, HL7_PERSON, "Ordering provider"},
			{25, HL7_CODE, "Procedure"})},
	{"SCH", FIELDS({6, HL7_CODE, "Event reason"}, {7, HL7_CODE, "Appointment reason"},
			{8, HL7_CODE, "Appointment type"}, {11, HL7_TEXT, "Appointment"},
			{12, HL7_PERSON, "Placed by provider"}, {16, HL7_PERSON, "Contact provider"},
			{20, HL7_PERSON, "Entered by provider"})},
	{"AIS", FIELDS({1, HL7_SKIP, NULL}, {3, HL7_CODE, "Appointment service"},
			{4, HL7_DATE, "Appointment"})},
	{"AIP", FIELDS({1, HL7_SKIP, NULL}, {3, HL7_PERSON, "Appointment provider"},
			{6, HL7_DATE, "Appointment"})},
	{"AIL", FIELDS({1, HL7_SKIP, NULL}, {3, HL7_TEXT, "Appointment location"})},
	{"AIG", FIELDS({1, HL7_SKIP, NULL}, {3, HL7_CODE, "Appointment resource"})},
	{"RGS", FIELDS({1, HL7_SKIP, NULL})},
	{"TXA", FIELDS({1, HL7_SKIP, NULL}, {2, HL7_CODE, "Document type"}, {4, HL7_DATE, "Activity"},
			{5, HL7_PERSON, "Primary activity provider"}, {9, HL7_PERSON, "Originating provider"},
			{10, HL7_PERSON, "Assigned provider"}, {11, HL7_PERSON, "Transcribing provider"},
			{16, HL7_TEXT, "Document"}, {22, HL7_PERSON, "Authenticating provider"},
			{23, HL7_PERSON, "Distributed to provider"})},
	{"PRB", FIELDS({2, HL7_DATE, "Recorded"}, {3, HL7_CODE, "Problem"},
			{7, HL7_DATE, "Problem established"}, {16, HL7_DATE, "Problem onset"})},
	{"GOL", FIELDS({3, HL7_CODE, "Goal"})},
	{"PTH", FIELDS({3, HL7_CODE, "Pathway"})},
	{"ROL", FIELDS({3, HL7_CODE, "Role"}, {4, HL7_PERSON, "Role provider"})},
	{"PRD", FIELDS({1, HL7_CODE, "Provider role"}, {2, HL7_NAME, "Provider"},
			{3, HL7_PLACE, "Provider address"}, {5, HL7_PHONE, "Provider phone"})},
	{"CTD", FIELDS({1, HL7_CODE, "Contact role"}, {2, HL7_NAME, "Provider contact"})},
	{"RF1", FIELDS({2, HL7_CODE, "Referral priority"}, {3, HL7_CODE, "Referral type"},
			{10, HL7_CODE, "Referral reason"})},
	{"AUT", FIELDS({1, HL7_CODE, "Health plan"}, {6, HL7_TEXT, "Authorization number"})},
	{"CON", FIELDS({13, HL7_PERSON, "Consenting provider"}, {24, HL7_PERSON, "Responsible provider"})},
	{"DB1", FIELDS({1, HL7_SKIP, NULL}, {4, HL7_CODE, "Disability"})},
	{"UB1", FIELDS({1, HL7_SKIP, NULL})},
	{"UB2", FIELDS({1, HL7_SKIP, NULL})},
	{"EVN", FIELDS({1, HL7_SKIP, NULL}, {5, HL7_PERSON, "Operator"})},
	{"STF", FIELDS({3, HL7_NAME, "Staff member"})},
	{"PDA", FIELDS({1, HL7_CODE, "Cause of death"}, {8, HL7_PERSON, "Autopsy provider"})},
	{"QRD", FIELDS({8, HL7_PERSON, "Query subject"}, {9, HL7_CODE, "Query for"})},
	{"QRF", FIELDS({1, HL7_SKIP, NULL})},
	{"QPD", FIELDS({1, HL7_CODE, "Query"}, {3, HL7_FILTER, NULL})},
	{"QAK", FIELDS({2, HL7_SKIP, NULL})},
	{"QID", FIELDS({2, HL7_CODE, "Query"})},
	{"RCP", FIELDS({1, HL7_SKIP, NULL})},
	{"MSA", FIELDS({1, HL7_SKIP, NULL})},
	{"SFT", FIELDS({1, HL7_SKIP, NULL})},
};

const struct hl7_meaning *
hl7_fields_of(struct bytes segment)
{
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (bytes_eq(segment, bytes_of_str(meanings[i].segment)))
			return &meanings[i];
	return NULL;
}

const struct hl7_field *
hl7_fields_find(const struct hl7_meaning *meaning, unsigned number)
{
	if (meaning == NULL)
		return NULL;
	for (const struct hl7_field *field = meaning->fields; field->number != 0; field++)
		if (field->number == number)
			return field;
	return NULL;
}

struct word {
	const char *code, *label;
};

static const char *
find_word(const struct word *words, size_t n, struct bytes code)
{
	for (size_t i = 0; i < n; i++)
		if (bytes_eq_nocase(code, bytes_of_str(words[i].code)))
			return words[i].label;
	return NULL;
}

const char *
hl7_fields_id_label(struct bytes type)
{
	static const struct word words[] = {{"MR", "Medical record number"}, {"MRN", "Medical record number"},
		{"PI", "Patient ID"}, {"PT", "Patient ID"}, {"PN", "Patient ID"}, {"EPI", "Patient ID"},
		{"EMPI", "Patient ID"}, {"U", "Patient ID"}, {"AN", "Patient account number"},
		{"VN", "Visit number"}, {"SS", "SSN"}, {"SSN", "SSN"}, {"DL", "Driver's license number"},
		{"MC", "Medicare number"}, {"MCR", "Medicare number"}, {"HC", "Medicare number"},
		{"MA", "Medicaid number"}, {"MCD", "Medicaid number"}, {"MB", "Member ID"},
		{"MI", "Member ID"}, {"SN", "Subscriber ID"}, {"NH", "Patient ID"}, {"NI", "Patient ID"},
		{"JHN", "Patient ID"}, {"PPN", "Passport number"}, {"BC", "Bank card number"},
		{"BA", "Bank account number"}, {"NPI", "Provider NPI"}};

	return find_word(words, sizeof(words) / sizeof(words[0]), type);
}

const char *
hl7_fields_system(struct bytes code)
{
	static const struct word words[] = {{"LN", "LOINC"}, {"LOINC", "LOINC"}, {"I9", "ICD-9"},
		{"I9C", "ICD-9"}, {"I9M", "ICD-9"}, {"I9CDX", "ICD-9"}, {"I9CP", "ICD-9 procedure"},
		{"ICD9", "ICD-9"}, {"ICD-9", "ICD-9"}, {"ICD9CM", "ICD-9"}, {"ICD-9-CM", "ICD-9"},
		{"I10", "ICD-10"}, {"I10C", "ICD-10"}, {"I10P", "ICD-10-PCS"}, {"ICD10", "ICD-10"},
		{"ICD-10", "ICD-10"}, {"ICD10CM", "ICD-10"}, {"ICD-10-CM", "ICD-10"}, {"SCT", "SNOMED CT"},
		{"SNOMED", "SNOMED CT"}, {"SNOMED-CT", "SNOMED CT"}, {"SNM3", "SNOMED"}, {"C4", "CPT"},
		{"CPT4", "CPT"}, {"CPT", "CPT"}, {"HCPCS", "HCPCS"}, {"HCP", "HCPCS"}, {"CVX", "CVX"},
		{"MVX", "MVX"}, {"NDC", "NDC"}, {"RXNORM", "RxNorm"}, {"FDDC", "FDB"}, {"UCUM", "UCUM"}};

	return find_word(words, sizeof(words) / sizeof(words[0]), code);
}
