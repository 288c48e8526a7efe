/* SPDX-License-Identifier: Apache-2.0 */
/* Days since 1900 or 1904 as dates (ECMA-376 part 1, 18.17.4.1). */
#ifndef POSTSEAL_CELL_DATE_H
#define POSTSEAL_CELL_DATE_H

#include "lib/format/cell_format.h"

/* Which of them a format's section shows. */
struct cell_date_fields {
	bool has_date, has_time, has_seconds, is_elapsed;
};

struct cell_date_fields cell_date_fields(struct bytes section);

/* False, and nothing is written, when the value is no date. */
bool cell_date_put(struct buf *out, struct cell_date_fields fields, double value, enum cell_epoch epoch);

#endif
