/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MX hosts, their addresses and their TLSA records (RFC 7672 section 2.2). TLSA records are asked for only
 * where MX and addresses are secure: elsewhere they would prove nothing, and name servers that are unsigned
 * are known to fail on such questions.
 */
#include <stdlib.h>

#include "lib/tlspolicy/hostname.h"
#include "policyd/lookup_state.h"

static int
compare_names(const void *a, const void *b)
{
	const struct evidence_mx *one = a, *other = b;
	int by_name = strcmp(one->name, other->name);

	return by_name != 0 ? by_name : one->preference - other->preference;
}

static int
compare_preferences(const void *a, const void *b)
{
	const struct evidence_mx *one = a, *other = b;
	int by_preference = one->preference - other->preference;

	return by_preference != 0 ? by_preference : strcmp(one->name, other->name);
}

/* A host that is listed twice counts where it is preferred most. */
static size_t
drop_doubles(struct evidence_mx *mx, size_t n)
{
	size_t kept = 0;

	qsort(mx, n, sizeof(*mx), compare_names);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || strcmp(mx[kept - 1].name, mx[i].name) != 0)
			mx[kept++] = mx[i];
	qsort(mx, kept, sizeof(*mx), compare_preferences);
	return kept;
}

static void
take_hosts(struct lookup *lookup, const struct dns_answer *answer)
{
	struct evidence *evidence = &lookup->evidence;
	struct evidence_mx *mx = arena_array(&lookup->arena, answer->n, sizeof(*mx));
	size_t n = 0;

	for (size_t i = 0; i < answer->n; i++) {
		const struct dns_record *record = &answer->records[i];

		if (record->name != NULL && record->name[0] != '\0')
			mx[n++] = (struct evidence_mx){
				.name = arena_str(&lookup->arena, bytes_of_str(record->name)),
				.preference = record->preference};
	}
	evidence->n_mx_dropped = answer->n - n;
	n = drop_doubles(mx, n);
	evidence->n_mx = n < EVIDENCE_MX_MAX ? n : EVIDENCE_MX_MAX;
	evidence->n_mx_dropped += n - evidence->n_mx;
	evidence->mx = mx;
	evidence->mx_state = n > 0 ? EVIDENCE_MX_FOUND : EVIDENCE_MX_NONE;
	if (answer->n == 1 && answer->records[0].name != NULL && answer->records[0].name[0] == '\0') {
		evidence->mx_state = EVIDENCE_MX_NULL;
		evidence->n_mx_dropped = 0;
	}
}

static void
take_domain(struct lookup *lookup)
{
	struct evidence *evidence = &lookup->evidence;

	evidence->mx = arena_array(&lookup->arena, 1, sizeof(*evidence->mx));
	evidence->mx[0].name = evidence->domain;
	evidence->n_mx = 1;
	evidence->mx_state = EVIDENCE_MX_IMPLICIT;
}

static void ask_tlsa(struct lookup_host *host, const char *base);

static void
take_tlsa(struct lookup_host *host, const struct dns_answer *answer)
{
	struct arena *arena = &host->lookup->arena;
	struct evidence_mx *mx = host->mx;

	mx->tlsa = arena_array(arena, EVIDENCE_TLSA_MAX, sizeof(*mx->tlsa));
	mx->tlsa_base = host->tlsa_base;
	mx->tlsa_state = EVIDENCE_TLSA_UNUSABLE;
	for (size_t i = 0; i < answer->n; i++) {
		const struct dns_record *record = &answer->records[i];
		const struct evidence_tlsa tlsa = {
			record->usage, record->selector, record->matching, record->data};

		if (evidence_tlsa_is_usable(&tlsa))
			mx->tlsa_state = EVIDENCE_TLSA_USABLE;
		if (mx->n_tlsa == EVIDENCE_TLSA_MAX || tlsa.data.n > EVIDENCE_TLSA_DATA_MAX)
			continue;
		mx->tlsa[mx->n_tlsa] = tlsa;
		mx->tlsa[mx->n_tlsa++].data = arena_bytes(arena, tlsa.data);
	}
}

