/* SPDX-License-Identifier: Apache-2.0 */
/* One lookup while it runs: what its parts, lookup_mx.c and lookup_sts.c, share with lookup.c. */
#ifndef POSTSEAL_LOOKUP_STATE_H
#define POSTSEAL_LOOKUP_STATE_H

#include "policyd/fetch.h"
#include "policyd/lookup.h"
#include "policyd/resolver.h"

struct event;

/* Answers to A and AAAA of one name: both have to come. */
struct lookup_addresses {
	size_t n_answers;
	enum evidence_dns states[2];
	struct evidence_address items[EVIDENCE_ADDRESSES_MAX];
	size_t n;
	const char *canonical; /* of a CNAME, in the lookup's arena; or NULL */
};

struct lookup_host {
	struct lookup *lookup;
	struct evidence_mx *mx;
	struct lookup_addresses addresses;
	const char *tlsa_base, *other_base; /* the other is asked when this one has no TLSA records */
};

struct lookup {
	struct lookups *all;
	struct lookup *next, **link;
	bool running;
	size_t pending; /* answers that have to come */
	struct event *timer;
	lookup_done *done;
	void *context;

	struct arena arena;
	struct evidence evidence;
	struct lookup_host hosts[EVIDENCE_MX_MAX];
	uint32_t ttl; /* the least of what was found */
	bool retry;   /* something was temporary: look again soon */

	struct evidence_sts before; /* in this arena */
	const char *policy_host;
	struct lookup_addresses policy_addresses;
	char policy_id[EVIDENCE_STS_ID_MAX + 1];
};

/* What is done with an answer. `object` is the caller's. */
typedef void lookup_answer(struct lookup *lookup, void *object, const struct dns_answer *answer);

void lookup_ask(
	struct lookup *lookup, const char *name, enum dns_type type, lookup_answer *answer, void *object);

/* Fetches the policy; lookup_sts_fetched() gets it. */
void lookup_fetch(struct lookup *lookup, const struct evidence_address *addresses, size_t n);

/* The addresses a policy host may have. */
const struct networks *lookup_networks(const struct lookup *lookup);

/* A secure, insecure, ... answer as evidence has it. */
enum evidence_dns lookup_dns_state(const struct dns_answer *answer);

/* Adds an answer; returns whether both have come, and `ret_state` then sums them up. */
bool lookup_add_addresses(struct lookup *lookup, struct lookup_addresses *addresses,
	const struct dns_answer *answer, enum evidence_dns *ret_state);

/* Each begins its part. */
void lookup_mx_start(struct lookup *lookup);
void lookup_sts_start(struct lookup *lookup);

/* Copies what was known of the policy. */
void lookup_sts_remember(struct lookup *lookup, const struct evidence_sts *before);

void lookup_sts_fetched(struct lookup *lookup, enum evidence_sts_fault fault, struct bytes text);

#endif
