/* SPDX-License-Identifier: Apache-2.0 */
/* What redis.c and redis_greet.c share. Private to them. */
#ifndef POSTSEAL_POLICYD_REDIS_STATE_H
#define POSTSEAL_POLICYD_REDIS_STATE_H

#include "policyd/redis.h"

struct event;
struct wire;

struct redis_pending {
	redis_done *done;
	void *context;
	int64_t deadline;
	struct redis_pending *next;
};

/* What is said to a server before it is used, in this order. */
enum redis_step {
	STEP_SENTINEL, /* where is the master? Then it begins anew, there */
	STEP_AUTH,
	STEP_SELECT,
	STEP_ROLE, /* of a master that a Sentinel told: is it one still? */
	STEP_LOOK, /* are our functions there, and our keys? */
	STEP_LOAD,
	STEP_READY,
};

struct redis {
	const struct redis_spec *spec;
	struct event_base *base;
	struct event *turn, *timer, *retry;
	struct wire *wire;
	struct resp_reader *reader;
	enum redis_step step;
	struct redis_pending *first, **last, *spare;
	struct place there; /* what a Sentinel or a cluster said; n 0: nothing */
	bool asking;        /* the slot is on its way there: ASKING before each command */
	size_t turns;       /* of the places */
	size_t hops;        /* since a server was the right one */
	int64_t backoff_ms, greeting_until;
	struct alarm alarm;
	bool failed;
	char why[256];
};

/* The connection is of no more use: it ends with this turn of the loop. */
void redis_fail(struct redis *redis, const char *why);

/* Follows MOVED and ASK. Returns false when that is none. */
bool redis_follow(struct redis *redis, struct bytes error);

/* What comes when the connection stands. */
void redis_greet(struct redis *redis);

#endif
