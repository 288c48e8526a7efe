/* SPDX-License-Identifier: Apache-2.0 */
/* The client against servers with every fault, whole and byte by byte. */
#include "lib/tls/tls.h"

#include <stdlib.h>
#include <unistd.h>

#include "tests/support/tap.h"
#include "tests/support/farend.h"

enum { ROUNDS_MAX = 20, OUT_MAX = 256 * 1024 };

enum pin { PIN_NONE, PIN_KEY, PIN_AUTHORITY, PIN_WRONG, PIN_UNUSABLE };

struct row {
	const char *name;
	enum farend_certificate presents;
	enum farend_version version;
	const char *expect; /* NULL: mx.far.example */
	enum pin pin;
	enum tls_certificate certificate;
	enum tls_dane dane;
};

static const struct row rows[] = {
	{"a good one", CERT_GOOD, 0, NULL, 0, TLS_CERT_TRUSTED, 0},
	{"TLS 1.2", CERT_GOOD, FAREND_TLS12, NULL, 0, TLS_CERT_TRUSTED, 0},
	{"letters of any case", CERT_GOOD, 0, "MX.Far.Example", 0, TLS_CERT_TRUSTED, 0},
	{"another name", CERT_GOOD, 0, "mx2.far.example", 0, TLS_CERT_WRONG_NAME, 0},
	{"a name below", CERT_GOOD, 0, "a.mx.far.example", 0, TLS_CERT_WRONG_NAME, 0},
	{"a wildcard", CERT_GOOD, 0, "a.wild.example", 0, TLS_CERT_TRUSTED, 0},
	{"a wildcard is one label", CERT_GOOD, 0, "a.b.wild.example", 0, TLS_CERT_WRONG_NAME, 0},
	{"a wildcard is not none", CERT_GOOD, 0, "wild.example", 0, TLS_CERT_WRONG_NAME, 0},
	{"an address", CERT_GOOD, 0, "192.0.2.1", 0, TLS_CERT_TRUSTED, 0},
	{"another address", CERT_GOOD, 0, "192.0.2.2", 0, TLS_CERT_WRONG_NAME, 0},
	{"expired", CERT_EXPIRED, 0, NULL, 0, TLS_CERT_EXPIRED, 0},
	{"expired, and a wrong name", CERT_EXPIRED, 0, "x.example", 0, TLS_CERT_EXPIRED, 0},
	{"not yet valid", CERT_NOT_YET, 0, NULL, 0, TLS_CERT_EXPIRED, 0},
	{"self-signed", CERT_SELF_SIGNED, 0, NULL, 0, TLS_CERT_SELF_SIGNED, 0},
	{"of another authority", CERT_OTHER_AUTHORITY, 0, NULL, 0, TLS_CERT_UNTRUSTED, 0},
	{"a common name is no name", CERT_COMMON_NAME, 0, NULL, 0, TLS_CERT_WRONG_NAME, 0},
	{"for clients only", CERT_CLIENT_ONLY, 0, NULL, 0, TLS_CERT_UNTRUSTED, 0},
	{"DANE-EE", CERT_GOOD, 0, NULL, PIN_KEY, TLS_CERT_TRUSTED, TLS_DANE_MATCH},
	{"DANE-EE of a self-signed one", CERT_SELF_SIGNED, 0, NULL, PIN_KEY, TLS_CERT_SELF_SIGNED,
		TLS_DANE_MATCH},
	{"DANE-EE of an expired one", CERT_EXPIRED, 0, NULL, PIN_KEY, TLS_CERT_EXPIRED, TLS_DANE_MATCH},
	{"DANE-EE looks at no name", CERT_GOOD, 0, "x.example", PIN_KEY, TLS_CERT_WRONG_NAME, TLS_DANE_MATCH},
	{"DANE-TA", CERT_GOOD, 0, NULL, PIN_AUTHORITY, TLS_CERT_TRUSTED, TLS_DANE_MATCH},
	{"DANE-TA looks at names", CERT_GOOD, 0, "x.example", PIN_AUTHORITY, TLS_CERT_WRONG_NAME,
		TLS_DANE_MISMATCH},
	{"DANE-TA looks at dates", CERT_EXPIRED, 0, NULL, PIN_AUTHORITY, TLS_CERT_EXPIRED, TLS_DANE_MISMATCH},
	{"DANE mismatch", CERT_GOOD, 0, NULL, PIN_WRONG, TLS_CERT_TRUSTED, TLS_DANE_MISMATCH},
	{"DANE unusable", CERT_GOOD, 0, NULL, PIN_UNUSABLE, TLS_CERT_TRUSTED, TLS_DANE_UNUSABLE},
};

