/* SPDX-License-Identifier: Apache-2.0 */
/* Counters by name: a row for each, found by a hash. */
#ifndef POSTSEAL_CLI_TALLY_H
#define POSTSEAL_CLI_TALLY_H

#include "lib/base/arena.h"

/* What is counted: messages, before and after, and the difference both ways. */
enum tally_count { TALLY_OLD, TALLY_NEW, TALLY_CAUGHT, TALLY_MISSED, TALLY_COUNTS };

struct tally_row {
	struct bytes name;
	size_t n[TALLY_COUNTS];
	struct tally_row *next; /* in the same bucket */
};

enum { TALLY_BUCKETS = 4096 };

struct tally {
	struct arena arena;
	struct tally_row *buckets[TALLY_BUCKETS];
	size_t n_rows;
};

void tally_init(struct tally *tally);
void tally_done(struct tally *tally);

/* The row of that name, a new one for a new name. */
struct tally_row *tally_get(struct tally *tally, struct bytes name);

/* All rows, most differences first, then by name; the array is the tally's. */
struct tally_row **tally_sorted(struct tally *tally);

#endif
