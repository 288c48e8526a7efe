/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HL7 CDA release 2 and its US templates (C-CDA 2.1) as a person reads it: whom it is about, who wrote it,
 * sections with their title, their narrative and what their entries code. Shared by cda*.c.
 */
#ifndef POSTSEAL_CDA_H
#define POSTSEAL_CDA_H

#include "lib/format/labelled.h"
#include "lib/format/path.h"
#include "lib/format/tree.h"

/* Whose names and numbers these are. */
enum cda_role { CDA_NOBODY, CDA_PATIENT, CDA_GUARDIAN, CDA_PROVIDER, CDA_CONTACT, CDA_ORGANIZATION };

struct cda {
	struct format_out *out;
	struct format_text text, hidden;
	struct path path;
	struct buf line;
	struct buf patient; /* the lines that name the patient, told again with each section */
	enum cda_role role;
	size_t sections;
};

/* All that hangs below the node. */
void cda_put_members(struct cda *cda, const struct tree_node *node);

/* cda_type.c: the data types; appended. */
void cda_put_name(struct buf *line, const struct tree_node *name);
void cda_put_address(struct buf *line, const struct tree_node *address);
void cda_put_time(struct buf *line, const struct tree_node *time);
void cda_put_code(struct buf *line, const struct tree_node *code);
void cda_put_quantity(struct buf *line, const struct tree_node *value);

/* A code, or a value of any type. False: it is none. */
bool cda_put_value(struct buf *line, const struct tree_node *value);

#endif
