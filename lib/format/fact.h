/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a field of a record says, as a line that reads as people write it: "Date of birth: 1961-03-04". Rules
 * know such lines. A fact is opened, given words, and closed; one that got no words was never there.
 */
#ifndef POSTSEAL_FACT_H
#define POSTSEAL_FACT_H

#include "lib/mime/format.h"

struct fact {
	struct format_text *text;
	size_t start; /* of the line */
	size_t value; /* behind its label */
	size_t marks;
};

/* `place` NULL: no mark. `system` is where a code comes from ("ICD-10"), or NULL. */
void fact_open(struct fact *fact, struct format_text *text, const char *place, const char *label);
void fact_open_code(struct fact *fact, struct format_text *text, const char *place, const char *label,
	const char *system);

/* Clean UTF-8; a space sets it apart. Control signs and runs of white space become a space. */
void fact_word(struct fact *fact, struct bytes word);

/* As fact_word(); line breaks stay. */
void fact_prose(struct fact *fact, struct bytes prose);

/* "19610304" and "196103041530+0100" as 1961-03-04; what begins otherwise stays as it is. */
void fact_date(struct fact *fact, struct bytes date);

/* The next words stand at a place of their own; in a line of several such they are a cell. */
void fact_mark(struct fact *fact, const char *place);
void fact_cell(struct fact *fact, const char *place);

bool fact_is_empty(const struct fact *fact);
void fact_close(struct fact *fact);

/* A fact of one value. */
void fact_put(struct format_text *text, const char *place, const char *label, struct bytes value);
void fact_put_date(struct format_text *text, const char *place, const char *label, struct bytes value);

/* "E119" as E11.9: X12 sends codes of ICD-10 and ICD-9 without their point. */
void fact_diagnosis(struct fact *fact, struct bytes code);

#endif
