/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers as a spreadsheet shows them (ECMA-376 part 1, 18.8.30 and 18.8.31): dates as dates, Social Security
 * numbers with their hyphens and zeros.
 */
#ifndef POSTSEAL_CELL_FORMAT_H
#define POSTSEAL_CELL_FORMAT_H

#include "lib/base/buf.h"

enum cell_epoch { CELL_EPOCH_1900, CELL_EPOCH_1904 };

/* The code of a format that every program knows by its number; empty: as it is. */
struct bytes cell_format_builtin(int64_t id);

bool cell_format_is_date(struct bytes code);

/*
 * Appends the value. Dates are written as 1961-03-04 whatever the code's order of fields is, and in full,
 * since the file holds them in full; so are times.
 */
void cell_format_put(struct buf *out, struct bytes code, double value, enum cell_epoch epoch);

/* As programs write it in XML; false when it is no number. */
bool cell_format_parse(struct bytes text, double *ret_value);

#endif
