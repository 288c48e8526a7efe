/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hashes, keyed hashes, key derivation and random numbers, by OpenSSL; its objects are fetched once, by
 * seal_init(). Thread-safe after that. A failure of the library here is fatal: nothing sensible is left to
 * do.
 */
#ifndef POSTSEAL_DIGEST_H
#define POSTSEAL_DIGEST_H

#include "lib/base/secret.h"

enum { DIGEST_SIZE = 32 };

/* Once a process. */
void seal_init(void);

void seal_random(void *p, size_t n);
void seal_sha256(struct bytes b, uint8_t digest[DIGEST_SIZE]);

/* BLAKE2b cut to 256 bits: finds damage in what a disk gives back, at about twice the speed of SHA-256. */
void seal_checksum(struct bytes b, uint8_t checksum[DIGEST_SIZE]);

/* HMAC-SHA-256 over the parts, each preceded by its length, so that no two lists of parts give the same
 * input. */
void seal_hmac(struct bytes key, const struct bytes *parts, size_t n, uint8_t mac[DIGEST_SIZE]);

/* Incremental, for message bodies. */
struct seal_hash;
struct seal_hash *seal_hash_new(void);
void seal_hash_put(struct seal_hash *hash, struct bytes b);
void seal_hash_end(struct seal_hash *hash, uint8_t digest[DIGEST_SIZE]); /* frees it */
void seal_hash_free(struct seal_hash *hash);

/* HKDF-SHA-256 (RFC 5869), `n` at most 255 * 32. */
void seal_hkdf(struct bytes secret, struct bytes salt, const char *info, uint8_t *out, size_t n);

#endif
