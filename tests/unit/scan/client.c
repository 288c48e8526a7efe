/* SPDX-License-Identifier: Apache-2.0 */
/* Clients against a parser that does what the message tells it to. */
#include "lib/scan/client.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/run/channel.h"
#include "lib/scan/answer.h"
#include "lib/scan/protocol.h"
#include "tests/support/tap.h"

static char folder[] = "/tmp/postseal-client-XXXXXX", path[64];

static int64_t
soon(void)
{
	return clock_mono_ms() + 10000;
}

static void
answer(int fd, uint32_t type, uint32_t id, struct bytes payload)
{
	(void)channel_send(
		fd, &(struct channel_message){.type = type, .id = id, .payload = payload}, soon(), NULL);
}

static void
answer_result(int fd, uint32_t id, const char *version)
{
	struct label phi = {.name = "phi"};
	struct scan_result result = {.labels = &phi, .ruleset_version = version};
	struct buf buf;

	buf_init(&buf, CHANNEL_MAX);
	answer_put_result(&buf, &result);
	answer(fd, ANSWER_RESULT, id, buf_bytes(&buf));
	buf_done(&buf);
}

static void
answer_failed(int fd, uint32_t id, uint32_t failure)
{
	uint8_t payload[4] = {(uint8_t)failure};

	answer(fd, ANSWER_FAILED, id, bytes_of(payload, sizeof(payload)));
}

static void
answer_view(int fd, const struct channel_message *job, const char *subject)
{
	struct message_view view = {.subject = bytes_of_str(subject)};
	struct buf buf;

	buf_init(&buf, 65536);
	answer_put_view(&buf, &view);
	(void)fd_write_all(job->fds[1], buf_bytes(&buf), NULL);
	answer(fd, ANSWER_VIEW, job->id, (struct bytes){0});
	buf_done(&buf);
}

static void
answer_part(int fd, const struct channel_message *job, struct bytes text)
{
	static const uint8_t there[4] = {0}, missing[4] = {1};

	if (bytes_eq(job->payload, BYTES_LIT("\2\0\0\0"))) {
		answer(fd, ANSWER_PART, job->id, bytes_of(missing, 4));
		return;
	}
	(void)fd_write_all(job->fds[1], text, NULL);
	if (bytes_eq(text, BYTES_LIT("long")))
		(void)fd_write_all(job->fds[1], text, NULL);
	answer(fd, ANSWER_PART, job->id, bytes_of(there, 4));
}

static void
answer_scan(int fd, uint32_t id, struct bytes text, struct bytes payload)
{
	char told[40];

	if (bytes_eq(text, BYTES_LIT("crash")))
		answer_failed(fd, id, FAILED_CRASH);
	else if (bytes_eq(text, BYTES_LIT("timeout")))
		answer_failed(fd, id, FAILED_TIMEOUT);
	else if (bytes_eq(text, BYTES_LIT("busy")))
		answer_failed(fd, id, FAILED_BUSY);
	else if (bytes_eq(text, BYTES_LIT("unknown")))
		answer_failed(fd, id, 77);
	else if (bytes_eq(text, BYTES_LIT("garbage")))
		answer(fd, ANSWER_RESULT, id, BYTES_LIT("garbage"));
	else if (bytes_eq(text, BYTES_LIT("other")))
		answer(fd, 9, id, BYTES_LIT(""));
	else if (bytes_eq(text, BYTES_LIT("hangup")))
		_exit(0);
	else if (bytes_eq(text, BYTES_LIT("recipients"))) {
		struct wire wire = {.rest = payload};
		uint32_t total = 0;
		struct bytes address = {0};
		unsigned n = 0;

		(void)wire_u32(&wire, &total);
		while (wire.rest.n > 0 && wire_bytes(&wire, &address) == 0)
			n++;
		snprintf(told, sizeof(told), "%u of %u, %.*s", n, (unsigned)total,
			(int)bytes_sub(address, 0, 5).n, (const char *)address.p);
		answer_result(fd, id, told);
	} else if (!bytes_eq(text, BYTES_LIT("silence"))) {
		if (bytes_eq(text, BYTES_LIT("stale")))
			answer_result(fd, id - 1, "old");
		answer_result(fd, id, "new");
	}
}

static void
serve(int fd)
{
	struct channel_message job;
	struct buf buf;

	buf_init(&buf, CHANNEL_MAX);
	while (channel_receive(fd, &buf, &job, clock_mono_ms() + 60000, NULL) == 1) {
		struct bytes text;

		if (job.n_fds < 1 || !fd_is_sealed(job.fds[0]) ||
			fd_map(job.fds[0], 1 << 20, &text, NULL) != 0)
			break;
		if (job.type == JOB_VIEW)
			answer_view(fd, &job, bytes_eq(text, BYTES_LIT("bad")) ? "\xff" : "subject");
		else if (job.type == JOB_VIEW_PART)
			answer_part(fd, &job, text);
		else
			answer_scan(fd, job.id, text, job.payload);
		fd_unmap(&text);
		channel_close_fds(&job);
	}
	buf_done(&buf);
	fd_close(&fd);
}

