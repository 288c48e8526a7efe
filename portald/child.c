/* SPDX-License-Identifier: Apache-2.0 */
#include "portald/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/mem.h"

enum { CONTROL_WAIT_MS = 1000, STOP_POLL_MS = 20 };

/* Its own environment without the notice socket: only the parent tells the supervisor that all are ready. */
static char **
make_environment(void)
{
	static const char skip[] = "NOTIFY_SOCKET=";
	size_t n = 0, kept = 0;

	while (environ[n] != NULL)
		n++;
	char **list = mem_new(n + 1, sizeof(list[0]));

	for (size_t i = 0; i < n; i++)
		if (strncmp(environ[i], skip, sizeof(skip) - 1) != 0)
			list[kept++] = environ[i];
	return list;
}

static char **
make_arguments(enum role_name role, const struct child_command *command, char *texts[3])
{
	char **list = mem_new(command->n_options + 4, sizeof(list[0]));
	size_t n = 0;

	texts[0] = mem_strdup(command->path);
	texts[1] = mem_strdup("--role");
	texts[2] = mem_strdup(role_text(role));
	for (size_t i = 0; i < 3; i++)
		list[n++] = texts[i];
	for (size_t i = 0; i < command->n_options; i++)
		list[n++] = command->options[i];
	return list;
}

/*
 * Descriptors are moved above the places where the role will look for them first, so that neither overwrites
 * the other; all others are close-on-exec.
 */
static int
spawn(struct child *child, const struct child_command *command, int control, int listener, char **arguments,
	char **environment)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	int ret;

	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawn_file_actions_adddup2(&actions, control, ROLE_CONTROL_FD);
	if (listener >= 0)
		posix_spawn_file_actions_adddup2(&actions, listener, ROLE_LISTENER_FD);
	/* Whatever our own supervisor left open is nobody's business. */
	posix_spawn_file_actions_addclosefrom_np(
		&actions, listener >= 0 ? ROLE_LISTENER_FD + 1 : ROLE_CONTROL_FD + 1);
	ret = posix_spawn(&child->pid, command->path, &actions, &attributes, arguments, environment);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return ret;
}

static int
move_up(int *fd, struct err *err)
{
	int moved = fcntl(*fd, F_DUPFD_CLOEXEC, ROLE_LISTENER_FD + 1);

	if (moved < 0)
		return err_sys(err, ERR_TEMP, "dup");
	fd_close(fd);
	*fd = moved;
	return 0;
}

int
child_start(struct child *child, enum role_name role, const struct child_command *command, struct err *err)
{
	char *texts[3] = {0};
	char **arguments = make_arguments(role, command, texts), **environment = make_environment();
	int pair[2] = {-1, -1}, ret = -1, failed;

	*child = (struct child){.role = role, .control = -1, .started_ms = clock_mono_ms()};
	if (channel_pair(pair, err) < 0 || move_up(&pair[1], err) < 0)
		goto out;
	failed = spawn(
		child, command, pair[1], role == ROLE_FRONT ? command->listener : -1, arguments, environment);
	if (failed != 0) {
		child->pid = 0;
		errno = failed;
		err_sys(err, ERR_TEMP, "start %s", command->path);
		goto out;
	}
	child->control = pair[0];
	pair[0] = -1;
	ret = 0;
out:
	fd_close(&pair[0]);
	fd_close(&pair[1]);
	for (size_t i = 0; i < 3; i++)
		free(texts[i]);
	free(arguments);
	free(environment);
	return ret;
}

int
child_wait_ready(const struct child *child, int64_t deadline_ms, struct err *err)
{
	struct channel_message message;
	struct buf buf;
	int ret;

	buf_init(&buf, CHANNEL_MAX);
	ret = channel_receive(child->control, &buf, &message, deadline_ms, err);
	if (ret > 0)
		channel_close_fds(&message);
	buf_done(&buf);
	if (ret == 0)
		return err_set(err, ERR_TEMP, "role %s ended at its start", role_text(child->role));
	if (ret < 0)
		return err_add(err, "role %s", role_text(child->role));
	return message.type == CONTROL_READY
		       ? 0
		       : err_set(err, ERR_PEER, "role %s: odd message", role_text(child->role));
}

int
child_send_peer(const struct child *child, enum role_name peer, int fd, struct err *err)
{
	struct buf payload;
	struct channel_message message = {.type = CONTROL_PEER, .fds = {fd}, .n_fds = 1};
	int ret;

	buf_init(&payload, 64);
	wire_put_u32(&payload, peer);
	message.payload = buf_bytes(&payload);
	ret = channel_send(child->control, &message, clock_mono_ms() + CONTROL_WAIT_MS, err);
	buf_done(&payload);
	return ret;
}

int
child_send_limits(const struct child *child, struct bytes payload, struct err *err)
{
	const struct channel_message message = {.type = CONTROL_LIMITS, .payload = payload};

	return channel_send(child->control, &message, clock_mono_ms() + CONTROL_WAIT_MS, err);
}

int
child_stop(struct child *child, int64_t deadline_ms)
{
	int status = 0;

	fd_close(&child->control);
	if (child->pid <= 0)
		return 0;
	(void)kill(child->pid, SIGTERM);
	while (waitpid(child->pid, &status, WNOHANG) == 0) {
		if (clock_left_ms(deadline_ms) == 0)
			(void)kill(child->pid, SIGKILL);
		(void)poll(NULL, 0, STOP_POLL_MS);
	}
	child->pid = 0;
	return status;
}
