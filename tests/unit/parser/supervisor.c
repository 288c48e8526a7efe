/* SPDX-License-Identifier: Apache-2.0 */
/* The whole of postseal-parser but for lib/mime and lib/dlp: see fake_engine.c for what a message may say. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/scan/client.h"
#include "tests/support/prison.h"
#include "tests/support/tap.h"

static char folder[] = "/tmp/postseal-parser-XXXXXX";
static char config[64], rules[64], socket_path[64], log_path[64], notify[64], program[512];

static int64_t
soon(void)
{
	return clock_mono_ms() + 30000;
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
put_file(const char *path, const char *text)
{
	struct err err = {0};

	if (fd_write_file(path, bytes_of_str(text), 0644, &err) != 0)
		tap_ok(false, "%s", err.text);
}

static void
put_config(const char *more)
{
	struct buf buf;

	buf_init(&buf, 4096);
	buf_putf(&buf,
		"log_to = stderr\nlog_level = info\nrules_directory = %s\nparser_socket = %s\n"
		"parser_user =\nparser_workers = 2\nparser_timeout = 3s\n%s",
		folder, socket_path, more);
	put_file(config, buf_cstr(&buf));
	buf_done(&buf);
}

/* What the one label of the answer says; -1 no answer, -2 unscannable. */
static long
ask_version(struct scan_client *client, const char *text, char version[32])
{
	struct scan_result result = {0};
	struct err err = {0};
	struct arena arena;
	int fd = message(text);
	long ret = -1;

	arena_init(&arena);
	if (scan_client_scan(client, fd, soon(), &arena, &result, &err) != 0)
		printf("# %s\n", err.text);
	else if (result.unscannable != 0)
		ret = -2 - (long)result.unscannable;
	else
		ret = strtol(result.labels->name, NULL, 10);
	snprintf(version, 32, "%s", result.ruleset_version != NULL ? result.ruleset_version : "");
	arena_done(&arena);
	fd_close(&fd);
	return ret;
}

static long
ask(struct scan_client *client, const char *text)
{
	char version[32];

	return ask_version(client, text, version);
}

static struct scan_client *
spawn(void)
{
	struct scan_spawn start = {.program = program, .settings_path = config};
	struct scan_client *client = NULL;
	struct err err = {0};

	if (scan_client_spawn(&start, &client, &err) != 0)
		tap_ok(false, "%s", err.text);
	return client;
}

/* What the portal's renderer is asked: the number stands in the subject. */
static long
ask_view(struct scan_client *client, const char *text)
{
	struct message_view view = {0};
	struct err err = {0};
	struct arena arena;
	int fd = message(text);
	int64_t ret = -1;

	arena_init(&arena);
	if (scan_client_view(client, fd, soon(), &arena, &view, &err) != 0 ||
		bytes_parse_i64(view.subject, 0, 1000, &ret) != 0)
		printf("# %s\n", err.text);
	arena_done(&arena);
	fd_close(&fd);
	return (long)ret;
}

/* In both jobs of a worker: scanning, and rendering for the portal. */
static void
test_sandbox(void)
{
	enum {
		MESSAGE = 1,
		OUTPUT = 1,
		OWN = 4
	}; /* standard input, output, error, and the supervisor's socket */
	struct scan_client *client = spawn();
	long got;

	for (const struct prison_try *try = prison_tries; try->name != NULL; try++) {
		got = ask(client, try->name);
		tap_ok(got == try->want, "inside a worker that scans: %s gives %ld", try->name, got);
		got = ask_view(client, try->name);
		tap_ok(got == try->want, "inside a worker that renders: %s gives %ld", try->name, got);
	}
	tap_ok(ask(client, "count-fds") == OWN + MESSAGE, "a worker that scans has no other descriptors");
	tap_ok(ask_view(client, "count-fds") == OWN + MESSAGE + OUTPUT,
		"a worker that renders has no other descriptors");
	scan_client_close(client);
}

