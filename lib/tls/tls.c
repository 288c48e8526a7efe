/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/tls/tls.h"

#include <arpa/inet.h>
#include <limits.h>
#include <openssl/err.h>
#include <stdlib.h>

#include "lib/base/mem.h"
#include "lib/tls/openssl.h"

enum { RECORD_MAX = 16 * 1024 };

struct tls {
	SSL *ssl;
	BIO *in, *out; /* ssl's */
	enum tls_state state;
	enum tls_trust trust;
	char *names[TLS_NAMES_MAX];
	size_t n_names, n_tlsa, n_usable;
	enum tls_certificate certificate;
	bool too_old;
};

static bool
is_host_name(const char *name)
{
	struct in6_addr address;

	return name != NULL && name[0] != '\0' && inet_pton(AF_INET, name, &address) != 1 &&
	       inet_pton(AF_INET6, name, &address) != 1;
}

/* DANE sets the first name (and an SNI, which ours replaces) by itself. */
static int
expect(struct tls *tls, const struct tls_peer *peer)
{
	X509_VERIFY_PARAM *param = SSL_get0_param(tls->ssl);
	size_t first = 0;

	tls_expect_strictly(param);
	if (peer->n_tlsa > 0) {
		if (SSL_dane_enable(tls->ssl, peer->names[0]) != 1)
			return -1;
		first = 1;
	}
	for (size_t i = 0; i < peer->n_tlsa; i++) {
		const struct tls_tlsa *tlsa = &peer->tlsa[i];

		tls->n_usable += SSL_dane_tlsa_add(tls->ssl, tlsa->usage, tlsa->selector, tlsa->matching,
					 tlsa->data.p, tlsa->data.n) > 0;
	}
	tls->n_tlsa = peer->n_tlsa;
	for (size_t i = first; i < peer->n_names; i++)
		if (tls_expect_name(param, peer->names[i]) < 0)
			return -1;
	ERR_clear_error();
	return !is_host_name(peer->sni) || SSL_set_tlsext_host_name(tls->ssl, peer->sni) == 1 ? 0 : -1;
}

static void
take_names(struct tls *tls, const struct tls_peer *peer)
{
	tls->n_names = peer->n_names;
	for (size_t i = 0; i < peer->n_names; i++)
		tls->names[i] = mem_strdup(peer->names[i]);
}

int
tls_new(const struct tls_context *context, const struct tls_peer *peer, struct tls **ret_tls, struct err *err)
{
	struct tls *tls;

	if (peer->n_names == 0 || peer->n_names > TLS_NAMES_MAX)
		return err_set(err, ERR_USAGE, "TLS needs 1 to %d names", TLS_NAMES_MAX);
	tls = mem_new(1, sizeof(*tls));
	tls->ssl = SSL_new(context->ctx);
	tls->in = BIO_new(BIO_s_mem());
	tls->out = BIO_new(BIO_s_mem());
	if (tls->ssl == NULL || tls->in == NULL || tls->out == NULL)
		mem_exhausted(0);
	BIO_set_mem_eof_return(tls->in, -1);
	SSL_set_bio(tls->ssl, tls->in, tls->out);
	SSL_set_connect_state(tls->ssl);
	tls->trust = peer->trust;
	tls->certificate = TLS_CERT_UNKNOWN;
	take_names(tls, peer);
	/* Without a verify callback, SSL_VERIFY_NONE judges all the same and goes on. */
	SSL_set_verify(tls->ssl, peer->trust == TLS_REQUIRE ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, NULL);
	if (expect(tls, peer) < 0) {
		tls_free(tls);
		return tls_err(err, ERR_PERM, "a name that no certificate can have");
	}
	*ret_tls = tls;
	return 0;
}

void
tls_free(struct tls *tls)
{
	if (tls == NULL)
		return;
	SSL_free(tls->ssl);
	for (size_t i = 0; i < tls->n_names; i++)
		free(tls->names[i]);
	free(tls);
}

/* Returns -1 when `out` has no room. */
static int
drain(struct tls *tls, struct buf *out)
{
	size_t n = BIO_ctrl_pending(tls->out);
	uint8_t *room = n > 0 && n <= INT_MAX ? buf_room(out, n) : NULL;

	if (n == 0)
		return 0;
	if (room == NULL)
		return -1;
	buf_grew(out, (size_t)BIO_read(tls->out, room, (int)n));
	return 0;
}

/* The peer's alert, or its choice of a version below ours. */
static bool
is_version_error(unsigned long error)
{
	int reason = ERR_GET_REASON(error);

	return ERR_GET_LIB(error) == ERR_LIB_SSL &&
	       (reason == SSL_R_TLSV1_ALERT_PROTOCOL_VERSION || reason == SSL_R_UNSUPPORTED_PROTOCOL);
}

