/* SPDX-License-Identifier: Apache-2.0 */
#include "policyd/redis.h"

#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "policyd/redis_state.h"
#include "policyd/wire.h"

/* HOPS_MAX: from one server to where it says, and on. */
enum { HOPS_MAX = 8, BACKOFF_FIRST_MS = 50, BACKOFF_MAX_MS = 2000, GREETING_MS = 1000 };

static struct timeval
time_of(int64_t ms)
{
	return (struct timeval){.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
}

static void
wait_until(struct event *timer, int64_t when)
{
	int64_t left = when - clock_mono_ms();
	struct timeval patience = time_of(left > 0 ? left : 0);

	event_add(timer, &patience);
}

void
redis_fail(struct redis *r, const char *why)
{
	if (r->failed)
		return;
	r->failed = true;
	snprintf(r->why, sizeof(r->why), "%s", why);
	event_active(r->turn, 0, 0);
}

static void
end_call(struct redis *r, const struct resp *reply)
{
	struct redis_pending call = *r->first, *ended = r->first;

	r->first = ended->next;
	if (r->first == NULL)
		r->last = &r->first;
	ended->next = r->spare;
	r->spare = ended;
	call.done(call.context, reply);
}

static void
drop(struct redis *r)
{
	wire_close(r->wire);
	r->wire = NULL;
	resp_reader_free(r->reader);
	r->reader = NULL;
	event_del(r->timer);
}

/* What was asked in vain is answered; those who answer may not ask here meanwhile: it is not ready. */
static void
on_turn(evutil_socket_t fd, short what, void *context)
{
	struct redis *r = context;

	(void)fd, (void)what;
	if (!r->failed)
		return;
	drop(r);
	r->step = STEP_SENTINEL;
	while (r->first != NULL)
		end_call(r, NULL);
	if (r->there.n > 0 && ++r->hops < HOPS_MAX) {
		wait_until(r->retry, 0);
		return;
	}
	alarm_raise(&r->alarm, r->why);
	wait_until(r->retry, clock_mono_ms() + r->backoff_ms);
	r->hops = 0;
	r->backoff_ms = r->backoff_ms == 0 ? BACKOFF_FIRST_MS : 2 * r->backoff_ms;
	if (r->backoff_ms > BACKOFF_MAX_MS)
		r->backoff_ms = BACKOFF_MAX_MS;
}

static void
on_opened(void *context)
{
	redis_greet(context);
}

static void
on_lost(void *context, const char *why)
{
	redis_fail(context, why);
}

static void
on_received(void *context, struct bytes b)
{
	struct redis *r = context;
	struct resp *reply = NULL;
	struct err err = {0};
	int got = resp_feed(r->reader, b, &err);

	while (got == 0 && !r->failed && (got = resp_next(r->reader, &reply, &err)) == 1) {
		if (r->first == NULL)
			got = err_set(&err, ERR_PEER, "a reply to nothing");
		else {
			if (r->step == STEP_READY)
				r->backoff_ms = 0, r->hops = 0;
			end_call(r, reply);
			got = 0;
		}
		resp_free(reply);
	}
	if (got < 0)
		redis_fail(r, err.text);
}

/* The next place is tried when this one does not go well. What another server told is tried once. */
static void
on_retry(evutil_socket_t fd, short what, void *context)
{
	struct redis *r = context;
	const struct redis_spec *spec = r->spec;
	struct place place = r->there.n > 0 ? r->there : spec->places[r->turns++ % spec->n_places];
	const struct wire_spec wire = {.base = r->base,
		.place = &place,
		.tls = spec->tls,
		.name = spec->tls_name,
		.events = {on_opened, on_received, on_lost, r}};
	struct err err = {0};

	(void)fd, (void)what;
	r->failed = false;
	r->step = spec->master[0] != '\0' && r->there.n == 0 ? STEP_SENTINEL : STEP_AUTH;
	r->asking = r->asking && r->there.n > 0;
	r->there.n = 0;
	r->reader = resp_reader_new();
	r->greeting_until = clock_mono_ms() + GREETING_MS;
	if (wire_open(&wire, &r->wire, &err) < 0)
		redis_fail(r, err.text);
	else
		wait_until(r->timer, r->greeting_until);
}

/* One timer for all calls: those behind the first have later deadlines. */
static void
on_timer(evutil_socket_t fd, short what, void *context)
{
	struct redis *r = context;
	int64_t until = r->step != STEP_READY ? r->greeting_until : r->first != NULL ? r->first->deadline : 0;

	(void)fd, (void)what;
	if (until == 0)
		return;
	if (clock_mono_ms() >= until)
		redis_fail(r, "it does not answer in time");
	else
		wait_until(r->timer, until);
}

struct redis *
redis_new(struct event_base *base, const struct redis_spec *spec)
{
	struct redis *r = mem_new(1, sizeof(*r));

	r->base = base;
	r->spec = spec;
	r->last = &r->first;
	r->alarm.what = "redis";
	r->turn = event_new(base, -1, 0, on_turn, r);
	r->timer = event_new(base, -1, 0, on_timer, r);
	r->retry = event_new(base, -1, 0, on_retry, r);
	wait_until(r->retry, 0);
	return r;
}

static void
free_calls(struct redis_pending *call)
{
	while (call != NULL) {
		struct redis_pending *next = call->next;

		free(call);
		call = next;
	}
}

void
redis_free(struct redis *r)
{
	if (r == NULL)
		return;
	drop(r);
	event_free(r->turn);
	event_free(r->timer);
	event_free(r->retry);
	free_calls(r->first);
	free_calls(r->spare);
	free(r);
}

bool
redis_ready(const struct redis *r)
{
	return r->step == STEP_READY && !r->failed;
}

static void
ignore(void *context, const struct resp *reply)
{
	(void)context, (void)reply;
}

static void
send_call(struct redis *r, struct bytes command, redis_done *done, void *context)
{
	struct redis_pending *call = r->spare;

	if (call != NULL)
		r->spare = call->next;
	else
		call = mem_new(1, sizeof(*call));
	*call = (struct redis_pending){done, context, clock_mono_ms() + r->spec->timeout_ms, NULL};
	*r->last = call;
	r->last = &call->next;
	wire_send(r->wire, command);
}

void
redis_call(struct redis *r, struct bytes command, redis_done *done, void *context)
{
	if (r->asking && (r->step == STEP_READY || r->step == STEP_LOOK))
		send_call(r, BYTES_LIT("*1\r\n$6\r\nASKING\r\n"), ignore, NULL);
	send_call(r, command, done, context);
	if (r->step == STEP_READY && !event_pending(r->timer, EV_TIMEOUT, NULL))
		wait_until(r->timer, r->first->deadline);
}

/* "MOVED 3999 127.0.0.1:6381": the last word says where. One that is no address is not followed: another of
 * the places will know better. */
bool
redis_follow(struct redis *r, struct bytes error)
{
	bool asking = bytes_starts_nocase(error, BYTES_LIT("ASK "));
	size_t at = error.n;

	if (!asking && !bytes_starts_nocase(error, BYTES_LIT("MOVED ")))
		return false;
	while (at > 0 && error.p[at - 1] != ' ')
		at--;
	if (place_parse(bytes_sub(error, at, error.n), &r->there, NULL) == 0)
		r->asking = asking;
	redis_fail(r, asking ? "our keys are being moved" : "our keys are elsewhere");
	return true;
}

void
redis_complain(struct redis *r, const struct resp *reply)
{
	struct bytes error = resp_text(reply);
	char text[100];

	if (redis_follow(r, error))
		return;
	snprintf(text, sizeof(text), "%.*s", (int)(error.n < 90 ? error.n : 90), (const char *)error.p);
	if (bytes_find(error, BYTES_LIT("READONLY")) < error.n ||
		bytes_find(error, BYTES_LIT("unction not found")) < error.n)
		redis_fail(r, text);
	else
		alarm_raise(&r->alarm, text);
}

struct alarm *
redis_alarm(struct redis *r)
{
	return &r->alarm;
}
