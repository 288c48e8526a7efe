/* SPDX-License-Identifier: Apache-2.0 */
#include "policyd/talk.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/base/mem.h"
#include "policyd/reply.h"

enum { PLAIN_MAX = 256 * 1024, TLSA_MAX = EVIDENCE_TLSA_MAX };

enum step {
	STEP_GREETING,
	STEP_EHLO,
	STEP_STARTTLS,
	STEP_HANDSHAKE,
	STEP_SECOND_EHLO,
	STEP_QUIT,
	STEP_END,
};

struct talk {
	enum step step;
	struct tls *tls;
	struct buf plain; /* what came under TLS */
	struct reply reply;
	struct evidence_probe result;
	char ehlo[EVIDENCE_NAME_MAX + 16];
};

/* By usable records only: RFC 7672 section 3.1 has the others left aside. */
static size_t
tlsa_of(const struct evidence_mx *mx, struct tls_tlsa records[TLSA_MAX])
{
	size_t n = 0;

	if (mx->tlsa_state != EVIDENCE_TLSA_USABLE)
		return 0;
	for (size_t i = 0; i < mx->n_tlsa && n < TLSA_MAX; i++)
		if (evidence_tlsa_is_usable(&mx->tlsa[i]))
			records[n++] = (struct tls_tlsa){.usage = mx->tlsa[i].usage,
				.selector = mx->tlsa[i].selector,
				.matching = mx->tlsa[i].matching,
				.data = mx->tlsa[i].data};
	return n;
}

/* A name that no certificate can bear leaves no TLS: it is broken before it began. */
static void
prepare_tls(struct talk *talk, const struct talk_spec *spec)
{
	struct tls_tlsa records[TLSA_MAX];
	const char *base = spec->mx->tlsa_base != NULL ? spec->mx->tlsa_base : spec->mx->name;
	struct tls_peer peer = {.trust = TLS_OBSERVE, .sni = spec->mx->name, .tlsa = records};

	peer.n_tlsa = tlsa_of(spec->mx, records);
	if (peer.n_tlsa > 0) {
		peer.sni = base;
		peer.names[peer.n_names++] = base;
	}
	if (peer.n_names == 0 || strcmp(base, spec->mx->name) != 0)
		peer.names[peer.n_names++] = spec->mx->name;
	if (tls_new(spec->tls, &peer, &talk->tls, NULL) < 0)
		talk->tls = NULL;
}

struct talk *
talk_new(const struct talk_spec *spec)
{
	struct talk *talk = mem_new(1, sizeof(*talk));

	buf_init(&talk->plain, PLAIN_MAX);
	reply_begin(&talk->reply);
	talk->result.result = EVIDENCE_PROBE_UNREACHABLE;
	snprintf(talk->ehlo, sizeof(talk->ehlo), "EHLO %.*s\r\n", EVIDENCE_NAME_MAX, spec->hostname);
	prepare_tls(talk, spec);
	return talk;
}

void
talk_free(struct talk *talk)
{
	if (talk == NULL)
		return;
	tls_free(talk->tls);
	buf_done(&talk->plain);
	free(talk);
}

static bool
end(struct talk *talk, enum evidence_probe_result result)
{
	talk->result.result = result;
	talk->step = STEP_END;
	return false;
}

static bool
say(struct talk *talk, enum step next, const char *line, struct buf *out)
{
	struct bytes text = bytes_of_str(line);

	talk->step = next;
	reply_begin(&talk->reply);
	if (talk->tls == NULL || tls_result(talk->tls).version == NULL)
		buf_put_bytes(out, text);
	else if (tls_write(talk->tls, text, out, NULL) < 0)
		return end(talk, EVIDENCE_PROBE_BROKEN);
	return true;
}

/* The result is known; the host gets its QUIT all the same, and our end does not wait for the answer. */
static bool
quit(struct talk *talk, enum evidence_probe_result result, struct buf *out)
{
	talk->result.result = result;
	return say(talk, STEP_QUIT, "QUIT\r\n", out);
}

static enum evidence_certificate
certificate_of(enum tls_certificate certificate)
{
	static const enum evidence_certificate table[] = {
		[TLS_CERT_TRUSTED] = EVIDENCE_CERTIFICATE_GOOD,
		[TLS_CERT_WRONG_NAME] = EVIDENCE_CERTIFICATE_WRONG_NAME,
		[TLS_CERT_EXPIRED] = EVIDENCE_CERTIFICATE_EXPIRED,
		[TLS_CERT_UNTRUSTED] = EVIDENCE_CERTIFICATE_UNTRUSTED,
		[TLS_CERT_SELF_SIGNED] = EVIDENCE_CERTIFICATE_SELF_SIGNED,
		[TLS_CERT_UNKNOWN] = EVIDENCE_CERTIFICATE_UNKNOWN,
	};

	return table[certificate];
}

