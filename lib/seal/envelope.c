/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/seal/envelope.h"

#include <limits.h>
#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "lib/base/mem.h"
#include "lib/seal/cms_check.h"
#include "lib/seal/digest.h"
#include "lib/seal/openssl.h"

/* OpenSSL counts in int; wraps and headers of one layer stay far below the difference. */
enum { CONTENT_MAX = INT_MAX / 4, LAYER_EXTRA = 1024 * 1024 };

static int
add_certificate(CMS_ContentInfo *cms, const struct seal_certificate *certificate, struct err *err)
{
	EVP_MD *sha256 = seal_algorithms()->sha256;
	CMS_RecipientInfo *recipient = CMS_add1_recipient_cert(cms, certificate->x509, CMS_KEY_PARAM);
	EVP_PKEY_CTX *context = recipient ? CMS_RecipientInfo_get0_pkey_ctx(recipient) : NULL;

	if (context == NULL || EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) <= 0 ||
		EVP_PKEY_CTX_set_rsa_oaep_md(context, sha256) <= 0 ||
		EVP_PKEY_CTX_set_rsa_mgf1_md(context, sha256) <= 0)
		return seal_err(err, ERR_TEMP, "seal for a certificate");
	return 0;
}

/* The CMS object takes over what it is given, but only on success. */
static int
add_link(CMS_ContentInfo *cms, const struct link *link, struct err *err)
{
	struct secret key = {0};
	unsigned char *id = OPENSSL_memdup(link->id, sizeof(link->id)), *copy;
	int ret = 0;

	link_key(link, &key);
	copy = OPENSSL_memdup(key.p, key.n);
	if (id == NULL || copy == NULL ||
		CMS_add0_recipient_key(cms, NID_id_aes256_wrap, copy, key.n, id, sizeof(link->id), NULL, NULL,
			NULL) == NULL) {
		ret = seal_err(err, ERR_TEMP, "seal for a link");
		OPENSSL_clear_free(copy, key.n);
		OPENSSL_free(id);
	}
	secret_done(&key);
	return ret;
}

static int
encode(CMS_ContentInfo *cms, struct buf *out, struct err *err)
{
	int n = i2d_CMS_ContentInfo(cms, NULL);
	unsigned char *room;

	if (n < 0)
		return seal_err(err, ERR_TEMP, "encode");
	room = buf_room(out, (size_t)n);
	if (room == NULL)
		return err_set(err, ERR_PERM, "sealed object is larger than %zu bytes", out->max);
	if (i2d_CMS_ContentInfo(cms, &room) != n)
		return seal_err(err, ERR_TEMP, "encode");
	buf_grew(out, (size_t)n);
	return 0;
}

static int
encrypt(CMS_ContentInfo *cms, struct bytes content, struct buf *out, struct err *err)
{
	BIO *bio;
	int ok;

	/* Without this, OpenSSL leaves the content out, and says nothing. */
	if (CMS_set_detached(cms, 0) != 1)
		return seal_err(err, ERR_TEMP, "encrypt");
	bio = CMS_dataInit(cms, NULL);
	if (bio == NULL)
		return seal_err(err, ERR_TEMP, "encrypt");
	ok = (content.n == 0 || BIO_write(bio, content.p, (int)content.n) == (int)content.n) &&
	     BIO_flush(bio) == 1 && CMS_dataFinal(cms, bio) == 1;
	BIO_free_all(bio);
	if (!ok)
		return seal_err(err, ERR_TEMP, "encrypt");
	return encode(cms, out, err);
}

/* One layer: for n links, and for the certificates that are not NULL. */
struct layer {
	const struct link *links;
	size_t n;
	const struct seal_certificate *portal, *recovery;
};

