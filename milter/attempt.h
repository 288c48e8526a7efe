/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Knowing a message again when its client sends it once more: a keyed hash over what a second attempt has in
 * common with the first, and no two messages have.
 */
#ifndef POSTSEAL_MILTER_ATTEMPT_H
#define POSTSEAL_MILTER_ATTEMPT_H

#include "milter/message.h"

/* `body` is the message behind its empty line. */
void attempt_key(const struct message *message, struct bytes body, uint8_t key[DIGEST_SIZE]);

#endif
