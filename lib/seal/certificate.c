/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/seal/envelope.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <time.h>

#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"
#include "lib/seal/digest.h"
#include "lib/seal/openssl.h"

enum { PEM_MAX = 65536, RSA_MIN_BITS = 2048, SUBJECT_MAX = 1024 };

static int
set_fingerprint(struct seal_certificate *certificate, struct err *err)
{
	uint8_t digest[DIGEST_SIZE], *der = NULL;
	int n = i2d_X509(certificate->x509, &der);

	if (n < 0)
		return seal_err(err, ERR_CONFIG, "encode");
	seal_sha256(bytes_of(der, (size_t)n), digest);
	OPENSSL_free(der);
	text_hex(bytes_of(digest, sizeof(digest)), certificate->fingerprint);
	return 0;
}

static int
set_subject(struct seal_certificate *certificate, struct err *err)
{
	BIO *text = BIO_new(BIO_s_mem());
	const char *p;
	long n;
	int ret = -1;

	if (text == NULL)
		mem_exhausted(0);
	/* Control characters and bytes of 128 and up come out escaped. */
	if (X509_NAME_print_ex(text, X509_get_subject_name(certificate->x509), 0, XN_FLAG_RFC2253) < 0) {
		seal_err(err, ERR_CONFIG, "subject");
		goto out;
	}
	n = BIO_get_mem_data(text, &p);
	certificate->subject = mem_strndup(p, n < SUBJECT_MAX ? (size_t)n : SUBJECT_MAX);
	ret = 0;
out:
	BIO_free(text);
	return ret;
}

static int
set_not_after(struct seal_certificate *certificate, struct err *err)
{
	struct tm tm;

	if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate->x509), &tm) != 1)
		return seal_err(err, ERR_CONFIG, "end of validity");
	certificate->not_after = timegm(&tm);
	return 0;
}

/* What sealing needs: an RSA key, for OAEP, that its owner allows to encrypt keys. */
static int
check_use(X509 *x509, struct err *err)
{
	EVP_PKEY *pkey = X509_get0_pubkey(x509);

	if (pkey == NULL)
		return seal_err(err, ERR_CONFIG, "public key");
	if (!EVP_PKEY_is_a(pkey, "RSA") || EVP_PKEY_get_bits(pkey) < RSA_MIN_BITS)
		return err_set(err, ERR_CONFIG, "expected an RSA key of at least %d bits", RSA_MIN_BITS);
	/* All bits are set where the extension is missing. */
	if ((X509_get_key_usage(x509) & KU_KEY_ENCIPHERMENT) == 0)
		return err_set(err, ERR_CONFIG, "its key usage does not allow keyEncipherment");
	return 0;
}

static int
fill(struct seal_certificate *certificate, struct err *err)
{
	if (check_use(certificate->x509, err) != 0 || set_fingerprint(certificate, err) != 0 ||
		set_subject(certificate, err) != 0)
		return -1;
	return set_not_after(certificate, err);
}

static X509 *
read_x509(struct bytes pem)
{
	BIO *bio = BIO_new_mem_buf(pem.n ? pem.p : (const uint8_t *)"", (int)pem.n);
	X509 *x509 = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;

	BIO_free(bio);
	return x509;
}

int
seal_certificate_load(const char *path, struct seal_certificate **ret_certificate, struct err *err)
{
	struct seal_certificate *certificate = mem_new(1, sizeof(*certificate));
	struct buf pem;
	int ret = -1;

	seal_init();
	buf_init(&pem, PEM_MAX);
	if (fd_read_file(path, &pem, err) != 0)
		goto out;
	certificate->x509 = read_x509(buf_bytes(&pem));
	if (certificate->x509 == NULL) {
		seal_err(err, ERR_CONFIG, "expected a certificate in PEM");
		err_add(err, "%s", path);
		goto out;
	}
	if (fill(certificate, err) != 0) {
		err_add(err, "certificate %s", path);
		goto out;
	}
	*ret_certificate = certificate;
	certificate = NULL;
	ret = 0;
out:
	if (ret != 0 && err != NULL)
		err->class = ERR_CONFIG;
	buf_done(&pem);
	seal_certificate_free(certificate);
	return ret;
}

void
seal_certificate_free(struct seal_certificate *certificate)
{
	if (certificate == NULL)
		return;
	X509_free(certificate->x509);
	free(certificate->subject);
	free(certificate);
}

const char *
seal_certificate_fingerprint(const struct seal_certificate *certificate)
{
	return certificate->fingerprint;
}

const char *
seal_certificate_subject(const struct seal_certificate *certificate)
{
	return certificate->subject;
}

int64_t
seal_certificate_not_after(const struct seal_certificate *certificate)
{
	return certificate->not_after;
}

bool
seal_certificate_same_key(const struct seal_certificate *a, const struct seal_certificate *b)
{
	return EVP_PKEY_eq(X509_get0_pubkey(a->x509), X509_get0_pubkey(b->x509)) == 1;
}

/* Without a callback OpenSSL would ask the terminal for a pass phrase. */
static int
no_pass_phrase(char *text, int size, int writing, void *context)
{
	(void)text;
	(void)size;
	(void)writing;
	(void)context;
	return -1;
}

static int
read_pkey(const char *path, EVP_PKEY **ret_pkey, struct err *err)
{
	struct secret pem = {0};
	BIO *bio;

	if (secret_read_file(path, PEM_MAX, &pem, err) != 0)
		return -1;
	bio = BIO_new_mem_buf(pem.p, (int)pem.n);
	*ret_pkey = bio ? PEM_read_bio_PrivateKey(bio, NULL, no_pass_phrase, NULL) : NULL;
	BIO_free(bio);
	secret_done(&pem);
	if (*ret_pkey == NULL) {
		seal_err(err, ERR_CONFIG, "expected a private key in PEM without pass phrase");
		return err_add(err, "%s", path);
	}
	return 0;
}

int
seal_key_load(const char *key_path, const char *certificate_path, struct seal_key **ret_key, struct err *err)
{
	struct seal_key *key = mem_new(1, sizeof(*key));
	int ret = -1;

	seal_lock_keys();
	if (seal_certificate_load(certificate_path, &key->certificate, err) != 0 ||
		read_pkey(key_path, &key->pkey, err) != 0)
		goto out;
	if (X509_check_private_key(key->certificate->x509, key->pkey) != 1) {
		seal_err(err, ERR_CONFIG, "they don't belong together");
		err_add(err, "%s and %s", key_path, certificate_path);
		goto out;
	}
	*ret_key = key;
	key = NULL;
	ret = 0;
out:
	seal_key_free(key);
	return ret;
}

void
seal_key_free(struct seal_key *key)
{
	if (key == NULL)
		return;
	EVP_PKEY_free(key->pkey);
	seal_certificate_free(key->certificate);
	free(key);
}

const struct seal_certificate *
seal_key_certificate(const struct seal_key *key)
{
	return key->certificate;
}
