/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many messages judged, several at a time: each goes to one parser or to several, and lands when all of them
 * have answered, in the order of departure. Used by one thread.
 */
#ifndef POSTSEAL_CLI_FLIGHT_H
#define POSTSEAL_CLI_FLIGHT_H

#include "lib/scan/client.h"

enum { FLIGHT_JUDGES_MAX = 2 };

struct flight;

/*
 * What happens to a message that came back: `item` is what flight_depart() got, `results` has one a judge.
 * Both end with the call.
 */
typedef void (*flight_land)(void *context, void *item, const struct scan_result *results, int64_t took_ms);

struct flight_plan {
	struct scan_client *judges[FLIGHT_JUDGES_MAX]; /* stay the caller's */
	size_t n_judges;
	flight_land land;
	void *context;
};

struct flight *flight_new(const struct flight_plan *plan);

/* Those that have not landed are forgotten. */
void flight_free(struct flight *flight);

/*
 * Waits until there is room, landing others meanwhile; then gives memory for the item of the message that
 * departs next, which lives until that has landed.
 */
int flight_room(struct flight *flight, struct arena **ret_arena, struct err *err);

/* There is room. Of the question, the message and its recipients count. */
int flight_depart(struct flight *flight, const struct scan_question *question, void *item, struct err *err);

/* Lands all that are still on their way. */
int flight_end(struct flight *flight, struct err *err);

#endif
