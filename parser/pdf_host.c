/* SPDX-License-Identifier: Apache-2.0 */
#include "parser/pdf_host.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/log.h"
#include "lib/run/channel.h"
#include "lib/run/run.h"
#include "parser/pdf_starter.h"

enum { SEND_MS = 1000, READY_MS = 20000, PATH_SIZE = 4096 };

/* It is started at once, but for one that dies again and again: then the delay doubles. */
enum { STEADY_MS = 10000, AT_ONCE_MAX = 8, DELAY_FIRST_MS = 100, DELAY_MAX_MS = 60000 };

/* Returns 0, or -1: it is not installed. */
static int
find_program(char path[PATH_SIZE])
{
	static const char *const places[] = {"postseal-pdf", "../pdf/postseal-pdf"};
	const char *self = run_self_path(), *slash = strrchr(self, '/');
	int n_folder = slash != NULL ? (int)(slash - self) + 1 : 0;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(path, PATH_SIZE, "%.*s%s", n_folder, self, places[i]);
		if (access(path, X_OK) == 0)
			return 0;
	}
	return -1;
}

/* Its end of the connection is PDF_STARTER_FD; it has no other but standard error. */
static int
spawn_starter(const char *program, const char *user, int connection, pid_t *ret_pid, struct err *err)
{
	const char *const args[] = {
		"postseal-parser", "--role", PDF_STARTER_ROLE, program, user != NULL ? user : "", NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t none;
	int error;

	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attr);
	posix_spawn_file_actions_adddup2(&actions, connection, PDF_STARTER_FD);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
	error = posix_spawn(
		ret_pid, run_self_path(), &actions, &attr, (char *const *)(uintptr_t)args, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	if (error == 0)
		return 0;
	errno = error;
	return err_sys(err, ERR_CONFIG, "start %s", run_self_path());
}

/* Until it is confined; what went wrong it has said on standard error. */
static int
wait_for_starter(int connection, struct err *err)
{
	struct channel_message message = {.type = 0};
	struct err none = {0};
	struct buf buf;
	int ret;

	buf_init(&buf, PDF_BOUNDS);
	ret = channel_receive(connection, &buf, &message, clock_mono_ms() + READY_MS, &none);
	channel_close_fds(&message);
	buf_done(&buf);
	if (ret == 1 && message.type == PDF_STARTER_READY)
		return 0;
	return err_set(err, ERR_CONFIG, "postseal-pdf can not be started");
}

/* Asks the starter for a new one. */
static int
start(struct pdf_host *host, struct err *err)
{
	struct channel_message message = {.type = PDF_STARTER_START, .n_fds = 1};
	int pair[2], ret;

	if (channel_pair(pair, err) != 0)
		return -1;
	message.fds[0] = pair[1];
	ret = channel_send(host->starter, &message, clock_mono_ms() + SEND_MS, err);
	fd_close(&pair[1]);
	if (ret != 0) {
		fd_close(&pair[0]);
		return -1;
	}
	host->control = pair[0];
	host->started = clock_mono_ms();
	host->not_before = INT64_MAX;
	return 0;
}

int
pdf_host_start(const char *user, struct pdf_host *ret_host, struct err *err)
{
	struct pdf_host host = {
		.is_there = true, .control = -1, .starter = -1, .starter_pid = -1, .not_before = INT64_MAX};
	char program[PATH_SIZE];
	int pair[2], ret;

	*ret_host =
		(struct pdf_host){.control = -1, .starter = -1, .starter_pid = -1, .not_before = INT64_MAX};
	if (find_program(program) != 0) {
		log_info("there is no postseal-pdf beside this program: PDFs are unread");
		return 0;
	}
	if (channel_pair(pair, err) != 0)
		return -1;
	host.starter = pair[0];
	ret = spawn_starter(program, user, pair[1], &host.starter_pid, err);
	fd_close(&pair[1]);
	if (ret == 0)
		ret = wait_for_starter(host.starter, err);
	if (ret == 0)
		ret = start(&host, err);
	if (ret != 0) {
		pdf_host_end(&host);
		return -1;
	}
	*ret_host = host;
	return 0;
}

void
pdf_host_lost(struct pdf_host *host)
{
	int64_t now = clock_mono_ms();

	fd_close(&host->control);
	if (now - host->started > STEADY_MS)
		host->deaths = 0;
	if (host->deaths++ < AT_ONCE_MAX)
		host->delay_ms = 0;
	else if (host->delay_ms == 0)
		host->delay_ms = DELAY_FIRST_MS;
	else if (host->delay_ms < DELAY_MAX_MS)
		host->delay_ms *= 2;
	host->not_before = now + host->delay_ms;
	log_error("postseal-pdf is gone; next start in %d ms", (int)host->delay_ms);
}

bool
pdf_host_restart(struct pdf_host *host)
{
	struct err err = {0};

	if (host->not_before > clock_mono_ms())
		return false;
	if (start(host, &err) == 0)
		return true;
	log_error("postseal-pdf can't be started again (%s): messages with a PDF are unscannable until "
		  "postseal-parser is",
		err.text);
	host->not_before = INT64_MAX;
	return false;
}

static void
send_link(const struct pdf_host *host, const struct pdf_bounds *bounds, int fd)
{
	uint8_t payload[PDF_BOUNDS];
	const struct channel_message message = {.type = PDF_HOST_LINK,
		.payload = bytes_of(payload, sizeof(payload)),
		.fds = {fd},
		.n_fds = 1};

	pdf_put_number(payload, bounds->memory_mib);
	pdf_put_number(payload + 4, bounds->seconds);
	/* One that is gone makes its descriptor readable: that is where it is dealt with. */
	(void)channel_send(host->control, &message, clock_mono_ms() + SEND_MS, NULL);
}

int
pdf_host_link(struct pdf_host *host, const struct pdf_bounds *bounds, int *ret_worker_fd, struct err *err)
{
	int pair[2];

	*ret_worker_fd = -1;
	if (!host->is_there)
		return 0;
	if (channel_pair(pair, err) != 0)
		return -1;
	if (host->control >= 0)
		send_link(host, bounds, pair[1]);
	fd_close(&pair[1]);
	*ret_worker_fd = pair[0];
	return 0;
}

void
pdf_host_end(struct pdf_host *host)
{
	fd_close(&host->control);
	fd_close(&host->starter);
	while (host->starter_pid > 0 && waitpid(host->starter_pid, NULL, 0) < 0 && errno == EINTR)
		;
	host->starter_pid = -1;
}
