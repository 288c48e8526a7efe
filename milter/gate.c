/* SPDX-License-Identifier: Apache-2.0 */
#include "milter/gate.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/base/clock.h"
#include "lib/base/mem.h"

enum { PROGRESS_MS = 10 * 1000, FINISHED_MAX = 2000 };

struct finished {
	uint8_t base[DIGEST_SIZE];
	uint64_t times; /* 0: a free place */
};

struct gate {
	struct gate_limits limits;
	atomic_size_t sessions, spool_bytes;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t place;
	size_t messages;
	struct gate_flight *flights;
	struct finished finished[FINISHED_MAX]; /* a ring */
	size_t next_finished;
};

struct gate *
gate_new(const struct gate_limits *limits)
{
	struct gate *gate = mem_new(1, sizeof(*gate));
	pthread_condattr_t attr;

	gate->limits = *limits;
	pthread_mutex_init(&gate->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&gate->place, &attr);
	pthread_condattr_destroy(&attr);
	return gate;
}

void
gate_free(struct gate *gate)
{
	if (!gate)
		return;
	pthread_cond_destroy(&gate->place);
	pthread_mutex_destroy(&gate->lock);
	free(gate);
}

/* Adds n unless the sum would pass the limit. */
static bool
add_within(atomic_size_t *sum, size_t n, size_t limit)
{
	size_t old = atomic_load(sum);

	do {
		if (n > limit || old > limit - n)
			return false;
	} while (!atomic_compare_exchange_weak(sum, &old, old + n));
	return true;
}

bool
gate_enter_session(struct gate *gate)
{
	return add_within(&gate->sessions, 1, gate->limits.sessions);
}

void
gate_leave_session(struct gate *gate)
{
	atomic_fetch_sub(&gate->sessions, 1);
}

bool
gate_reserve(struct gate *gate, size_t n)
{
	return add_within(&gate->spool_bytes, n, gate->limits.spool_bytes);
}

void
gate_release(struct gate *gate, size_t n)
{
	atomic_fetch_sub(&gate->spool_bytes, n);
}

static struct timespec
at_ms(int64_t mono_ms)
{
	return (struct timespec){.tv_sec = mono_ms / 1000, .tv_nsec = mono_ms % 1000 * 1000000};
}

/* Waits for a place for at most one slice of time. Returns whether one was taken. */
static bool
wait_slice(struct gate *gate, int64_t until_ms)
{
	struct timespec until = at_ms(until_ms);
	bool taken;
	int ret = 0;

	pthread_mutex_lock(&gate->lock);
	while (gate->messages >= gate->limits.messages && ret != ETIMEDOUT)
		ret = pthread_cond_timedwait(&gate->place, &gate->lock, &until);
	taken = gate->messages < gate->limits.messages;
	if (taken)
		gate->messages++;
	pthread_mutex_unlock(&gate->lock);
	return taken;
}

int
gate_enter_message(struct gate *gate, const struct gate_host *host, int64_t deadline_ms, struct err *err)
{
	for (;;) {
		int64_t slice = clock_mono_ms() + PROGRESS_MS;

		if (wait_slice(gate, slice < deadline_ms ? slice : deadline_ms))
			return 0;
		if (clock_mono_ms() >= deadline_ms)
			return err_set(err, ERR_TEMP, "too many messages at once");
		host->progress(host->context);
	}
}

void
gate_leave_message(struct gate *gate)
{
	pthread_mutex_lock(&gate->lock);
	gate->messages--;
	pthread_cond_signal(&gate->place);
	pthread_mutex_unlock(&gate->lock);
}

bool
gate_is_idle(struct gate *gate)
{
	bool idle;

	pthread_mutex_lock(&gate->lock);
	idle = gate->messages == 0;
	pthread_mutex_unlock(&gate->lock);
	return idle;
}

bool
gate_take_off(struct gate *gate, struct gate_flight *flight)
{
	struct gate_flight *f;

	pthread_mutex_lock(&gate->lock);
	for (f = gate->flights; f; f = f->next)
		if (memcmp(f->attempt, flight->attempt, DIGEST_SIZE) == 0)
			break;
	if (!f) {
		flight->next = gate->flights;
		gate->flights = flight;
	}
	pthread_mutex_unlock(&gate->lock);
	return !f;
}

void
gate_land(struct gate *gate, struct gate_flight *flight)
{
	pthread_mutex_lock(&gate->lock);
	for (struct gate_flight **f = &gate->flights; *f; f = &(*f)->next) {
		if (*f == flight) {
			*f = flight->next;
			break;
		}
	}
	pthread_mutex_unlock(&gate->lock);
}

/* NULL: never, or too long ago. */
static struct finished *
find_finished(struct gate *gate, const uint8_t base[DIGEST_SIZE])
{
	for (size_t i = 0; i < FINISHED_MAX; i++)
		if (gate->finished[i].times > 0 && memcmp(gate->finished[i].base, base, DIGEST_SIZE) == 0)
			return &gate->finished[i];
	return NULL;
}

void
gate_finish(struct gate *gate, const uint8_t base[DIGEST_SIZE])
{
	struct finished *f;

	pthread_mutex_lock(&gate->lock);
	f = find_finished(gate, base);
	if (!f) {
		f = &gate->finished[gate->next_finished++ % FINISHED_MAX];
		memcpy(f->base, base, DIGEST_SIZE);
		f->times = 0;
	}
	f->times++;
	pthread_mutex_unlock(&gate->lock);
}

uint64_t
gate_finished(struct gate *gate, const uint8_t base[DIGEST_SIZE])
{
	const struct finished *f;
	uint64_t times;

	pthread_mutex_lock(&gate->lock);
	f = find_finished(gate, base);
	times = f ? f->times : 0;
	pthread_mutex_unlock(&gate->lock);
	return times;
}