static struct tls_context *context;

struct pair {
	struct tls *tls;
	struct farend *farend;
	struct buf to_server, to_client, plain, heard;
	struct err err;
};

static struct tls_tlsa
tlsa_of(enum pin pin, enum farend_certificate certificate, uint8_t digest[32])
{
	struct tls_tlsa tlsa = {.usage = 3, .selector = 1, .matching = 1, .data = bytes_of(digest, 32)};

	memset(digest, 7, 32);
	if (pin == PIN_KEY)
		farend_key_digest(certificate, digest);
	if (pin == PIN_AUTHORITY) {
		farend_authority_digest(digest);
		tlsa.usage = 2;
	}
	if (pin == PIN_UNUSABLE)
		tlsa.matching = 77;
	return tlsa;
}

static void
pair_init(struct pair *pair, const struct row *row, enum tls_trust trust)
{
	uint8_t digest[32];
	struct tls_tlsa tlsa = tlsa_of(row->pin, row->presents, digest);
	struct tls_peer peer = {.sni = "mx.far.example", .n_names = 1, .trust = trust, .tlsa = &tlsa};

	peer.names[0] = row->expect != NULL ? row->expect : "mx.far.example";
	peer.n_tlsa = row->pin != PIN_NONE;
	*pair = (struct pair){.farend = farend_new(row->presents, row->version)};
	buf_init(&pair->to_server, OUT_MAX);
	buf_init(&pair->to_client, OUT_MAX);
	buf_init(&pair->plain, OUT_MAX);
	buf_init(&pair->heard, OUT_MAX);
	if (tls_new(context, &peer, &pair->tls, &pair->err) < 0)
		abort();
}

static void
pair_done(struct pair *pair)
{
	tls_free(pair->tls);
	farend_free(pair->farend);
	buf_done(&pair->to_server);
	buf_done(&pair->to_client);
	buf_done(&pair->plain);
	buf_done(&pair->heard);
}

/* What waits for the client, in pieces. */
static enum tls_state
feed(struct pair *pair, size_t piece)
{
	struct bytes wire = buf_bytes(&pair->to_client);
	enum tls_state state = TLS_HANDSHAKE;

	if (piece == 0)
		piece = wire.n;
	for (size_t at = 0; at == 0 || at < wire.n; at += piece) {
		state = tls_feed(
			pair->tls, bytes_sub(wire, at, piece), &pair->plain, &pair->to_server, &pair->err);
		if (state == TLS_FAILED || piece == 0)
			break;
	}
	buf_reset(&pair->to_client);
	return state;
}

/* Back and forth, what the server hears being echoed, until nobody has anything more to say. */
static enum tls_state
talk(struct pair *pair, size_t piece)
{
	enum tls_state state = feed(pair, piece);

	for (int i = 0; i < ROUNDS_MAX && pair->to_server.n > 0; i++) {
		(void)farend_feed(pair->farend, buf_bytes(&pair->to_server), &pair->heard, &pair->to_client);
		if (pair->heard.n > 0)
			farend_say(pair->farend, buf_bytes(&pair->heard), &pair->to_client);
		buf_reset(&pair->heard);
		buf_reset(&pair->to_server);
		if (pair->to_client.n > 0 && state != TLS_FAILED)
			state = feed(pair, piece);
	}
	return state;
}

static void
test_observe(const struct row *row, size_t piece)
{
	struct tls_result result;
	struct pair pair;
	enum tls_state state;

	pair_init(&pair, row, TLS_OBSERVE);
	state = talk(&pair, piece);
	result = tls_result(pair.tls);
	tap_ok(state == TLS_OPEN && result.certificate == row->certificate && result.dane == row->dane,
		"%s, pieces of %zu: state %d %s dane %d %s", row->name, piece, (int)state,
		tls_certificate_name(result.certificate), (int)result.dane,
		state == TLS_FAILED ? pair.err.text : "");
	if (state == TLS_OPEN) {
		tls_write(pair.tls, BYTES_LIT("hello"), &pair.to_server, NULL);
		talk(&pair, piece);
		tap_bytes(buf_bytes(&pair.plain), BYTES_LIT("hello"), "%s: %s %s", row->name, result.version,
			result.cipher);
	}
	pair_done(&pair);
}

