/* SPDX-License-Identifier: Apache-2.0 */
/* What counters in memory and in a real Redis have to do alike: one table, both judge it. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/count/batch.h"
#include "lib/count/function.h"
#include "lib/seal/digest.h"
#include "tests/support/tap.h"

#define REDIS "/usr/bin/redis-server"
#define HOUR (INT64_C(3600) * 1000000000)

/* In place of a ramp: the key is learnt, or was, and has another member. */
enum { LEARN = -1, LEARNT = -2 };

enum { ASKS = 3, WAITING_S = 20 };

/* Where it is counted. */
struct backend {
	const char *name;
	struct counters *memory;
	int fd; /* of Redis, when memory is NULL */
	struct batch_keys keys;
	struct batch *batch;
	struct resp_reader *reader;
	struct buf out;
};

/* One ask: a count of so many an hour, unless a burst is there as well. */
struct row_ask {
	const char *key, *member;
	int64_t count, n;
	bool watched;
	int64_t ramp;
};

/* Asked so many times: how often all passes, and what is left of each key afterwards. */
static const struct {
	const char *name;
	struct row_ask asks[ASKS];
	int times, passes;
	int64_t left[ASKS];
} rows[] = {
	{"exactly as many as allowed", {{"a", NULL, 7, 1, false, 0}}, 9, 7, {0}},
	{"another key is another counter", {{"b", NULL, 7, 1, false, 0}}, 2, 2, {5}},
	{"what one refuses costs the others nothing",
		{{"wide", NULL, 10, 1, false, 0}, {"narrow", NULL, 2, 1, false, 0}}, 5, 2, {8, 0}},
	{"in whichever order", {{"narrow2", NULL, 2, 1, false, 0}, {"wide2", NULL, 10, 1, false, 0}}, 5, 2,
		{0, 8}},
	{"a watched one refuses nobody, and is spent as far as it goes",
		{{"seen", NULL, 1, 1, true, 0}, {"other", NULL, 10, 1, false, 0}}, 3, 3, {0, 7}},
	{"many units at once", {{"bytes", NULL, 1000000, 300000, false, 0}}, 5, 3, {100000}},
	{"more than will ever fit", {{"large", NULL, 10, 11, false, 0}}, 2, 0, {10}},
	{"more than numbers hold", {{"huge", NULL, 10, INT64_MAX, false, 0}}, 2, 0, {10}},
	{"none", {{"zero", NULL, 2, 0, false, 0}}, 5, 5, {2}},
	{"to be given back", {{"back", NULL, 9, 4, false, 0}}, 3, 2, {1}},
	{"given back", {{"back", NULL, 9, -3, false, 0}}, 2, 2, {7}},
	{"no more than was spent", {{"back", NULL, 9, -90, false, 0}}, 2, 2, {9}},
	{"the first of a member", {{"set", "set x", 2, 1, false, 0}}, 5, 5, {1}},
	{"another member", {{"set", "set y", 2, 1, false, 0}}, 5, 5, {0}},
	{"a third of two", {{"set", "set z", 2, 1, false, 0}}, 5, 0, {0}},
	{"the first once more", {{"set", "set x", 2, 1, false, 0}}, 5, 5, {0}},
	{"a refused member is not remembered",
		{{"set2", "set2 x", 9, 1, false, 0}, {"full", NULL, 1, 2, false, 0}}, 3, 0, {9, 1}},
	{"a new key warms up", {{"warm", NULL, 1000, 1, false, 7}}, 20, 7, {0}},
	{"with odd numbers", {{"warm2", NULL, 997, 1, false, 13}}, 20, 13, {0}},
	{"a ramp that begins with all", {{"warm3", NULL, 5, 1, false, 5}}, 20, 5, {0}},
	{"while a key is learnt, it spends nothing", {{"learn", "learn x", 2, 1, false, LEARN}}, 20, 20, {0}},
	{"afterwards, each member that is not known", {{"learnt", "learnt x", 3, 1, false, LEARNT}}, 9, 9,
		{1}},
	{"and only those", {{"learnt", "learnt y", 3, 1, false, LEARNT}}, 9, 9, {0}},
	{"until there is no room", {{"learnt", "learnt z", 3, 1, false, LEARNT}}, 9, 0, {0}},
	{"those that are known pass still", {{"learnt", "learnt x", 3, 1, false, LEARNT}}, 9, 9, {0}},
	{"one unit in a week", {{"rare", NULL, 1, 1, false, 0}}, 3, 1, {0}},
	{"a key with every byte in it", {{"a\r\n$3\r\nb\x01\xff\"'{}", NULL, 3, 1, false, 0}}, 5, 3, {0}},
	{"and the one that would be in it", {{"a", NULL, 7, 1, false, 0}}, 1, 0, {0}},
};

