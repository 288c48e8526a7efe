/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The socketmaps that policyd answers, by name:
 *
 * tls-policy          smtp_tls_policy_maps for ordinary mail: what the domain publishes, never less; NOTFOUND
 *                     where main.cf's own level is right
 * tls-phi             for mail with a promise: the best that is known, at least encryption
 * tls-phi-encrypted   the same
 * tls-phi-verified    at least level verified
 * tls-phi-dane        level dane
 *                     Where that can't be had (or is not known in time): a level that no host can reach, so
 *                     that Postfix goes on to smtp_fallback_relay. The fallback relay itself, setting
 *                     tls_address, gets `none`.
 * ...-report          each of these with attributes for TLS reports (Postfix 3.10 and later)
 * capability          for the milter: lib/socketmap/client.h
 * evidence            for people: `NOW LINE`, see lib/tlspolicy/evidence_line.h
 * refresh             the same, looked up anew
 * domains             all that is known: key `SLOT DAYS`, for `postseal tls list`
 *
 * Keys are domains; `.domain` is never found, since each domain has its own answer; for `[host]`, with a port
 * or without, and `host:port` only overrides and main.cf count: such a next hop is the admin's own choice.
 */
#ifndef POSTSEAL_TLS_MAPS_H
#define POSTSEAL_TLS_MAPS_H

#include "policyd/domains.h"
#include "policyd/server.h"

struct tls_maps {
	struct domains *domains;
	const char *fallback; /* host:port of tls_address */
	struct arena arena;   /* of one answer */
	struct buf text;      /* the same */
};

/* What is pointed to must outlive it. */
void tls_maps_init(struct tls_maps *maps, struct domains *domains, const char *fallback);
void tls_maps_done(struct tls_maps *maps);

/*
 * Answers a question: a netstring into `out`, or, when it has to wait, later through `call` (returns false).
 */
bool tls_maps_answer(
	struct tls_maps *maps, struct bytes map, struct bytes key, struct server_call *call, struct buf *out);

#endif
