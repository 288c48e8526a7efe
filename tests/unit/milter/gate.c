/* SPDX-License-Identifier: Apache-2.0 */
/* Bounds hold, and what was taken comes back. */
#include "milter/gate.h"

#include <pthread.h>

#include "lib/base/clock.h"
#include "tests/support/tap.h"

static void
progress(void *context)
{
	(void)context;
}

static const struct gate_host host = {progress, NULL};

static void
test_counts(struct gate *gate)
{
	tap_ok(gate_enter_session(gate) && gate_enter_session(gate), "two sessions");
	tap_ok(!gate_enter_session(gate), "not a third");
	gate_leave_session(gate);
	tap_ok(gate_enter_session(gate), "one left, one enters");
	tap_ok(gate_reserve(gate, 60) && gate_reserve(gate, 40), "the whole budget");
	tap_ok(!gate_reserve(gate, 1), "not a byte more");
	gate_release(gate, 40);
	tap_ok(!gate_reserve(gate, 41) && gate_reserve(gate, 40), "what came back, no more");
	tap_ok(!gate_reserve(gate, SIZE_MAX), "no wrap-around");
}

static void
test_flights(struct gate *gate)
{
	struct gate_flight a = {.attempt = {1}}, again = {.attempt = {1}}, b = {.attempt = {2}};

	tap_ok(gate_take_off(gate, &a) && gate_take_off(gate, &b), "two attempts of different messages");
	tap_ok(!gate_take_off(gate, &again), "not the same one at the same time");
	gate_land(gate, &a);
	tap_ok(gate_take_off(gate, &again), "but afterwards");
	gate_land(gate, &b);
	gate_land(gate, &again);
}

static void *
leave(void *arg)
{
	gate_leave_message(arg);
	return NULL;
}

static void
test_places(struct gate *gate)
{
	struct err err = {0};
	pthread_t thread;

	tap_ok(gate_enter_message(gate, &host, clock_mono_ms() + 1000, &err) == 0, "a free place");
	tap_ok(gate_enter_message(gate, &host, clock_mono_ms() + 20, &err) < 0 && err.class == ERR_TEMP,
		"no place until the deadline: %s", err.text);
	pthread_create(&thread, NULL, leave, gate);
	tap_ok(gate_enter_message(gate, &host, clock_mono_ms() + 20000, &err) == 0,
		"who waits gets the place");
	pthread_join(thread, NULL);
	gate_leave_message(gate);
}

int
main(void)
{
	struct gate_limits limits = {.sessions = 2, .messages = 1, .spool_bytes = 100};
	struct gate *gate = gate_new(&limits);

	test_counts(gate);
	test_flights(gate);
	test_places(gate);
	gate_free(gate);
	return tap_done();
}
