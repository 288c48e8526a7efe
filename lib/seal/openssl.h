/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of lib/seal share, and nobody else sees: OpenSSL's types. */
#ifndef POSTSEAL_SEAL_OPENSSL_H
#define POSTSEAL_SEAL_OPENSSL_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "lib/base/bytes.h"
#include "lib/base/err.h"

/* Fetched once; read-only afterwards. */
struct seal_algorithms {
	EVP_MD *sha256;
	EVP_MD *blake2b;
	EVP_MAC *hmac;
	EVP_KDF *hkdf;
	EVP_CIPHER *aes_256_gcm;
};

/* Does seal_init()'s work when nobody has done so yet. */
const struct seal_algorithms *seal_algorithms(void);

/*
 * From the first private key on, OpenSSL keeps private numbers in locked pages that stay out of core dumps.
 * Not in every process: the random generators of each thread live there too, and would fill it up in a
 * program of hundreds of threads, which a milter is and a key holder is not.
 */
void seal_lock_keys(void);

struct seal_certificate {
	X509 *x509;
	char fingerprint[65];
	char *subject;
	int64_t not_after;
};

struct seal_key {
	EVP_PKEY *pkey;
	struct seal_certificate *certificate;
};

/*
 * Sets err to "what: library: reason" of OpenSSL's last error and empties its queue. Its data part is left
 * out: that may quote what was read. Returns -1.
 */
int seal_err(struct err *err, enum err_class class, const char *what);

/* The library failed where only a fault in it, or no memory, explains it. */
_Noreturn void seal_broken(const char *what);

#endif
