/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads comma-separated values (RFC 4180): quoted fields with doubled quotes and line breaks in them, CR LF
 * or LF, a byte order mark, and semicolons, tabs or bars where the first line shows them. A row that is not
 * of the form is told and passed over; what comes behind its first line is read. Pure.
 */
#ifndef POSTSEAL_CSV_H
#define POSTSEAL_CSV_H

#include "lib/base/arena.h"

enum { CSV_FIELDS_MAX = 256, CSV_FIELD_MAX = 16 * 1024 };

struct csv {
	struct bytes rest;
	uint8_t separator;
	size_t next_line;
	struct arena arena; /* of one row */
};

struct csv_row {
	size_t line; /* on which it begins, from 1 */
	size_t n;
	struct bytes fields[CSV_FIELDS_MAX]; /* until the next call */
};

/* The content must stay. csv_done() wipes what was copied from it. */
void csv_init(struct csv *csv, struct bytes content);
void csv_done(struct csv *csv);

/* Returns 1, 0 at the end, -1 for a row that is malformed: only its line is set. Empty lines are skipped. */
int csv_next(struct csv *csv, struct csv_row *ret_row);

#endif
