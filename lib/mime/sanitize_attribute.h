/* SPDX-License-Identifier: Apache-2.0 */
/* The attributes that sanitize.c lets an element keep: each has a check of its own, and is written anew. */
#ifndef POSTSEAL_SANITIZE_ATTRIBUTE_H
#define POSTSEAL_SANITIZE_ATTRIBUTE_H

#include "lib/mime/sanitize.h"

/* Which elements an attribute may stand on; an element has a set of these. */
enum sanitize_group {
	GROUP_ALL = 1 << 0,
	GROUP_LINK = 1 << 1,
	GROUP_PICTURE = 1 << 2,
	GROUP_TABLE = 1 << 3,
	GROUP_CELL = 1 << 4,
	GROUP_FONT = 1 << 5,
	GROUP_LIST = 1 << 6,
};

/* Writes ` name="value"` when the attribute is allowed on one of `groups` and its value is good; else
 * nothing. */
void sanitize_put_attribute(struct buf *out, unsigned groups, struct bytes name, struct bytes value,
	const struct sanitize *options);

#endif