/* A process a connection, so that one can die alone. */
static pid_t
start_parser(void)
{
	int listener = -1;
	pid_t pid;

	if (channel_listen(path, 0600, &listener, NULL) != 0)
		abort();
	fflush(stdout);
	pid = fork();
	if (pid != 0) {
		fd_close(&listener);
		return pid;
	}
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

		if (fork() == 0) {
			fd_close(&listener);
			serve(fd);
			_exit(0);
		}
		fd_close(&fd);
	}
}

static void
stop_parser(pid_t pid)
{
	kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
}

static int
message(const char *text)
{
	int fd = -1;

	if (fd_memfd("test", &fd, NULL) != 0 || fd_write_all(fd, bytes_of_str(text), NULL) != 0 ||
		fd_memfd_seal(fd, NULL) != 0)
		abort();
	return fd;
}

static void
test_scan(void)
{
	static const struct {
		const char *text;
		int ret;
		unsigned unscannable;
		enum err_class class;
	} table[] = {
		{"result", 0, 0, ERR_NONE},
		{"crash", 0, UNSCANNABLE_CRASH, ERR_NONE},
		{"timeout", 0, UNSCANNABLE_TIMEOUT, ERR_NONE},
		{"busy", -1, 0, ERR_TEMP},
		{"unknown", 0, UNSCANNABLE_CRASH, ERR_NONE},
		{"garbage", 0, UNSCANNABLE_CRASH, ERR_NONE},
		{"other", 0, UNSCANNABLE_CRASH, ERR_NONE},
		{"stale", 0, 0, ERR_NONE},
		{"result", 0, 0, ERR_NONE},
		{"hangup", -1, 0, ERR_TEMP},
	};
	struct scan_client *client = NULL;
	struct arena arena;
	struct err err = {0};

	arena_init(&arena);
	tap_ok(scan_client_connect(path, &client, &err) == 0, "connected %s", err.text);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct scan_result result = {0};
		int fd = message(table[i].text), ret;

		err = (struct err){0};
		ret = scan_client_scan(client, fd, soon(), &arena, &result, &err);
		tap_ok(ret == table[i].ret && result.unscannable == table[i].unscannable &&
				err.class == table[i].class,
			"scan '%s': %d, %u %s", table[i].text, ret, result.unscannable, err.text);
		if (ret == 0 && table[i].unscannable == 0)
			tap_ok(strcmp(result.ruleset_version, "new") == 0 && scan_has_label(&result, "phi"),
				"its result");
		fd_close(&fd);
	}
	scan_client_close(client);
	arena_done(&arena);
}

static void
test_recipients(void)
{
	enum { N = 1000 };
	static struct bytes recipients[N];
	static const struct {
		size_t n, length;
		const char *want;
	} table[] = {{1, 5, "1 of 1, aaaaa"}, {2, 5, "2 of 2, aaaaa"}, {N, 20, "1000 of 1000, aaaaa"},
		{N, 200, "321 of 1000, aaaaa"}};
	struct scan_client *client = NULL;
	static char text[200];
	struct arena arena;
	int fd = message("recipients");

	memset(text, 'a', sizeof(text));
	arena_init(&arena);
	(void)scan_client_connect(path, &client, NULL);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct scan_result result = {.ruleset_version = ""};

		for (size_t j = 0; j < table[i].n; j++)
			recipients[j] = bytes_of(text, table[i].length);
		(void)scan_client_ask(client,
			&(struct scan_question){fd, soon(), recipients, table[i].n, TRACE_HIDE_VALUES},
			&arena, &result, NULL);
		tap_bytes(bytes_of_str(result.ruleset_version), bytes_of_str(table[i].want),
			"recipients are told");
	}
	scan_client_close(client);
	arena_done(&arena);
	fd_close(&fd);
}

/* Stands in for lib/dlp. */
bool
scan_has_label(const struct scan_result *result, const char *name)
{
	return result->labels != NULL && strcmp(result->labels->name, name) == 0;
}

static void
test_deadline(void)
{
	struct scan_result result = {0};
	struct scan_client *client = NULL;
	struct arena arena;
	struct err err = {0};
	int silence = message("silence"), good = message("result");

	arena_init(&arena);
	tap_ok(scan_client_connect(path, &client, &err) == 0, "connected");
	tap_ok(scan_client_scan(client, silence, clock_mono_ms() + 20, &arena, &result, &err) == -1 &&
			err.class == ERR_TEMP,
		"no answer by the deadline");
	tap_ok(scan_client_scan(client, good, soon(), &arena, &result, &err) == 0,
		"the next one is answered");
	scan_client_close(client);
	arena_done(&arena);
	fd_close(&silence);
	fd_close(&good);
}

