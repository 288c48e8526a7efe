/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Doubles, linked in place of the parser's client, the store and the SMTP client. What they do is read off
 * the message and the addresses, so that a scenario says it in its own text: scan: "PHI" in the message gives
 * label phi, "CRASH" the bit of a crash, "SCAN-DOWN" an error; SMTP: a recipient temp@... is refused by 451,
 * perm@... by 550, of unknown@... the answer is lost; policyd: the first label of the domain is its level,
 * "old" is verified but stale, "later" is not known yet; of all others nothing is.
 */
#ifndef POSTSEAL_TEST_FAKES_H
#define POSTSEAL_TEST_FAKES_H

#include "lib/base/buf.h"
#include "lib/store/store.h"

enum { FAKE_ROWS_MAX = 64 };

struct fake_row {
	uint8_t attempt[STORE_HASH_SIZE], address_hash[STORE_HASH_SIZE], link_id[STORE_ID_SIZE];
	enum store_state state;
};

struct fakes {
	struct fake_row rows[FAKE_ROWS_MAX];
	size_t n_rows, n_puts, n_scans;
	size_t n_copies, n_questions;
	struct fake_row copies[FAKE_ROWS_MAX];
	struct buf mails;        /* what Postfix accepted: "=> RECIPIENT\n" and the content */
	struct buf scanned;      /* the last message that was scanned */
	bool store_down, healed; /* healed: temp@ and unknown@ are accepted like all others */
};

extern struct fakes fakes;
void fakes_reset(void);
void fakes_done(void);

#endif
