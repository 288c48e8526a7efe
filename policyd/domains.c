/* SPDX-License-Identifier: Apache-2.0 */
#include "policyd/domains.h"

#include <event2/event.h>
#include <stdlib.h>

#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/tlspolicy/evidence_line.h"
#include "policyd/domains_state.h"

enum { DAY_S = 24 * 3600, ANSWER_S = 10, WRITE_TICKS = 12, SEARCH = 32 };

void
domains_forget_answers(struct domain *domain)
{
	for (size_t i = 0; i < DOMAINS_ANSWERS; i++)
		domain->answers[i].until = 0;
}

static void
forget(struct domains *domains, struct domain *domain)
{
	named_remove(&domains->table, &domain->named);
	if (domain->flight != NULL)
		flight_drop(domain->flight);
	for (size_t i = 0; i < DOMAINS_ANSWERS; i++)
		free(domain->answers[i].text);
	free((void *)(uintptr_t)domain->line.p);
	free((void *)(uintptr_t)domain->named.name.p);
	free(domain);
}

/* When there is no room: the one of the next few that was not asked for the longest. */
static void
make_room(struct domains *domains)
{
	struct domain *oldest = NULL, *domain = (struct domain *)(uintptr_t)domains->hand;

	for (int i = 0; i < SEARCH; i++) {
		domain = domains_next(domains, domain);
		if (domain != NULL && domain->flight == NULL && domain->pins == 0 &&
			(oldest == NULL || domain->asked < oldest->asked))
			oldest = domain;
	}
	domains->hand = domain != oldest ? domain : NULL;
	if (oldest != NULL)
		forget(domains, oldest);
}

struct domain *
domains_get(struct domains *domains, struct bytes name)
{
	struct domain *domain = (struct domain *)named_get(&domains->table, name);

	if (domain != NULL)
		return domain;
	if (domains->table.n >= (size_t)domains->spec.max)
		make_room(domains);
	domain = mem_new(1, sizeof(*domain));
	domain->named.name = bytes_of(mem_strndup(name.p, name.n), name.n);
	named_put(&domains->table, &domain->named);
	return domain;
}

/* Days that nobody asked in are set to zero as they are passed. */
static void
turn_to(struct domain *domain, int64_t day)
{
	if (day - domain->today >= DOMAINS_DAYS)
		memset(domain->counts, 0, sizeof(domain->counts));
	else
		for (int64_t d = domain->today + 1; d <= day; d++)
			domain->counts[d % DOMAINS_DAYS] = 0;
	if (day > domain->today)
		domain->today = day;
}

void
domains_count(struct domains *domains, struct domain *domain)
{
	(void)domains;
	turn_to(domain, clock_wall() / DAY_S);
	domain->counts[domain->today % DOMAINS_DAYS]++;
	domain->counted = true;
}

uint64_t
domain_count_since(const struct domain *domain, int64_t days)
{
	int64_t today = clock_wall() / DAY_S;
	uint64_t sum = 0;

	for (int64_t day = today; day > today - days && day > today - DOMAINS_DAYS; day--)
		if (day <= domain->today && day > domain->today - DOMAINS_DAYS && day >= 0)
			sum += domain->counts[day % DOMAINS_DAYS];
	return sum;
}

/* From a quarter of its life before the evidence ends. */
static bool
is_due(const struct domain *domain, int64_t now)
{
	int64_t ahead = (domain->until - domain->looked) / 4 * 3;

	if (now < domain->retry)
		return false;
	return now > domain->until || now >= domain->looked + (ahead > REFRESH_MIN_S ? ahead : REFRESH_MIN_S);
}

bool
domains_is_known(struct domains *domains, struct domain *domain, enum domains_need need)
{
	int64_t now = clock_wall();
	bool whole = domain->line.n > 0 && (need == DOMAINS_PUBLISHED || domain->probed);
	bool good = whole && now <= domain->until;

	domain->asked = now;
	if (domain->flight == NULL && (!whole || is_due(domain, now)))
		flight_begin(domains, domain, PROBE_BY_INTERVAL);
	if (good || domain->flight == NULL)
		return true;
	/* What was ever known is not waited for twice in one look. */
	return domain->line.n > 0 && !flight_is_young(domain->flight);
}

void
domains_refresh(struct domains *domains, struct domain *domain, domains_known *known, void *context)
{
	if (domain->flight == NULL)
		flight_begin(domains, domain, PROBE_FRESH);
	domains_wait(domains, domain, DOMAINS_REFRESHED, known, context);
}

const struct evidence_override *
domains_overridden(const struct domains *domains, struct bytes name)
{
	const struct overrides *overrides = atomic_load(&domains->overrides);

	return overrides != NULL ? overrides_find(overrides, name) : NULL;
}

struct evidence *
domains_evidence(const struct domains *domains, const struct domain *domain, struct arena *arena)
{
	const struct evidence_override *override = domains_overridden(domains, domain->named.name);
	struct evidence *evidence = NULL;

	if (domain->line.n > 0 && evidence_line_parse(arena, domain->line, &evidence, NULL) < 0)
		evidence = NULL;
	if (evidence == NULL && override != NULL) {
		evidence = arena_alloc(arena, sizeof(*evidence));
		evidence->domain = arena_str(arena, domain->named.name);
	}
	if (override != NULL)
		evidence->override = *override;
	return evidence;
}

static int64_t
earlier(int64_t a, int64_t b, int64_t now)
{
	return b >= now && b < a ? b : a;
}

