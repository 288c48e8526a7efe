/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/seal/envelope.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"
#include "lib/seal/digest.h"
#include "lib/seal/openssl.h"

enum { KEY_BITS = 3072, SERIAL_BITS = 127 };

static int
set_serial(X509 *x509)
{
	BIGNUM *serial = BN_new();
	int ok = serial != NULL && BN_rand(serial, SERIAL_BITS, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
		 BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(x509)) != NULL;

	BN_free(serial);
	return ok;
}

static int
set_names(X509 *x509, const char *common_name)
{
	X509_NAME *name = X509_get_subject_name(x509);

	return X509_NAME_add_entry_by_txt(
		       name, "CN", MBSTRING_UTF8, (const uint8_t *)common_name, -1, -1, 0) == 1 &&
	       X509_set_issuer_name(x509, name) == 1;
}

static int
add_extensions(X509 *x509)
{
	static const struct {
		int nid;
		const char *value;
	} extensions[] = {
		{NID_basic_constraints, "critical,CA:FALSE"},
		{NID_key_usage, "critical,keyEncipherment"},
		{NID_subject_key_identifier, "hash"},
	};
	X509V3_CTX context;

	X509V3_set_ctx_nodb(&context);
	X509V3_set_ctx(&context, x509, x509, NULL, NULL, 0);
	for (size_t i = 0; i < sizeof(extensions) / sizeof(extensions[0]); i++) {
		X509_EXTENSION *extension =
			X509V3_EXT_conf_nid(NULL, &context, extensions[i].nid, extensions[i].value);
		int ok = extension != NULL && X509_add_ext(x509, extension, -1) == 1;

		X509_EXTENSION_free(extension);
		if (!ok)
			return 0;
	}
	return 1;
}

static X509 *
new_certificate(EVP_PKEY *pkey, const char *common_name, int days)
{
	X509 *x509 = X509_new();

	if (x509 != NULL && X509_set_version(x509, X509_VERSION_3) == 1 && set_serial(x509) &&
		set_names(x509, common_name) && X509_gmtime_adj(X509_getm_notBefore(x509), 0) != NULL &&
		X509_time_adj_ex(X509_getm_notAfter(x509), days, 0, NULL) != NULL &&
		X509_set_pubkey(x509, pkey) == 1 && add_extensions(x509) &&
		X509_sign(x509, pkey, seal_algorithms()->sha256) > 0)
		return x509;
	X509_free(x509);
	return NULL;
}

static int
sync_folder(const char *path)
{
	char *copy = mem_strdup(path);
	int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int ret = fd < 0 ? -1 : fsync(fd);

	fd_close(&fd);
	free(copy);
	return ret;
}

/* O_EXCL: a key that is there opens messages; it is never written over. */
static int
write_new(const char *path, struct bytes content, mode_t mode, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	int ret = -1;

	if (fd < 0)
		return err_sys(err, ERR_CONFIG, "create %s", path);
	if (fchmod(fd, mode) != 0) {
		err_sys(err, ERR_TEMP, "chmod %s", path);
		goto out;
	}
	if (fd_write_all(fd, content, err) != 0) {
		err_add(err, "%s", path);
		goto out;
	}
	if (fsync(fd) != 0 || sync_folder(path) != 0) {
		err_sys(err, ERR_TEMP, "fsync %s", path);
		goto out;
	}
	ret = 0;
out:
	fd_close(&fd);
	if (ret != 0)
		(void)unlink(path);
	return ret;
}

static struct bytes
content_of(BIO *bio)
{
	const uint8_t *p;
	long n = BIO_get_mem_data(bio, &p);

	return bytes_of(p, n > 0 ? (size_t)n : 0);
}

static int
write_pair(EVP_PKEY *pkey, X509 *x509, const char *key_path, const char *certificate_path, struct err *err)
{
	BIO *key_pem = BIO_new(BIO_s_secmem()); /* wiped when freed */
	BIO *certificate_pem = BIO_new(BIO_s_mem());
	int ret = -1;

	if (key_pem == NULL || certificate_pem == NULL ||
		PEM_write_bio_PrivateKey(key_pem, pkey, NULL, NULL, 0, NULL, NULL) != 1 ||
		PEM_write_bio_X509(certificate_pem, x509) != 1) {
		seal_err(err, ERR_TEMP, "write PEM");
		goto out;
	}
	if (write_new(key_path, content_of(key_pem), 0600, err) != 0)
		goto out;
	if (write_new(certificate_path, content_of(certificate_pem), 0644, err) != 0) {
		(void)unlink(key_path);
		goto out;
	}
	ret = 0;
out:
	BIO_free(key_pem);
	BIO_free(certificate_pem);
	return ret;
}

static int
refuse_existing(const char *path, struct err *err)
{
	struct stat st;

	if (lstat(path, &st) == 0)
		return err_set(err, ERR_CONFIG, "%s exists and is not replaced", path);
	if (errno != ENOENT)
		return err_sys(err, ERR_CONFIG, "%s", path);
	return 0;
}

int
seal_key_make(const char *common_name, int days, const char *key_path, const char *certificate_path,
	struct err *err)
{
	EVP_PKEY *pkey = NULL;
	X509 *x509 = NULL;
	int ret = -1;

	seal_init();
	seal_lock_keys();
	if (refuse_existing(key_path, err) != 0 || refuse_existing(certificate_path, err) != 0)
		return -1;
	pkey = EVP_RSA_gen(KEY_BITS);
	if (pkey != NULL)
		x509 = new_certificate(pkey, common_name, days);
	if (x509 == NULL)
		seal_err(err, ERR_CONFIG, "make a key and its certificate");
	else
		ret = write_pair(pkey, x509, key_path, certificate_path, err);
	X509_free(x509);
	EVP_PKEY_free(pkey);
	return ret;
}

int
seal_hash_key_make(const char *path, struct err *err)
{
	struct secret key = {0}, text = {0};
	int ret;

	secret_init(&key, DIGEST_SIZE);
	secret_init(&text, 2 * DIGEST_SIZE + 1);
	seal_random(key.p, key.n);
	text_hex(secret_bytes(&key), (char *)text.p);
	text.p[2 * DIGEST_SIZE] = '\n';
	ret = write_new(path, secret_bytes(&text), 0600, err);
	secret_done(&key);
	secret_done(&text);
	return ret;
}
