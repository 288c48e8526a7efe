/* SPDX-License-Identifier: Apache-2.0 */
/* Which column of a CSV file holds what. */
#ifndef POSTSEAL_CLI_ROSTER_COLUMNS_H
#define POSTSEAL_CLI_ROSTER_COLUMNS_H

#include "lib/base/csv.h"
#include "lib/base/err.h"
#include "lib/dlp/roster_row.h"

struct roster_columns {
	struct {
		size_t field; /* of the row, from 0 */
		enum roster_column column;
	} p[CSV_FIELDS_MAX];
	size_t n;
};

/*
 * By the header row: the usual names, and those of `named` ("birth-date=DOB,phone=Cell"; NULL: none).
 * ERR_USAGE when a named one is not there, ERR_PERM when fewer than two attributes are known.
 */
int roster_columns_read(
	const struct csv_row *header, const char *named, struct roster_columns *ret_columns, struct err *err);

#endif
