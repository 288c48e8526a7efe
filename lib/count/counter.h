/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counters by key, asked several at once: either all of a request are spent or none, so that what one limit
 * refuses costs the others nothing. They are kept in memory (counter_memory.c, by struct counters) or in
 * Redis (batch.h, by a function of the server); both do the same with the same asks. One loop, one thread.
 */
#ifndef POSTSEAL_COUNTER_H
#define POSTSEAL_COUNTER_H

#include "lib/base/bytes.h"
#include "lib/count/gcra.h"

enum { COUNTER_ASKED_MAX = 64, COUNTER_KEY_MAX = 4096 };

#define COUNTER_DAY (INT64_C(24) * 3600 * 1000000000)

/*
 * What is done about a key that is not known yet: a ramp begins with `first` units and gives the whole burst
 * after `days`; while it is learnt, it spends nothing. A key that was not heard of for 90 days is new again.
 */
enum counter_new { NEW_AS_ALL, NEW_RAMP, NEW_LEARN };

struct counter_start {
	enum counter_new new;
	int64_t first;
	int64_t days; /* at most 60 */
};

/* Something that costs a unit unless it is remembered; then it is, so long. */
struct counter_member {
	struct bytes key;
	int64_t keep; /* nanoseconds */
};

enum { COUNTER_MEMBERS_MAX = 3 };

/* One counter of a request. */
struct counter_ask {
	struct bytes key; /* whose; at most COUNTER_KEY_MAX bytes are told apart */
	struct counter_member members[COUNTER_MEMBERS_MAX];
	size_t n_members; /* when there are any, n is spent for each that is not remembered */
	struct counter_start start;
	struct gcra gcra;
	int64_t n;    /* units; less than none are given back, and never refused */
	bool watched; /* it never refuses, and is spent as far as it goes: staged as monitor */
	bool refused; /* answered: this one had no room */
	uint8_t used; /* answered: tenths of the burst that are spent, 0 to 10 */
};

struct counters;

/* Keeps at least max_keys, at 32 to 64 bytes each; beyond, those are forgotten first whose burst is nearly
 * whole again. */
struct counters *counters_new_memory(size_t max_keys);
void counters_free(struct counters *counters);

/* Returns whether all that are not watched fit; then, and only then, they were spent. */
bool counters_spend(struct counters *counters, struct counter_ask *asks, size_t n, int64_t now);

/* What is left of a key's burst; does not spend. */
int64_t counters_left(struct counters *counters, struct bytes key, const struct gcra *gcra, int64_t now);

/* Forgets a key: its burst is whole again. Returns whether it was known. */
bool counters_reset(struct counters *counters, struct bytes key);

/* Keys that are kept; and how many were forgotten before their time, for want of room. */
size_t counters_n(const struct counters *counters);
size_t counters_n_evicted(const struct counters *counters);

#endif
