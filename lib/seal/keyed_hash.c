/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/seal/keyed_hash.h"

#include <sodium.h>

_Static_assert(KEYED_HASH_KEY == crypto_shorthash_KEYBYTES, "the key of SipHash");
_Static_assert(sizeof(uint64_t) == crypto_shorthash_BYTES, "the result of SipHash");
_Static_assert(KEYED_HASH_KEY >= crypto_generichash_KEYBYTES_MIN, "the key of BLAKE2b");

uint64_t
keyed_hash(const uint8_t key[KEYED_HASH_KEY], struct bytes b)
{
	uint64_t hash;

	crypto_shorthash((unsigned char *)&hash, b.p, b.n, key);
	return hash;
}

void
keyed_hash_wide(const uint8_t key[KEYED_HASH_KEY], struct bytes b, uint8_t hash[KEYED_WIDE])
{
	_Static_assert(KEYED_WIDE == crypto_shorthash_siphashx24_BYTES, "the result of SipHash-128");

	crypto_shorthash_siphashx24(hash, b.p, b.n, key);
}

void
keyed_checksum(const uint8_t key[KEYED_HASH_KEY], struct bytes b, uint8_t checksum[KEYED_CHECKSUM])
{
	crypto_generichash(checksum, KEYED_CHECKSUM, b.p, b.n, key, KEYED_HASH_KEY);
}
