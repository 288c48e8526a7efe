/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where limits are counted: in memory, or in Redis for all machines together. Requests that come in one turn
 * of the loop go to Redis in one call. While it does not answer, each limit does what it says for that.
 */
#ifndef POSTSEAL_POLICYD_COUNTING_H
#define POSTSEAL_POLICYD_COUNTING_H

#include "lib/conf/settings.h"
#include "lib/count/limit.h"

struct counting;
struct event_base;

/* Reads the password and certificates, and looks names up: before privileges are dropped. */
int counting_open(const struct settings *settings, struct counting **ret_counting, struct err *err);
void counting_close(struct counting *counting);

/* The base outlives it. Begins to connect. */
void counting_begin(struct counting *counting, struct event_base *base);

/* Returns true: the questions are answered. False: done() tells when they are; `asked` stays until then. */
typedef void counting_done(void *context);
bool counting_ask(struct counting *counting, struct limit_asked *asked, counting_done *done, void *context);

/*
 * What is left of each key's burst (-1: not known), or forgetting the keys and how many were known. Returns
 * true: answered; false: done() tells. `asked` stays until then.
 */
enum counting_verb { COUNTING_LOOK, COUNTING_RESET };
struct counting_question {
	enum counting_verb verb;
	struct limit_asked *asked;
	int64_t left[COUNTER_ASKED_MAX];
	int64_t n_known;
	void (*done)(void *context);
	void *context;
	struct counting *counting; /* set by counting_look() */
};
bool counting_look(struct counting *counting, struct counting_question *question);

/* "memory", "redis", or that Redis does not answer. */
const char *counting_where(const struct counting *counting);

#endif
