/* SPDX-License-Identifier: Apache-2.0 */
/* What plain text bodies have of their own: format=flowed (RFC 3676) and uuencoded files between the lines.
 */
#ifndef POSTSEAL_FLOWED_H
#define POSTSEAL_FLOWED_H

#include "lib/base/buf.h"

enum flowed_mode { FLOWED_OFF, FLOWED_ON, FLOWED_DELSP };

/* Appends with LF as the only line break; soft line breaks are joined as the mode says. */
void flowed_put(struct bytes text, enum flowed_mode mode, struct buf *out);

struct uu_block {
	struct bytes name;    /* of the file */
	struct bytes encoded; /* from "begin" to "end" */
	size_t at;            /* where it stands in the text */
};

/* The first uuencoded file at or after `from`. Returns 0, or 1 when there is none. */
int uu_find(struct bytes text, size_t from, struct uu_block *ret_block);

#endif