static struct counter_ask
ask_of(const struct row_ask *row)
{
	struct counter_ask ask = {.key = bytes_of_str(row->key),
		.members = {{bytes_of_str(row->member), HOUR},
			{bytes_of_str(row->ramp == LEARN ? "every" : "each"), HOUR}},
		.n_members = row->member != NULL,
		.n = row->n,
		.watched = row->watched};

	gcra_make(row->count, HOUR, row->count, &ask.gcra);
	if (row->ramp > 0)
		ask.start = (struct counter_start){NEW_RAMP, row->ramp, 30};
	if (row->ramp < 0) {
		ask.start = (struct counter_start){NEW_LEARN, 0, row->ramp == LEARN ? 30 : 0};
		ask.n_members = 2;
	}
	return ask;
}

/* The next reply of Redis, or NULL. */
static struct resp *
hear(struct backend *backend)
{
	struct resp *reply = NULL;
	uint8_t piece[4096];
	int got;

	while ((got = resp_next(backend->reader, &reply, NULL)) == 0) {
		ssize_t n = read(backend->fd, piece, sizeof(piece));

		if (n <= 0 || resp_feed(backend->reader, bytes_of(piece, (size_t)n), NULL) < 0)
			return NULL;
	}
	return got == 1 ? reply : NULL;
}

static bool
passes(const struct counter_ask *asks, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (asks[i].refused && !asks[i].watched)
			return false;
	return true;
}

static struct resp *
command(struct backend *backend)
{
	struct resp *reply = NULL;

	if (fd_write_all(backend->fd, buf_bytes(&backend->out), NULL) == 0)
		reply = hear(backend);
	buf_reset(&backend->out);
	return reply;
}

static bool
spend(struct backend *backend, struct counter_ask *asks, size_t n)
{
	struct resp *reply;

	if (backend->memory != NULL)
		return counters_spend(backend->memory, asks, n, clock_mono_ns());
	batch_reset(backend->batch);
	batch_add(backend->batch, asks, n);
	batch_put_command(backend->batch, &backend->out);
	reply = command(backend);
	if (reply == NULL || batch_answer(backend->batch, reply, NULL) < 0)
		tap_ok(false, "Redis answers: %.*s", reply != NULL ? (int)resp_text(reply).n : 0,
			reply != NULL ? (const char *)resp_text(reply).p : "");
	resp_free(reply);
	return passes(asks, n);
}

static int64_t
left(struct backend *backend, const struct counter_ask *ask)
{
	struct resp *reply;
	int64_t n;

	if (backend->memory != NULL)
		return counters_left(backend->memory, ask->key, &ask->gcra, clock_mono_ns());
	batch_put_look(&backend->keys, ask, 1, &backend->out);
	reply = command(backend);
	n = reply != NULL ? batch_left(ask, reply, 0) : -1;
	resp_free(reply);
	return n;
}

static bool
reset(struct backend *backend, const struct counter_ask *ask)
{
	struct resp *reply;
	int64_t n;

	if (backend->memory != NULL)
		return counters_reset(backend->memory, ask->key);
	batch_put_reset(&backend->keys, ask, 1, &backend->out);
	reply = command(backend);
	n = reply != NULL ? resp_integer(reply) : 0;
	resp_free(reply);
	return n == 1;
}

static void
test_rows(struct backend *backend)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct counter_ask asks[ASKS];
		size_t n = 0;
		int passed = 0;

		for (; n < ASKS && rows[i].asks[n].key != NULL; n++)
			asks[n] = ask_of(&rows[i].asks[n]);
		for (int k = 0; k < rows[i].times; k++)
			passed += spend(backend, asks, n);
		tap_ok(passed == rows[i].passes, "%s: %s: %d of %d pass", backend->name, rows[i].name, passed,
			rows[i].times);
		for (size_t k = 0; k < n; k++)
			if (rows[i].asks[k].ramp <= 0 && rows[i].asks[k].ramp != LEARN)
				tap_ok(left(backend, &asks[k]) == rows[i].left[k], "%s: %s: %lld left",
					backend->name, rows[i].name, (long long)left(backend, &asks[k]));
	}
}

static void
test_reset(struct backend *backend)
{
	const struct row_ask row = {"reset", NULL, 1, 1, false, 0};
	struct counter_ask ask = ask_of(&row);

	tap_ok(!reset(backend, &ask), "%s: a key that nobody used is not known", backend->name);
	spend(backend, &ask, 1);
	tap_ok(ask.used == 9 || ask.used == 10, "%s: all is used", backend->name);
	tap_ok(!spend(backend, &ask, 1) && ask.refused, "%s: it is spent", backend->name);
	tap_ok(reset(backend, &ask), "%s: reset", backend->name);
	tap_ok(spend(backend, &ask, 1), "%s: it is whole again", backend->name);
}

