/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How well mail to a domain is protected on its way, from worst to best: the order of the numbers is the
 * order of strength. A level is a promise about every host that mail may reach under the policy that Postfix
 * is told, not about the luckiest one.
 */
#ifndef POSTSEAL_TLS_LEVEL_H
#define POSTSEAL_TLS_LEVEL_H

#include "lib/base/bytes.h"

enum tls_level {
	TLS_LEVEL_NONE,          /* nothing is known, or it is known that there is none */
	TLS_LEVEL_OPPORTUNISTIC, /* TLS was seen, too old to be called encryption */
	TLS_LEVEL_ENCRYPTED,     /* TLS 1.2 or better, with whoever answers */
	TLS_LEVEL_VERIFIED,      /* PKIX, with names of an MTA-STS policy or of an admin */
	TLS_LEVEL_DANE,          /* TLSA records, DNSSEC-validated */
	TLS_LEVELS,
};

/* "none", "opportunistic", "encrypted", "verified", "dane". */
const char *tls_level_name(enum tls_level level);

/* Returns false when it is no level's name. */
bool tls_level_parse(struct bytes name, enum tls_level *ret_level);

#endif
