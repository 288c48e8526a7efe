/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One-time codes of a link, in the same index. The vault alone uses this. A code is kept as a keyed hash. The
 * count of failures commits in a transaction of its own, before the answer is known, so no crash or race
 * gives a further try; a right code is consumed by the same statement that finds it: of 200 parallel tries,
 * one wins.
 */
#ifndef POSTSEAL_CODE_H
#define POSTSEAL_CODE_H

#include "lib/store/store.h"

struct code_limits {
	int64_t lifetime, tries, lock_time, mails_per_hour;
};

/* A new code for the link, in place of an older one. Returns 1, or 0 when the link is locked or had its
 * mails. */
int code_issue(struct store *store, const uint8_t link_id[STORE_ID_SIZE],
	const uint8_t code_hash[STORE_HASH_SIZE], int64_t now, const struct code_limits *limits,
	struct err *err);

/* Returns 1: right, and now spent. 0: wrong, expired, none there, or locked. -1: error (counts as wrong). */
int code_redeem(struct store *store, const uint8_t link_id[STORE_ID_SIZE],
	const uint8_t code_hash[STORE_HASH_SIZE], int64_t now, const struct code_limits *limits,
	struct err *err);

#endif
