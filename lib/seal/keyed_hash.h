/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keyed hashes by libsodium, of values in tables. Who has no key can't tell what was hashed; who has it can
 * try guesses. Pure, thread-safe.
 */
#ifndef POSTSEAL_KEYED_HASH_H
#define POSTSEAL_KEYED_HASH_H

#include "lib/base/bytes.h"

enum { KEYED_HASH_KEY = 16, KEYED_WIDE = 16, KEYED_CHECKSUM = 32 };

/* SipHash-2-4 of a short text: 64 bits, fast; not for signatures. */
uint64_t keyed_hash(const uint8_t key[KEYED_HASH_KEY], struct bytes b);

/* The same with 128 bits, where hashes of many machines and years meet. */
void keyed_hash_wide(const uint8_t key[KEYED_HASH_KEY], struct bytes b, uint8_t hash[KEYED_WIDE]);

/* BLAKE2b with a key, 256 bits: whether a long text is the one that the owner of the key wrote. */
void keyed_checksum(const uint8_t key[KEYED_HASH_KEY], struct bytes b, uint8_t checksum[KEYED_CHECKSUM]);

#endif
