/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HL7 FHIR (R4, with what R3 and R5 name otherwise) as a person reads a record: "Patient name: Jane Doe",
 * "Diagnosis: Type 2 diabetes (ICD-10 E11.9)". Nothing that has a value is left out: what is not known is
 * told under its own name. Shared by fhir_*.c.
 */
#ifndef POSTSEAL_FHIR_H
#define POSTSEAL_FHIR_H

#include "lib/format/labelled.h"
#include "lib/format/path.h"
#include "lib/format/tree.h"

enum { FHIR_PEOPLE_MAX = 200 };

/* A patient of this document, for what refers to one. */
struct fhir_person {
	struct bytes id;
	struct bytes url; /* of the entry that holds it */
	const struct tree_node *resource;
};

struct fhir {
	struct format_out *out;
	struct format_text text, hidden;
	struct path path;
	struct buf line; /* a value that is being put together */
	struct fhir_person people[FHIR_PEOPLE_MAX];
	size_t n_people;
	unsigned resources; /* told so far, for the paths of one a line */
};

/* All resources in the tree, that is one record. */
void fhir_tell(struct fhir *fhir, const struct tree *tree);

/* fhir_resource.c: a resource of this type. */
void fhir_put_resource(struct fhir *fhir, const struct tree_node *resource, struct bytes type);

/* The name of a resource's type: its member, or its element; empty when it is none. */
struct bytes fhir_type_of(const struct tree_node *node);

/* fhir_element.c: what an element holds, with this resource's way to call it. */
void fhir_put_element(struct fhir *fhir, const struct tree_node *node, struct bytes type);
void fhir_put_members(struct fhir *fhir, const struct tree_node *node, struct bytes type);

/* fhir_type.c: the data types. True: it was one of them, and is in the line. */
bool fhir_put_value(struct buf *line, const struct tree_node *node);
void fhir_put_name(struct buf *line, const struct tree_node *name);
bool fhir_is_name(const struct tree_node *node);

/* Of an identifier: "Medical record number". NULL: it does not say. */
const char *fhir_number_label(const struct tree_node *identifier);

/* fhir_label.c: what people call this member of that resource; NULL: as it is. */
const char *fhir_label(struct bytes type, struct bytes member);

/* Resources of care for somebody, and those of the people who give it. */
bool fhir_is_care(struct bytes type);
bool fhir_is_provider(struct bytes type);

/* A member that refers to the patient. */
bool fhir_is_patient_member(struct bytes member);

#endif