static enum evidence_dane_match
dane_of(enum tls_dane dane)
{
	switch (dane) {
	case TLS_DANE_MATCH:
		return EVIDENCE_DANE_MATCHES;
	case TLS_DANE_MISMATCH:
		return EVIDENCE_DANE_DIFFERS;
	default:
		return EVIDENCE_DANE_UNKNOWN;
	}
}

static bool
feed_handshake(struct talk *talk, struct bytes in, struct buf *out)
{
	enum tls_state state = tls_feed(talk->tls, in, &talk->plain, out, NULL);
	struct tls_result seen = tls_result(talk->tls);

	if (state == TLS_HANDSHAKE)
		return true;
	if (state != TLS_OPEN)
		return end(talk, seen.too_old ? EVIDENCE_PROBE_OLD : EVIDENCE_PROBE_BROKEN);
	if (talk->plain.n > 0)
		return end(talk, EVIDENCE_PROBE_BROKEN);
	talk->result.tls_version = seen.number;
	talk->result.certificate = certificate_of(seen.certificate);
	talk->result.dane = dane_of(seen.dane);
	return say(talk, STEP_SECOND_EHLO, talk->ehlo, out);
}

static bool
begin_tls(struct talk *talk, struct buf *out)
{
	if (talk->tls == NULL)
		return end(talk, EVIDENCE_PROBE_BROKEN);
	talk->step = STEP_HANDSHAKE;
	return feed_handshake(talk, bytes_of(NULL, 0), out);
}

/* A whole reply, with nothing behind it. */
static bool
take_reply(struct talk *talk, struct buf *out)
{
	int code = talk->reply.code;

	switch (talk->step) {
	case STEP_GREETING:
		return code == 220 ? say(talk, STEP_EHLO, talk->ehlo, out)
				   : quit(talk, EVIDENCE_PROBE_UNREACHABLE, out);
	case STEP_EHLO:
		if (code / 100 == 4)
			return quit(talk, EVIDENCE_PROBE_UNREACHABLE, out);
		if (code != 250 || (talk->reply.offers & OFFERS_STARTTLS) == 0)
			return quit(talk, EVIDENCE_PROBE_NO_STARTTLS, out);
		return say(talk, STEP_STARTTLS, "STARTTLS\r\n", out);
	case STEP_STARTTLS:
		return code == 220 ? begin_tls(talk, out) : quit(talk, EVIDENCE_PROBE_REFUSED, out);
	case STEP_SECOND_EHLO:
		if (code != 250)
			return quit(talk, EVIDENCE_PROBE_BROKEN, out);
		talk->result.requiretls = (talk->reply.offers & OFFERS_REQUIRETLS) != 0;
		return quit(talk, EVIDENCE_PROBE_ENCRYPTED, out);
	default:
		talk->step = STEP_END;
		return false;
	}
}

static bool
feed_text(struct talk *talk, struct bytes in, struct buf *out)
{
	enum reply_result result = reply_feed(&talk->reply, &in);

	if (result == REPLY_PARTIAL)
		return true;
	if (talk->step == STEP_QUIT) {
		talk->step = STEP_END;
		return false;
	}
	if (result == REPLY_MALFORMED || in.n > 0)
		return end(talk, EVIDENCE_PROBE_BROKEN);
	return take_reply(talk, out);
}

static bool
feed_tls(struct talk *talk, struct bytes in, struct buf *out)
{
	enum tls_state state = tls_feed(talk->tls, in, &talk->plain, out, NULL);
	struct bytes text = buf_bytes(&talk->plain);
	bool goes_on = true;

	if (text.n > 0)
		goes_on = feed_text(talk, text, out);
	buf_reset(&talk->plain);
	if (goes_on && state != TLS_OPEN) {
		talk_cut(talk);
		goes_on = false;
	}
	if (!goes_on)
		tls_end(talk->tls, out);
	return goes_on;
}

bool
talk_feed(struct talk *talk, struct bytes in, struct buf *out)
{
	if (talk->step == STEP_END)
		return false;
	if (talk->step == STEP_HANDSHAKE)
		return feed_handshake(talk, in, out);
	if (talk->tls != NULL && tls_result(talk->tls).version != NULL)
		return feed_tls(talk, in, out);
	return feed_text(talk, in, out);
}

bool
talk_quits(const struct talk *talk)
{
	return talk->step == STEP_QUIT;
}

void
talk_cut(struct talk *talk)
{
	if (talk->step >= STEP_STARTTLS && talk->step < STEP_QUIT)
		talk->result.result = EVIDENCE_PROBE_BROKEN;
	talk->step = STEP_END;
}

struct evidence_probe
talk_result(const struct talk *talk)
{
	return talk->result;
}
