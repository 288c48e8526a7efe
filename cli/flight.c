/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/flight.h"

#include <stdlib.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/mem.h"

enum { FLIGHT_DEADLINE_MS = 120 * 1000, FLIGHT_MAX = 64 };

/* One message on its way. */
struct job {
	struct arena arena; /* of the item */
	void *item;
	int64_t sent_ms, took_ms;
	bool answered[FLIGHT_JUDGES_MAX];
	struct arena answers[FLIGHT_JUDGES_MAX];
	struct scan_result results[FLIGHT_JUDGES_MAX];
};

struct flight {
	struct flight_plan plan;
	size_t window;
	struct job jobs[FLIGHT_MAX]; /* a ring */
	uint32_t next, oldest;       /* ids grow; a job's place is id % FLIGHT_MAX */
};

struct flight *
flight_new(const struct flight_plan *plan)
{
	struct flight *flight = mem_new(1, sizeof(*flight));
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	flight->plan = *plan;
	flight->window = cores > 0 && cores < FLIGHT_MAX ? (size_t)cores + 1 : FLIGHT_MAX;
	for (size_t i = 0; i < FLIGHT_MAX; i++)
		arena_init(&flight->jobs[i].arena);
	return flight;
}

static void
forget_answers(struct job *job)
{
	for (size_t i = 0; i < FLIGHT_JUDGES_MAX; i++) {
		if (job->answered[i])
			arena_done(&job->answers[i]);
		job->answered[i] = false;
	}
}

void
flight_free(struct flight *flight)
{
	if (flight == NULL)
		return;
	for (size_t i = 0; i < FLIGHT_MAX; i++) {
		forget_answers(&flight->jobs[i]);
		arena_done(&flight->jobs[i].arena);
	}
	free(flight);
}

static struct job *
job_of(struct flight *flight, uint32_t id)
{
	return &flight->jobs[id % FLIGHT_MAX];
}

/* The next answer of a judge, whichever message it is about: the job takes it over with its arena. */
static int
collect(struct flight *flight, size_t judge, struct err *err)
{
	int64_t deadline = clock_mono_ms() + FLIGHT_DEADLINE_MS;
	struct scan_result result;
	struct arena arena;
	struct job *job;
	uint32_t id;

	arena_init(&arena);
	if (scan_client_collect(flight->plan.judges[judge], deadline, &arena, &id, &result, err) != 0) {
		arena_done(&arena);
		return -1;
	}
	job = job_of(flight, id);
	if (id < flight->oldest || id >= flight->next || job->answered[judge]) {
		arena_done(&arena);
		return err_set(err, ERR_PEER, "postseal-parser answered a question that was not asked");
	}
	job->answered[judge] = true;
	job->answers[judge] = arena;
	job->results[judge] = result;
	job->took_ms = clock_mono_ms() - job->sent_ms;
	return 0;
}

static int
land_oldest(struct flight *flight, struct err *err)
{
	struct job *job = job_of(flight, flight->oldest);

	for (size_t i = 0; i < flight->plan.n_judges; i++)
		while (!job->answered[i])
			if (collect(flight, i, err) != 0)
				return -1;
	flight->oldest++;
	flight->plan.land(flight->plan.context, job->item, job->results, job->took_ms);
	forget_answers(job);
	return 0;
}

int
flight_room(struct flight *flight, struct arena **ret_arena, struct err *err)
{
	struct job *job;

	while (flight->next - flight->oldest >= flight->window)
		if (land_oldest(flight, err) != 0)
			return -1;
	job = job_of(flight, flight->next);
	arena_reset(&job->arena);
	*ret_arena = &job->arena;
	return 0;
}

int
flight_depart(struct flight *flight, const struct scan_question *question, void *item, struct err *err)
{
	struct job *job = job_of(flight, flight->next);

	job->item = item;
	job->sent_ms = clock_mono_ms();
	for (size_t i = 0; i < flight->plan.n_judges; i++)
		if (scan_client_submit(flight->plan.judges[i], flight->next, question, err) != 0)
			return -1;
	flight->next++;
	return 0;
}

int
flight_end(struct flight *flight, struct err *err)
{
	while (flight->oldest < flight->next)
		if (land_oldest(flight, err) != 0)
			return -1;
	return 0;
}
