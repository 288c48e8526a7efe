/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/seal/cms_check.h"

#include <limits.h>
#include <openssl/asn1t.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "lib/seal/openssl.h"

/*
 * RFC 5083 section 2.1 and RFC 5084 section 3.2 in OpenSSL's template language: its CMS API does not show
 * these fields. The macros need typedefs.
 */
typedef struct {
	ASN1_OCTET_STRING *nonce;
	ASN1_INTEGER *tag_size;
} CHECK_GCM;

ASN1_SEQUENCE(CHECK_GCM) =
	{
		ASN1_SIMPLE(CHECK_GCM, nonce, ASN1_OCTET_STRING),
		ASN1_OPT(CHECK_GCM, tag_size, ASN1_INTEGER),
} static_ASN1_SEQUENCE_END(CHECK_GCM)

		typedef struct {
	ASN1_OBJECT *type;
	X509_ALGOR *algorithm;
	ASN1_OCTET_STRING *content;
} CHECK_CONTENT;

ASN1_SEQUENCE(CHECK_CONTENT) =
	{
		ASN1_SIMPLE(CHECK_CONTENT, type, ASN1_OBJECT),
		ASN1_SIMPLE(CHECK_CONTENT, algorithm, X509_ALGOR),
		ASN1_IMP_OPT(CHECK_CONTENT, content, ASN1_OCTET_STRING, 0),
} static_ASN1_SEQUENCE_END(CHECK_CONTENT)

	/* Anything in the places of originatorInfo and the attributes makes the reading fail: we never write
	   them. */
	typedef struct {
	ASN1_INTEGER *version;
	STACK_OF(ASN1_TYPE) * recipients;
	CHECK_CONTENT *content;
	ASN1_OCTET_STRING *tag;
} CHECK_AUTH_ENVELOPED;

ASN1_SEQUENCE(CHECK_AUTH_ENVELOPED) =
	{
		ASN1_SIMPLE(CHECK_AUTH_ENVELOPED, version, ASN1_INTEGER),
		ASN1_SET_OF(CHECK_AUTH_ENVELOPED, recipients, ASN1_ANY),
		ASN1_SIMPLE(CHECK_AUTH_ENVELOPED, content, CHECK_CONTENT),
		ASN1_SIMPLE(CHECK_AUTH_ENVELOPED, tag, ASN1_OCTET_STRING),
} static_ASN1_SEQUENCE_END(CHECK_AUTH_ENVELOPED)

		typedef struct {
	ASN1_OBJECT *type;
	CHECK_AUTH_ENVELOPED *body;
} CHECK_CMS;

ASN1_SEQUENCE(CHECK_CMS) =
	{
		ASN1_SIMPLE(CHECK_CMS, type, ASN1_OBJECT),
		ASN1_EXP(CHECK_CMS, body, CHECK_AUTH_ENVELOPED, 0),
} static_ASN1_SEQUENCE_END(CHECK_CMS)

		static int refuse(struct err * err, const char *why)
{
	ERR_clear_error();
	return err_set(err, ERR_PERM, "sealed object refused: %s", why);
}

static int
check_gcm(const X509_ALGOR *algorithm, struct err *err)
{
	const ASN1_OBJECT *oid;
	const void *value;
	int type, ret = 0;
	CHECK_GCM *gcm;

	X509_ALGOR_get0(&oid, &type, &value, algorithm);
	if (OBJ_obj2nid(oid) != NID_aes_256_gcm || type != V_ASN1_SEQUENCE)
		return refuse(err, "not AES-256-GCM");
	gcm = ASN1_item_unpack(value, ASN1_ITEM_rptr(CHECK_GCM));
	if (gcm == NULL)
		return refuse(err, "GCM parameters");
	if (ASN1_STRING_length(gcm->nonce) != CMS_IV_SIZE)
		ret = refuse(err, "IV is not 12 bytes long");
	else if (gcm->tag_size == NULL || ASN1_INTEGER_get(gcm->tag_size) != CMS_TAG_SIZE)
		ret = refuse(err, "tag is not declared 16 bytes long");
	ASN1_item_free((ASN1_VALUE *)gcm, ASN1_ITEM_rptr(CHECK_GCM));
	return ret;
}

static int
check_body(const CHECK_AUTH_ENVELOPED *body, struct err *err)
{
	if (ASN1_INTEGER_get(body->version) != 0)
		return refuse(err, "unknown version");
	if (sk_ASN1_TYPE_num(body->recipients) < 1)
		return refuse(err, "no recipients");
	if (OBJ_obj2nid(body->content->type) != NID_pkcs7_data)
		return refuse(err, "content is not data");
	if (body->content->content == NULL)
		return refuse(err, "no content");
	if (ASN1_STRING_length(body->tag) != CMS_TAG_SIZE)
		return refuse(err, "tag is not 16 bytes long");
	return check_gcm(body->content->algorithm, err);
}

/* OpenSSL reads BER too; what we write is DER, so writing it again must give the same bytes. */
static int
is_der(const CHECK_CMS *cms, struct bytes der)
{
	uint8_t *again = NULL;
	int n = ASN1_item_i2d((const ASN1_VALUE *)cms, &again, ASN1_ITEM_rptr(CHECK_CMS));
	int same = n >= 0 && bytes_eq(bytes_of(again, (size_t)n), der);

	OPENSSL_free(again);
	return same;
}

int
cms_check(struct bytes der, size_t *ret_content_size, struct err *err)
{
	const unsigned char *at = der.p;
	CHECK_CMS *cms;
	int ret;

	if (der.n == 0 || der.n > INT_MAX)
		return refuse(err, "size");
	cms = (CHECK_CMS *)ASN1_item_d2i(NULL, &at, (long)der.n, ASN1_ITEM_rptr(CHECK_CMS));
	if (cms == NULL)
		return refuse(err, "not a CMS AuthEnvelopedData");
	if (OBJ_obj2nid(cms->type) != NID_id_smime_ct_authEnvelopedData)
		ret = refuse(err, "not a CMS AuthEnvelopedData");
	else if (!is_der(cms, der))
		ret = refuse(err, "not DER");
	else
		ret = check_body(cms->body, err);
	if (ret == 0)
		*ret_content_size = (size_t)ASN1_STRING_length(cms->body->content->content);
	ASN1_item_free((ASN1_VALUE *)cms, ASN1_ITEM_rptr(CHECK_CMS));
	return ret;
}
