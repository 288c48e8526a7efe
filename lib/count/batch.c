/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/count/batch.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/base/mem.h"
#include "lib/count/function.h"

enum { FLAG_WATCHED = 1, FLAG_START = 2, FLAG_MEMBER = 4 /* times how many */ };
enum { KEY_MAX = 128, BLOB_MAX = 1 << 20, ANSWER_REFUSED = 'R' };

/* What a key stands for: a count, something that is remembered, since when a key is known. */
enum key_kind { KEY_COUNTER = 'c', KEY_MEMBER = 'm', KEY_START = 's' };

struct batch {
	const struct batch_keys *keys;
	struct {
		struct counter_ask *asks;
		size_t n;
	} requests[BATCH_REQUESTS_MAX];
	size_t n, n_asks, n_keys;
	size_t ends[BATCH_KEYS_MAX]; /* of each key in `names` */
	struct buf names, blob;
	struct bytes args[BATCH_KEYS_MAX + 4];
};

struct batch *
batch_new(const struct batch_keys *keys)
{
	struct batch *batch = mem_new(1, sizeof(*batch));

	batch->keys = keys;
	buf_init(&batch->names, BATCH_KEYS_MAX * KEY_MAX);
	buf_init(&batch->blob, BLOB_MAX);
	return batch;
}

void
batch_free(struct batch *batch)
{
	if (batch == NULL)
		return;
	buf_done(&batch->names);
	buf_done(&batch->blob);
	free(batch);
}

void
batch_reset(struct batch *batch)
{
	batch->n = batch->n_asks = batch->n_keys = 0;
	buf_reset(&batch->names);
	buf_reset(&batch->blob);
}

size_t
batch_n(const struct batch *batch)
{
	return batch->n;
}

static void
put_name(const struct batch_keys *keys, enum key_kind kind, struct bytes text, struct buf *names)
{
	uint8_t hash[KEYED_WIDE], type = (uint8_t)kind;

	keyed_hash_wide(keys->secret, bytes_sub(text, 0, COUNTER_KEY_MAX), hash);
	buf_put_byte(names, '{');
	buf_put_str(names, keys->prefix);
	buf_put_byte(names, '}');
	buf_put(names, &type, 1);
	buf_put(names, hash, sizeof(hash));
}

static void
add_key(struct batch *batch, enum key_kind kind, struct bytes text)
{
	put_name(batch->keys, kind, text, &batch->names);
	batch->ends[batch->n_keys++] = batch->names.n;
}

/* As struct.unpack of Lua reads it, little-endian. */
static void
put_number(struct buf *blob, int64_t value)
{
	double number = (double)value;
	uint64_t bits;
	uint8_t bytes[sizeof(bits)];

	memcpy(&bits, &number, sizeof(bits));
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(bits >> 8 * i);
	buf_put(blob, bytes, sizeof(bytes));
}

/* A unit of less than a tick is a tick: never looser. */
static int64_t
ticks(int64_t ns)
{
	return ns > 0 && ns < FUNCTION_TICK_NS ? 1 : ns / FUNCTION_TICK_NS;
}

static void
add_start(struct batch *batch, const struct counter_ask *ask)
{
	add_key(batch, KEY_START, ask->key);
	put_number(&batch->blob, ask->n);
	put_number(&batch->blob, ask->gcra.burst);
	put_number(&batch->blob, ask->start.new == NEW_RAMP ? ask->start.first : 0);
	put_number(&batch->blob, ask->start.days);
}

static void
add_ask(struct batch *batch, const struct counter_ask *ask)
{
	uint8_t flags =
		(uint8_t)((ask->watched ? FLAG_WATCHED : 0) |
			  (ask->start.new != NEW_AS_ALL ? FLAG_START : 0) | FLAG_MEMBER * ask->n_members);
	int64_t window = ticks(gcra_window(&ask->gcra));

	buf_put(&batch->blob, &flags, 1);
	put_number(
		&batch->blob, ask->n > ask->gcra.burst ? window + 1 : ticks(gcra_cost(&ask->gcra, ask->n)));
	put_number(&batch->blob, window);
	add_key(batch, KEY_COUNTER, ask->key);
	for (size_t i = 0; i < ask->n_members; i++) {
		add_key(batch, KEY_MEMBER, ask->members[i].key);
		put_number(&batch->blob, ticks(ask->members[i].keep));
	}
	if (ask->start.new != NEW_AS_ALL)
		add_start(batch, ask);
}

