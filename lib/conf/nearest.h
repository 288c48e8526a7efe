/* SPDX-License-Identifier: Apache-2.0 */
/* "Did you mean ...?" for names that people type. Pure. */
#ifndef POSTSEAL_NEAREST_H
#define POSTSEAL_NEAREST_H

#include "lib/base/bytes.h"

/*
 * The edits (insert, remove, change, swap neighbours) that make `name` of `known`. Names longer than
 * NEAREST_MAX_NAME are as far as can be.
 */
enum { NEAREST_MAX_NAME = 64 };
size_t nearest_distance(struct bytes name, struct bytes known);

/* Whether that many edits are few enough for a name of this length to be a slip of the fingers. */
bool nearest_is_near(struct bytes name, size_t distance);

/* The known name (NULL-ended list) that is nearest, or NULL when none is near. */
const char *nearest_name(struct bytes name, const char *const *known);

#endif
