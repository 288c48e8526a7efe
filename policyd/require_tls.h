/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TLS on the way in: who sends PHI must not send it in clear to us. Postfix says in every request by which
 * TLS its client came (encryption_protocol). Pure.
 */
#ifndef POSTSEAL_POLICYD_REQUIRE_TLS_H
#define POSTSEAL_POLICYD_REQUIRE_TLS_H

#include "policyd/request.h"

/* Setting require_tls. */
enum require_tls {
	REQUIRE_TLS_NO,
	REQUIRE_TLS_AUTHENTICATED, /* of clients that have logged in */
	REQUIRE_TLS_ALL,           /* of every client but this host itself */
};

/* Of the setting's words, which are checked already. */
enum require_tls require_tls_of(const char *word);

/* Whether the request's client is one that must use TLS 1.2 or better, and does not. */
bool require_tls_refuses(enum require_tls require, const struct policy_request *request);

/* What Postfix is told then. */
extern const char require_tls_answer[];

#endif
