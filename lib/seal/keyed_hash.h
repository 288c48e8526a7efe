/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fast keyed hash of short texts: SipHash-2-4, by libsodium. Who has no key can't tell what was hashed; who
 * has it can try guesses. 64 bits: for look-ups in tables, not for signatures. Pure, thread-safe.
 */
#ifndef POSTSEAL_KEYED_HASH_H
#define POSTSEAL_KEYED_HASH_H

#include "lib/base/bytes.h"

enum { KEYED_HASH_KEY = 16 };

uint64_t keyed_hash(const uint8_t key[KEYED_HASH_KEY], struct bytes b);

#endif
