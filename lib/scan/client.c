/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/scan/client.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "lib/run/channel.h"
#include "lib/scan/answer.h"
#include "lib/scan/client_output.h"
#include "lib/scan/protocol.h"

enum { CONNECT_MS = 5000, SUBMIT_MS = 60000, END_MS = 5000, CHILD_FD = 3 };

/* An answer that came while submit() waited for room; collect() hands it out. */
struct stashed {
	struct stashed *next;
	uint32_t type, id;
	size_t n;
	uint8_t payload[];
};

struct scan_client {
	int fd;
	pid_t child; /* of scan_client_spawn(), else -1 */
	uint32_t next_id;
	size_t submitted; /* and not collected */
	struct stashed *first, *last;
	struct buf buf;
};

static struct scan_client *
client_new(int fd, pid_t child)
{
	struct scan_client *client = mem_new(1, sizeof(*client));

	client->fd = fd;
	client->child = child;
	/* Ids of single requests start high, so that they never meet those of a caller of submit(). */
	client->next_id = UINT32_C(1) << 31;
	buf_init(&client->buf, CHANNEL_MAX);
	return client;
}

int
scan_client_connect(const char *socket_path, struct scan_client **ret_client, struct err *err)
{
	int fd;

	if (channel_connect(socket_path, clock_mono_ms() + CONNECT_MS, &fd, err) != 0)
		return -1;
	*ret_client = client_new(fd, -1);
	return 0;
}

/* The child gets its end as CHILD_FD, and signals as a program started by hand has them. */
static int
spawn_child(const char *program, char *const args[], int fd, pid_t *ret_pid, struct err *err)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t none, defaults;
	int error;

	sigemptyset(&none);
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attr);
	posix_spawn_file_actions_adddup2(&actions, fd, CHILD_FD);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &defaults);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	error = posix_spawn(ret_pid, program, &actions, &attr, args, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	if (error == 0)
		return 0;
	errno = error;
	return err_sys(err, ERR_CONFIG, "start %s", program);
}

/* The command line; our own settings come behind the caller's, and so count. */
struct spawn_args {
	char rules[4096 + 32], workers[64];
	const char **list;
	size_t n;
};

static void
add_setting(struct spawn_args *args, const char *setting)
{
	args->list[args->n++] = "-o";
	args->list[args->n++] = setting;
}

static void
make_args(const struct scan_spawn *spawn, struct spawn_args *args)
{
	enum { OWN_MAX = 16 };
	size_t n_overrides = spawn->overrides != NULL ? spawn->overrides->n : 0;
	const char *first[] = {spawn->program, "--client-fd", "3", "-c",
		spawn->settings_path != NULL ? spawn->settings_path : ""};

	args->list = mem_new(OWN_MAX + 2 * n_overrides, sizeof(*args->list));
	memcpy(args->list, first, sizeof(first));
	args->n = sizeof(first) / sizeof(first[0]);
	for (size_t i = 0; i < n_overrides; i++)
		add_setting(args, spawn->overrides->items[i]);
	add_setting(args, "log_to=stderr");
	add_setting(args, "log_level=warning");
	snprintf(args->rules, sizeof(args->rules), "rules_directory=%s",
		spawn->rules_directory != NULL ? spawn->rules_directory : "");
	if (spawn->rules_directory != NULL)
		add_setting(args, args->rules);
	snprintf(args->workers, sizeof(args->workers), "parser_workers=%u", spawn->workers);
	if (spawn->workers != 0)
		add_setting(args, args->workers);
}

int
scan_client_spawn(const struct scan_spawn *spawn, struct scan_client **ret_client, struct err *err)
{
	struct spawn_args args;
	pid_t pid;
	int pair[2], ret;

	if (channel_pair(pair, err) != 0)
		return -1;
	make_args(spawn, &args);
	ret = spawn_child(spawn->program, (char *const *)(uintptr_t)args.list, pair[1], &pid, err);
	free(args.list);
	fd_close(&pair[1]);
	if (ret != 0) {
		fd_close(&pair[0]);
		return -1;
	}
	*ret_client = client_new(pair[0], pid);
	return 0;
}

