/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Postfix is told: an entry of smtp_tls_policy_maps (postconf(5), TLS_README), 3.7 and later. Pure.
 *
 * For `secure`, the names in match= are those that the certificate must bear: each name of the MTA-STS
 * policy, and for a pattern with a star the MX hosts that are known and fit it. Postfix's own ".example.com"
 * would accept names any number of labels deeper, where RFC 8461 section 4.1 allows one. A name counts for
 * any host: that is no loss, since who can forge the MX records may lead Postfix to the host of that name as
 * well.
 */
#ifndef POSTSEAL_TLS_POSTFIX_H
#define POSTSEAL_TLS_POSTFIX_H

#include "lib/base/buf.h"
#include "lib/tlspolicy/judge.h"

enum tls_use {
	TLS_USE_ORDINARY, /* mail without a promise: never weaker than what the domain publishes, and no
			     stronger */
	TLS_USE_PROMISE,  /* accepts nothing below the verdict's level */
};

enum { TLS_POLICY_MAX = 64 * 1024 };

/*
 * Puts the policy and returns true; or returns false and puts nothing: for ordinary mail what main.cf says is
 * right, for a promise there is none to keep. `now` as for tls_judge().
 */
bool tls_postfix_put(const struct evidence *evidence, const struct tls_verdict *verdict, int64_t now,
	enum tls_use use, struct buf *out);

/*
 * The attributes for TLS reports that Postfix 3.10 and later takes behind a policy of level `secure` that
 * comes from MTA-STS, and nowhere else (TLSRPT_README). Nothing where no such policy lives.
 */
void tls_postfix_put_report(const struct evidence *evidence, int64_t now, struct buf *out);

#endif
