/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a record says, as a person reads it and as rules know forms: "Last name: Doe", a line each. Field
 * names of programs become words, and a name that is kept in parts is told in one piece as well.
 */
#ifndef POSTSEAL_LABELLED_H
#define POSTSEAL_LABELLED_H

#include "lib/mime/format.h"

/* "lastName", "last_name", "LAST-NAME" as "last Name", "last name", "LAST NAME"; at most 64 bytes. */
void labelled_put_words(struct buf *out, struct bytes name);

/* A line, at this place unless it is NULL; none for a value that is blank. */
void labelled_put(struct format_text *text, const char *place, const char *label, struct bytes value);

/* The same with a field's name for label. */
void labelled_put_field(struct format_text *text, const char *place, struct bytes name, struct bytes value);

/* A person's name that comes in parts. */
struct labelled_name {
	struct buf given, family;
	bool has_given, has_family;
};

void labelled_name_init(struct labelled_name *name);
void labelled_name_done(struct labelled_name *name);
void labelled_name_reset(struct labelled_name *name);

/* Looks at one field; writes "Name: Jane Doe" when it was the last part. */
void labelled_name_take(struct labelled_name *name, struct format_text *text, const char *place,
	struct bytes field, struct bytes value);

#endif
