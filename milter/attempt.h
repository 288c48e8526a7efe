/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Knowing a message again when its client sends it once more: a keyed hash over what a second attempt has in
 * common with the first, and no two messages have.
 */
#ifndef POSTSEAL_MILTER_ATTEMPT_H
#define POSTSEAL_MILTER_ATTEMPT_H

#include "milter/message.h"

struct attempt {
	uint8_t base[DIGEST_SIZE]; /* what the message itself gives */
	uint8_t key[DIGEST_SIZE];  /* of this sending of it */
	bool anonymous;            /* the client gave it no Message-ID */
};

/*
 * `body` is the message behind its empty line. An anonymous message may be sent again on purpose, word for
 * word (a job that mails the same text each night): once an attempt was finished, the next one is another
 * message. What was finished is remembered by the gate, so a message of the kind is not recognised for long.
 */
void attempt_begin(const struct message *message, struct bytes body, struct attempt *ret_attempt);

/* What came back with a promise of ours is told from all else by that. */
void attempt_of_promise(const struct message *message, struct attempt *ret_attempt);

/* How old an earlier attempt may be, in seconds. */
int64_t attempt_window(const struct message *message, const struct attempt *attempt);

#endif
