/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From evidence to a level. Pure.
 *
 * A domain is as good as its worst preferred MX host. Preferred are those with the lowest preference among
 * the hosts that the policy for this level lets Postfix use and that answer. It need not be every host, since
 * a promise is kept by Postfix, with the policy of lib/tlspolicy/postfix.h, and each of these policies
 * refuses whatever is below it: dane-only a host without usable TLSA records, `secure match=` one whose
 * certificate bears none of the names, `encrypt` one without TLS. An attacker who blocks the good hosts wins
 * a delay, and after it the portal; never a worse host.
 *
 * - DANE goes before all: when the MX records are secure and some host has usable TLSA records, MTA-STS is
 *   not looked at (RFC 8461 section 2), and a host that fails DANE is good for nothing.
 * - What is temporary (bogus, SERVFAIL, time out) in DANE's part makes the level `none` until it is known; it
 *   is never "no records", and MTA-STS does not step in.
 * - Evidence that is missing or stale, or dated in the future, promises nothing.
 * - A probe alone gives `encrypted` at best: names that came from unsigned DNS prove nothing about whom one
 *   talks to. It can take away what DNS published, when the host was seen not to keep it.
 * - An override within its dates decides, up or down.
 */
#ifndef POSTSEAL_TLS_JUDGE_H
#define POSTSEAL_TLS_JUDGE_H

#include "lib/tlspolicy/evidence.h"

/* How far evidence may lie in the future: clocks of several gateways differ a little. */
enum { JUDGE_CLOCK_SLACK = 300 };

enum tls_source {
	TLS_SOURCE_NONE,
	TLS_SOURCE_DANE,
	TLS_SOURCE_MTA_STS,
	TLS_SOURCE_PROBE,
	TLS_SOURCE_OVERRIDE,
	TLS_SOURCES,
};

enum tls_reason {
	TLS_REASON_GOOD, /* the level is what the source says */
	TLS_REASON_UNKNOWN,
	TLS_REASON_STALE,
	TLS_REASON_NULL_MX,
	TLS_REASON_NO_MX,
	TLS_REASON_MX_BOGUS,
	TLS_REASON_MX_FAILED,
	TLS_REASON_NOT_PROBED,
	TLS_REASON_UNREACHABLE,
	TLS_REASON_NO_STARTTLS,
	TLS_REASON_REFUSED,
	TLS_REASON_BROKEN,
	TLS_REASON_OLD_TLS,
	TLS_REASON_DANE_BOGUS,
	TLS_REASON_DANE_FAILED,
	TLS_REASON_DANE_DIFFERS,
	TLS_REASON_DANE_PARTIAL,  /* other hosts have TLSA records; dane-only will not use this one */
	TLS_REASON_NOT_IN_POLICY, /* the MTA-STS policy does not name this host */
	TLS_REASON_WRONG_NAME,
	TLS_REASON_UNTRUSTED,
	TLS_REASON_SELF_SIGNED,
	TLS_REASON_EXPIRED,
	TLS_REASONS,
};

struct tls_host_verdict {
	enum tls_level level;
	enum tls_reason reason;
	bool preferred; /* it counted */
};

struct tls_verdict {
	enum tls_level level;
	enum tls_source source;
	enum tls_reason reason;                      /* of the worst preferred host, or of the domain */
	bool dane;                                   /* DANE governs: see above */
	bool uncertain;                              /* some host's TLSA records could not be got */
	bool sts;                                    /* an MTA-STS policy in mode enforce lives */
	struct tls_host_verdict mx[EVIDENCE_MX_MAX]; /* as evidence->mx */
};

void tls_judge(const struct evidence *evidence, int64_t now, struct tls_verdict *ret_verdict);

const char *tls_source_name(enum tls_source source);

/* A few words for people: "the certificate has another name". And a short name for logs: "wrong-name". */
const char *tls_reason_text(enum tls_reason reason);
const char *tls_reason_name(enum tls_reason reason);

#endif
