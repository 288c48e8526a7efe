/* SPDX-License-Identifier: Apache-2.0 */
#include "policyd/lookup_state.h"

#include <event2/event.h>
#include <stdlib.h>

#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/tlspolicy/hostname.h"

struct lookups {
	struct event_base *base;
	struct resolver *resolver;
	struct fetcher *fetcher;
	struct networks networks;
	struct lookup *first;
	size_t n, n_running, at_once;
	int64_t life_min, life_max, retry;
};

/* Waits for one answer. In the lookup's arena. */
struct wait {
	struct lookup *lookup;
	lookup_answer *answer;
	void *object;
};

static void run_waiting(struct lookups *lookups);

static void
lookup_free(struct lookup *lookup)
{
	struct lookups *all = lookup->all;

	all->n--;
	all->n_running -= lookup->running;
	*lookup->link = lookup->next;
	if (lookup->next != NULL)
		lookup->next->link = lookup->link;
	event_free(lookup->timer);
	arena_done(&lookup->arena);
	free(lookup);
}

/* As long as DNS and the policy allow, within the settings; what is temporary only briefly. */
static int64_t
life_of(const struct lookup *lookup)
{
	const struct lookups *all = lookup->all;
	const struct evidence_sts *sts = &lookup->evidence.sts;
	int64_t now = lookup->evidence.looked, life = lookup->ttl;

	if (lookup->retry)
		return all->retry;
	if (lookup->evidence.n_mx == 0 || life < all->life_min)
		life = all->life_min;
	if (life > all->life_max)
		life = all->life_max;
	if (sts->fault > EVIDENCE_STS_DNS && life > all->life_min)
		life = all->life_min;
	if (sts->state != EVIDENCE_STS_NONE && sts->until - now < life)
		life = sts->until - now;
	return life > 1 ? life : 1;
}

static void
finish(struct lookup *lookup)
{
	struct lookups *all = lookup->all;

	lookup->evidence.looked = clock_wall();
	lookup->evidence.until = lookup->evidence.looked + life_of(lookup);
	lookup->done(lookup->context, &lookup->evidence);
	lookup_free(lookup);
	run_waiting(all);
}

static void
one_less(struct lookup *lookup)
{
	if (--lookup->pending == 0)
		finish(lookup);
}

static void
on_answer(void *context, const struct dns_answer *answer)
{
	struct wait *wait = context;

	if (answer->status == DNS_FOUND && answer->ttl < wait->lookup->ttl)
		wait->lookup->ttl = answer->ttl;
	wait->answer(wait->lookup, wait->object, answer);
	one_less(wait->lookup);
}

void
lookup_ask(struct lookup *lookup, const char *name, enum dns_type type, lookup_answer *answer, void *object)
{
	struct wait *wait = arena_alloc(&lookup->arena, sizeof(*wait));

	*wait = (struct wait){lookup, answer, object};
	lookup->pending++;
	resolver_ask(lookup->all->resolver, name, type, on_answer, wait);
}

static void
on_fetched(void *context, enum evidence_sts_fault fault, struct bytes text)
{
	struct lookup *lookup = context;

	lookup_sts_fetched(lookup, fault, text);
	one_less(lookup);
}

void
lookup_fetch(struct lookup *lookup, const struct evidence_address *addresses, size_t n)
{
	lookup->pending++;
	fetch_start(lookup->all->fetcher, lookup->policy_host, addresses, n, on_fetched, lookup);
}

const struct networks *
lookup_networks(const struct lookup *lookup)
{
	return &lookup->all->networks;
}

enum evidence_dns
lookup_dns_state(const struct dns_answer *answer)
{
	switch (answer->status) {
	case DNS_FOUND:
		return answer->secure ? EVIDENCE_DNS_SECURE : EVIDENCE_DNS_INSECURE;
	case DNS_BOGUS:
		return EVIDENCE_DNS_BOGUS;
	case DNS_FAILED:
		return EVIDENCE_DNS_FAILED;
	default:
		return EVIDENCE_DNS_NONE;
	}
}

/* Each family has half the room. */
static void
take_addresses(struct lookup_addresses *addresses, const struct dns_answer *answer)
{
	for (size_t i = 0; i < answer->n && i < EVIDENCE_ADDRESSES_MAX / 2; i++) {
		struct evidence_address *address = &addresses->items[addresses->n++];

		address->n = (uint8_t)answer->records[i].data.n;
		memcpy(address->bytes, answer->records[i].data.p, address->n);
	}
}

/* Where one family is found, the other one's failure is no matter; where both are, both have to be secure. */
static enum evidence_dns
sum_up(enum evidence_dns a, enum evidence_dns b)
{
	bool a_found = a == EVIDENCE_DNS_SECURE || a == EVIDENCE_DNS_INSECURE;
	bool b_found = b == EVIDENCE_DNS_SECURE || b == EVIDENCE_DNS_INSECURE;

	if (a_found && b_found)
		return a == b ? a : EVIDENCE_DNS_INSECURE;
	if (a_found || b_found)
		return a_found ? a : b;
	if (a == EVIDENCE_DNS_BOGUS || b == EVIDENCE_DNS_BOGUS)
		return EVIDENCE_DNS_BOGUS;
	return a == EVIDENCE_DNS_FAILED ? a : b;
}

