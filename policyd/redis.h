/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One connection to the Redis that counts, on the loop: found directly, through Sentinels, or by what a
 * cluster answers; greeted (AUTH, SELECT, our functions); made anew when it is lost, hangs or turns out to be
 * the wrong server, with growing pauses of two seconds at most. Commands of all requests go down one pipe,
 * and answers come in their order.
 */
#ifndef POSTSEAL_POLICYD_REDIS_H
#define POSTSEAL_POLICYD_REDIS_H

#include "lib/count/resp.h"
#include "policyd/alarm.h"
#include "policyd/place.h"

struct event_base;
struct tls_context;

enum { REDIS_PLACES_MAX = 8 };

/* Lives as long as the redis. */
struct redis_spec {
	struct place places[REDIS_PLACES_MAX]; /* tried in turn */
	size_t n_places;
	const char *master;    /* not empty: the places are Sentinels, which know it by this name */
	const char *user;      /* empty: the default one */
	struct bytes password; /* empty: no AUTH */
	int64_t database;
	const struct tls_context *tls; /* NULL: in clear */
	const char *tls_name;
	struct bytes key; /* of the slot that is used in a cluster */
	int64_t timeout_ms;
};

struct redis;

/* The base outlives it. Begins to connect. */
struct redis *redis_new(struct event_base *base, const struct redis_spec *spec);

/* What still waits is forgotten. NULL is fine. */
void redis_free(struct redis *redis);

/* Connected and greeted; else nothing may be called, and nobody has to wait to learn that. */
bool redis_ready(const struct redis *redis);

/* The reply, which ends with this call; NULL: none came in time. Never from within redis_call(). */
typedef void redis_done(void *context, const struct resp *reply);

void redis_call(struct redis *redis, struct bytes command, redis_done *done, void *context);

/* A reply that said no was to something that should work. It is told, and another server is looked for when
 * this one says that it is the wrong one. */
void redis_complain(struct redis *redis, const struct resp *reply);

struct alarm *redis_alarm(struct redis *redis);

#endif