static void
test_submit(void)
{
	enum { N = 300 };
	struct scan_client *client = NULL;
	struct scan_result result;
	struct arena arena;
	struct err err = {0};
	bool seen[N] = {false};
	int fd = message("result"), good = 0, n = 0;

	arena_init(&arena);
	tap_ok(scan_client_connect(path, &client, &err) == 0, "connected");
	for (uint32_t i = 0; i < N; i++)
		good += scan_client_submit(client, i, &(struct scan_question){.message_fd = fd}, &err) == 0;
	tap_ok(good == N, "%d submitted without collecting one", good);
	for (int i = 0; i < N; i++) {
		uint32_t id = N;

		if (scan_client_collect(client, soon(), &arena, &id, &result, &err) == 0 && id < N &&
			!seen[id]) {
			seen[id] = true;
			n++;
		}
	}
	tap_ok(n == N, "%d collected, each once", n);
	scan_client_close(client);
	arena_done(&arena);
	fd_close(&fd);
}

static void
test_view(void)
{
	struct scan_client *client = NULL;
	struct message_view view = {0};
	struct arena arena;
	struct err err = {0};
	struct bytes map = {0};
	int good = message("good"), bad = message("bad"), longer = message("long"), part = -1;

	arena_init(&arena);
	tap_ok(scan_client_connect(path, &client, &err) == 0, "connected");
	tap_ok(scan_client_view(client, good, soon(), &arena, &view, &err) == 0, "view: %s", err.text);
	tap_bytes(view.subject, BYTES_LIT("subject"), "its subject");
	tap_ok(scan_client_view(client, bad, soon(), &arena, &view, &err) == -1 && err.class == ERR_PEER,
		"a malformed view");
	tap_ok(scan_client_view_part(client, good, 1, soon(), &part, &err) == 0, "part 1");
	tap_ok(fd_is_sealed(part) && fd_map(part, 100, &map, &err) == 0, "it is sealed");
	tap_bytes(map, BYTES_LIT("good"), "its text");
	fd_unmap(&map);
	fd_close(&part);
	tap_ok(scan_client_view_part(client, good, 2, soon(), &part, &err) == 1, "part 2 is not there");
	tap_ok(scan_client_view_part(client, longer, 1, soon(), &part, &err) == -1 && err.class == ERR_PEER,
		"a part longer than its message");
	scan_client_close(client);
	arena_done(&arena);
	fd_close(&good);
	fd_close(&bad);
	fd_close(&longer);
}

static void *
scan_some(void *context)
{
	struct scan_pool *pool = context;
	struct scan_result result;
	struct arena arena;
	intptr_t good = 0;
	int fd = message("result");

	arena_init(&arena);
	for (int i = 0; i < 50; i++) {
		good += scan_pool_ask(pool, &(struct scan_question){.message_fd = fd, .deadline_ms = soon()},
				&arena, &result, NULL) == 0;
		arena_reset(&arena);
	}
	arena_done(&arena);
	fd_close(&fd);
	return (void *)good;
}

static void
test_pool(pid_t *parser)
{
	struct scan_pool *pool = scan_pool_new(path, 3);
	pthread_t threads[8];
	intptr_t good = 0;

	for (size_t i = 0; i < 8; i++)
		if (pthread_create(&threads[i], NULL, scan_some, pool) != 0)
			abort();
	for (size_t i = 0; i < 8; i++) {
		void *ret;

		pthread_join(threads[i], &ret);
		good += (intptr_t)ret;
	}
	tap_ok(good == 400, "8 threads over 3 connections: %d scans", (int)good);

	/* What is left of the old parser are connections that end as soon as they are used. */
	stop_parser(*parser);
	tap_ok(scan_pool_ask(pool,
		       &(struct scan_question){.message_fd = message("hangup"), .deadline_ms = soon()},
		       &(struct arena){0}, &(struct scan_result){0}, NULL) == -1,
		"no parser, no scan");
	*parser = start_parser();
	tap_ok(scan_some(pool) == (void *)50, "a restarted parser is found");
	scan_pool_free(pool);
}

static void
test_spawn(void)
{
	struct scan_client *client = NULL;
	struct err err = {0};
	struct arena arena;
	int fd = message("result");

	arena_init(&arena);
	tap_ok(scan_client_spawn(&(struct scan_spawn){.program = "/nonexistent/parser"}, &client, &err) ==
				-1 &&
			err.class == ERR_CONFIG,
		"no such program: %s", err.text);
	tap_ok(scan_client_spawn(&(struct scan_spawn){.program = "/bin/false"}, &client, &err) == 0,
		"spawned");
	err = (struct err){0};
	tap_ok(scan_client_scan(client, fd, soon(), &arena, &(struct scan_result){0}, &err) == -1 &&
			err.class == ERR_TEMP,
		"a program that ends at once: %s", err.text);
	scan_client_close(client);
	arena_done(&arena);
	fd_close(&fd);
}

int
main(void)
{
	pid_t parser;

	if (mkdtemp(folder) == NULL)
		return 99;
	signal(SIGPIPE, SIG_IGN);
	snprintf(path, sizeof(path), "%s/socket", folder);
	parser = start_parser();
	test_scan();
	test_recipients();
	test_deadline();
	test_submit();
	test_view();
	test_pool(&parser);
	test_spawn();
	stop_parser(parser);
	(void)unlink(path);
	(void)rmdir(folder);
	return tap_done();
}
