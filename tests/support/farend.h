/* SPDX-License-Identifier: Apache-2.0 */
/* A TLS server in memory, with every certificate fault, for tests of clients. */
#ifndef POSTSEAL_TESTS_FAREND_H
#define POSTSEAL_TESTS_FAREND_H

#include "lib/base/buf.h"

enum farend_certificate {
	CERT_GOOD, /* mx.far.example, *.wild.example, 192.0.2.1 */
	CERT_EXPIRED,
	CERT_NOT_YET,
	CERT_SELF_SIGNED,
	CERT_OTHER_AUTHORITY,
	CERT_COMMON_NAME, /* mx.far.example as the subject's common name, no alternative name */
	CERT_CLIENT_ONLY, /* extended key usage clientAuth */
	CERTS,
};

enum farend_version { FAREND_MODERN, FAREND_TLS12, FAREND_TLS10 };

struct farend;

/* Makes keys and certificates; writes the authority's certificate there. Aborts when it can't. */
void farend_setup(const char *ca_path);
void farend_done(void);

struct farend *farend_new(enum farend_certificate certificate, enum farend_version version);
void farend_free(struct farend *farend);

/* Takes and gives bytes of the wire; what the client said is added to `plain`. Returns -1 when it failed. */
int farend_feed(struct farend *farend, struct bytes wire, struct buf *plain, struct buf *out);
void farend_say(struct farend *farend, struct bytes plain, struct buf *out);
void farend_end(struct farend *farend, struct buf *out);

/* The SNI that came, or "". */
const char *farend_sni(const struct farend *farend);

/* SHA-256 of the public key (selector 1) of a certificate, or of its authority's. */
void farend_key_digest(enum farend_certificate certificate, uint8_t digest[32]);
void farend_authority_digest(uint8_t digest[32]);

#endif