bool
batch_add(struct batch *batch, struct counter_ask *asks, size_t n)
{
	uint8_t count = (uint8_t)n;

	if (n > COUNTER_ASKED_MAX || batch->n == BATCH_REQUESTS_MAX ||
		batch->n_keys + (COUNTER_MEMBERS_MAX + 2) * n > BATCH_KEYS_MAX)
		return false;
	buf_put(&batch->blob, &count, 1);
	for (size_t i = 0; i < n; i++)
		add_ask(batch, &asks[i]);
	batch->requests[batch->n].asks = asks;
	batch->requests[batch->n++].n = n;
	batch->n_asks += n;
	return true;
}

/* FCALL, the function, how many keys, the keys. Returns how many arguments that makes. */
static size_t
put_call(const char *function, const struct buf *names, const size_t *ends, size_t n, char count[24],
	struct bytes *args)
{
	size_t start = 0, n_args = 0;

	snprintf(count, 24, "%zu", n);
	args[n_args++] = BYTES_LIT("FCALL");
	args[n_args++] = bytes_of_str(function);
	args[n_args++] = bytes_of_str(count);
	for (size_t i = 0; i < n; i++) {
		args[n_args++] = bytes_sub(buf_bytes(names), start, ends[i] - start);
		start = ends[i];
	}
	return n_args;
}

void
batch_put_command(struct batch *batch, struct buf *out)
{
	char count[24];
	size_t n = put_call(FUNCTION_SPEND, &batch->names, batch->ends, batch->n_keys, count, batch->args);

	batch->args[n++] = buf_bytes(&batch->blob);
	resp_put_command(out, batch->args, n);
}

/* A byte of the reply for each ask. */
static void
answer_asks(struct counter_ask *asks, size_t n, const uint8_t *answers)
{
	for (size_t i = 0; i < n; i++) {
		asks[i].refused = answers[i] == ANSWER_REFUSED;
		asks[i].used = asks[i].refused ? 10 : (uint8_t)(answers[i] - '0');
	}
}

int
batch_answer(struct batch *batch, const struct resp *reply, struct err *err)
{
	struct bytes text = resp_text(reply);
	size_t at = 0;

	if (resp_kind_of(reply) == RESP_ERROR)
		return err_set(
			err, ERR_TEMP, "%.*s", (int)(text.n < 100 ? text.n : 100), (const char *)text.p);
	if (resp_kind_of(reply) != RESP_STRING || text.n != batch->n_asks)
		return err_set(err, ERR_PEER, "an answer to something else");
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != ANSWER_REFUSED && (text.p[i] < '0' || text.p[i] > '9'))
			return err_set(err, ERR_PEER, "an answer to something else");
	for (size_t i = 0; i < batch->n; i++) {
		answer_asks(batch->requests[i].asks, batch->requests[i].n, text.p + at);
		at += batch->requests[i].n;
	}
	return 0;
}

static size_t
put_names(const struct batch_keys *keys, const struct counter_ask *asks, size_t n, struct buf *names,
	size_t *ends)
{
	buf_init(names, COUNTER_ASKED_MAX * KEY_MAX);
	for (size_t i = 0; i < n && i < COUNTER_ASKED_MAX; i++) {
		put_name(keys, KEY_COUNTER, asks[i].key, names);
		ends[i] = names->n;
	}
	return n < COUNTER_ASKED_MAX ? n : COUNTER_ASKED_MAX;
}

void
batch_put_look(const struct batch_keys *keys, const struct counter_ask *asks, size_t n, struct buf *out)
{
	struct bytes args[COUNTER_ASKED_MAX + 3];
	size_t ends[COUNTER_ASKED_MAX];
	char count[24];
	struct buf names;

	n = put_names(keys, asks, n, &names, ends);
	n = put_call(FUNCTION_LOOK, &names, ends, n, count, args);
	resp_put_command(out, args, n);
	buf_done(&names);
}

int64_t
batch_left(const struct counter_ask *ask, const struct resp *reply, size_t i)
{
	int64_t used;

	if (i >= resp_n(reply) || resp_kind_of(resp_item(reply, i)) != RESP_INTEGER)
		return -1;
	used = resp_integer(resp_item(reply, i));
	if (used < 0 || used > INT64_MAX / FUNCTION_TICK_NS)
		return -1;
	return gcra_left(&ask->gcra, used * FUNCTION_TICK_NS, 0);
}

void
batch_put_reset(const struct batch_keys *keys, const struct counter_ask *asks, size_t n, struct buf *out)
{
	struct bytes args[COUNTER_ASKED_MAX + 1] = {BYTES_LIT("DEL")};
	size_t ends[COUNTER_ASKED_MAX], start = 0;
	struct buf names;

	n = put_names(keys, asks, n, &names, ends);
	for (size_t i = 0; i < n; i++) {
		args[i + 1] = bytes_sub(buf_bytes(&names), start, ends[i] - start);
		start = ends[i];
	}
	resp_put_command(out, args, n + 1);
	buf_done(&names);
}
