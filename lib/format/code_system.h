/* SPDX-License-Identifier: Apache-2.0 */
/* What the identifiers of code systems and of numbers mean, as URI (FHIR) or OID (HL7 CDA). */
#ifndef POSTSEAL_CODE_SYSTEM_H
#define POSTSEAL_CODE_SYSTEM_H

#include "lib/base/bytes.h"

/* "ICD-10", "SNOMED CT", or NULL: not one that people know by name. */
const char *code_system_name(struct bytes system);

/* "Social Security number" for whatever issues those, or NULL. */
const char *code_system_number(struct bytes system);

/* By HL7's table 0203, "MR": "Medical record number"; or NULL. */
const char *code_system_number_type(struct bytes code);

#endif
