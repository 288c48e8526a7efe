/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions to DNS, validated in this process by libunbound: no remote resolver's word is taken for what is
 * secure. On the program's event loop; never blocks it. Each question is answered, within its time limit.
 * Answers, negative ones and failures as well, are kept by libunbound for as long as DNS allows.
 */
#ifndef POSTSEAL_RESOLVER_H
#define POSTSEAL_RESOLVER_H

#include "lib/base/err.h"
#include "policyd/dns_answer.h"

struct event_base;
struct resolver;

struct resolver_spec {
	const char *servers;       /* "address[@port] ..."; empty: resolve from the roots */
	const char *trust_anchors; /* a file of DS or DNSKEY records */
	const char *root_hints;    /* empty: the built-in ones */
	int64_t timeout_ms;        /* of one question */
};

/* Reads the files; needs none later. */
int resolver_open(struct event_base *base, const struct resolver_spec *spec, struct resolver **ret_resolver,
	struct err *err);

/* Questions that are open are never answered. */
void resolver_close(struct resolver *resolver);

/* The answer lives until the callback returns. */
typedef void resolver_done(void *context, const struct dns_answer *answer);

/* Calls `done` once, from the event loop, never before this returns. The name is one of hostname.h's. */
void resolver_ask(
	struct resolver *resolver, const char *name, enum dns_type type, resolver_done *done, void *context);

#endif
