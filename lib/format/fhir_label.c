/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/fhir.h"

static bool
is_among(struct bytes name, const char *const *list)
{
	for (; *list != NULL; list++)
		if (bytes_eq(name, bytes_of_str(*list)))
			return true;
	return false;
}

bool
fhir_is_care(struct bytes type)
{
	static const char *const types[] = {"Condition", "Observation", "Encounter", "Procedure",
		"MedicationRequest", "MedicationStatement", "MedicationAdministration", "MedicationDispense",
		"MedicationUsage", "MedicationOrder", "Immunization", "AllergyIntolerance",
		"DiagnosticReport", "DocumentReference", "ServiceRequest", "ProcedureRequest",
		"ReferralRequest", "CarePlan", "CareTeam", "Goal", "Claim", "ClaimResponse",
		"ExplanationOfBenefit", "Coverage", "CoverageEligibilityRequest",
		"CoverageEligibilityResponse", "Appointment", "EpisodeOfCare", "ImagingStudy", "Specimen",
		"FamilyMemberHistory", "ClinicalImpression", "RiskAssessment", "Composition", "Communication",
		"Consent", "NutritionOrder", "DeviceRequest", "VisionPrescription", "QuestionnaireResponse",
		"Flag", "Media", "Account", "Task", "DetectedIssue", "AdverseEvent", "RelatedPerson",
		"BodyStructure", "Invoice", "ChargeItem", "ImmunizationRecommendation",
		"ImmunizationEvaluation", "GuidanceResponse", "MolecularSequence", NULL};

	return is_among(type, types);
}

bool
fhir_is_provider(struct bytes type)
{
	static const char *const types[] = {"Practitioner", "PractitionerRole", "Organization",
		"OrganizationAffiliation", "Location", "HealthcareService", "Endpoint", "InsurancePlan",
		NULL};

	return is_among(type, types);
}

bool
fhir_is_patient_member(struct bytes member)
{
	static const char *const members[] = {"subject", "patient", "beneficiary", "subscriber", NULL};

	return is_among(member, members);
}

struct row {
	const char *type, *member, *label; /* type NULL: any */
};

static const struct row rows[] = {
	{"Patient", "name", "Patient name"},
	{"Patient", "id", "Patient ID"},
	{"Patient", "birthDate", "Date of birth"},
	{"Patient", "address", "Patient address"},
	{"Patient", "telecom", "Patient phone"},
	{"Patient", "managingOrganization", "Organization"},
	{"contact", "name", "Contact name"},
	{"RelatedPerson", "name", "Relative name"},
	{"RelatedPerson", "birthDate", "Relative's date of birth"},
	{"Person", "birthDate", "Date of birth"},
	{"Practitioner", "name", "Provider name"},
	{"Practitioner", "birthDate", "Provider birth"},
	{"Practitioner", "identifier", "Provider number"},
	{"Organization", "name", "Organization"},
	{"Organization", "alias", "Organization"},
	{"Condition", "code", "Diagnosis"},
	{"Procedure", "code", "Procedure"},
	{"AllergyIntolerance", "code", "Allergy"},
	{"DiagnosticReport", "code", "Report"},
	{"ServiceRequest", "code", "Order"},
	{"ProcedureRequest", "code", "Order"},
	{"FamilyMemberHistory", "code", "Diagnosis of a relative"},
	{"FamilyMemberHistory", "name", "Relative name"},
	{"Medication", "code", "Medication"},
	{"Encounter", "type", "Visit"},
	{"Encounter", "identifier", "Visit number"},
	{"Encounter", "diagnosis", "Diagnosis"},
	{"Coverage", "identifier", "Policy number"},
	{"Claim", "identifier", "Claim number"},
	{"ClaimResponse", "identifier", "Claim number"},
	{"ExplanationOfBenefit", "identifier", "Claim number"},
	{NULL, "medicationCodeableConcept", "Medication"},
	{NULL, "medicationReference", "Medication"},
	{NULL, "medication", "Medication"},
	{NULL, "vaccineCode", "Vaccine"},
	{NULL, "diagnosisCodeableConcept", "Diagnosis"},
	{NULL, "diagnosisReference", "Diagnosis"},
	{NULL, "procedureCodeableConcept", "Procedure"},
	{NULL, "productOrService", "Service"},
	{NULL, "conclusionCode", "Conclusion"},
	{NULL, "reasonCode", "Reason for visit"},
	{NULL, "subscriberId", "Member ID"},
	{NULL, "dosageInstruction", "Dosage"},
	{NULL, "dosage", "Dosage"},
	{NULL, "gender", "Sex"},
	{NULL, "deceasedDateTime", "Date of death"},
	{NULL, "generalPractitioner", "Provider name"},
	{NULL, "careProvider", "Provider name"},
	{NULL, "practitioner", "Provider name"},
	{NULL, "performer", "Provider name"},
	{NULL, "requester", "Provider name"},
	{NULL, "recorder", "Provider name"},
	{NULL, "asserter", "Provider name"},
	{NULL, "prescriber", "Provider name"},
	{NULL, "provider", "Provider name"},
	{NULL, "author", "Author"},
	{NULL, "specialty", "Field of work"},
	{NULL, "insurer", "Insurer"},
	{NULL, "payor", "Insurer"},
	{NULL, "onsetDateTime", "Onset"},
	{NULL, "effectiveDateTime", "Date"},
	{NULL, "performedDateTime", "Date"},
	{NULL, "occurrenceDateTime", "Date"},
	{NULL, "issued", "Date"},
	{NULL, "servicedDate", "Date of service"},
	{NULL, "billablePeriod", "Date of service"},
	{NULL, NULL, NULL},
};

const char *
fhir_label(struct bytes type, struct bytes member)
{
	for (const struct row *row = rows; row->label != NULL; row++)
		if (bytes_eq(member, bytes_of_str(row->member)) &&
			(row->type == NULL || bytes_eq(type, bytes_of_str(row->type))))
			return row->label;
	return NULL;
}