/* Many requests in one call, which meet in one key: they are judged one after the other. */
static void
test_batch(struct backend *backend)
{
	const struct row_ask row = {"together", NULL, 60, 1, false, 0};
	struct counter_ask asks[BATCH_REQUESTS_MAX];
	struct resp *reply;
	size_t n = 0, passed = 0;

	batch_reset(backend->batch);
	for (asks[n] = ask_of(&row); n < BATCH_REQUESTS_MAX && batch_add(backend->batch, &asks[n], 1); n++)
		if (n + 1 < BATCH_REQUESTS_MAX)
			asks[n + 1] = ask_of(&row);
	tap_ok(n == BATCH_REQUESTS_MAX && !batch_add(backend->batch, asks, 1), "a batch takes %zu requests",
		n);
	batch_put_command(backend->batch, &backend->out);
	reply = command(backend);
	tap_ok(reply != NULL && batch_answer(backend->batch, reply, NULL) == 0, "and is answered");
	for (size_t i = 0; i < n; i++)
		passed += passes(&asks[i], 1);
	tap_ok(passed == 60 && passes(&asks[59], 1) && !passes(&asks[60], 1), "the first 60 of them pass");
	resp_free(reply);
}

/* No key stays for ever, and none tells whose it is. */
static void
test_keys(struct backend *backend)
{
	static const char code[] =
		"local n = 0 for _, key in ipairs(redis.call('KEYS', '*')) do "
		"if redis.call('PTTL', key) < 0 or string.find(key, 'narrow') then n = n + 1 "
		"end end return n";
	const struct bytes args[] = {BYTES_LIT("EVAL"), bytes_of_str(code), BYTES_LIT("0")};
	struct resp *reply;

	resp_put_command(&backend->out, args, 3);
	reply = command(backend);
	tap_ok(reply != NULL && resp_kind_of(reply) == RESP_INTEGER && resp_integer(reply) == 0,
		"every key in Redis has its time, and is a hash");
	resp_free(reply);
}

static bool
load(struct backend *backend)
{
	const struct bytes args[] = {
		BYTES_LIT("FUNCTION"), BYTES_LIT("LOAD"), BYTES_LIT("REPLACE"), function_code()};
	struct resp *reply;
	bool good;

	resp_put_command(&backend->out, args, 4);
	reply = command(backend);
	good = reply != NULL && bytes_eq(resp_text(reply), BYTES_LIT(FUNCTION_LIBRARY));
	tap_ok(good, "Redis takes the functions");
	resp_free(reply);
	return good;
}

static int
dial(const char *path)
{
	const struct timeval patience = {.tv_sec = WAITING_S};
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		fd_close(&fd);
	return fd;
}

/* What it says goes to a pipe: when it accepts connections, it says so. */
static pid_t
start_redis(const char *directory, const char *path, int *ret_log)
{
	int log[2];
	pid_t pid;

	if (pipe(log) != 0 || (pid = fork()) < 0)
		return -1;
	if (pid == 0) {
		dup2(log[1], STDOUT_FILENO);
		execl(REDIS, "redis-server", "--port", "0", "--unixsocket", path, "--save", "", "--dir",
			directory, "--daemonize", "no", (char *)NULL);
		_exit(127);
	}
	fd_close(&log[1]);
	*ret_log = log[0];
	return pid;
}

static void
wait_ready(int log)
{
	struct buf said;
	uint8_t piece[512];
	ssize_t n;

	buf_init(&said, 1 << 16);
	while (bytes_find(buf_bytes(&said), BYTES_LIT("ready to accept")) == said.n &&
		(n = read(log, piece, sizeof(piece))) > 0)
		buf_put(&said, piece, (size_t)n);
	buf_done(&said);
}

static void
test_redis(void)
{
	char directory[] = "/tmp/postseal-backends.XXXXXX", path[64];
	struct backend redis = {.name = "redis", .keys = {.prefix = "test"}};
	int log = -1;
	pid_t pid;

	if (access(REDIS, X_OK) != 0) {
		tap_skip("no redis-server");
		return;
	}
	if (mkdtemp(directory) == NULL)
		exit(1);
	snprintf(path, sizeof(path), "%s/redis", directory);
	pid = start_redis(directory, path, &log);
	wait_ready(log);
	redis.fd = dial(path);
	redis.batch = batch_new(&redis.keys);
	redis.reader = resp_reader_new();
	buf_init(&redis.out, 1 << 20);
	if (load(&redis)) {
		test_rows(&redis);
		test_reset(&redis);
		test_batch(&redis);
		test_keys(&redis);
	}
	batch_free(redis.batch);
	resp_reader_free(redis.reader);
	buf_done(&redis.out);
	fd_close(&redis.fd);
	fd_close(&log);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	(void)unlink(path);
	(void)rmdir(directory);
}

int
main(void)
{
	struct backend memory = {.name = "memory"};

	seal_init();
	memory.memory = counters_new_memory(1000);
	test_rows(&memory);
	test_reset(&memory);
	counters_free(memory.memory);
	test_redis();
	return tap_done();
}
