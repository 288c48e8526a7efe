/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/seal/file_hash.h"

#include <sodium.h>

_Static_assert((int)FILE_HASH_SIZE == (int)crypto_hash_sha256_BYTES, "the result of SHA-256");

void
file_hash(struct bytes content, uint8_t hash[FILE_HASH_SIZE])
{
	crypto_hash_sha256(hash, content.p, content.n);
}
