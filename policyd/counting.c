/* SPDX-License-Identifier: Apache-2.0 */
#include "policyd/counting.h"

#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/base/secret.h"
#include "lib/count/batch.h"
#include "lib/seal/digest.h"
#include "lib/tls/tls.h"
#include "policyd/redis.h"

enum { PASSWORD_MAX = 512, COMMAND_MAX = 1 << 20 };

/* One call of Redis and who waits for it. */
struct round {
	struct counting *counting;
	struct batch *batch;
	struct {
		struct limit_asked *asked;
		counting_done *done;
		void *context;
	} waiting[BATCH_REQUESTS_MAX];
	size_t n;
	struct round *next; /* of the spare ones */
	struct round *made; /* of all, to free them */
};

struct counting {
	struct counters *local;
	struct redis *redis; /* NULL: memory only */
	struct redis_spec spec;
	struct batch_keys keys;
	struct secret password;
	struct tls_context *tls;
	char key[80];
	int64_t share;
	struct event *flush;
	struct round *open, *spare, *made; /* open: the one that fills */
	struct buf command;
};

static void
judge_without(struct counting *counting, struct limit_asked *asked)
{
	redis_alarm(counting->redis)->without++;
	limits_ask_without(asked, counting->local, counting->share, clock_mono_ns());
}

static void
keep_round(struct round *round)
{
	round->n = 0;
	batch_reset(round->batch);
	round->next = round->counting->spare;
	round->counting->spare = round;
}

/* An answer that is none, or a no: as if nothing had come. */
static void
on_answer(void *context, const struct resp *reply)
{
	struct round *round = context;
	struct counting *counting = round->counting;
	bool good = reply != NULL && batch_answer(round->batch, reply, NULL) == 0;

	if (good)
		alarm_end(redis_alarm(counting->redis));
	else if (reply != NULL)
		redis_complain(counting->redis, reply);
	for (size_t i = 0; i < round->n; i++) {
		struct limit_asked *asked = round->waiting[i].asked;

		if (!good)
			judge_without(counting, asked);
		else if (limits_verdict(asked, NULL, NULL) == NULL)
			limits_spent(asked, counting->local, clock_mono_ns());
		round->waiting[i].done(round->waiting[i].context);
	}
	keep_round(round);
}

static void
send_round(struct counting *counting)
{
	struct round *round = counting->open;

	counting->open = NULL;
	buf_reset(&counting->command);
	batch_put_command(round->batch, &counting->command);
	if (redis_ready(counting->redis))
		redis_call(counting->redis, buf_bytes(&counting->command), on_answer, round);
	else
		on_answer(round, NULL);
}

static void
on_flush(evutil_socket_t fd, short what, void *context)
{
	struct counting *counting = context;

	(void)fd, (void)what;
	if (counting->open != NULL)
		send_round(counting);
}

static struct round *
open_round(struct counting *counting)
{
	struct round *round = counting->spare;

	if (round != NULL)
		counting->spare = round->next;
	else {
		round = mem_new(1, sizeof(*round));
		round->counting = counting;
		round->batch = batch_new(&counting->keys);
		round->made = counting->made;
		counting->made = round;
	}
	counting->open = round;
	event_active(counting->flush, 0, 0);
	return round;
}

/* Goes out with those that come in this turn of the loop: the flush stands behind them in its queue. */
static void
ask_redis(struct counting *counting, struct limit_asked *asked, counting_done *done, void *context)
{
	struct round *round = counting->open != NULL ? counting->open : open_round(counting);

	if (!batch_add(round->batch, asked->asks, asked->n)) {
		send_round(counting);
		round = open_round(counting);
		batch_add(round->batch, asked->asks, asked->n);
	}
	round->waiting[round->n].asked = asked;
	round->waiting[round->n].done = done;
	round->waiting[round->n++].context = context;
}

bool
counting_ask(struct counting *counting, struct limit_asked *asked, counting_done *done, void *context)
{
	if (asked->n == 0)
		return true;
	if (counting->redis == NULL)
		counters_spend(counting->local, asked->asks, asked->n, clock_mono_ns());
	else if (!redis_ready(counting->redis))
		judge_without(counting, asked);
	else {
		ask_redis(counting, asked, done, context);
		return false;
	}
	return true;
}

static void
look_in_memory(struct counting_question *q)
{
	const struct limit_asked *asked = q->asked;
	struct counters *local = q->counting->local;

	for (size_t i = 0; i < asked->n; i++)
		if (q->verb == COUNTING_LOOK)
			q->left[i] = counters_left(
				local, asked->asks[i].key, &asked->asks[i].gcra, clock_mono_ns());
		else
			q->n_known += counters_reset(local, asked->asks[i].key);
}

static void
on_looked(void *context, const struct resp *reply)
{
	struct counting_question *q = context;

	if (q->verb == COUNTING_RESET) {
		look_in_memory(q);
		q->n_known = reply != NULL ? resp_integer(reply) : q->n_known;
	}
	for (size_t i = 0; q->verb == COUNTING_LOOK && i < q->asked->n; i++)
		q->left[i] = reply != NULL ? batch_left(&q->asked->asks[i], reply, i) : -1;
	q->done(q->context);
}