/* Waits for the child, which ends when its connection does; one that does not is ended. Its exit status. */
static int
reap(struct scan_client *client)
{
	struct pollfd pfd = {.fd = (int)syscall(SYS_pidfd_open, client->child, 0), .events = POLLIN};
	int status = 0;

	if (pfd.fd < 0 || poll(&pfd, 1, END_MS) != 1)
		(void)kill(client->child, SIGKILL);
	fd_close(&pfd.fd);
	while (waitpid(client->child, &status, 0) < 0 && errno == EINTR)
		;
	client->child = -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void
scan_client_close(struct scan_client *client)
{
	if (client == NULL)
		return;
	fd_close(&client->fd);
	if (client->child > 0)
		(void)reap(client);
	while (client->first != NULL) {
		struct stashed *next = client->first->next;

		free(client->first);
		client->first = next;
	}
	buf_wipe_done(&client->buf);
	free(client);
}

/* The parser went away. One of our own that refused its configuration has said why on standard error. */
static int
gone(struct scan_client *client, struct err *err)
{
	if (client->child > 0) {
		fd_close(&client->fd);
		if (reap(client) == EX_CONFIG)
			return err_set(err, ERR_CONFIG, "postseal-parser refused its configuration or rules");
	}
	return err_set(err, ERR_TEMP, "postseal-parser closed the connection");
}

static int
receive(struct scan_client *client, int64_t deadline_ms, struct channel_message *ret_answer, struct err *err)
{
	int ret = channel_receive(client->fd, &client->buf, ret_answer, deadline_ms, err);

	if (ret < 0)
		return err_add(err, "postseal-parser");
	if (ret == 0)
		return gone(client, err);
	channel_close_fds(ret_answer); /* no answer has any */
	return 0;
}

static int
send_job(struct scan_client *client, const struct channel_message *job, int64_t deadline_ms, struct err *err)
{
	if (channel_send(client->fd, job, deadline_ms, err) == 0)
		return 0;
	if (client->child > 0 && err->sys_errno == EPIPE)
		return gone(client, err);
	return err_add(err, "postseal-parser");
}

/* Sends a job and waits for its own answer; answers to requests that were given up are dropped. */
static int
ask(struct scan_client *client, struct channel_message *job, int64_t deadline_ms,
	struct channel_message *ret_answer, struct err *err)
{
	job->id = client->next_id++;
	if (client->next_id == 0)
		client->next_id = UINT32_C(1) << 31;
	if (send_job(client, job, deadline_ms, err) != 0)
		return -1;
	do {
		if (receive(client, deadline_ms, ret_answer, err) != 0)
			return -1;
	} while (ret_answer->id != job->id);
	return 0;
}

/* A worker that died, hung or answered nonsense: the message counts as one that can't be scanned. */
static void
set_unscannable(struct scan_result *result, unsigned bit)
{
	*result = (struct scan_result){.unscannable = bit, .ruleset_version = ""};
}

/* What a failure is for a scan. Returns 0 with the unscannable bit, or -1: not the message's fault. */
static int
failed_scan(enum answer_failure failure, struct scan_result *ret_result, struct err *err)
{
	switch (failure) {
	case FAILED_TIMEOUT:
		set_unscannable(ret_result, UNSCANNABLE_TIMEOUT);
		return 0;
	case FAILED_SIZE:
		set_unscannable(ret_result, UNSCANNABLE_SIZE);
		return 0;
	case FAILED_MEMORY:
		set_unscannable(ret_result, UNSCANNABLE_MEMORY);
		return 0;
	case FAILED_BUSY:
		return err_set(err, ERR_TEMP, "postseal-parser is busy");
	case FAILED_REQUEST:
		return err_set(err, ERR_TEMP, "postseal-parser did not accept the request");
	case FAILED_CRASH:
	default:
		set_unscannable(ret_result, UNSCANNABLE_CRASH);
		return 0;
	}
}

static enum answer_failure
failure_of(struct bytes payload)
{
	struct wire wire = {.rest = payload};
	uint32_t failure;

	return wire_u32(&wire, &failure) == 0 ? (enum answer_failure)failure : FAILED_CRASH;
}

static int
read_result(uint32_t type, struct bytes payload, struct arena *arena, struct scan_result *ret_result,
	struct err *err)
{
	if (type == ANSWER_FAILED)
		return failed_scan(failure_of(payload), ret_result, err);
	if (type != ANSWER_RESULT || answer_get_result(arena, payload, ret_result, NULL) != 0)
		set_unscannable(ret_result, UNSCANNABLE_CRASH);
	return 0;
}

void
client_put_recipients(struct buf *payload, const struct scan_question *question)
{
	if (question->n_recipients == 0)
		return;
	wire_put_u32(payload, (uint32_t)question->n_recipients);
	for (size_t i = 0; i < question->n_recipients; i++)
		if (payload->n + question->recipients[i].n + 4 <= payload->max)
			wire_put_bytes(payload, question->recipients[i]);
}

int
scan_client_ask(struct scan_client *client, const struct scan_question *question, struct arena *arena,
	struct scan_result *ret_result, struct err *err)
{
	struct channel_message job = {.type = JOB_SCAN, .fds = {question->message_fd}, .n_fds = 1}, answer;
	struct buf payload;
	int ret;

	buf_init(&payload, SCAN_RECIPIENTS_MAX);
	client_put_recipients(&payload, question);
	job.payload = buf_bytes(&payload);
	ret = ask(client, &job, question->deadline_ms, &answer, err);
	buf_done(&payload);
	if (ret != 0)
		return -1;
	return read_result(answer.type, answer.payload, arena, ret_result, err);
}

int
scan_client_scan(struct scan_client *client, int message_fd, int64_t deadline_ms, struct arena *arena,
	struct scan_result *ret_result, struct err *err)
{
	const struct scan_question question = {.message_fd = message_fd, .deadline_ms = deadline_ms};

	return scan_client_ask(client, &question, arena, ret_result, err);
}

static int
stash_answer(struct scan_client *client, int64_t deadline_ms, struct err *err)
{
	struct channel_message answer;
	struct stashed *stashed;

	if (receive(client, deadline_ms, &answer, err) != 0)
		return -1;
	stashed = mem_new(1, sizeof(*stashed) + answer.payload.n);
	stashed->type = answer.type;
	stashed->id = answer.id;
	stashed->n = answer.payload.n;
	if (stashed->n > 0)
		memcpy(stashed->payload, answer.payload.p, stashed->n);
	if (client->last != NULL)
		client->last->next = stashed;
	else
		client->first = stashed;
	client->last = stashed;
	client->submitted--;
	return 0;
}

int
scan_client_submit(
	struct scan_client *client, uint32_t id, const struct scan_question *question, struct err *err)
{
	struct channel_message job = {.type = JOB_SCAN, .id = id, .fds = {question->message_fd}, .n_fds = 1};
	int64_t deadline_ms = clock_mono_ms() + SUBMIT_MS;
	struct buf payload;
	int ret;

	/* Both sides waiting for the other to read would be the end: one side always reads. */
	while (client->submitted >= SCAN_JOBS_MAX)
		if (stash_answer(client, deadline_ms, err) != 0)
			return -1;
	buf_init(&payload, SCAN_RECIPIENTS_MAX);
	client_put_recipients(&payload, question);
	job.payload = buf_bytes(&payload);
	ret = send_job(client, &job, deadline_ms, err);
	buf_done(&payload);
	client->submitted += ret == 0;
	return ret;
}

int
scan_client_collect(struct scan_client *client, int64_t deadline_ms, struct arena *arena, uint32_t *ret_id,
	struct scan_result *ret_result, struct err *err)
{
	struct stashed *stashed = client->first;
	int ret;

	if (stashed == NULL && stash_answer(client, deadline_ms, err) != 0)
		return -1;
	stashed = client->first;
	client->first = stashed->next;
	if (client->first == NULL)
		client->last = NULL;
	*ret_id = stashed->id;
	ret = read_result(stashed->type, bytes_of(stashed->payload, stashed->n), arena, ret_result, err);
	free(stashed);
	return ret;
}

/* The output is the worker's until it is sealed; only then is it looked at. */
int
client_ask_output(struct scan_client *client, struct channel_message *job, int64_t deadline_ms,
	struct channel_message *ret_answer, int *ret_output, struct err *err)
{
	int output = -1;

	if (fd_memfd("postseal-output", &output, err) != 0)
		return -1;
	job->fds[1] = output;
	job->n_fds = 2;
	if (ask(client, job, deadline_ms, ret_answer, err) != 0)
		goto fail;
	if (ret_answer->type == ANSWER_FAILED) {
		err_set(err, ERR_TEMP, "the message could not be read (%u)", failure_of(ret_answer->payload));
		goto fail;
	}
	if (fd_memfd_seal(output, err) != 0)
		goto fail;
	*ret_output = output;
	return 0;
fail:
	fd_close(&output);
	return -1;
}

int
scan_client_view(struct scan_client *client, int message_fd, int64_t deadline_ms, struct arena *arena,
	struct message_view *ret_view, struct err *err)
{
	struct channel_message job = {.type = JOB_VIEW, .fds = {message_fd}}, answer;
	struct bytes map;
	int output = -1, ret = -1;

	if (client_ask_output(client, &job, deadline_ms, &answer, &output, err) != 0)
		return -1;
	if (answer.type != ANSWER_VIEW)
		err_set(err, ERR_PEER, "the parser's answer is of another kind");
	else if (fd_map(output, SCAN_OUTPUT_MAX, &map, err) == 0) {
		ret = answer_get_view(arena, map, ret_view, err);
		fd_unmap(&map);
	}
	fd_close(&output);
	return ret;
}

/* Decoding never makes a part longer than the message that holds it. */
static int
check_size(int output, int message_fd, struct err *err)
{
	struct stat part, message;

	if (fstat(output, &part) != 0 || fstat(message_fd, &message) != 0)
		return err_sys(err, ERR_TEMP, "fstat");
	if (part.st_size > message.st_size)
		return err_set(err, ERR_PEER, "the parser's answer is longer than the message");
	return 0;
}

int
scan_client_view_part(struct scan_client *client, int message_fd, unsigned number, int64_t deadline_ms,
	int *ret_part_fd, struct err *err)
{
	struct channel_message job = {.type = JOB_VIEW_PART, .fds = {message_fd}}, answer;
	uint32_t missing = 0;
	struct buf payload;
	struct wire wire;
	int output = -1, ret;

	buf_init(&payload, 16);
	wire_put_u32(&payload, number);
	job.payload = buf_bytes(&payload);
	ret = client_ask_output(client, &job, deadline_ms, &answer, &output, err);
	buf_done(&payload);
	if (ret != 0)
		return -1;
	wire = (struct wire){.rest = answer.payload};
	if (answer.type != ANSWER_PART || wire_u32(&wire, &missing) != 0 || missing > 1)
		ret = err_set(err, ERR_PEER, "the parser's answer is malformed");
	else if (missing != 0)
		ret = 1;
	else
		ret = check_size(output, message_fd, err);
	if (ret == 0)
		*ret_part_fd = output;
	else
		fd_close(&output);
	return ret;
}