static void
on_tlsa(struct lookup *lookup, void *object, const struct dns_answer *answer)
{
	struct lookup_host *host = object;
	enum evidence_dns state = lookup_dns_state(answer);

	switch (state) {
	case EVIDENCE_DNS_SECURE:
		take_tlsa(host, answer);
		return;
	case EVIDENCE_DNS_BOGUS:
	case EVIDENCE_DNS_FAILED:
		host->mx->tlsa_state =
			state == EVIDENCE_DNS_BOGUS ? EVIDENCE_TLSA_BOGUS : EVIDENCE_TLSA_FAILED;
		lookup->retry = true;
		return;
	default:
		host->mx->tlsa_state = answer->secure ? EVIDENCE_TLSA_NONE : EVIDENCE_TLSA_INSECURE;
	}
	if (host->other_base != NULL) {
		const char *base = host->other_base;

		host->other_base = NULL;
		ask_tlsa(host, base);
	}
}

static void
ask_tlsa(struct lookup_host *host, const char *base)
{
	const char *name = arena_strf(&host->lookup->arena, "_25._tcp.%s", base);

	host->tlsa_base = base;
	if (strlen(name) < HOSTNAME_SIZE)
		lookup_ask(host->lookup, name, DNS_TLSA, on_tlsa, host);
}

/* Insecure addresses behind a secure alias: records at the alias count (RFC 7672 section 2.2.2). */
static void
on_alias(struct lookup *lookup, void *object, const struct dns_answer *answer)
{
	struct lookup_host *host = object;

	switch (lookup_dns_state(answer)) {
	case EVIDENCE_DNS_SECURE:
		ask_tlsa(host, host->mx->name);
		break;
	case EVIDENCE_DNS_BOGUS:
		host->mx->tlsa_state = EVIDENCE_TLSA_BOGUS;
		lookup->retry = true;
		break;
	case EVIDENCE_DNS_FAILED:
		host->mx->tlsa_state = EVIDENCE_TLSA_FAILED;
		lookup->retry = true;
		break;
	default:
		break;
	}
}

static void
find_tlsa(struct lookup_host *host)
{
	const char *canonical = host->addresses.canonical;
	struct evidence_mx *mx = host->mx;

	mx->tlsa_state = EVIDENCE_TLSA_INSECURE;
	if (!host->lookup->evidence.mx_secure)
		return;
	if (mx->addresses_state == EVIDENCE_DNS_SECURE) {
		host->other_base = canonical != NULL ? mx->name : NULL;
		ask_tlsa(host, canonical != NULL ? canonical : mx->name);
	} else if (mx->addresses_state == EVIDENCE_DNS_INSECURE && canonical != NULL) {
		lookup_ask(host->lookup, mx->name, DNS_CNAME, on_alias, host);
	}
}

static void
on_address(struct lookup *lookup, void *object, const struct dns_answer *answer)
{
	struct lookup_host *host = object;
	struct lookup_addresses *addresses = &host->addresses;
	struct evidence_mx *mx = host->mx;

	if (!lookup_add_addresses(lookup, addresses, answer, &mx->addresses_state))
		return;
	mx->addresses = addresses->items;
	mx->n_addresses = addresses->n;
	if (addresses->n == 0 && lookup->evidence.mx_state == EVIDENCE_MX_IMPLICIT &&
		mx->addresses_state == EVIDENCE_DNS_NONE) {
		lookup->evidence.mx_state = EVIDENCE_MX_NONE;
		lookup->evidence.n_mx = 0;
		return;
	}
	find_tlsa(host);
}

static void
ask_hosts(struct lookup *lookup)
{
	for (size_t i = 0; i < lookup->evidence.n_mx; i++) {
		struct lookup_host *host = &lookup->hosts[i];

		*host = (struct lookup_host){.lookup = lookup, .mx = &lookup->evidence.mx[i]};
		lookup_ask(lookup, host->mx->name, DNS_A, on_address, host);
		lookup_ask(lookup, host->mx->name, DNS_AAAA, on_address, host);
	}
}

static void
on_mx(struct lookup *lookup, void *object, const struct dns_answer *answer)
{
	struct evidence *evidence = &lookup->evidence;

	(void)object;
	evidence->mx_secure = answer->secure;
	switch (answer->status) {
	case DNS_FOUND:
		take_hosts(lookup, answer);
		break;
	case DNS_NODATA:
		take_domain(lookup);
		break;
	case DNS_NXDOMAIN:
		evidence->mx_state = EVIDENCE_MX_NONE;
		break;
	case DNS_BOGUS:
	case DNS_FAILED:
		evidence->mx_state = answer->status == DNS_BOGUS ? EVIDENCE_MX_BOGUS : EVIDENCE_MX_FAILED;
		lookup->retry = true;
		break;
	}
	ask_hosts(lookup);
}

void
lookup_mx_start(struct lookup *lookup)
{
	lookup_ask(lookup, lookup->evidence.domain, DNS_MX, on_mx, NULL);
}
