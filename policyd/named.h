/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Things by name, in a hash table that grows. A thing begins with its struct named and belongs to its owner;
 * the table only points to it. Names come from outside: the hash is keyed, so nobody can choose names that
 * meet. Not thread-safe.
 */
#ifndef POSTSEAL_NAMED_H
#define POSTSEAL_NAMED_H

#include "lib/base/bytes.h"

struct named {
	struct bytes name; /* the owner's, unchanged while it is in a table */
	struct named *next;
	uint64_t hash;
};

struct named_table {
	struct named **slots;
	size_t mask, n;
	uint8_t secret[16];
};

void named_init(struct named_table *table);

/* What is still in it stays its owner's. */
void named_done(struct named_table *table);

/* NULL when there is none. */
struct named *named_get(const struct named_table *table, struct bytes name);

/* There must be none of that name. */
void named_put(struct named_table *table, struct named *named);
void named_remove(struct named_table *table, struct named *named);

/*
 * All, in no order: from NULL to NULL. What was handed out may be removed before the next call only when that
 * call was made already.
 */
struct named *named_next(const struct named_table *table, const struct named *named);

#endif
