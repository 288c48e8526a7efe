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

enum { CONTROL_FD = 3, SEND_MS = 1000, PATH_SIZE = 4096 };

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

/* Its end of the connection is CONTROL_FD; it has no other but standard error. */
static int
spawn(const char *program, const char *user, int control, pid_t *ret_pid, struct err *err)
{
	char *const args[] = {(char *)(uintptr_t)program, (char *)(uintptr_t)user, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t none;
	int error;

	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attr);
	posix_spawn_file_actions_adddup2(&actions, control, CONTROL_FD);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
	error = posix_spawn(ret_pid, program, &actions, &attr, args, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	if (error == 0)
		return 0;
	errno = error;
	return err_sys(err, ERR_CONFIG, "start %s", program);
}

int
pdf_host_start(const char *user, struct pdf_host *ret_host, struct err *err)
{
	char program[PATH_SIZE];
	int pair[2], ret;
	pid_t pid = -1;

	*ret_host = (struct pdf_host){.control = -1, .pid = -1};
	if (find_program(program) != 0) {
		log_info("there is no postseal-pdf beside this program: PDFs are unread");
		return 0;
	}
	if (channel_pair(pair, err) != 0)
		return -1;
	ret = spawn(program, user, pair[1], &pid, err);
	fd_close(&pair[1]);
	if (ret != 0) {
		fd_close(&pair[0]);
		return -1;
	}
	*ret_host = (struct pdf_host){.is_there = true, .control = pair[0], .pid = pid};
	return 0;
}

static void
send_link(struct pdf_host *host, const struct pdf_bounds *bounds, int fd)
{
	uint8_t payload[PDF_BOUNDS];
	const struct channel_message message = {.type = PDF_HOST_LINK,
		.payload = bytes_of(payload, sizeof(payload)),
		.fds = {fd},
		.n_fds = 1};
	struct err err = {0};

	pdf_put_number(payload, bounds->memory_mib);
	pdf_put_number(payload + 4, bounds->seconds);
	if (channel_send(host->control, &message, clock_mono_ms() + SEND_MS, &err) == 0)
		return;
	log_error("postseal-pdf is gone (%s): messages with a PDF are unscannable until postseal-parser is "
		  "started again",
		err.text);
	fd_close(&host->control);
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
	while (host->pid > 0 && waitpid(host->pid, NULL, 0) < 0 && errno == EINTR)
		;
	host->pid = -1;
}
