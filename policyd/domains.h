/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is known of the TLS of each domain that was ever asked for: looked up and probed once for all who ask
 * at the same time, answered from memory, looked up again before it grows too old, kept on disk over a
 * restart.
 *
 * Nobody waits longer than DOMAINS_KNOWN_MS for a domain of which anything was ever known: what is known is
 * good while it lives, and behind that its judgement is `none`. Evidence that is still good is not replaced
 * by a failure to renew it. A fall of a domain's level is logged as a warning.
 */
#ifndef POSTSEAL_DOMAINS_H
#define POSTSEAL_DOMAINS_H

#include "lib/tlspolicy/judge.h"
#include "policyd/named.h"
#include "policyd/overrides.h"
#include "policyd/probe.h"

enum {
	DOMAINS_KNOWN_MS = 600,
	DOMAINS_REFRESH_MS = 60000, /* for an admin, who waits for the whole look */
	DOMAINS_ANSWERS = 12,       /* kinds of answers that are remembered */
	DOMAINS_DAYS = 32,          /* for which questions are counted */
};

struct event_base;
struct domains;
struct flight;

/* An answer that was made from the evidence, by who asked: good until then, or until the evidence changes. */
struct domain_answer {
	char *text;
	size_t n;
	int64_t until; /* wall time; 0: none */
};

struct domain {
	struct named named;
	struct bytes line;     /* of lib/tlspolicy/evidence_line.h; empty: nothing is known */
	int64_t looked, until; /* of the evidence */
	int64_t retry;         /* it is not looked up again before */
	int64_t asked;         /* the last time */
	int64_t today;         /* the day of counts[today % DOMAINS_DAYS], since 1970 */
	uint32_t counts[DOMAINS_DAYS];
	enum tls_level level; /* as it was judged last */
	bool failed;          /* the evidence is that it could not be looked up */
	bool probed;          /* the evidence has what probes saw */
	bool counted;         /* counts changed since they were written */
	unsigned pins;        /* it may not go: somebody is about to be told of it */
	struct flight *flight;
	struct domain_answer answers[DOMAINS_ANSWERS];
};

/* As policyd/lookup.h has it; the context is `looker`. */
typedef void domains_found(void *context, const struct evidence *evidence);
typedef void domains_look(
	void *looker, const char *domain, const struct evidence *before, domains_found *found, void *context);

struct domains_spec {
	struct event_base *base;
	domains_look *look;
	void *looker;
	struct probes *probes;
	const char *directory; /* of the ledger; empty: none */
	int64_t max;           /* domains that are kept */
	int64_t first_wait_ms; /* for a domain of which nothing is known */
};

int domains_open(const struct domains_spec *spec, struct domains **ret_domains, struct err *err);

/* Begins its timers. */
void domains_begin(struct domains *domains);

/* Writes what is known. Those who wait are not called any more. */
void domains_close(struct domains *domains);

/* From now on these count; who gave them frees them once the domains are closed. Any thread may call it. */
void domains_override(struct domains *domains, const struct overrides *overrides);

/* The domain of that name, made when there is none: lower case, a host name. */
struct domain *domains_get(struct domains *domains, struct bytes name);

/* One question of Postfix more, for today. */
void domains_count(struct domains *domains, struct domain *domain);

enum domains_need {
	DOMAINS_PUBLISHED, /* DNS and MTA-STS are enough */
	DOMAINS_PROBED,
	DOMAINS_REFRESHED, /* domains_refresh() */
};

/*
 * Whether it can be answered now; what has to be looked up for that, or will have to be soon, begins. Else
 * domains_wait() calls `known` once, when it can, or when nobody may wait longer. A call that never comes,
 * since the domains are closed, frees its context.
 */
typedef void domains_known(void *context, struct domain *domain);
bool domains_is_known(struct domains *domains, struct domain *domain, enum domains_need need);
void domains_wait(struct domains *domains, struct domain *domain, enum domains_need need,
	domains_known *known, void *context);

/* Looks it up and probes its hosts now (they may have been probed a minute ago). */
void domains_refresh(struct domains *domains, struct domain *domain, domains_known *known, void *context);

/* With the override that counts. NULL: nothing is known. In the arena. */
struct evidence *domains_evidence(
	const struct domains *domains, const struct domain *domain, struct arena *arena);
const struct evidence_override *domains_overridden(const struct domains *domains, struct bytes name);

/* Until when an answer made now may be remembered: a few seconds, or less when something ends before. */
int64_t domains_answer_until(const struct evidence *evidence, int64_t now);

/* All, from NULL to NULL. */
struct domain *domains_next(const struct domains *domains, const struct domain *domain);

/* Questions of the last `days` days, today included. */
uint64_t domain_count_since(const struct domain *domain, int64_t days);

#endif
