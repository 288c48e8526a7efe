/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the fields of HL7 v2 mean that tell who a message is about and what of them (HL7 v2.8, the tables of
 * attributes of chapters 3 to 12, and 2A for data types). A field that is not listed is read as it stands.
 */
#ifndef POSTSEAL_HL7_FIELDS_H
#define POSTSEAL_HL7_FIELDS_H

#include "lib/base/bytes.h"

/* How it is written down; the data types that are alike are one. */
enum hl7_kind {
	HL7_TEXT,   /* components as they come: ST, PL, CX of no patient */
	HL7_PROSE,  /* TX, FT */
	HL7_DATE,   /* TS, DTM, DT */
	HL7_NAME,   /* XPN: family, given, middle, suffix, prefix */
	HL7_PERSON, /* XCN: the same behind a number */
	HL7_ID,     /* CX: number, and of what kind in the fifth component */
	HL7_CODE,   /* CE, CWE: code, text, coding system, twice */
	HL7_PHONE,  /* XTN */
	HL7_PLACE,  /* XAD */
	HL7_RESULT, /* OBX-3: told with its value, where there is one */
	HL7_VALUE,  /* OBX-5: as OBX-2 says */
	HL7_FILTER, /* QPD-3 and on: a name of a field and a value */
	HL7_SKIP,   /* numbers of lines, versions, types: nothing about anybody */
};

struct hl7_field {
	unsigned number;
	enum hl7_kind kind;
	const char *label;
};

struct hl7_meaning {
	const char *segment;
	const struct hl7_field *fields; /* ends with number 0 */
};

/* NULL: a segment of which we know no field. */
const struct hl7_meaning *hl7_fields_of(struct bytes segment);

/* NULL when it is not listed. `meaning` may be NULL. */
const struct hl7_field *hl7_fields_find(const struct hl7_meaning *meaning, unsigned number);

/* For people: of an identifier's type code (table 0203) and of a coding system (table 0396); NULL: unknown.
 */
const char *hl7_fields_id_label(struct bytes type);
const char *hl7_fields_system(struct bytes code);

#endif
