/* SPDX-License-Identifier: Apache-2.0 */
/* What one person's row gives: the values under which the person is found, in every form that is looked up.
 */
#ifndef POSTSEAL_ROSTER_ROW_H
#define POSTSEAL_ROSTER_ROW_H

#include "lib/dlp/fold.h"
#include "lib/dlp/roster_value.h"

/* What a column holds. */
enum roster_column {
	COLUMN_NAME, /* whole: "First Last" or "Last, First" */
	COLUMN_FIRST_NAME,
	COLUMN_MIDDLE_NAME,
	COLUMN_LAST_NAME,
	COLUMN_BIRTH_DATE,
	COLUMN_RECORD_NUMBER,
	COLUMN_ADDRESS,
	COLUMN_EMAIL,
	COLUMN_PHONE,
	ROSTER_COLUMNS
};

/* "name", "first-name" ...; NULL behind the last. */
const char *roster_column_name(enum roster_column column);

struct roster_field {
	enum roster_column column;
	struct bytes text;
};

enum roster_date_order { ROSTER_MONTH_FIRST, ROSTER_DAY_FIRST };

struct roster_reading {
	enum roster_date_order order; /* of 03/04/1961 */
	int today;                    /* yyyymmdd: what the year 61 means */
	struct fold_scratch *fold;
	struct arena *arena; /* for the time of the call */
};

struct roster_sink {
	void (*value)(void *context, enum roster_type type, const struct roster_value *value);
	void (*word)(void *context, const struct roster_value *word);
	void *context;
};

struct roster_row {
	unsigned types;  /* 1 << enum roster_type, of those given */
	unsigned faults; /* 1 << enum roster_column, of those that held something that is not of their kind */
};

void roster_read_row(const struct roster_reading *reading, const struct roster_field *fields, size_t n,
	const struct roster_sink *sink, struct roster_row *ret_row);

#endif
