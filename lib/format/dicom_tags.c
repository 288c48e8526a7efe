/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/dicom_tags.h"

#include <stddef.h>
#include <stdlib.h>

#include "lib/format/dicom.h"

/*
 * In the order of the tags: they are searched by halves. The labels of numbers are none that a form has:
 * objects without identity keep theirs, and only with a name or a birth date does such a number tell
 * anything.
 */
static const struct dicom_tag tags[] = {
	{0x0002, 0x0010, "UI", "TransferSyntaxUID", NULL},
	{0x0008, 0x0005, "CS", "SpecificCharacterSet", NULL},
	{0x0008, 0x0016, "UI", "SOPClassUID", NULL},
	{0x0008, 0x0018, "UI", "SOPInstanceUID", NULL},
	{0x0008, 0x0020, "DA", "StudyDate", "Study date"},
	{0x0008, 0x0021, "DA", "SeriesDate", "Series date"},
	{0x0008, 0x0050, "SH", "AccessionNumber", "Study number"},
	{0x0008, 0x0060, "CS", "Modality", "Modality"},
	{0x0008, 0x0080, "LO", "InstitutionName", "Institution"},
	{0x0008, 0x0081, "ST", "InstitutionAddress", "Institution address"},
	{0x0008, 0x0090, "PN", "ReferringPhysicianName", "Referring provider"},
	{0x0008, 0x0092, "ST", "ReferringPhysicianAddress", "Referring provider address"},
	{0x0008, 0x0094, "SH", "ReferringPhysicianTelephoneNumbers", "Referring provider phone"},
	{0x0008, 0x009C, "PN", "ConsultingPhysicianName", "Consulting provider"},
	{0x0008, 0x0104, "LO", "CodeMeaning", "Meaning"},
	{0x0008, 0x1030, "LO", "StudyDescription", "Study"},
	{0x0008, 0x103E, "LO", "SeriesDescription", "Series"},
	{0x0008, 0x1048, "PN", "PhysiciansOfRecord", "Provider of record"},
	{0x0008, 0x1050, "PN", "PerformingPhysicianName", "Performing provider"},
	{0x0008, 0x1060, "PN", "NameOfPhysiciansReadingStudy", "Reading provider"},
	{0x0008, 0x1070, "PN", "OperatorsName", "Operator"},
	{0x0008, 0x1080, "LO", "AdmittingDiagnosesDescription", "Diagnosis"},
	{0x0008, 0x2111, "ST", "DerivationDescription", "Derivation"},
	{0x0008, 0x4000, "LT", "IdentifyingComments", "Comments"},
	{0x0010, 0x0010, "PN", "PatientName", "Patient name"},
	{0x0010, 0x0020, "LO", "PatientID", "DICOM number"},
	{0x0010, 0x0021, "LO", "IssuerOfPatientID", "Issuer"},
	{0x0010, 0x0030, "DA", "PatientBirthDate", "Date of birth"},
	{0x0010, 0x0040, "CS", "PatientSex", "Sex"},
	{0x0010, 0x0050, "SQ", "PatientInsurancePlanCodeSequence", NULL},
	{0x0010, 0x1000, "LO", "OtherPatientIDs", "DICOM number"},
	{0x0010, 0x1001, "PN", "OtherPatientNames", "Patient name"},
	{0x0010, 0x1005, "PN", "PatientBirthName", "Patient birth name"},
	{0x0010, 0x1010, "AS", "PatientAge", "Age"},
	{0x0010, 0x1040, "LO", "PatientAddress", "Patient address"},
	{0x0010, 0x1050, "LO", "InsurancePlanIdentification", "Health plan"},
	{0x0010, 0x1060, "PN", "PatientMotherBirthName", "Mother's birth name"},
	{0x0010, 0x1080, "LO", "MilitaryRank", "Rank"},
	{0x0010, 0x1081, "LO", "BranchOfService", "Branch of service"},
	{0x0010, 0x1090, "LO", "MedicalRecordLocator", "DICOM number"},
	{0x0010, 0x2000, "LO", "MedicalAlerts", "Medical alerts"},
	{0x0010, 0x2110, "LO", "Allergies", "Allergies"},
	{0x0010, 0x2150, "LO", "CountryOfResidence", "Country"},
	{0x0010, 0x2152, "LO", "RegionOfResidence", "Region"},
	{0x0010, 0x2154, "SH", "PatientTelephoneNumbers", "Patient phone"},
	{0x0010, 0x2160, "SH", "EthnicGroup", "Ethnic group"},
	{0x0010, 0x2180, "SH", "Occupation", "Occupation"},
	{0x0010, 0x21A0, "CS", "SmokingStatus", "Smoking status"},
	{0x0010, 0x21B0, "LT", "AdditionalPatientHistory", "Patient history"},
	{0x0010, 0x21D0, "DA", "LastMenstrualDate", "Last menstrual date"},
	{0x0010, 0x21F0, "LO", "PatientReligiousPreference", "Religion"},
	{0x0010, 0x2297, "PN", "ResponsiblePerson", "Responsible person"},
	{0x0010, 0x4000, "LT", "PatientComments", "Patient comments"},
	{0x0018, 0x0015, "CS", "BodyPartExamined", "Body part"},
	{0x0018, 0x1030, "LO", "ProtocolName", "Protocol"},
	{0x0020, 0x0010, "SH", "StudyID", "Study ID"},
	{0x0020, 0x4000, "LT", "ImageComments", "Comments"},
	{0x0032, 0x1030, "LO", "ReasonForStudy", "Reason for study"},
	{0x0032, 0x1032, "PN", "RequestingPhysician", "Requesting provider"},
	{0x0032, 0x1060, "LO", "RequestedProcedureDescription", "Procedure"},
	{0x0032, 0x4000, "LT", "StudyComments", "Study comments"},
	{0x0038, 0x0010, "LO", "AdmissionID", "Stay number"},
	{0x0038, 0x0050, "LO", "SpecialNeeds", "Special needs"},
	{0x0038, 0x0300, "LO", "CurrentPatientLocation", "Patient location"},
	{0x0038, 0x0500, "LO", "PatientState", "Patient state"},
	{0x0038, 0x4000, "LT", "VisitComments", "Visit comments"},
	{0x0040, 0x0006, "PN", "ScheduledPerformingPhysicianName", "Scheduled provider"},
	{0x0040, 0x0254, "LO", "PerformedProcedureStepDescription", "Procedure"},
	{0x0040, 0x1002, "LO", "ReasonForTheRequestedProcedure", "Reason for procedure"},
	{0x0040, 0x1010, "PN", "NamesOfIntendedRecipientsOfResults", "Results to provider"},
	{0x0040, 0x2400, "LT", "ImagingServiceRequestComments", "Request comments"},
	{0x0040, 0xA075, "PN", "VerifyingObserverName", "Verified by provider"},
	{0x0040, 0xA123, "PN", "PersonName", "Person"},
	{0x0040, 0xA160, "UT", "TextValue", "Text"},
	{0x0040, 0xA30A, "DS", "NumericValue", "Value"},
	{0x0040, 0xA730, "SQ", "ContentSequence", NULL},
	{0x0042, 0x0010, "ST", "DocumentTitle", "Document"},
	{0x0042, 0x0011, "OB", "EncapsulatedDocument", NULL},
	{0x0042, 0x0012, "LO", "MIMETypeOfEncapsulatedDocument", NULL},
	{0x4008, 0x0102, "PN", "InterpretationRecorder", "Recorder"},
	{0x4008, 0x010B, "ST", "InterpretationText", "Interpretation"},
	{0x4008, 0x0115, "LT", "InterpretationDiagnosisDescription", "Diagnosis"},
	{0x4008, 0x0300, "ST", "Impressions", "Impression"},
	{0x4008, 0x4000, "ST", "ResultsComments", "Comments"},
};

static int
compare(const void *a, const void *b)
{
	const struct dicom_tag *left = a, *right = b;

	if (left->group != right->group)
		return left->group < right->group ? -1 : 1;
	return (left->number > right->number) - (left->number < right->number);
}

const struct dicom_tag *
dicom_tags_find(uint16_t group, uint16_t number)
{
	struct dicom_tag key = {.group = group, .number = number};

	return bsearch(&key, tags, sizeof(tags) / sizeof(tags[0]), sizeof(tags[0]), compare);
}

const char *
dicom_vr_of(uint16_t group, uint16_t number)
{
	const struct dicom_tag *tag = dicom_tags_find(group, number);

	return tag != NULL ? tag->vr : NULL;
}