static int
seal_layer(const struct layer *layer, struct bytes content, struct buf *out, struct err *err)
{
	CMS_ContentInfo *cms = NULL;
	int ret = -1;

	if (content.n > CONTENT_MAX)
		return err_set(err, ERR_PERM, "message is too large to seal");
	ERR_clear_error();
	cms = CMS_AuthEnvelopedData_create(seal_algorithms()->aes_256_gcm);
	if (cms == NULL)
		return seal_err(err, ERR_TEMP, "seal");
	for (size_t i = 0; i < layer->n; i++) {
		if (add_link(cms, &layer->links[i], err) != 0)
			goto out;
	}
	if (layer->portal != NULL && add_certificate(cms, layer->portal, err) != 0)
		goto out;
	if (add_certificate(cms, layer->recovery, err) != 0)
		goto out;
	ret = encrypt(cms, content, out, err);
out:
	CMS_ContentInfo_free(cms);
	return ret;
}

int
seal_message(struct bytes message, const struct link *links, size_t n, const struct seal_certificate *portal,
	const struct seal_certificate *recovery, struct buf *out, struct err *err)
{
	const struct layer inner_layer = {.links = links, .n = n, .recovery = recovery};
	struct buf inner;
	int ret;

	if (seal_certificate_same_key(portal, recovery))
		return err_set(err, ERR_CONFIG, "portal and recovery certificate have the same key");
	buf_init(&inner, message.n + LAYER_EXTRA + n * 256);
	ret = seal_layer(&inner_layer, message, &inner, err);
	if (ret == 0)
		ret = seal_text(buf_bytes(&inner), portal, recovery, out, err);
	buf_done(&inner);
	return ret == 0 ? 0 : err_add(err, "seal message");
}

int
seal_text(struct bytes text, const struct seal_certificate *portal, const struct seal_certificate *recovery,
	struct buf *out, struct err *err)
{
	const struct layer layer = {.portal = portal, .recovery = recovery};

	return seal_layer(&layer, text, out, err);
}

/*
 * All plain text goes into room that `out` does not count yet; only a verified tag makes it count. What was
 * decrypted without one is wiped.
 */
static int
decrypt(CMS_ContentInfo *cms, size_t size, struct buf *out, struct err *err)
{
	uint8_t *room = buf_room(out, size), beyond[1];
	size_t done = 0;
	BIO *bio;
	int got, ok;

	if (room == NULL)
		return err_set(err, ERR_PERM, "opened object is larger than %zu bytes", out->max);
	bio = CMS_dataInit(cms, NULL);
	if (bio == NULL)
		return seal_err(err, ERR_PERM, "sealed object refused");
	while (done < size && (got = BIO_read(bio, room + done, (int)(size - done))) > 0)
		done += (size_t)got;
	/* The read that finds the end is the one that compares the tags. */
	ok = done == size && BIO_read(bio, beyond, sizeof(beyond)) <= 0 &&
	     BIO_method_type(bio) == BIO_TYPE_CIPHER && BIO_get_cipher_status(bio) == 1;
	BIO_free_all(bio);
	ERR_clear_error();
	if (!ok) {
		mem_wipe(room, size);
		return err_set(err, ERR_PERM, "sealed object refused: its tag does not verify");
	}
	buf_grew(out, size);
	return 0;
}

/* Finds its recipient and gives it the key. Returns 1, 0 when none fits, -1 when it does not unwrap. */
typedef int (*unwrap_fn)(CMS_ContentInfo *cms, const void *context);

static int
open_layer(struct bytes sealed, unwrap_fn unwrap, const void *context, struct buf *out, struct err *err)
{
	const unsigned char *at = sealed.p;
	CMS_ContentInfo *cms = NULL;
	size_t size;
	int ret = -1;

	seal_init();
	ERR_clear_error();
	if (cms_check(sealed, &size, err) != 0)
		return -1;
	cms = d2i_CMS_ContentInfo(NULL, &at, (long)sealed.n);
	if (cms == NULL)
		return seal_err(err, ERR_PERM, "sealed object refused");
	switch (unwrap(cms, context)) {
	case 1:
		ret = decrypt(cms, size, out, err);
		break;
	case 0:
		ERR_clear_error();
		err_set(err, ERR_PERM, "sealed for nobody with this key");
		break;
	default:
		seal_err(err, ERR_PERM, "sealed object refused: its key does not unwrap");
	}
	CMS_ContentInfo_free(cms);
	return ret;
}