bool
lookup_add_addresses(struct lookup *lookup, struct lookup_addresses *addresses,
	const struct dns_answer *answer, enum evidence_dns *ret_state)
{
	enum evidence_dns sum;

	addresses->states[addresses->n_answers++] = lookup_dns_state(answer);
	if (answer->canonical != NULL)
		addresses->canonical = arena_str(&lookup->arena, bytes_of_str(answer->canonical));
	take_addresses(addresses, answer);
	if (addresses->n_answers < 2)
		return false;
	sum = sum_up(addresses->states[0], addresses->states[1]);
	lookup->retry |= sum == EVIDENCE_DNS_BOGUS || sum == EVIDENCE_DNS_FAILED;
	*ret_state = sum;
	return true;
}

static void
run(struct lookup *lookup)
{
	const struct timeval at_once = {0};
	char name[HOSTNAME_SIZE];

	lookup->running = true;
	lookup->all->n_running++;
	if (hostname_parse(bytes_of_str(lookup->evidence.domain), name)) {
		lookup->evidence.domain = arena_str(&lookup->arena, bytes_of_str(name));
		lookup_mx_start(lookup);
		lookup_sts_start(lookup);
		return;
	}
	lookup->evidence.mx_state = EVIDENCE_MX_NONE;
	lookup->evidence.sts.fault = EVIDENCE_STS_NO_RECORD;
	evtimer_add(lookup->timer, &at_once);
}

static void
on_no_name(evutil_socket_t fd, short what, void *context)
{
	(void)fd, (void)what;
	finish(context);
}

/* The oldest is the last one of the list. */
static void
run_waiting(struct lookups *lookups)
{
	struct lookup *oldest = NULL;

	if (lookups->n_running >= lookups->at_once || lookups->n == lookups->n_running)
		return;
	for (struct lookup *lookup = lookups->first; lookup != NULL; lookup = lookup->next)
		if (!lookup->running)
			oldest = lookup;
	if (oldest != NULL)
		run(oldest);
}

void
lookup_start(struct lookups *lookups, const char *domain, const struct evidence *before, lookup_done *done,
	void *context)
{
	struct lookup *lookup = mem_new(1, sizeof(*lookup));

	*lookup = (struct lookup){.all = lookups,
		.next = lookups->first,
		.link = &lookups->first,
		.ttl = UINT32_MAX,
		.done = done,
		.context = context};
	if (lookup->next != NULL)
		lookup->next->link = &lookup->next;
	lookups->first = lookup;
	lookups->n++;
	arena_init(&lookup->arena);
	lookup->evidence.domain = arena_str(&lookup->arena, bytes_of_str(domain));
	if (before != NULL)
		lookup_sts_remember(lookup, &before->sts);
	lookup->timer = evtimer_new(lookups->base, on_no_name, lookup);
	if (lookup->timer == NULL)
		mem_exhausted(sizeof(*lookup));
	if (lookups->n_running < lookups->at_once)
		run(lookup);
}

int
lookups_open(struct event_base *base, const struct settings *settings, struct lookups **ret_lookups,
	struct err *err)
{
	const struct resolver_spec resolver = {.servers = settings->dns_servers,
		.trust_anchors = settings->dns_trust_anchors,
		.root_hints = settings->dns_root_hints,
		.timeout_ms = settings->dns_timeout * 1000};
	struct lookups *lookups = mem_new(1, sizeof(*lookups));
	const struct fetcher_spec fetcher = {.ca_file = settings->tls_ca_file,
		.agent = "postseal-policyd",
		.networks = &lookups->networks,
		.timeout_ms = settings->sts_timeout * 1000};

	lookups->base = base;
	lookups->at_once = (size_t)settings->lookups_at_once;
	lookups->life_min = settings->evidence_life_min;
	lookups->life_max = settings->evidence_life_max;
	lookups->retry = settings->evidence_retry;
	if (networks_parse(settings->sts_networks, &lookups->networks, err) < 0 ||
		resolver_open(base, &resolver, &lookups->resolver, err) < 0 ||
		fetcher_open(base, &fetcher, &lookups->fetcher, err) < 0) {
		lookups_close(lookups);
		return -1;
	}
	*ret_lookups = lookups;
	return 0;
}

void
lookups_close(struct lookups *lookups)
{
	if (lookups == NULL)
		return;
	resolver_close(lookups->resolver);
	fetcher_close(lookups->fetcher);
	while (lookups->first != NULL)
		lookup_free(lookups->first);
	free(lookups);
}

size_t
lookups_n(const struct lookups *lookups)
{
	return lookups->n;
}