static enum tls_state
fail(struct tls *tls, struct buf *out, struct err *err)
{
	long verified = SSL_get_verify_result(tls->ssl);

	tls->state = TLS_FAILED;
	tls->too_old = is_version_error(ERR_peek_last_error());
	(void)drain(tls, out);
	if (tls->trust == TLS_REQUIRE && verified != X509_V_OK) {
		tls->certificate = tls_certificate_of(verified);
		ERR_clear_error();
		err_set(err, ERR_PEER, "TLS: %s", X509_verify_cert_error_string(verified));
	} else {
		tls_err(err, ERR_PEER, "TLS");
	}
	return TLS_FAILED;
}

static enum tls_state
shake(struct tls *tls, struct buf *out, struct err *err)
{
	int got = SSL_do_handshake(tls->ssl);

	if (got == 1) {
		tls->certificate =
			tls_certificate_judge(tls->ssl, (const char *const *)tls->names, tls->n_names);
		tls->state = TLS_OPEN;
	} else if (SSL_get_error(tls->ssl, got) != SSL_ERROR_WANT_READ) {
		return fail(tls, out, err);
	}
	return tls->state;
}

static enum tls_state
read_plain(struct tls *tls, struct buf *plain, struct buf *out, struct err *err)
{
	for (;;) {
		uint8_t *room = buf_room(plain, RECORD_MAX);
		int n;

		if (room == NULL) {
			err_set(err, ERR_PEER, "TLS: the peer sends too much");
			return tls->state = TLS_FAILED;
		}
		n = SSL_read(tls->ssl, room, RECORD_MAX);
		if (n > 0) {
			buf_grew(plain, (size_t)n);
			continue;
		}
		switch (SSL_get_error(tls->ssl, n)) {
		case SSL_ERROR_WANT_READ:
			return tls->state;
		case SSL_ERROR_ZERO_RETURN:
			return tls->state = TLS_ENDED;
		default:
			return fail(tls, out, err);
		}
	}
}

enum tls_state
tls_feed(struct tls *tls, struct bytes wire, struct buf *plain, struct buf *out, struct err *err)
{
	enum tls_state state = tls->state;

	if (state == TLS_ENDED)
		return state;
	if (state == TLS_FAILED) {
		err_set(err, ERR_PEER, "TLS: it failed before");
		return state;
	}
	ERR_clear_error();
	if (wire.n > INT_MAX || (wire.n > 0 && BIO_write(tls->in, wire.p, (int)wire.n) != (int)wire.n))
		mem_exhausted(wire.n);
	if (state == TLS_HANDSHAKE)
		state = shake(tls, out, err);
	if (state == TLS_OPEN)
		state = read_plain(tls, plain, out, err);
	if (drain(tls, out) < 0 && state != TLS_FAILED) {
		err_set(err, ERR_PEER, "TLS: the peer takes nothing");
		state = tls->state = TLS_FAILED;
	}
	return state;
}

int
tls_write(struct tls *tls, struct bytes plain, struct buf *out, struct err *err)
{
	if (tls->state != TLS_OPEN)
		return err_set(err, ERR_PEER, "TLS: not open");
	ERR_clear_error();
	while (plain.n > 0) {
		int n = SSL_write(tls->ssl, plain.p, plain.n < RECORD_MAX ? (int)plain.n : RECORD_MAX);

		if (n <= 0)
			return tls_err(err, ERR_PEER, "TLS");
		plain = bytes_sub(plain, (size_t)n, plain.n);
	}
	return drain(tls, out) < 0 ? err_set(err, ERR_PEER, "TLS: the peer takes nothing") : 0;
}

void
tls_end(struct tls *tls, struct buf *out)
{
	if (tls->state != TLS_OPEN && tls->state != TLS_ENDED)
		return;
	(void)SSL_shutdown(tls->ssl);
	ERR_clear_error();
	(void)drain(tls, out);
	tls->state = TLS_ENDED;
}

static enum tls_dane
dane_of(const struct tls *tls)
{
	if (tls->n_tlsa == 0)
		return TLS_DANE_NONE;
	if (tls->n_usable == 0)
		return TLS_DANE_UNUSABLE;
	if (SSL_get_verify_result(tls->ssl) == X509_V_OK &&
		SSL_get0_dane_authority(tls->ssl, NULL, NULL) >= 0)
		return TLS_DANE_MATCH;
	return TLS_DANE_MISMATCH;
}

struct tls_result
tls_result(const struct tls *tls)
{
	bool open = SSL_is_init_finished(tls->ssl) == 1;

	return (struct tls_result){
		.version = open ? SSL_get_version(tls->ssl) : NULL,
		.number = open ? (uint16_t)SSL_version(tls->ssl) : 0,
		.cipher = open ? SSL_get_cipher_name(tls->ssl) : NULL,
		.too_old = tls->too_old,
		.certificate = tls->certificate,
		.dane = dane_of(tls),
	};
}
