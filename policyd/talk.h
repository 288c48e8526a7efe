/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a probe says to an MX host, and what it makes of the answers: greeting, EHLO, STARTTLS, the handshake,
 * EHLO again, QUIT. No mail is begun, so nothing is left with the host but a line in its log. Pure: bytes in,
 * bytes out; the socket and the clock are policyd/probe.c's.
 *
 * What counts as broken: bytes behind a reply that we have not answered yet (most of all between STARTTLS and
 * the handshake, where an attacker in the middle puts them, CVE-2011-0411 and its kin), what is no reply of
 * SMTP, a handshake that fails, silence or an end from STARTTLS on, and a server that won't speak under TLS.
 */
#ifndef POSTSEAL_TALK_H
#define POSTSEAL_TALK_H

#include "lib/tls/tls.h"
#include "lib/tlspolicy/evidence.h"

struct talk_spec {
	const struct tls_context *tls;
	const char *hostname;         /* for EHLO */
	const struct evidence_mx *mx; /* name and TLSA records */
};

struct talk;

/* Texts and records are copied. */
struct talk *talk_new(const struct talk_spec *spec);
void talk_free(struct talk *talk);

/* Takes what came, appends what must be sent. Returns whether it goes on: else close, once `out` is sent. */
bool talk_feed(struct talk *talk, struct bytes in, struct buf *out);

/* All is known, and QUIT was said. */
bool talk_quits(const struct talk *talk);

/* Nothing more will come: the peer closed, or it took too long. */
void talk_cut(struct talk *talk);

/* Complete once it does not go on; `when` is left to the caller. */
struct evidence_probe talk_result(const struct talk *talk);

#endif
