/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The seal: two nested CMS AuthEnvelopedData (RFC 5083, AES-256-GCM), DER, written and opened by OpenSSL.
 *   inner: a KEKRecipientInfo (RFC 5652 section 6.2.3, AES-256 key wrap) for each recipient's link key, its
 * key identifier the link's id; and a KeyTransRecipientInfo (RSA-OAEP, SHA-256) for the recovery certificate.
 *   outer: KeyTransRecipientInfo for the portal's certificate and for the recovery certificate.
 * `openssl cms -decrypt -inform DER` with the recovery key, twice, gives the message. Opening checks that the
 * tag is 16 and the IV 12 bytes long, and gives out nothing before the tag was verified. Certificates are
 * loaded once and immutable; functions are thread-safe.
 */
#ifndef POSTSEAL_ENVELOPE_H
#define POSTSEAL_ENVELOPE_H

#include "lib/base/buf.h"
#include "lib/base/secret.h"
#include "lib/seal/link.h"

struct seal_certificate;
struct seal_key; /* a private key, with the certificate it belongs to */

int seal_certificate_load(const char *path, struct seal_certificate **ret_certificate, struct err *err);
void seal_certificate_free(struct seal_certificate *certificate);

/* Hex SHA-256 of the certificate, subject and end of validity: for `key list` and logs. Texts live in the
 * certificate. */
const char *seal_certificate_fingerprint(const struct seal_certificate *certificate);
const char *seal_certificate_subject(const struct seal_certificate *certificate);
int64_t seal_certificate_not_after(const struct seal_certificate *certificate);

/* Whether both hold the same public key: then whoever opens one layer opens the other. */
bool seal_certificate_same_key(const struct seal_certificate *a, const struct seal_certificate *b);

/* The private key must be readable by its owner (and group) only. */
int seal_key_load(
	const char *key_path, const char *certificate_path, struct seal_key **ret_key, struct err *err);
void seal_key_free(struct seal_key *key);

/* Lives as long as the key. */
const struct seal_certificate *seal_key_certificate(const struct seal_key *key);

/*
 * Makes an RSA-3072 key and a self-signed certificate for `days` days; PEM files, the key with mode 0600
 * (caller changes its owner). Refuses to replace a file that exists.
 */
int seal_key_make(const char *common_name, int days, const char *key_path, const char *certificate_path,
	struct err *err);

/* Makes a file of 64 random hexadecimal digits, mode 0600: a key for keyed hashes. Refuses to replace one. */
int seal_hash_key_make(const char *path, struct err *err);

/*
 * Seals a message for n links. `out` gets the outer DER. ERR_CONFIG when portal and recovery certificate have
 * the same key: the portal could then open every message without a link.
 */
int seal_message(struct bytes message, const struct link *links, size_t n,
	const struct seal_certificate *portal, const struct seal_certificate *recovery, struct buf *out,
	struct err *err);

/* A small text (an address) for the portal and the recovery certificate: one layer. */
int seal_text(struct bytes text, const struct seal_certificate *portal,
	const struct seal_certificate *recovery, struct buf *out, struct err *err);

/* Opens a layer that is sealed for a certificate (outer layer, seal_text, or the inner layer with the
 * recovery key). */
int seal_open(struct bytes sealed, const struct seal_key *key, struct buf *out, struct err *err);

/* Opens the inner layer with a link key. A key that fits no recipient is ERR_PERM, as is a broken tag. */
int seal_open_inner(
	struct bytes inner, struct bytes link_id, struct bytes link_key, struct buf *out, struct err *err);

#endif