int64_t
domains_answer_until(const struct evidence *evidence, int64_t now)
{
	int64_t until = earlier(now + ANSWER_S, evidence->until, now);

	until = earlier(until, evidence->sts.until, now);
	until = earlier(until, evidence->override.until, now);
	return earlier(until, evidence->override.date, now);
}

static void
log_fall(const struct domain *domain, enum tls_level to, enum tls_reason reason)
{
	const struct log_field fields[] = {
		{"domain", domain->named.name},
		{"from", bytes_of_str(tls_level_name(domain->level))},
		{"to", bytes_of_str(tls_level_name(to))},
		{"reason", bytes_of_str(tls_reason_name(reason))},
	};

	log_record(LOG_LEVEL_WARNING, "tls_level_fell", fields, sizeof(fields) / sizeof(fields[0]));
}

/* Its level by what is known now. */
static void
judge(struct domains *domains, struct domain *domain)
{
	struct tls_verdict verdict = {.reason = TLS_REASON_UNKNOWN};
	struct evidence *evidence;
	struct arena arena;

	arena_init(&arena);
	evidence = domains_evidence(domains, domain, &arena);
	if (evidence != NULL)
		tls_judge(evidence, clock_wall(), &verdict);
	if (verdict.level < domain->level)
		log_fall(domain, verdict.level, verdict.reason);
	domain->level = verdict.level;
	arena_done(&arena);
}

/* A failure to look says nothing of the domain. */
static bool
is_failure(enum tls_reason reason)
{
	return reason == TLS_REASON_MX_FAILED || reason == TLS_REASON_MX_BOGUS ||
	       reason == TLS_REASON_DANE_FAILED || reason == TLS_REASON_DANE_BOGUS;
}

/* Whether the evidence is that nobody could look: DNS failed, or was forged. */
static bool
is_failed(const struct evidence *evidence, int64_t now)
{
	struct tls_verdict verdict;

	tls_judge(evidence, now, &verdict);
	return is_failure(verdict.reason);
}

void
domains_store(struct domain *domain, const struct evidence *evidence, enum domains_need reached)
{
	int64_t now = clock_wall();
	bool failed = is_failed(evidence, now);
	struct buf line;

	/* While it lives, what was seen is better: no downgrade by a failure that an attacker can cause. */
	if (failed && domain->line.n > 0 && !domain->failed && now <= domain->until) {
		domain->retry = now + RETRY_S;
		return;
	}
	buf_init(&line, EVIDENCE_LINE_MAX);
	evidence_line_put(evidence, &line);
	free((void *)(uintptr_t)domain->line.p);
	domain->line = bytes_of(mem_strndup(line.p, line.n), line.n);
	buf_done(&line);
	domain->looked = evidence->looked;
	domain->until = evidence->until;
	domain->failed = failed;
	domain->probed = reached >= DOMAINS_PROBED;
	domain->retry = now > evidence->until ? now + RETRY_S : 0;
	domains_forget_answers(domain);
}

void
domains_settle(struct domains *domains, struct domain *domain)
{
	judge(domains, domain);
	domains_note(domains, domain);
}

/* Looks ahead for who was asked for lately; sees evidence end. */
static void
watch(struct domains *domains, struct domain *domain, int64_t now)
{
	if (domain->line.n == 0 || domain->flight != NULL || now - domain->asked > WATCH_S)
		return;
	if (now > domain->until && domain->level != TLS_LEVEL_NONE)
		judge(domains, domain);
	if (is_due(domain, now) && domains->n_flights < FLIGHTS_MAX)
		flight_begin(domains, domain, PROBE_BY_INTERVAL);
}

static void
on_tick(evutil_socket_t fd, short what, void *context)
{
	struct domains *domains = context;
	const struct overrides *overrides = atomic_load(&domains->overrides);
	bool changed = overrides != domains->seen;
	int64_t now = clock_wall();

	(void)fd, (void)what;
	domains->seen = overrides;
	for (struct domain *domain = domains_next(domains, NULL); domain != NULL;
		domain = domains_next(domains, domain)) {
		if (changed) {
			domains_forget_answers(domain);
			judge(domains, domain);
		}
		watch(domains, domain, now);
	}
	if (++domains->ticks % WRITE_TICKS == 0)
		domains_write(domains);
}

int
domains_open(const struct domains_spec *spec, struct domains **ret_domains, struct err *err)
{
	struct domains *domains = mem_new(1, sizeof(*domains));

	domains->spec = *spec;
	named_init(&domains->table);
	domains->tick = event_new(spec->base, -1, EV_PERSIST, on_tick, domains);
	if (domains->tick == NULL)
		mem_exhausted(0);
	if (domains_load(domains, err) < 0) {
		domains_close(domains);
		return -1;
	}
	*ret_domains = domains;
	return 0;
}

void
domains_begin(struct domains *domains)
{
	event_add(domains->tick, &(struct timeval){.tv_sec = TICK_S});
}

void
domains_close(struct domains *domains)
{
	struct domain *domain;

	if (domains == NULL)
		return;
	if (domains->ledger != NULL)
		domains_write_all(domains);
	while ((domain = domains_next(domains, NULL)) != NULL)
		forget(domains, domain);
	named_done(&domains->table);
	ledger_close(domains->ledger);
	event_free(domains->tick);
	free(domains);
}

void
domains_override(struct domains *domains, const struct overrides *overrides)
{
	atomic_store(&domains->overrides, overrides);
}

struct domain *
domains_next(const struct domains *domains, const struct domain *domain)
{
	return (struct domain *)named_next(&domains->table, domain != NULL ? &domain->named : NULL);
}
