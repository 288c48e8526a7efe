/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a value can be what its form says: check digits, invalid ranges, days that exist. A table of names;
 * postseal-rules(5) tells what each accepts. Pure: today is given, not read from a clock.
 */
#ifndef POSTSEAL_VALIDATE_H
#define POSTSEAL_VALIDATE_H

#include "lib/base/bytes.h"

enum { VALIDATE_WEIGHTS_MAX = 24, VALIDATE_CUSTOM = -1 };

/* One check of a rule: a validator of the table, or (VALIDATE_CUSTOM) a check digit of the pack's own. */
struct validate_check {
	int id;
	int modulus;
	int weights[VALIDATE_WEIGHTS_MAX];
	size_t n_weights;
};

/* Returns the id, or -1. */
int validate_find(struct bytes name);

/* The name, or NULL behind the last. */
const char *validate_name(int id);

/* The name of a rule's check: the pack's own one is "weights". */
const char *validate_check_name(const struct validate_check *check);

/*
 * validate_reason.c: why a value was refused, in a few fixed words that tell nothing of it. Never NULL.
 */
const char *validate_reason(const struct validate_check *check, struct bytes value);

/* `today` is a date as the number yyyymmdd. */
bool validate_ok(const struct validate_check *check, struct bytes value, int today);

/* A clock's time as yyyymmdd, UTC. */
int validate_day(int64_t wall);

#endif
