/* SPDX-License-Identifier: Apache-2.0 */
/* Whether content really is an S/MIME or OpenPGP structure, by looking at it: a type alone proves nothing. */
#ifndef POSTSEAL_SEALED_H
#define POSTSEAL_SEALED_H

#include "lib/base/buf.h"

enum sealed_kind { SEALED_NOT, SEALED_ENCRYPTED, SEALED_SIGNED };

/* A DER or BER ContentInfo (RFC 5652): enveloped-data, authEnveloped-data or signed-data. */
enum sealed_kind sealed_cms(struct bytes content);

/*
 * Appends what signed-data signs, when it holds it (RFC 5652 section 5.2). Returns 0, or 1 when there is
 * none.
 */
int sealed_put_signed(struct bytes content, struct buf *out);

/* ASCII armor (RFC 9580 section 6.2) with nothing around it, whose first packet starts an encrypted message.
 */
bool sealed_is_pgp_message(struct bytes text);

/* Starts as cleartext signature framework text does. */
bool sealed_is_pgp_signed(struct bytes text);

#endif
