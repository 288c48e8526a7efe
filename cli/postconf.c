/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/postconf.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/fd.h"

enum { OUTPUT_MAX = 1024 * 1024 };

extern char **environ;

static int
start(char *const *argv, int output, pid_t *ret_pid, struct err *err)
{
	posix_spawn_file_actions_t actions;
	int failed;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	failed = posix_spawnp(ret_pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (failed == 0)
		return 0;
	errno = failed;
	return err_sys(err, ERR_CONFIG, "start %s (is Postfix installed?)", argv[0]);
}

static int
wait_for(pid_t pid, struct err *err)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return err_sys(err, ERR_TEMP, "wait for postconf");
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	return err_set(
		err, ERR_CONFIG, "postconf failed (status %d)", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

static int
run_and_read(char *const *argv, struct buf *output, struct err *err)
{
	int pipe_fds[2] = {-1, -1}, ret = -1;
	pid_t pid;

	if (pipe2(pipe_fds, O_CLOEXEC) != 0)
		return err_sys(err, ERR_TEMP, "pipe");
	if (start(argv, pipe_fds[1], &pid, err) != 0)
		goto out;
	fd_close(&pipe_fds[1]);
	ret = fd_read_to_end(pipe_fds[0], output, err);
	fd_close(&pipe_fds[0]);
	if (wait_for(pid, ret == 0 ? err : NULL) != 0)
		ret = -1;
out:
	fd_close(&pipe_fds[0]);
	fd_close(&pipe_fds[1]);
	return ret;
}

int
postconf_run(const struct postconf *postconf, struct arena *arena, const char *const *arguments,
	struct bytes *ret_output, struct err *err)
{
	char *argv[POSTCONF_ARGUMENTS_MAX + 4];
	struct buf output;
	size_t n = 0;
	int ret;

	argv[n++] = arena_strf(arena, "postconf");
	if (postconf->directory != NULL) {
		argv[n++] = arena_strf(arena, "-c");
		argv[n++] = arena_strf(arena, "%s", postconf->directory);
	}
	for (size_t i = 0; arguments[i] != NULL && i < POSTCONF_ARGUMENTS_MAX; i++)
		argv[n++] = arena_strf(arena, "%s", arguments[i]);
	argv[n] = NULL;
	buf_init(&output, OUTPUT_MAX);
	ret = run_and_read(argv, &output, err);
	if (ret == 0)
		*ret_output = bytes_trim(arena_bytes(arena, buf_bytes(&output)));
	buf_done(&output);
	return ret;
}

int
postconf_get(const struct postconf *postconf, struct arena *arena, const char *name, struct bytes *ret_value,
	struct err *err)
{
	const char *const arguments[] = {"-hx", name, NULL};

	return postconf_run(postconf, arena, arguments, ret_value, err);
}

const char *
postconf_next_hop(const char *address, struct arena *arena)
{
	struct bytes text = bytes_of_str(address);
	size_t colon = text.n;

	if (text.n > 0 && text.p[0] == '[')
		return address;
	while (colon > 0 && text.p[colon - 1] != ':')
		colon--;
	return arena_strf(arena, "[%.*s]:%s", (int)(colon > 0 ? colon - 1 : 0), address, address + colon);
}