static void
test_require(const struct row *row)
{
	bool good = row->dane == TLS_DANE_MATCH ||
		    (row->dane != TLS_DANE_MISMATCH && row->certificate == TLS_CERT_TRUSTED);
	struct pair pair;
	enum tls_state state;

	pair_init(&pair, row, TLS_REQUIRE);
	state = talk(&pair, 0);
	tap_ok(state == (good ? TLS_OPEN : TLS_FAILED), "%s, required: %s", row->name, pair.err.text);
	if (!good)
		tap_ok(tls_write(pair.tls, BYTES_LIT("x"), &pair.to_server, NULL) < 0,
			"%s: nothing can be sent", row->name);
	pair_done(&pair);
}

static void
test_old(void)
{
	static const struct row row = {"TLS 1.0", CERT_GOOD, FAREND_TLS10, NULL, 0, TLS_CERT_UNKNOWN, 0};
	struct pair pair;

	pair_init(&pair, &row, TLS_OBSERVE);
	tap_ok(talk(&pair, 0) == TLS_FAILED, "TLS 1.0 is none: %s", pair.err.text);
	tap_ok(tls_result(pair.tls).too_old, "and known as such");
	tap_ok(tls_result(pair.tls).certificate == TLS_CERT_UNKNOWN, "and says nothing of a certificate");
	pair_done(&pair);
}

static void
test_end(void)
{
	struct pair pair;

	pair_init(&pair, &rows[0], TLS_REQUIRE);
	talk(&pair, 0);
	tap_bytes(bytes_of_str(farend_sni(pair.farend)), BYTES_LIT("mx.far.example"), "the name was sent");
	farend_end(pair.farend, &pair.to_client);
	tap_ok(talk(&pair, 0) == TLS_ENDED, "the peer's end is seen");
	tls_end(pair.tls, &pair.to_server);
	tap_ok(pair.to_server.n > 0, "and answered");
	pair_done(&pair);
}

static void
test_rubbish(void)
{
	static const char *const texts[] = {
		"220 this is no TLS\r\n", "\x16\x03\x01\xff\xff", "\x15\x03\x03\x00\x02\x02\x28"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct pair pair;
		enum tls_state state;
		size_t n = i == 2 ? 7 : strlen(texts[i]);

		pair_init(&pair, &rows[0], TLS_OBSERVE);
		feed(&pair, 0);
		buf_put(&pair.to_client, texts[i], n);
		state = feed(&pair, 1);
		tap_ok(state == TLS_FAILED, "rubbish %zu: %s", i, pair.err.text);
		pair_done(&pair);
	}
}

static void
test_small_buffer(void)
{
	struct pair pair;

	pair_init(&pair, &rows[0], TLS_OBSERVE);
	buf_done(&pair.to_server);
	buf_init(&pair.to_server, 10);
	tap_ok(feed(&pair, 0) == TLS_FAILED, "no room: %s", pair.err.text);
	pair_done(&pair);
}

static void
test_context(const char *ca_path)
{
	static const struct tls_context_spec wrong[] = {{.ca_file = "/nowhere"}, {.ca_file = "/dev/null"},
		{.certificate = "/nowhere", .key = "/nowhere"}};
	const struct tls_context_spec keyless = {.certificate = ca_path};
	struct tls_context *none = NULL;
	struct err err;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		tap_ok(tls_context_new(&wrong[i], &none, &err) < 0 && err.class == ERR_CONFIG, "%s",
			err.text);
	tap_ok(tls_context_new(&keyless, &none, &err) < 0 && err.class == ERR_CONFIG, "%s", err.text);
	tap_ok(tls_context_new(&(struct tls_context_spec){0}, &none, &err) == 0, "the system's authorities");
	tls_context_free(none);
}

int
main(void)
{
	char ca_path[] = "/tmp/postseal-ca.XXXXXX";
	struct tls_context_spec spec = {.ca_file = ca_path};
	struct err err;
	int fd = mkstemp(ca_path);

	if (fd < 0)
		return 99;
	farend_setup(ca_path);
	if (tls_context_new(&spec, &context, &err) < 0)
		return 99;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		test_observe(&rows[i], 0);
		test_observe(&rows[i], 1);
		test_require(&rows[i]);
	}
	test_old();
	test_end();
	test_rubbish();
	test_small_buffer();
	test_context(ca_path);
	tls_context_free(context);
	farend_done();
	close(fd);
	unlink(ca_path);
	return tap_done();
}
