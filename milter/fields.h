/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The header fields of one message, as far as we must know them: their names, in order, so that they can be
 * deleted; the values of a few. Postfix counts a field among those of its own name, from 1, whatever the
 * case.
 */
#ifndef POSTSEAL_MILTER_FIELDS_H
#define POSTSEAL_MILTER_FIELDS_H

#include "lib/base/arena.h"

enum field_kind {
	FIELD_OTHER,
	FIELD_FROM,
	FIELD_TO,
	FIELD_CC,
	FIELD_SUBJECT,
	FIELD_DATE,
	FIELD_MESSAGE_ID,
	FIELD_RESENT, /* Resent-Date and Resent-Message-ID: sent again on purpose */
	FIELD_RECEIVED,
	FIELD_TLS_REQUIRED, /* RFC 8689: would let Postfix drop what we rely on */
	FIELD_OWN,          /* X-Postseal-...: only ours may say so */
};

struct field {
	enum field_kind kind;
	const char *name;
	struct bytes value; /* of those that tell messages apart, and of our own; else empty */
	struct field *next, *previous;
};

struct fields {
	struct field *first, *last;
	size_t n, n_special, n_value_bytes;
	bool too_many; /* not all are listed: the message can't be rewritten in place */
	bool hostile;  /* so many of our own or TLS-Required that some are not listed */
};

/* By a field's name alone. */
enum field_kind fields_kind(struct bytes name);

void fields_add(struct fields *fields, struct arena *arena, struct bytes name, struct bytes value);

/* Its place among those of its name: 1 is the first. */
int fields_index(const struct field *field);

/* How many of a kind are listed; the first of them. */
size_t fields_count(const struct fields *fields, enum field_kind kind);
const struct field *fields_first(const struct fields *fields, enum field_kind kind);

#endif