/* Only OAEP: a way back to PKCS #1 v1.5 would make the vault a padding oracle. */
static int
is_oaep(CMS_RecipientInfo *recipient)
{
	X509_ALGOR *algorithm = NULL;
	const ASN1_OBJECT *oid = NULL;

	if (CMS_RecipientInfo_ktri_get0_algs(recipient, NULL, NULL, &algorithm) != 1)
		return 0;
	X509_ALGOR_get0(&oid, NULL, NULL, algorithm);
	return OBJ_obj2nid(oid) == NID_rsaesOaep;
}

static int
unwrap_with_key(CMS_ContentInfo *cms, const void *context)
{
	const struct seal_key *key = context;
	STACK_OF(CMS_RecipientInfo) *recipients = CMS_get0_RecipientInfos(cms);

	for (int i = 0; i < sk_CMS_RecipientInfo_num(recipients); i++) {
		CMS_RecipientInfo *recipient = sk_CMS_RecipientInfo_value(recipients, i);

		if (CMS_RecipientInfo_type(recipient) != CMS_RECIPINFO_TRANS ||
			CMS_RecipientInfo_ktri_cert_cmp(recipient, key->certificate->x509) != 0)
			continue;
		if (!is_oaep(recipient) || EVP_PKEY_up_ref(key->pkey) != 1)
			return -1;
		if (CMS_RecipientInfo_set0_pkey(recipient, key->pkey) != 1) {
			EVP_PKEY_free(key->pkey);
			return -1;
		}
		return CMS_RecipientInfo_decrypt(cms, recipient) == 1 ? 1 : -1;
	}
	return 0;
}

int
seal_open(struct bytes sealed, const struct seal_key *key, struct buf *out, struct err *err)
{
	return open_layer(sealed, unwrap_with_key, key, out, err);
}

struct link_wrap {
	struct bytes id, key;
};

static int
unwrap_with_link(CMS_ContentInfo *cms, const void *context)
{
	const struct link_wrap *wrap = context;
	STACK_OF(CMS_RecipientInfo) *recipients = CMS_get0_RecipientInfos(cms);

	for (int i = 0; i < sk_CMS_RecipientInfo_num(recipients); i++) {
		CMS_RecipientInfo *recipient = sk_CMS_RecipientInfo_value(recipients, i);
		unsigned char *copy;

		if (CMS_RecipientInfo_type(recipient) != CMS_RECIPINFO_KEK ||
			CMS_RecipientInfo_kekri_id_cmp(recipient, wrap->id.p, wrap->id.n) != 0)
			continue;
		copy = OPENSSL_memdup(wrap->key.p, wrap->key.n);
		if (copy == NULL)
			return -1;
		if (CMS_RecipientInfo_set0_key(recipient, copy, wrap->key.n) != 1) {
			OPENSSL_clear_free(copy, wrap->key.n);
			return -1;
		}
		return CMS_RecipientInfo_decrypt(cms, recipient) == 1 ? 1 : -1;
	}
	return 0;
}

int
seal_open_inner(
	struct bytes inner, struct bytes link_id, struct bytes link_key, struct buf *out, struct err *err)
{
	const struct link_wrap wrap = {.id = link_id, .key = link_key};

	if (link_id.n != LINK_ID_SIZE || link_key.n != LINK_KEY_SIZE)
		return err_set(err, ERR_PERM, "a link has an id of 16 and a key of 32 bytes");
	return open_layer(inner, unwrap_with_link, &wrap, out, err);
}
