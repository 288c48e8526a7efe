/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fetches MTA-STS policies (RFC 8461 section 3.3) with libcurl, on the program's event loop: HTTPS only, no
 * redirects, the certificate checked for the host, text/plain, at most 64 KiB, all within one time limit.
 * Addresses come from the caller, who validated and filtered them; neither DNS nor a proxy of the environment
 * is asked.
 */
#ifndef POSTSEAL_FETCH_H
#define POSTSEAL_FETCH_H

#include "lib/base/err.h"
#include "policyd/network.h"

struct event_base;
struct fetcher;

struct fetcher_spec {
	const char *ca_file; /* PEM */
	const char *agent;   /* User-Agent */
	const struct networks *networks;
	int64_t timeout_ms; /* of a whole fetch */
};

/* Reads ca_file; needs no file later. `networks` must stay. */
int fetcher_open(struct event_base *base, const struct fetcher_spec *spec, struct fetcher **ret_fetcher,
	struct err *err);

/* Fetches that run are never answered. */
void fetcher_close(struct fetcher *fetcher);

/* `text` is the policy, to be parsed, when fault is EVIDENCE_STS_GOOD. It lives until the callback returns.
 */
typedef void fetch_done(void *context, enum evidence_sts_fault fault, struct bytes text);

/* Of https://HOST/.well-known/mta-sts.txt. Calls `done` once, from the loop, never before this returns. */
void fetch_start(struct fetcher *fetcher, const char *host, const struct evidence_address *addresses,
	size_t n_addresses, fetch_done *done, void *context);

#endif
