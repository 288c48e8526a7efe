/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/farend.h"

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/mem.h"

#define NAMES "DNS:mx.far.example,DNS:*.wild.example,IP:192.0.2.1"
#define DAY (24L * 3600)

static const struct {
	const char *subject, *names, *usage;
	long from, until;
	bool self_signed, other_authority;
} kinds[CERTS] = {
	[CERT_GOOD] = {"good", NAMES, "serverAuth", -DAY, DAY, false, false},
	[CERT_EXPIRED] = {"expired", NAMES, "serverAuth", -2 * DAY, -DAY, false, false},
	[CERT_NOT_YET] = {"not yet", NAMES, "serverAuth", DAY, 2 * DAY, false, false},
	[CERT_SELF_SIGNED] = {"self", NAMES, "serverAuth", -DAY, DAY, true, false},
	[CERT_OTHER_AUTHORITY] = {"other", NAMES, "serverAuth", -DAY, DAY, false, true},
	[CERT_COMMON_NAME] = {"mx.far.example", NULL, "serverAuth", -DAY, DAY, false, false},
	[CERT_CLIENT_ONLY] = {"client", NAMES, "clientAuth", -DAY, DAY, false, false},
};

static struct {
	EVP_PKEY *ca_key, *other_key, *keys[CERTS];
	X509 *ca, *other, *certificates[CERTS];
} made;

struct farend {
	SSL_CTX *ctx;
	SSL *ssl;
	BIO *in, *out;
	char sni[256];
};

static void
must(bool ok)
{
	if (!ok)
		abort();
}

