/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every address of the portal, in one table: {method, path, proof required, handler}. The proof is checked
 * here, before the handler runs, and nowhere else; what is not in the table does not exist.
 */
#ifndef PORTALD_ROUTES_H
#define PORTALD_ROUTES_H

#include "lib/mime/view.h"
#include "portald/ask.h"
#include "portald/exchange.h"
#include "portald/page.h"

#define SESSION_COOKIE "__Host-postseal"

enum proof {
	PROOF_NONE,
	PROOF_LINK,    /* the form proves that the link's secret is known: the vault judges it */
	PROOF_SESSION, /* a cookie that the vault gives a message for */
};

/* What the handlers work with; the same for all requests. Functions so that tests need no other process. */
struct portal {
	const struct pages *pages;
	const char *organisation;
	const char *origin; /* portal_url */
	int64_t code_lifetime, code_tries, code_lock_time;
	void *context;
	enum ask_answer (*begin)(void *context, const struct ask_claim *claim, int64_t deadline_ms);
	enum ask_answer (*open)(void *context, const struct ask_claim *claim, struct bytes code,
		struct bytes link_key, int64_t deadline_ms, uint8_t token[TOKEN_SIZE]);
	enum ask_answer (*read)(void *context, struct bytes token, int64_t deadline_ms, int *ret_fd);
	enum ask_answer (*end)(void *context, struct bytes token, int64_t deadline_ms);
	/* The renderer's: 0, 1 (no such part), -1. */
	int (*view)(void *context, int message_fd, int64_t deadline_ms, struct arena *arena,
		struct message_view *ret_view);
	int (*view_part)(
		void *context, int message_fd, unsigned number, int64_t deadline_ms, int *ret_part_fd);
};

/* What the proof gave to the handler. */
struct grant {
	struct ask_claim claim; /* PROOF_LINK */
	struct secret link_key; /* PROOF_LINK; empty where the form had none */
	bool well_formed;       /* PROOF_LINK: the form held a claim at all */
	int message_fd;         /* PROOF_SESSION */
	unsigned number;        /* the number that ends a path of the form /m/part/N */
};

typedef void (*route_fn)(const struct portal *portal, const struct request *request, struct grant *grant,
	struct answer *answer);

struct route {
	enum method method; /* METHOD_GET answers HEAD too */
	const char *path;   /* with a `#` at the end: a number from 1 to 9999 */
	enum proof proof;
	bool padded; /* answered at a fixed time, whatever was found */
	route_fn handler;
};

/* Row i, NULL behind the last: for tests that go through all of them. */
const struct route *route_at(size_t i);

/* The route, or NULL; *ret_path_known when another method would have been right. */
const struct route *route_find(
	enum method method, const char *path, unsigned *ret_number, bool *ret_path_known);

/* Answers a request. */
void routes_answer(const struct portal *portal, const struct request *request, struct answer *answer);

#endif