bool
counting_look(struct counting *counting, struct counting_question *q)
{
	struct buf command;

	q->counting = counting;
	q->n_known = 0;
	if (q->asked->n == 0)
		return true;
	if (counting->redis == NULL || !redis_ready(counting->redis)) {
		look_in_memory(q);
		return true;
	}
	buf_init(&command, COMMAND_MAX);
	if (q->verb == COUNTING_LOOK)
		batch_put_look(&counting->keys, q->asked->asks, q->asked->n, &command);
	else
		batch_put_reset(&counting->keys, q->asked->asks, q->asked->n, &command);
	redis_call(counting->redis, buf_bytes(&command), on_looked, q);
	buf_done(&command);
	return false;
}

const char *
counting_where(const struct counting *counting)
{
	if (counting->redis == NULL)
		return "memory";
	return redis_ready(counting->redis) ? "redis" : "memory, for Redis does not answer";
}

/* Several, with commas or white space between. */
static int
resolve(struct bytes text, struct redis_spec *spec, struct err *err)
{
	size_t at = 0;

	while (at < text.n) {
		size_t end = at;

		while (end < text.n && text.p[end] != ',' && text.p[end] != ' ')
			end++;
		if (end > at && spec->n_places == REDIS_PLACES_MAX)
			return err_set(err, ERR_CONFIG, "at most %d addresses", REDIS_PLACES_MAX);
		if (end > at && place_resolve(bytes_sub(text, at, end - at), &spec->places[spec->n_places++],
					err) < 0)
			return -1;
		at = end + 1;
	}
	return 0;
}

static int
open_tls(struct counting *counting, const struct settings *settings, struct err *err)
{
	const struct tls_context_spec spec = {.ca_file = settings->redis_tls_ca,
		.certificate = settings->redis_tls_certificate,
		.key = settings->redis_tls_key};

	if (settings->redis_tls_ca[0] == '\0')
		return 0;
	if (tls_context_new(&spec, &counting->tls, err) < 0)
		return err_add(err, "redis_tls_ca");
	counting->spec.tls = counting->tls;
	counting->spec.tls_name = settings->redis_tls_name;
	return 0;
}

/* Who knows the password may read the counters; with it alone, what they stand for can be guessed. */
static void
make_keys(struct counting *counting, const struct settings *settings)
{
	uint8_t checksum[KEYED_CHECKSUM];
	static const uint8_t public[KEYED_HASH_KEY] = "postseal limits";
	const char *prefix = settings->redis_prefix[0] != '\0' ? settings->redis_prefix : "postseal";

	snprintf(counting->keys.prefix, sizeof(counting->keys.prefix), "%.60s", prefix);
	snprintf(counting->key, sizeof(counting->key), "{%s}", counting->keys.prefix);
	keyed_checksum(public, counting->spec.password, checksum);
	memcpy(counting->keys.secret, checksum, sizeof(counting->keys.secret));
	mem_wipe(checksum, sizeof(checksum));
	counting->spec.key = bytes_of_str(counting->key);
}

static int
open_redis(struct counting *counting, const struct settings *settings, struct err *err)
{
	struct redis_spec *spec = &counting->spec;

	spec->master = settings->redis_master;
	spec->user = settings->redis_user;
	spec->database = settings->redis_database;
	spec->timeout_ms = settings->redis_timeout;
	if (settings->redis_password_file[0] != '\0') {
		if (secret_read_file(settings->redis_password_file, PASSWORD_MAX, &counting->password, err) <
			0)
			return err_add(err, "redis_password_file");
		spec->password = secret_bytes(&counting->password);
		while (spec->password.n > 0 && spec->password.p[spec->password.n - 1] <= ' ')
			spec->password.n--;
	}
	make_keys(counting, settings);
	if (resolve(bytes_of_str(settings->redis_address), spec, err) < 0)
		return err_add(err, "redis_address");
	return open_tls(counting, settings, err);
}

int
counting_open(const struct settings *settings, struct counting **ret_counting, struct err *err)
{
	struct counting *counting = mem_new(1, sizeof(*counting));

	seal_init();
	counting->share = settings->redis_share;
	buf_init(&counting->command, COMMAND_MAX);
	counting->local = counters_new_memory((size_t)settings->limits_keys);
	if (settings->redis_address[0] != '\0' && open_redis(counting, settings, err) < 0) {
		counting_close(counting);
		return -1;
	}
	*ret_counting = counting;
	return 0;
}

void
counting_begin(struct counting *counting, struct event_base *base)
{
	if (counting->spec.n_places == 0)
		return;
	counting->flush = event_new(base, -1, 0, on_flush, counting);
	counting->redis = redis_new(base, &counting->spec);
}

void
counting_close(struct counting *counting)
{
	if (counting == NULL)
		return;
	redis_free(counting->redis);
	if (counting->flush != NULL)
		event_free(counting->flush);
	while (counting->made != NULL) {
		struct round *round = counting->made;

		counting->made = round->made;
		batch_free(round->batch);
		free(round);
	}
	tls_context_free(counting->tls);
	secret_done(&counting->password);
	counters_free(counting->local);
	buf_done(&counting->command);
	free(counting);
}
