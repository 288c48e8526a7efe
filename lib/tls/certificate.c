/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <openssl/x509v3.h>

#include "lib/base/mem.h"
#include "lib/tls/openssl.h"

static const char *const names_of[] = {
	[TLS_CERT_TRUSTED] = "trusted",
	[TLS_CERT_WRONG_NAME] = "wrong-name",
	[TLS_CERT_EXPIRED] = "expired",
	[TLS_CERT_UNTRUSTED] = "untrusted",
	[TLS_CERT_SELF_SIGNED] = "self-signed",
	[TLS_CERT_UNKNOWN] = "unknown",
};

const char *
tls_certificate_name(enum tls_certificate certificate)
{
	return names_of[certificate];
}

enum tls_certificate
tls_certificate_of(long x509_error)
{
	switch (x509_error) {
	case X509_V_OK:
		return TLS_CERT_TRUSTED;
	case X509_V_ERR_HOSTNAME_MISMATCH:
	case X509_V_ERR_IP_ADDRESS_MISMATCH:
		return TLS_CERT_WRONG_NAME;
	case X509_V_ERR_CERT_HAS_EXPIRED:
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return TLS_CERT_EXPIRED;
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
		return TLS_CERT_SELF_SIGNED;
	default:
		return TLS_CERT_UNTRUSTED;
	}
}

void
tls_expect_strictly(X509_VERIFY_PARAM *param)
{
	X509_VERIFY_PARAM_set_hostflags(
		param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
}

int
tls_expect_name(X509_VERIFY_PARAM *param, const char *name)
{
	struct in6_addr address;

	if (inet_pton(AF_INET, name, &address) == 1 || inet_pton(AF_INET6, name, &address) == 1)
		return X509_VERIFY_PARAM_set1_ip_asc(param, name) == 1 ? 0 : -1;
	return X509_VERIFY_PARAM_add1_host(param, name, 0) == 1 ? 0 : -1;
}

/* Goes on after each fault, to find the worst one: a name is looked at before the dates are. */
static int
on_fault(int good, X509_STORE_CTX *store)
{
	enum tls_certificate *worst = X509_STORE_CTX_get_app_data(store);
	enum tls_certificate certificate = tls_certificate_of(X509_STORE_CTX_get_error(store));

	if (good == 0 && certificate > *worst)
		*worst = certificate;
	return 1;
}

static int
prepare(X509_STORE_CTX *store, SSL *ssl, const char *const *names, size_t n_names)
{
	X509_VERIFY_PARAM *param;

	if (X509_STORE_CTX_init(store, SSL_CTX_get_cert_store(SSL_get_SSL_CTX(ssl)),
		    SSL_get0_peer_certificate(ssl), SSL_get_peer_cert_chain(ssl)) != 1 ||
		X509_STORE_CTX_set_default(store, "ssl_server") != 1)
		return -1;
	param = X509_STORE_CTX_get0_param(store);
	tls_expect_strictly(param);
	X509_VERIFY_PARAM_set_auth_level(param, SSL_get_security_level(ssl));
	X509_VERIFY_PARAM_set_depth(param, SSL_get_verify_depth(ssl));
	for (size_t i = 0; i < n_names; i++)
		if (tls_expect_name(param, names[i]) < 0)
			return -1;
	return 0;
}

enum tls_certificate
tls_certificate_judge(SSL *ssl, const char *const *names, size_t n_names)
{
	X509_STORE_CTX *store = X509_STORE_CTX_new();
	enum tls_certificate worst = TLS_CERT_TRUSTED;

	if (store == NULL)
		mem_exhausted(0);
	if (SSL_get0_peer_certificate(ssl) == NULL) {
		worst = TLS_CERT_UNKNOWN;
	} else if (n_names == 0 || prepare(store, ssl, names, n_names) < 0) {
		worst = TLS_CERT_UNTRUSTED;
	} else {
		X509_STORE_CTX_set_app_data(store, &worst);
		X509_STORE_CTX_set_verify_cb(store, on_fault);
		/* What fails without a word to the callback (no memory, a broken chain) is no trust. */
		if (X509_verify_cert(store) != 1 && worst == TLS_CERT_TRUSTED)
			worst = TLS_CERT_UNTRUSTED;
	}
	X509_STORE_CTX_free(store);
	return worst;
}
