/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/seal/digest.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/seal/openssl.h"

enum { LOCKED_BYTES = 256 * 1024, LOCKED_UNIT = 32 };

/* Written by fetch_all() alone, under pthread_once. */
static struct seal_algorithms algorithms;
static pthread_once_t fetched = PTHREAD_ONCE_INIT;

_Noreturn void
seal_broken(const char *what)
{
	fprintf(stderr, "fatal: OpenSSL failed: %s\n", what);
	abort();
}

/* The random generator is seeded here too: a sandbox may come later. */
static void
fetch_all(void)
{
	uint8_t first[1];

	if (OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CRYPTO_STRINGS | OPENSSL_INIT_LOAD_CONFIG, NULL) != 1)
		seal_broken("start");
	algorithms.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	algorithms.blake2b = EVP_MD_fetch(NULL, "BLAKE2B-512", NULL);
	algorithms.hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	algorithms.hkdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	algorithms.aes_256_gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	if (algorithms.sha256 == NULL || algorithms.blake2b == NULL || algorithms.hmac == NULL ||
		algorithms.hkdf == NULL || algorithms.aes_256_gcm == NULL)
		seal_broken("fetch algorithms");
	seal_random(first, sizeof(first));
}

const struct seal_algorithms *
seal_algorithms(void)
{
	if (pthread_once(&fetched, fetch_all) != 0)
		seal_broken("pthread_once");
	return &algorithms;
}

void
seal_init(void)
{
	(void)seal_algorithms();
}

/* Where the lock limit is spent the pages are still out of dumps; where even that fails, keys live as any
 * data. */
static void
lock_memory(void)
{
	(void)CRYPTO_secure_malloc_init(LOCKED_BYTES, LOCKED_UNIT);
}

void
seal_lock_keys(void)
{
	static pthread_once_t locked = PTHREAD_ONCE_INIT;

	if (pthread_once(&locked, lock_memory) != 0)
		seal_broken("pthread_once");
}

int
seal_err(struct err *err, enum err_class class, const char *what)
{
	unsigned long code = ERR_peek_last_error();
	const char *library = ERR_lib_error_string(code);
	const char *reason = ERR_reason_error_string(code);

	ERR_clear_error();
	if (code == 0)
		return err_set(err, class, "%s", what);
	return err_set(err, class, "%s: %s: %s", what, library ? library : "unknown library",
		reason ? reason : "unknown reason");
}

void
seal_random(void *p, size_t n)
{
	if (RAND_bytes_ex(NULL, p, n, 0) != 1)
		seal_broken("random numbers");
}

void
seal_sha256(struct bytes b, uint8_t digest[DIGEST_SIZE])
{
	if (EVP_Digest(b.p, b.n, digest, NULL, seal_algorithms()->sha256, NULL) != 1)
		seal_broken("SHA-256");
}

void
seal_checksum(struct bytes b, uint8_t checksum[DIGEST_SIZE])
{
	uint8_t whole[EVP_MAX_MD_SIZE];

	if (EVP_Digest(b.p, b.n, whole, NULL, seal_algorithms()->blake2b, NULL) != 1)
		seal_broken("BLAKE2b");
	memcpy(checksum, whole, DIGEST_SIZE);
}

static void
put_length(EVP_MAC_CTX *context, size_t n)
{
	uint8_t length[8];

	for (size_t i = 0; i < sizeof(length); i++)
		length[i] = (uint8_t)((uint64_t)n >> (56 - 8 * i));
	if (EVP_MAC_update(context, length, sizeof(length)) != 1)
		seal_broken("HMAC");
}

void
seal_hmac(struct bytes key, const struct bytes *parts, size_t n, uint8_t mac[DIGEST_SIZE])
{
	EVP_MAC_CTX *context = EVP_MAC_CTX_new(seal_algorithms()->hmac);
	char digest_name[] = "SHA256";
	OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest_name, 0),
		OSSL_PARAM_construct_end()};

	/* OpenSSL takes a NULL key for "the key set before". */
	if (context == NULL || EVP_MAC_init(context, key.n ? key.p : (const uint8_t *)"", key.n, params) != 1)
		seal_broken("HMAC");
	for (size_t i = 0; i < n; i++) {
		put_length(context, parts[i].n);
		if (parts[i].n > 0 && EVP_MAC_update(context, parts[i].p, parts[i].n) != 1)
			seal_broken("HMAC");
	}
	if (EVP_MAC_final(context, mac, NULL, DIGEST_SIZE) != 1)
		seal_broken("HMAC");
	EVP_MAC_CTX_free(context);
}

/* An EVP_MD_CTX under a name of our own, so that OpenSSL's headers stay in here. */
static EVP_MD_CTX *
md_of(struct seal_hash *hash)
{
	return (EVP_MD_CTX *)hash;
}

struct seal_hash *
seal_hash_new(void)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();

	if (context == NULL || EVP_DigestInit_ex2(context, seal_algorithms()->sha256, NULL) != 1)
		seal_broken("SHA-256");
	return (struct seal_hash *)context;
}

void
seal_hash_put(struct seal_hash *hash, struct bytes b)
{
	if (b.n > 0 && EVP_DigestUpdate(md_of(hash), b.p, b.n) != 1)
		seal_broken("SHA-256");
}

void
seal_hash_end(struct seal_hash *hash, uint8_t digest[DIGEST_SIZE])
{
	if (EVP_DigestFinal_ex(md_of(hash), digest, NULL) != 1)
		seal_broken("SHA-256");
	seal_hash_free(hash);
}

void
seal_hash_free(struct seal_hash *hash)
{
	EVP_MD_CTX_free(md_of(hash));
}

/* OSSL_PARAM has no const; HKDF only reads. */
static OSSL_PARAM
octets(const char *name, struct bytes b)
{
	static uint8_t empty[1];

	return OSSL_PARAM_construct_octet_string(name, b.n ? (void *)(uintptr_t)b.p : empty, b.n);
}

void
seal_hkdf(struct bytes secret, struct bytes salt, const char *info, uint8_t *out, size_t n)
{
	EVP_KDF_CTX *context = EVP_KDF_CTX_new(seal_algorithms()->hkdf);
	char digest_name[] = "SHA256";
	OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest_name, 0),
		octets(OSSL_KDF_PARAM_KEY, secret), octets(OSSL_KDF_PARAM_SALT, salt),
		octets(OSSL_KDF_PARAM_INFO, bytes_of_str(info)), OSSL_PARAM_construct_end()};

	if (context == NULL || EVP_KDF_derive(context, out, n, params) != 1)
		seal_broken("HKDF");
	EVP_KDF_CTX_free(context);
}
