/* SPDX-License-Identifier: Apache-2.0 */
/* One look at one domain: DNS and MTA-STS, then the probes, for all who wait for it. */
#include <assert.h>
#include <event2/event.h>
#include <stdlib.h>

#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/tlspolicy/evidence_line.h"
#include "policyd/domains_state.h"

struct wait {
	struct flight *flight;
	enum domains_need need;
	domains_known *known;
	void *context;
	struct event *patience;
	struct wait *next, **link;
};

struct flight {
	struct domains *domains;
	struct domain *domain;
	enum probe_age age;
	int64_t began_ms;
	struct arena arena;
	struct evidence *evidence; /* NULL until it was looked up */
	size_t next_mx, n_probes;  /* that are under way */
	struct wait *waits;
};

/* One probe of a flight. */
struct shot {
	struct flight *flight;
	size_t mx;
};

static void probe_next(struct flight *flight);

static void
answer(struct wait *wait)
{
	domains_known *known = wait->known;
	void *context = wait->context;
	struct domain *domain = wait->flight->domain;

	*wait->link = wait->next;
	if (wait->next != NULL)
		wait->next->link = wait->link;
	event_free(wait->patience);
	free(wait);
	known(context, domain);
}

static void
answer_all(struct flight *flight, enum domains_need reached)
{
	struct wait *next;

	for (struct wait *wait = flight->waits; wait != NULL; wait = next) {
		next = wait->next;
		if (wait->need <= reached)
			answer(wait);
	}
}

static void
on_patience(evutil_socket_t fd, short what, void *context)
{
	(void)fd, (void)what;
	answer(context);
}

void
domains_wait(struct domains *domains, struct domain *domain, enum domains_need need, domains_known *known,
	void *context)
{
	int64_t ms = need == DOMAINS_REFRESHED ? DOMAINS_REFRESH_MS
		     : domain->line.n > 0      ? DOMAINS_KNOWN_MS
					       : domains->spec.first_wait_ms;
	struct timeval time = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
	struct flight *flight = domain->flight;
	struct wait *wait = mem_new(1, sizeof(*wait));

	assert(flight != NULL);
	*wait = (struct wait){.flight = flight,
		.need = need,
		.known = known,
		.context = context,
		.next = flight->waits,
		.link = &flight->waits};
	wait->patience = event_new(domains->spec.base, -1, 0, on_patience, wait);
	if (wait->patience == NULL)
		mem_exhausted(0);
	if (wait->next != NULL)
		wait->next->link = &wait->next;
	flight->waits = wait;
	event_add(wait->patience, &time);
}

bool
flight_is_young(const struct flight *flight)
{
	return clock_mono_ms() - flight->began_ms < DOMAINS_KNOWN_MS;
}

static void
release(struct flight *flight)
{
	flight->domain->flight = NULL;
	flight->domains->n_flights--;
	arena_done(&flight->arena);
	free(flight);
}

void
flight_drop(struct flight *flight)
{
	struct wait *next;

	for (struct wait *wait = flight->waits; wait != NULL; wait = next) {
		next = wait->next;
		event_free(wait->patience);
		free(wait->context);
		free(wait);
	}
	release(flight);
}

/* The last answer may begin the next flight of the same domain: this one is over by then. */
static void
end(struct flight *flight)
{
	struct wait *waits = flight->waits, *next;
	struct domain *domain = flight->domain;

	domains_store(domain, flight->evidence, DOMAINS_PROBED);
	domains_settle(flight->domains, domain);
	domain->pins++;
	release(flight);
	for (struct wait *wait = waits; wait != NULL; wait = next) {
		domains_known *known = wait->known;
		void *context = wait->context;

		next = wait->next;
		event_free(wait->patience);
		free(wait);
		known(context, domain);
	}
	domain->pins--;
}

static void
on_probe(void *context, const struct evidence_probe *probe)
{
	struct shot *shot = context;
	struct flight *flight = shot->flight;

	flight->evidence->mx[shot->mx].probe = *probe;
	if (--flight->n_probes == 0)
		probe_next(flight);
}

