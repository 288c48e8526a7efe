/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Codes of the X12 transaction sets of HIPAA (5010 implementation guides X222, X223, X224, X221, X279, X212,
 * X217, X220): who an NM1 names, what a REF holds, of which list a code is. Only what tells who is meant and
 * what of them; all else is read as it stands.
 */
#ifndef POSTSEAL_X12_CODES_H
#define POSTSEAL_X12_CODES_H

#include "lib/base/bytes.h"

enum x12_role {
	X12_OTHER,
	X12_PATIENT, /* the patient, or who is insured: care or payment is about them */
	X12_RELATED, /* of their family, or who acts for them */
	X12_PROVIDER,
	X12_PAYER,
};

struct x12_entity {
	const char *code; /* element 98 */
	enum x12_role role;
	const char *label;
	const char *claim_loop; /* in an 837; NULL: the loop that it stands in */
};

/* Never NULL. */
const struct x12_entity *x12_entity_of(struct bytes code);

/* What a transaction set is about, or NULL when it is not one of health care. */
const char *x12_set_name(struct bytes set);

/* Of element 128, of REF01; NULL: unknown. */
const char *x12_reference_label(struct bytes code);

/* Of element 66, of NM108; NULL: nothing that names a person. */
const char *x12_number_label(struct bytes code);

struct x12_list {
	const char *code; /* element 1270 of HI, or 235 of a procedure */
	const char *label;
	const char *system;
	bool is_diagnosis;
};

/* NULL: unknown. */
const struct x12_list *x12_list_of(struct bytes code);

/* Elements with one meaning. */
enum x12_kind { X12_TEXT, X12_DATE, X12_PROCEDURE };

struct x12_element {
	const char *segment;
	unsigned number;
	enum x12_kind kind;
	const char *label;
};

const struct x12_element *x12_element_of(struct bytes segment, unsigned number);

#endif
