/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of lib/tls share, and nobody else sees: OpenSSL's types. */
#ifndef POSTSEAL_TLS_OPENSSL_H
#define POSTSEAL_TLS_OPENSSL_H

#include <openssl/ssl.h>

#include "lib/tls/tls.h"

struct tls_context {
	SSL_CTX *ctx;
};

/*
 * Sets err to "what: reason" of OpenSSL's last error, or only to what, and empties its queue. Its data part
 * is left out: the peer may have written it. Returns -1.
 */
int tls_err(struct err *err, enum err_class class, const char *what);

/* How names are compared: see tls.h. */
void tls_expect_strictly(X509_VERIFY_PARAM *param);

/* One more name, or the address, that a certificate may carry. Returns 0 or -1. */
int tls_expect_name(X509_VERIFY_PARAM *param, const char *name);

/* By the context's authorities, with all names; DANE plays no part. */
enum tls_certificate tls_certificate_judge(SSL *ssl, const char *const *names, size_t n_names);

/* For an error of X509_verify_cert(). */
enum tls_certificate tls_certificate_of(long x509_error);

#endif
