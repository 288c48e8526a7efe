/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probes of MX hosts, on the event loop: at most so many at once, one at a time of a host, and no host more
 * often than the interval says: whatever domains it serves, they share what was seen. One that is not
 * reached, or breaks off, is asked again sooner. Each ends within its time, however slowly the host speaks.
 */
#ifndef POSTSEAL_PROBE_H
#define POSTSEAL_PROBE_H

#include "lib/tlspolicy/evidence.h"

struct event_base;
struct tls_context;
struct probes;

/* Of a host, in the order of DNS's answer; RFC 5321 section 5.1 asks for two at least. */
enum { PROBE_ADDRESSES_MAX = 3 };

struct probes_spec {
	struct event_base *base;
	const struct tls_context *tls;
	const char *hostname; /* for EHLO */
	int64_t port;
	int64_t at_once;
	int64_t timeout_ms; /* of one, all addresses together */
	int64_t interval;   /* seconds */
};

/* What the spec points to must outlive the probes. */
struct probes *probes_new(const struct probes_spec *spec);

/* Those that run end without a callback. */
void probes_close(struct probes *probes);

typedef void probe_done(void *context, const struct evidence_probe *probe);

/* How old a result may be: what the interval says, or (an admin asks) a minute. */
enum probe_age { PROBE_BY_INTERVAL, PROBE_FRESH };

/*
 * Calls `done` once, never before it returns. Of `mx`, which is copied, name, addresses and TLSA records
 * count.
 */
void probe_start(struct probes *probes, const struct evidence_mx *mx, enum probe_age age, probe_done *done,
	void *context);

#endif
