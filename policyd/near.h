/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who was near a limit, or over it, when last heard of: for people who ask. The counters themselves keep no
 * names. A table of fixed size: who was heard of later takes the place of who was there.
 */
#ifndef POSTSEAL_POLICYD_NEAR_H
#define POSTSEAL_POLICYD_NEAR_H

#include "lib/count/limit.h"

enum { NEAR_MAX = 256, NEAR_TENTHS = 8 };

struct near_entry {
	const struct limit *limit; /* NULL: free */
	struct buf key;            /* as limit_key_text() makes it */
	uint8_t tenths;            /* that were used; 10: it was refused */
	int64_t when;              /* milliseconds, monotonic */
};

struct near;

struct near *near_new(void);
void near_free(struct near *near);

/* Takes those of answered questions that are near, and forgets those that are not any more. */
void near_note(struct near *near, const struct limit_asked *asked);

/* Entries 0 to NEAR_MAX - 1. */
const struct near_entry *near_at(const struct near *near, size_t i);

/* Forgets all of these keys. */
void near_forget(struct near *near, const struct limit_asked *asked);

#endif
