/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Key material: in pages of its own, locked against swap, left out of core dumps, wiped when done.
 * The owner calls secret_done(); a moved-from secret is {NULL, 0}. Never printed, never logged, never in an
 * arena.
 */
#ifndef POSTSEAL_SECRET_H
#define POSTSEAL_SECRET_H

#include "lib/base/bytes.h"
#include "lib/base/err.h"

struct secret {
	uint8_t *p;
	size_t n;
};

/* n zero bytes. Where the lock limit is spent, the pages are still kept out of dumps. Out of memory is fatal.
 */
void secret_init(struct secret *secret, size_t n);
void secret_done(struct secret *secret);

/* Copies `from` and wipes nothing: the caller still owns `from`. */
void secret_of(struct secret *secret, struct bytes from);

/* In constant time for equal lengths. */
bool secret_eq(struct bytes a, struct bytes b);

static inline struct bytes
secret_bytes(const struct secret *secret)
{
	return bytes_of(secret->p, secret->n);
}

/*
 * Reads a whole key file of at most `max` bytes. Refuses (ERR_CONFIG) a file that others than its owner and
 * group may read, or that is not a regular file.
 */
int secret_read_file(const char *path, size_t max, struct secret *ret_secret, struct err *err);

#endif