static void
test_failures(void)
{
	static const struct {
		const char *text;
		long want;
	} table[] = {
		{"plain", 0},
		{"crash", -2 - UNSCANNABLE_CRASH},
		{"plain", 0},
		{"exit", -2 - UNSCANNABLE_CRASH},
		{"hang", -2 - UNSCANNABLE_TIMEOUT},
		{"lie", -2 - UNSCANNABLE_CRASH},
		{"send-fd", -2 - UNSCANNABLE_CRASH},
		{"read-code", 77},
		{"write-code", -2 - UNSCANNABLE_CRASH},
		{"plain", 0},
	};
	struct scan_client *client;

	client = spawn();
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		long got = ask(client, table[i].text);

		tap_ok(got == table[i].want, "%s gives %ld", table[i].text, got);
	}
	scan_client_close(client);
}

/* A message with which one worker dies is read by the next; other jobs, and a second death, are not. */
static void
test_second_try(void)
{
	struct scan_client *client;
	char text[64];
	long pid;

	put_config("parser_workers = 1\n");
	client = spawn();
	pid = ask(client, "pid");
	snprintf(text, sizeof(text), "die-in %ld", pid);
	tap_ok(pid > 0 && ask(client, text) == 0, "a second worker reads what the first died with");
	tap_ok(ask(client, "pid") != pid, "it is another one");
	tap_ok(ask(client, "crash") == -2 - UNSCANNABLE_CRASH, "one that kills two is unscannable");
	tap_ok(ask(client, "plain") == 0, "and the next message is read");
	scan_client_close(client);
	put_config("");
}

/* What stands beside a file that kills is judged. */
static void
check_beside(struct scan_client *client, const char *text, unsigned why)
{
	struct scan_result result = {0};
	struct err err = {0};
	struct arena arena;
	int fd = message(text);

	arena_init(&arena);
	if (scan_client_scan(client, fd, soon(), &arena, &result, &err) != 0)
		printf("# %s\n", err.text);
	tap_ok(result.unscannable == why && result.labels != NULL && strcmp(result.labels->name, "0") == 0,
		"%s: the text is read (%x)", text, result.unscannable);
	arena_done(&arena);
	fd_close(&fd);
}

static void
test_beside_files(void)
{
	struct scan_client *client = spawn();

	check_beside(client, "file plain", 0);
	check_beside(client, "file crash", UNSCANNABLE_CRASH);
	check_beside(client, "file exit", UNSCANNABLE_CRASH);
	scan_client_close(client);
}

/* A busy machine may take its time to fill the memory: the limit must end it, not the clock. */
static void
test_memory(void)
{
#ifdef __SANITIZE_ADDRESS__
	tap_skip("no limit on memory under AddressSanitizer");
#else
	struct scan_client *client;

	put_config("parser_memory = 256M\nparser_timeout = 5m\n");
	client = spawn();
	tap_ok(ask(client, "memory") == -2 - UNSCANNABLE_MEMORY, "too much memory ends the worker");
	check_beside(client, "file memory", UNSCANNABLE_MEMORY);
	tap_ok(ask(client, "plain") == 0, "the next message has another one");
	scan_client_close(client);
	put_config("");
#endif
}

static void
test_views(void)
{
	struct scan_client *client = spawn();
	struct message_view view = {0};
	struct bytes map = {0};
	struct err err = {0};
	struct arena arena;
	int fd = message("some text"), part = -1;

	arena_init(&arena);
	tap_ok(scan_client_view(client, fd, soon(), &arena, &view, &err) == 0, "view %s", err.text);
	tap_bytes(view.text, BYTES_LIT("some text"), "its text");
	tap_ok(view.parts != NULL && view.parts->number == 1, "its part");
	tap_ok(scan_client_view_part(client, fd, 2, soon(), &part, &err) == 1, "a part that is not there");
	tap_ok(scan_client_view_part(client, fd, 1, soon(), &part, &err) == 0, "a part %s", err.text);
	tap_ok(fd_map(part, 100, &map, &err) == 0, "it can be mapped");
	tap_bytes(map, BYTES_LIT("some text"), "its bytes");
	fd_unmap(&map);
	fd_close(&part);
	fd_close(&fd);
	arena_done(&arena);
	scan_client_close(client);
}

