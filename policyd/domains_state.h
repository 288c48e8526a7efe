/* SPDX-License-Identifier: Apache-2.0 */
/* What domains.c, flight.c and domains_ledger.c share, and nobody else sees. */
#ifndef POSTSEAL_DOMAINS_STATE_H
#define POSTSEAL_DOMAINS_STATE_H

#include <stdatomic.h>

#include "policyd/domains.h"
#include "policyd/ledger.h"

struct event;

enum {
	RETRY_S = 60,            /* after a lookup that brought nothing, at the soonest */
	REFRESH_MIN_S = 30,      /* between two lookups, however short the evidence lives */
	WATCH_S = 7 * 24 * 3600, /* domains that were not asked for so long are not looked up ahead */
	FLIGHTS_MAX = 64,        /* lookups ahead at once */
	TICK_S = 5,
};

struct domains {
	struct domains_spec spec;
	struct named_table table;
	struct ledger *ledger;
	_Atomic(const struct overrides *) overrides;
	const struct overrides *seen; /* for which the remembered answers were made */
	struct event *tick;
	size_t n_flights;
	size_t ticks;
	const struct domain *hand; /* where the search for room goes on */
};

/* flight.c. There must be none; it ends by itself. */
void flight_begin(struct domains *domains, struct domain *domain, enum probe_age age);
/* Drops those who wait. */
void flight_drop(struct flight *flight);
bool flight_is_young(const struct flight *flight);

/*
 * domains.c: what a lookup brought becomes what is known, unless that is better. DOMAINS_PROBED: what probes
 * saw of its preferred hosts is in it. Once it is final, domains_settle() judges and notes it.
 */
void domains_store(struct domain *domain, const struct evidence *evidence, enum domains_need reached);
void domains_settle(struct domains *domains, struct domain *domain);
void domains_forget_answers(struct domain *domain);

/* domains_ledger.c */
int domains_load(struct domains *domains, struct err *err);
void domains_note(struct domains *domains, const struct domain *domain);
void domains_write(struct domains *domains);
void domains_write_all(struct domains *domains);

#endif
