/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which notices are on their way to Postfix, for a process that may be killed at any instruction. The store
 * makes nothing durable here: a commit takes milliseconds, and a kill within them would leave a notice that
 * looks sent and is not. What is written here is one record by one system call, just before the one that
 * sends the final dot. It survives our end; it need not survive the machine's (after that, a notice without
 * an answer is sent again), so nothing is synced and records of another boot do not count. Thread-safe. One
 * process has it open.
 */
#ifndef POSTSEAL_MILTER_JOURNAL_H
#define POSTSEAL_MILTER_JOURNAL_H

#include "lib/base/err.h"
#include "lib/seal/digest.h"

#include <stdbool.h>
#include <stdint.h>

struct journal_key {
	uint8_t attempt[DIGEST_SIZE], address_hash[DIGEST_SIZE];
};

enum journal_event {
	JOURNAL_SENDING, /* the final dot goes next */
	JOURNAL_SETTLED, /* Postfix answered, and the store knows; or it refused */
};

struct journal;

/* The file `sending` in the folder; made when it is not there. */
int journal_open(const char *directory, struct journal **ret_journal, struct err *err);
void journal_close(struct journal *journal);

/*
 * An error means that it is not in the file. In this process JOURNAL_SETTLED counts all the same.
 */
int journal_put(
	struct journal *journal, const struct journal_key *key, enum journal_event event, struct err *err);

/* The dot went out, or was about to, and nobody knows what Postfix said. */
bool journal_is_sending(struct journal *journal, const struct journal_key *key);

#endif