static void
test_many(void)
{
	enum { N = 500 };
	struct scan_client *client = spawn();
	struct scan_result result;
	struct err err = {0};
	struct arena arena;
	bool seen[N] = {false};
	int plain = message("plain"), n = 0, bad = 0;

	arena_init(&arena);
	for (uint32_t i = 0; i < N; i++)
		bad += scan_client_submit(client, i, &(struct scan_question){.message_fd = plain}, &err) != 0;
	for (uint32_t i = 0; i < N; i++) {
		uint32_t id = N;

		if (scan_client_collect(client, soon(), &arena, &id, &result, &err) != 0 || id >= N ||
			seen[id])
			bad++;
		else
			n += seen[id] = true;
	}
	tap_ok(bad == 0 && n == N, "%d of %d answered once, %d wrong", n, N, bad);
	arena_done(&arena);
	scan_client_close(client);
	fd_close(&plain);
}

static void
test_broken_rules(void)
{
	struct scan_client *client;
	struct err err = {0};
	int fd = message("plain");

	put_file(rules, "broken");
	client = spawn();
	tap_ok(scan_client_scan(client, fd, soon(), &(struct arena){0}, &(struct scan_result){0}, &err) ==
				-1 &&
			err.class == ERR_CONFIG,
		"broken rules: %s", err.text);
	scan_client_close(client);
	put_file(rules, "first");
	fd_close(&fd);
}

/* The daemon, started and ready. */
static pid_t
start_daemon(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char text[64] = "";
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	pid_t pid;

	memcpy(address.sun_path, notify, strlen(notify));
	(void)unlink(notify);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		abort();
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		int log = open(log_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

		setenv("NOTIFY_SOCKET", notify, 1);
		if (dup2(log, STDERR_FILENO) < 0)
			_exit(99);
		execl(program, "fake-parser", "-c", config, (char *)NULL);
		_exit(99);
	}
	tap_ok(recv(fd, text, sizeof(text) - 1, 0) > 0 && strcmp(text, "READY=1\n") == 0,
		"the daemon is ready");
	fd_close(&fd);
	return pid;
}

