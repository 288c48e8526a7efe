/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The client's side of TLS, over memory: bytes of the wire in, bytes for the wire and plain text out. Who
 * owns the socket is the caller's business, so event loops, blocking code, tests and fuzzers use the same
 * calls. At least TLS 1.2, no renegotiation, no compression, no resumption: every connection proves its peer
 * anew. A context is immutable once made and may be shared by threads; a connection belongs to one.
 *
 * How a certificate is judged: it must have been issued by one of the context's authorities for TLS servers,
 * be valid now, and carry one of the peer's names among its subjectAltNames (RFC 6125: a wildcard stands for
 * the whole leftmost label; the subject's common name counts for nothing; an IP address only matches an
 * address).
 */
#ifndef POSTSEAL_TLS_H
#define POSTSEAL_TLS_H

#include "lib/base/buf.h"
#include "lib/base/err.h"

struct tls_context;

struct tls_context_spec {
	const char *ca_file;      /* PEM; NULL or empty: none */
	const char *ca_directory; /* as c_rehash(1) leaves it, read when a certificate is judged */
	const char *certificate;  /* the client's own, with its chain, PEM; NULL or empty: none */
	const char *key;          /* its private key */
};

/* Without ca_file and ca_directory: the system's authorities. free(NULL) is fine. */
int tls_context_new(const struct tls_context_spec *spec, struct tls_context **ret_context, struct err *err);
void tls_context_free(struct tls_context *context);

enum tls_trust {
	TLS_REQUIRE, /* a certificate that is not right ends the handshake */
	TLS_OBSERVE, /* it does not: tls_result() tells what it was */
};

/* A TLSA record of DANE (RFC 6698 section 2.1), already validated by DNSSEC. */
struct tls_tlsa {
	uint8_t usage, selector, matching;
	struct bytes data;
};

enum { TLS_NAMES_MAX = 4 };

struct tls_peer {
	const char *sni; /* NULL, empty or an IP address: none is sent */
	const char *names[TLS_NAMES_MAX];
	size_t n_names; /* at least one; with TLSA records names[0] is their base domain */
	const struct tls_tlsa *tlsa;
	size_t n_tlsa;
	enum tls_trust trust;
};

struct tls;

/* Names and records are copied. tls_free(NULL) is fine. */
int tls_new(const struct tls_context *context, const struct tls_peer *peer, struct tls **ret_tls,
	struct err *err);
void tls_free(struct tls *tls);

enum tls_state {
	TLS_HANDSHAKE,
	TLS_OPEN,
	TLS_ENDED,  /* the peer said so (close_notify); what it said before is in `plain` */
	TLS_FAILED, /* err says why */
};

/*
 * Takes what came from the wire; the first call has nothing (an empty view) and begins the handshake. Plain
 * text is appended to `plain`, what must be sent to `out`, also when it failed: an alert. A buffer that has
 * no room for it is a failure.
 */
enum tls_state tls_feed(
	struct tls *tls, struct bytes wire, struct buf *plain, struct buf *out, struct err *err);

/* Only in TLS_OPEN: appends plain text, sealed, to `out`. */
int tls_write(struct tls *tls, struct bytes plain, struct buf *out, struct err *err);

/* Says that nothing more comes. */
void tls_end(struct tls *tls, struct buf *out);

/* The worst that is wrong with a certificate, from the best to the worst. */
enum tls_certificate {
	TLS_CERT_TRUSTED,
	TLS_CERT_WRONG_NAME,
	TLS_CERT_EXPIRED, /* or not yet valid */
	TLS_CERT_UNTRUSTED,
	TLS_CERT_SELF_SIGNED,
	TLS_CERT_UNKNOWN, /* none was seen */
};

enum tls_dane {
	TLS_DANE_NONE,     /* no TLSA record was given */
	TLS_DANE_UNUSABLE, /* not one of them can be used */
	TLS_DANE_MISMATCH,
	TLS_DANE_MATCH,
};

struct tls_result {
	const char *version; /* "TLSv1.3"; NULL before the end of the handshake */
	uint16_t number;     /* the same as TLS writes it: 0x0304 */
	const char *cipher;
	bool too_old; /* the handshake failed since the peer speaks no version that we do */
	enum tls_certificate certificate; /* by the authorities, whatever DANE says */
	enum tls_dane dane;
};

/* What is known so far; complete from TLS_OPEN on. */
struct tls_result tls_result(const struct tls *tls);

/* "trusted", "wrong-name", "expired", "untrusted", "self-signed", "unknown". */
const char *tls_certificate_name(enum tls_certificate certificate);

#endif
