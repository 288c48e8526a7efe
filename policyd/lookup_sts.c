/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MTA-STS: the record, and where its id is new or the policy is not fresh any more, the policy. One that was
 * had once holds for its max_age, whatever happens to record and host (RFC 8461 section 5.1): who can break
 * DNS or HTTPS for a while must not win anything by it.
 */
#include "lib/base/clock.h"
#include "lib/tlspolicy/hostname.h"
#include "lib/tlspolicy/mta_sts.h"
#include "policyd/lookup_state.h"

/* Within half its life a policy is fetched anew, and at least once a day; and it holds for a minute at least,
 * so that a max_age of 0 holds for the mail at hand. */
enum { FRESH_MAX = 86400, LIFE_MIN = 60, TXT_MAX = 64 };

static bool
lives(const struct evidence_sts *sts)
{
	return sts->state != EVIDENCE_STS_NONE && clock_wall() <= sts->until;
}

static bool
is_fresh(const struct evidence_sts *sts)
{
	int64_t fresh = sts->max_age / 2 < FRESH_MAX ? sts->max_age / 2 : FRESH_MAX;
	int64_t age = clock_wall() - sts->fetched;

	return lives(sts) && age >= 0 && age < fresh;
}

/* What was had before, as long as it lives; else nothing. */
static void
keep(struct lookup *lookup, enum evidence_sts_fault fault)
{
	struct evidence_sts *sts = &lookup->evidence.sts;

	*sts = lives(&lookup->before) ? lookup->before : (struct evidence_sts){0};
	sts->fault = fault;
}

static void
take_policy(struct lookup *lookup, struct bytes text)
{
	struct evidence_sts sts = {.id = lookup->policy_id, .fetched = clock_wall()};

	if (mta_sts_parse_policy(&lookup->arena, text, &sts, NULL) < 0) {
		keep(lookup, EVIDENCE_STS_SYNTAX);
		return;
	}
	sts.until = sts.fetched + (sts.max_age > LIFE_MIN ? sts.max_age : LIFE_MIN);
	lookup->evidence.sts = sts;
}

void
lookup_sts_fetched(struct lookup *lookup, enum evidence_sts_fault fault, struct bytes text)
{
	if (fault == EVIDENCE_STS_GOOD)
		take_policy(lookup, text);
	else
		keep(lookup, fault);
}

static void
on_policy_address(struct lookup *lookup, void *object, const struct dns_answer *answer)
{
	struct lookup_addresses *addresses = &lookup->policy_addresses;
	enum evidence_dns state;
	size_t n = 0;

	(void)object;
	if (!lookup_add_addresses(lookup, addresses, answer, &state))
		return;
	for (size_t i = 0; i < addresses->n; i++)
		if (network_may_reach(lookup_networks(lookup), &addresses->items[i]))
			addresses->items[n++] = addresses->items[i];
	if (n > 0)
		lookup_fetch(lookup, addresses->items, n);
	else if (state == EVIDENCE_DNS_BOGUS || state == EVIDENCE_DNS_FAILED)
		keep(lookup, EVIDENCE_STS_DNS);
	else
		keep(lookup, EVIDENCE_STS_ADDRESS);
}

static void
take_record(struct lookup *lookup)
{
	const struct evidence_sts *before = &lookup->before;

	if (is_fresh(before) && before->id != NULL && strcmp(before->id, lookup->policy_id) == 0) {
		keep(lookup, EVIDENCE_STS_GOOD);
		return;
	}
	lookup->policy_host = arena_strf(&lookup->arena, "mta-sts.%s", lookup->evidence.domain);
	if (strlen(lookup->policy_host) >= HOSTNAME_SIZE) {
		keep(lookup, EVIDENCE_STS_ADDRESS);
		return;
	}
	lookup_ask(lookup, lookup->policy_host, DNS_A, on_policy_address, NULL);
	lookup_ask(lookup, lookup->policy_host, DNS_AAAA, on_policy_address, NULL);
}

static size_t
texts_of(const struct dns_answer *answer, struct bytes texts[TXT_MAX])
{
	size_t n = 0;

	for (; n < answer->n && n < TXT_MAX; n++)
		texts[n] = answer->records[n].data;
	return n;
}

static void
on_record(struct lookup *lookup, void *object, const struct dns_answer *answer)
{
	struct bytes texts[TXT_MAX];
	size_t n = texts_of(answer, texts);

	(void)object;
	if (answer->status == DNS_BOGUS || answer->status == DNS_FAILED) {
		lookup->retry = true;
		keep(lookup, EVIDENCE_STS_DNS);
		return;
	}
	switch (mta_sts_parse_records(texts, n, lookup->policy_id)) {
	case MTA_STS_RECORD_FOUND:
		take_record(lookup);
		break;
	case MTA_STS_RECORD_NONE:
		keep(lookup, EVIDENCE_STS_NO_RECORD);
		break;
	case MTA_STS_RECORD_BAD:
		keep(lookup, EVIDENCE_STS_BAD_RECORD);
		break;
	}
}

static void
on_report(struct lookup *lookup, void *object, const struct dns_answer *answer)
{
	struct bytes texts[TXT_MAX];

	(void)object;
	lookup->evidence.tlsrpt = mta_sts_is_tlsrpt(texts, texts_of(answer, texts));
}

void
lookup_sts_remember(struct lookup *lookup, const struct evidence_sts *before)
{
	struct arena *arena = &lookup->arena;
	const char **patterns = arena_array(arena, before->n_patterns + 1, sizeof(*patterns));

	lookup->before = *before;
	lookup->before.patterns = patterns;
	for (size_t i = 0; i < before->n_patterns; i++)
		patterns[i] = arena_str(arena, bytes_of_str(before->patterns[i]));
	if (before->id != NULL)
		lookup->before.id = arena_str(arena, bytes_of_str(before->id));
}

void
lookup_sts_start(struct lookup *lookup)
{
	struct arena *arena = &lookup->arena;
	const char *record = arena_strf(arena, "_mta-sts.%s", lookup->evidence.domain);
	const char *report = arena_strf(arena, "_smtp._tls.%s", lookup->evidence.domain);

	if (strlen(record) < HOSTNAME_SIZE)
		lookup_ask(lookup, record, DNS_TXT, on_record, NULL);
	else
		keep(lookup, EVIDENCE_STS_NO_RECORD);
	if (strlen(report) < HOSTNAME_SIZE)
		lookup_ask(lookup, report, DNS_TXT, on_report, NULL);
}
