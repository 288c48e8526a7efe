/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A recipient's link: https://portal/m#ID.SECRET, both base64url. The secret is 32 random bytes that exist
 * nowhere but in the fragment; from it come the key that opens the inner layer and the proof that its holder
 * has it. link key = HKDF-SHA-256(secret, salt = id, info "postseal link key v1")    32 bytes proof    =
 * HKDF-SHA-256(secret, salt = id, info "postseal link proof v1")  32 bytes; the index keeps SHA-256(proof)
 * The portal's script computes the same two values with WebCrypto.
 */
#ifndef POSTSEAL_LINK_H
#define POSTSEAL_LINK_H

#include "lib/base/buf.h"
#include "lib/base/secret.h"

enum { LINK_ID_SIZE = 16, LINK_SECRET_SIZE = 32, LINK_KEY_SIZE = 32, LINK_PROOF_SIZE = 32 };

struct link {
	uint8_t id[LINK_ID_SIZE];
	struct secret secret;
};

void link_new(struct link *link);
void link_done(struct link *link);

void link_key(const struct link *link, struct secret *ret_key);
void link_proof(const struct link *link, struct secret *ret_proof);

/* "ID.SECRET" appended. The caller wipes the buffer. */
void link_format(const struct link *link, struct buf *out);

/* Strict, but spaces around and inside are ignored (people type it). Returns 0 or -1. */
int link_parse(struct bytes text, struct link *ret_link);

#endif