static int
end_daemon(pid_t pid)
{
	int status = -1;

	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static struct scan_client *
connect_client(void)
{
	struct scan_client *client = NULL;
	struct err err = {0};

	tap_ok(scan_client_connect(socket_path, &client, &err) == 0, "connected %s", err.text);
	return client;
}

static void
test_replaced(void)
{
	struct scan_client *client;
	long pids[6];
	pid_t pid;

	put_config("parser_workers = 1\nparser_messages = 2\n");
	pid = start_daemon();
	client = connect_client();
	for (size_t i = 0; i < 6; i++)
		pids[i] = ask(client, "pid");
	tap_ok(pids[0] > 0 && pids[0] == pids[1] && pids[2] == pids[3] && pids[4] == pids[5],
		"a worker reads two messages");
	tap_ok(pids[1] != pids[2] && pids[3] != pids[4], "then another takes over");
	scan_client_close(client);
	kill(pid, SIGTERM);
	tap_ok(end_daemon(pid) == 0, "exit 0");
	put_config("");
}

static bool
log_holds(const char *text)
{
	struct buf buf;
	bool ret;

	buf_init(&buf, 1 << 20);
	(void)fd_read_file(log_path, &buf, NULL);
	ret = strstr(buf_cstr(&buf), text) != NULL;
	buf_done(&buf);
	return ret;
}

/* Signals and jobs come on different ways: ask until the log says that the signal was dealt with. */
static void
wait_for_log(struct scan_client *client, const char *text)
{
	int64_t deadline = soon();

	while (!log_holds(text) && clock_left_ms(deadline) > 0)
		(void)ask(client, "plain");
	tap_ok(log_holds(text), "logged: %s", text);
}

static void
test_reload(void)
{
	struct scan_client *client;
	char version[32];
	pid_t pid = start_daemon();

	client = connect_client();
	(void)ask_version(client, "plain", version);
	tap_bytes(bytes_of_str(version), BYTES_LIT("first"), "the first rules");
	put_file(rules, "broken");
	kill(pid, SIGHUP);
	wait_for_log(client, "/rules.yaml:3:7: expected a rule");
	wait_for_log(client, "the running configuration stays");
	(void)ask_version(client, "plain", version);
	tap_bytes(bytes_of_str(version), BYTES_LIT("first"), "broken rules change nothing");
	put_file(rules, "second");
	kill(pid, SIGHUP);
	wait_for_log(client, "reloaded");
	(void)ask_version(client, "plain", version);
	tap_bytes(bytes_of_str(version), BYTES_LIT("second"), "good ones are taken over");
	tap_ok(ask(client, "open") == EPERM, "by workers that are confined as well");
	scan_client_close(client);
	kill(pid, SIGTERM);
	tap_ok(end_daemon(pid) == 0, "exit 0");
	put_file(rules, "first");
}

static void
test_drain(void)
{
	struct scan_client *client;
	struct scan_result result;
	struct arena arena;
	struct err err = {0};
	int fd = message("slow");
	uint32_t id = 0;
	pid_t pid = start_daemon();

	arena_init(&arena);
	client = connect_client();
	tap_ok(ask(client, "plain") == 0, "it works");
	tap_ok(scan_client_submit(client, 5, &(struct scan_question){.message_fd = fd}, &err) == 0,
		"a slow message");
	tap_ok(ask(client, "pid") > 0, "was taken before the next one was answered");
	kill(pid, SIGTERM);
	tap_ok(scan_client_collect(client, soon(), &arena, &id, &result, &err) == 0 && id == 5,
		"what was begun is finished %s", err.text);
	scan_client_close(client);
	tap_ok(end_daemon(pid) == 0, "exit 0");
	arena_done(&arena);
	fd_close(&fd);
}

static void
test_busy(void)
{
	struct scan_client *first, *second;
	struct scan_result result;
	struct arena arena;
	struct err err = {0};
	int hang = message("hang"), plain = message("plain"), good = 0;
	uint32_t id;
	pid_t pid;

	arena_init(&arena);
	put_config("parser_workers = 1\nparser_queue = 2\n");
	pid = start_daemon();
	first = connect_client();
	second = connect_client();
	tap_ok(ask(second, "plain") == 0, "the worker is ready");
	/* One connection is read in order: the queue is full when the fourth is read. */
	tap_ok(scan_client_submit(first, 1, &(struct scan_question){.message_fd = hang}, &err) == 0 &&
			scan_client_submit(first, 2, &(struct scan_question){.message_fd = plain}, &err) ==
				0 &&
			scan_client_submit(first, 3, &(struct scan_question){.message_fd = plain}, &err) ==
				0 &&
			scan_client_submit(first, 4, &(struct scan_question){.message_fd = plain}, &err) == 0,
		"four messages for one worker and two places");
	tap_ok(scan_client_collect(first, soon(), &arena, &id, &result, &err) == -1 && id == 4 &&
			err.class == ERR_TEMP,
		"the fourth is refused: %s", err.text);
	err = (struct err){0};
	tap_ok(scan_client_scan(second, plain, soon(), &arena, &result, &err) == -1 && err.class == ERR_TEMP,
		"so is another client's: %s", err.text);
	for (int i = 0; i < 3; i++)
		good += scan_client_collect(first, soon(), &arena, &id, &result, &err) == 0;
	tap_ok(good == 3, "the others are answered");
	tap_ok(ask(second, "plain") == 0, "and then there is room again");
	scan_client_close(first);
	scan_client_close(second);
	kill(pid, SIGTERM);
	tap_ok(end_daemon(pid) == 0, "exit 0");
	fd_close(&hang);
	fd_close(&plain);
	arena_done(&arena);
	put_config("");
}

/* A client that sends and never reads; one that goes away with jobs open. */
static void
test_bad_clients(void)
{
	struct scan_client *silent, *gone, *good;
	struct err err = {0};
	int plain = message("plain"), hang = message("hang"), sent = 0, unsealed = -1;
	pid_t pid = start_daemon();

	silent = connect_client();
	gone = connect_client();
	good = connect_client();
	for (uint32_t i = 0; i < 60; i++)
		sent += scan_client_submit(silent, i, &(struct scan_question){.message_fd = plain}, &err) ==
			0;
	tap_ok(sent == 60, "60 messages sent and no answer read");
	tap_ok(scan_client_submit(gone, 1, &(struct scan_question){.message_fd = hang}, &err) == 0 &&
			scan_client_submit(gone, 2, &(struct scan_question){.message_fd = plain}, &err) == 0,
		"a client");
	scan_client_close(gone);
	for (int i = 0; i < 20; i++)
		sent += ask(good, "plain") == 0;
	tap_ok(sent == 80, "a good client's 20 are answered all the same");
	(void)fd_memfd("test", &unsealed, &err);
	tap_ok(scan_client_scan(good, unsealed, soon(), &(struct arena){0}, &(struct scan_result){0}, &err) ==
				-1 &&
			err.class == ERR_TEMP,
		"a message that could change is refused: %s", err.text);
	tap_ok(ask(good, "plain") == 0, "and the connection lives on");
	scan_client_close(good);
	scan_client_close(silent);
	kill(pid, SIGTERM);
	tap_ok(end_daemon(pid) == 0, "exit 0");
	fd_close(&plain);
	fd_close(&hang);
	fd_close(&unsealed);
}

/* kill -9 of the supervisor: its workers, hanging or idle, go with it. */
static void
test_orphans(void)
{
	struct scan_client *client;
	struct err err = {0};
	int hang = message("hang"), status;
	long worker;
	pid_t pid;

	put_config("parser_workers = 1\nparser_timeout = 60s\n");
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1); /* orphans become our children */
	pid = start_daemon();
	client = connect_client();
	worker = ask(client, "pid");
	tap_ok(scan_client_submit(client, 1, &(struct scan_question){.message_fd = hang}, &err) == 0 &&
			worker > 0,
		"a worker hangs");
	kill(pid, SIGKILL);
	tap_ok(end_daemon(pid) == -1, "the supervisor is killed");
	tap_ok(waitpid((pid_t)worker, &status, 0) == worker,
		"its worker ends, by signal or because nobody asks any more");
	scan_client_close(client);
	pid = start_daemon();
	client = connect_client();
	tap_ok(ask(client, "plain") == 0, "another one takes over its socket");
	scan_client_close(client);
	kill(pid, SIGTERM);
	tap_ok(end_daemon(pid) == 0, "exit 0");
	fd_close(&hang);
	put_config("");
}

int
main(int argc, char **argv)
{
	char *own = strdup(argv[0]);

	(void)argc;
	if (mkdtemp(folder) == NULL || own == NULL)
		return 99;
	signal(SIGPIPE, SIG_IGN);
	snprintf(program, sizeof(program), "%s/fake-parser", dirname(own));
	free(own);
	snprintf(config, sizeof(config), "%s/postseal.cf", folder);
	snprintf(rules, sizeof(rules), "%s/rules.yaml", folder);
	snprintf(socket_path, sizeof(socket_path), "%s/socket", folder);
	snprintf(log_path, sizeof(log_path), "%s/log", folder);
	snprintf(notify, sizeof(notify), "%s/notify", folder);
	put_file(rules, "first");
	put_config("");
	test_sandbox();
	test_failures();
	test_second_try();
	test_beside_files();
	test_memory();
	test_views();
	test_many();
	test_broken_rules();
	test_replaced();
	test_reload();
	test_drain();
	test_busy();
	test_bad_clients();
	test_orphans();
	(void)unlink(config);
	(void)unlink(rules);
	(void)unlink(socket_path);
	(void)unlink(log_path);
	(void)unlink(notify);
	(void)rmdir(folder);
	return tap_done();
}