static void
shoot(struct flight *flight, size_t mx)
{
	struct shot *shot = arena_alloc(&flight->arena, sizeof(*shot));

	*shot = (struct shot){.flight = flight, .mx = mx};
	flight->n_probes++;
	probe_start(flight->domains->spec.probes, &flight->evidence->mx[mx], flight->age, on_probe, shot);
}

/* Whether some host of those from `first` on, up to the next one to probe, answered. */
static bool
is_answered(const struct flight *flight, size_t first)
{
	for (size_t i = first; i < flight->next_mx; i++) {
		enum evidence_probe_result result = flight->evidence->mx[i].probe.result;

		if (result != EVIDENCE_PROBE_NONE && result != EVIDENCE_PROBE_UNREACHABLE)
			return true;
	}
	return false;
}

/* All hosts of one preference at a time: those behind them count only when none of them is there. */
static void
probe_next(struct flight *flight)
{
	struct evidence *evidence = flight->evidence;

	while (flight->n_probes == 0 && flight->next_mx < evidence->n_mx && !is_answered(flight, 0)) {
		uint16_t preference = evidence->mx[flight->next_mx].preference;

		for (; flight->next_mx < evidence->n_mx &&
			evidence->mx[flight->next_mx].preference == preference;
			flight->next_mx++)
			if (evidence->mx[flight->next_mx].n_addresses > 0)
				shoot(flight, flight->next_mx);
	}
	if (flight->n_probes == 0)
		end(flight);
}

static const struct evidence_probe *
probe_of(const struct evidence *evidence, const char *host)
{
	for (size_t i = 0; i < evidence->n_mx; i++)
		if (strcmp(evidence->mx[i].name, host) == 0)
			return &evidence->mx[i].probe;
	return NULL;
}

/*
 * What probes saw of the same host some time ago is better than nothing, until they see it again: it is as
 * good as probed when all preferred hosts were seen.
 */
static enum domains_need
inherit(struct flight *flight)
{
	const struct domain *domain = flight->domain;
	struct evidence *evidence = flight->evidence, *before = NULL;
	bool all = true;

	if (!domain->probed || evidence_line_parse(&flight->arena, domain->line, &before, NULL) < 0)
		return DOMAINS_PUBLISHED;
	for (size_t i = 0; i < evidence->n_mx; i++) {
		const struct evidence_probe *probe = probe_of(before, evidence->mx[i].name);

		if (probe != NULL)
			evidence->mx[i].probe = *probe;
		all &= probe != NULL || evidence->mx[i].preference != evidence->mx[0].preference;
	}
	return all ? DOMAINS_PROBED : DOMAINS_PUBLISHED;
}

static void
forget_probes(struct evidence *evidence)
{
	for (size_t i = 0; i < evidence->n_mx; i++)
		evidence->mx[i].probe = (struct evidence_probe){0};
}

/* The evidence that was found lives no longer than this call: its line, read again, is ours. */
static void
on_found(void *context, const struct evidence *found)
{
	struct flight *flight = context;
	struct buf line;

	buf_init(&line, EVIDENCE_LINE_MAX);
	evidence_line_put(found, &line);
	if (evidence_line_parse(&flight->arena, buf_bytes(&line), &flight->evidence, NULL) < 0)
		assert(!"what was written can be read");
	buf_done(&line);
	domains_store(flight->domain, flight->evidence, inherit(flight));
	answer_all(flight, DOMAINS_PUBLISHED);
	forget_probes(flight->evidence);
	probe_next(flight);
}

void
flight_begin(struct domains *domains, struct domain *domain, enum probe_age age)
{
	struct flight *flight = mem_new(1, sizeof(*flight));
	struct evidence *before = NULL;

	*flight = (struct flight){
		.domains = domains, .domain = domain, .age = age, .began_ms = clock_mono_ms()};
	arena_init(&flight->arena);
	domain->flight = flight;
	domains->n_flights++;
	if (domain->line.n > 0)
		(void)evidence_line_parse(&flight->arena, domain->line, &before, NULL);
	domains->spec.look(
		domains->spec.looker, (const char *)domain->named.name.p, before, on_found, flight);
}