static void
extend(X509 *x509, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *extension;

	X509V3_set_ctx(&ctx, issuer, x509, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	must(extension != NULL && X509_add_ext(x509, extension, -1) == 1);
	X509_EXTENSION_free(extension);
}

static X509 *
begin(const char *subject, EVP_PKEY *key, long from, long until)
{
	static long serial = 1;
	X509 *x509 = X509_new();

	must(x509 != NULL && X509_set_version(x509, 2) == 1);
	ASN1_INTEGER_set(X509_get_serialNumber(x509), serial++);
	X509_gmtime_adj(X509_getm_notBefore(x509), from);
	X509_gmtime_adj(X509_getm_notAfter(x509), until);
	X509_set_pubkey(x509, key);
	X509_NAME_add_entry_by_txt(
		X509_get_subject_name(x509), "CN", MBSTRING_UTF8, (const unsigned char *)subject, -1, -1, 0);
	return x509;
}

static void
make_authority(const char *subject, EVP_PKEY **ret_key, X509 **ret_x509)
{
	*ret_key = EVP_EC_gen("P-256");
	must(*ret_key != NULL);
	*ret_x509 = begin(subject, *ret_key, -DAY, DAY);
	X509_set_issuer_name(*ret_x509, X509_get_subject_name(*ret_x509));
	extend(*ret_x509, *ret_x509, NID_basic_constraints, "critical,CA:TRUE");
	extend(*ret_x509, *ret_x509, NID_key_usage, "critical,keyCertSign");
	must(X509_sign(*ret_x509, *ret_key, EVP_sha256()) > 0);
}

static void
make_certificate(int i)
{
	X509 *issuer = kinds[i].other_authority ? made.other : made.ca, *x509;
	EVP_PKEY *signer = kinds[i].other_authority ? made.other_key : made.ca_key;

	made.keys[i] = EVP_EC_gen("P-256");
	must(made.keys[i] != NULL);
	x509 = made.certificates[i] = begin(kinds[i].subject, made.keys[i], kinds[i].from, kinds[i].until);
	if (kinds[i].self_signed) {
		issuer = x509;
		signer = made.keys[i];
	}
	X509_set_issuer_name(x509, X509_get_subject_name(issuer));
	if (kinds[i].names != NULL)
		extend(x509, issuer, NID_subject_alt_name, kinds[i].names);
	extend(x509, issuer, NID_ext_key_usage, kinds[i].usage);
	must(X509_sign(x509, signer, EVP_sha256()) > 0);
}

void
farend_setup(const char *ca_path)
{
	FILE *file = fopen(ca_path, "w");

	make_authority("Test authority", &made.ca_key, &made.ca);
	make_authority("Other authority", &made.other_key, &made.other);
	for (int i = 0; i < CERTS; i++)
		make_certificate(i);
	must(file != NULL && PEM_write_X509(file, made.ca) == 1 && fclose(file) == 0);
}

void
farend_done(void)
{
	for (int i = 0; i < CERTS; i++) {
		X509_free(made.certificates[i]);
		EVP_PKEY_free(made.keys[i]);
	}
	X509_free(made.ca);
	X509_free(made.other);
	EVP_PKEY_free(made.ca_key);
	EVP_PKEY_free(made.other_key);
}

static int
on_sni(SSL *ssl, int *alert, void *context)
{
	const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
	struct farend *farend = context;

	(void)alert;
	snprintf(farend->sni, sizeof(farend->sni), "%s", name != NULL ? name : "");
	return SSL_TLSEXT_ERR_OK;
}

struct farend *
farend_new(enum farend_certificate certificate, enum farend_version version)
{
	struct farend *farend = mem_new(1, sizeof(*farend));

	farend->ctx = SSL_CTX_new(TLS_server_method());
	must(farend->ctx != NULL);
	must(SSL_CTX_use_certificate(farend->ctx, made.certificates[certificate]) == 1 &&
		SSL_CTX_use_PrivateKey(farend->ctx, made.keys[certificate]) == 1);
	SSL_CTX_add1_chain_cert(farend->ctx, kinds[certificate].other_authority ? made.other : made.ca);
	SSL_CTX_set_tlsext_servername_callback(farend->ctx, on_sni);
	SSL_CTX_set_tlsext_servername_arg(farend->ctx, farend);
	if (version != FAREND_MODERN)
		SSL_CTX_set_max_proto_version(
			farend->ctx, version == FAREND_TLS12 ? TLS1_2_VERSION : TLS1_VERSION);
	if (version == FAREND_TLS10) {
		SSL_CTX_set_min_proto_version(farend->ctx, TLS1_VERSION);
		SSL_CTX_set_cipher_list(farend->ctx, "ALL:@SECLEVEL=0");
	}
	farend->ssl = SSL_new(farend->ctx);
	farend->in = BIO_new(BIO_s_mem());
	farend->out = BIO_new(BIO_s_mem());
	BIO_set_mem_eof_return(farend->in, -1);
	SSL_set_bio(farend->ssl, farend->in, farend->out);
	SSL_set_accept_state(farend->ssl);
	return farend;
}

void
farend_free(struct farend *farend)
{
	SSL_free(farend->ssl);
	SSL_CTX_free(farend->ctx);
	free(farend);
}

static void
drain(struct farend *farend, struct buf *out)
{
	char bytes[4096];
	int n;

	while ((n = BIO_read(farend->out, bytes, sizeof(bytes))) > 0)
		buf_put(out, bytes, (size_t)n);
}

int
farend_feed(struct farend *farend, struct bytes wire, struct buf *plain, struct buf *out)
{
	char bytes[4096];
	int n, ret = 0;

	BIO_write(farend->in, wire.p, (int)wire.n);
	n = SSL_do_handshake(farend->ssl);
	if (n == 1)
		while ((n = SSL_read(farend->ssl, bytes, sizeof(bytes))) > 0)
			buf_put(plain, bytes, (size_t)n);
	if (SSL_get_error(farend->ssl, n) != SSL_ERROR_WANT_READ)
		ret = -1;
	drain(farend, out);
	return ret;
}

void
farend_say(struct farend *farend, struct bytes plain, struct buf *out)
{
	SSL_write(farend->ssl, plain.p, (int)plain.n);
	drain(farend, out);
}

void
farend_end(struct farend *farend, struct buf *out)
{
	SSL_shutdown(farend->ssl);
	drain(farend, out);
}

const char *
farend_sni(const struct farend *farend)
{
	return farend->sni;
}

static void
key_digest(X509 *x509, uint8_t digest[32])
{
	unsigned char *der = NULL;
	int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x509), &der);

	must(n > 0 && EVP_Digest(der, (size_t)n, digest, NULL, EVP_sha256(), NULL) == 1);
	OPENSSL_free(der);
}

void
farend_key_digest(enum farend_certificate certificate, uint8_t digest[32])
{
	key_digest(made.certificates[certificate], digest);
}

void
farend_authority_digest(uint8_t digest[32])
{
	key_digest(made.ca, digest);
}
