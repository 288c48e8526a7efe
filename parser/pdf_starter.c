/* SPDX-License-Identifier: Apache-2.0 */
#include "parser/pdf_starter.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/run/channel.h"
#include "lib/run/sandbox.h"

enum { CONTROL_FD = 3, PAYLOAD_MAX = 16, ARGUMENTS = 5, SEND_MS = 1000 };

struct starter {
	int program; /* opened with the rights of the start: its folder may be closed to the user */
	char *user;
	pid_t pid; /* 0: none */
};

static void
end(struct starter *starter)
{
	if (starter->pid == 0)
		return;
	(void)kill(starter->pid, SIGKILL);
	while (waitpid(starter->pid, NULL, 0) < 0 && errno == EINTR)
		;
	starter->pid = 0;
}

/* The connection is its CONTROL_FD; it has no other descriptor but standard input, output and error. */
static _Noreturn void
become(const struct starter *starter, int control)
{
	char name[] = "postseal-pdf";
	char *const args[] = {name, starter->user, NULL};

	if (dup2(control, CONTROL_FD) >= 0)
		(void)fexecve(starter->program, args, environ);
	_exit(EX_OSERR);
}

static void
start(struct starter *starter, int control)
{
	pid_t pid;

	end(starter);
	pid = fork();
	if (pid == 0)
		become(starter, control);
	if (pid > 0)
		starter->pid = pid;
}

/* Until the supervisor is gone. What it started then ends as well, by its own connection. */
static void
serve(struct starter *starter)
{
	struct channel_message message;
	struct buf buf;
	struct err err = {0};
	int ret;

	buf_init(&buf, PAYLOAD_MAX);
	do {
		err = (struct err){0};
		ret = channel_receive(PDF_STARTER_FD, &buf, &message, clock_mono_ms() + INT_MAX, &err);
		if (ret == 1 && message.type == PDF_STARTER_START && message.n_fds == 1)
			start(starter, message.fds[0]);
		if (ret == 1)
			channel_close_fds(&message);
	} while (ret == 1 || (ret < 0 && err.class == ERR_TEMP && err.sys_errno == 0));
	while (starter->pid > 0 && waitpid(starter->pid, NULL, 0) < 0 && errno == EINTR)
		;
	buf_done(&buf);
}

/*
 * What it starts inherits all this, and must still be able to load itself. The program is named by its
 * descriptor: Landlock knows the file, not the way to it.
 */
static int
confine(const struct starter *starter, struct err *err)
{
	static const char *const folders[] = {"/usr", "/lib", "/lib64", "/etc", "/proc"};
	struct sandbox_spec spec = {.user = starter->user,
		.may = MAY_RECEIVE_FDS | MAY_FORK | MAY_EXEC | MAY_OPEN | MAY_MAP_EXEC | MAY_SIGNAL_CHILDREN,
		.paths = {{"/dev/null", PATH_READ | PATH_WRITE}},
		.n_paths = 1};
	char program[32];

	snprintf(program, sizeof(program), "/proc/self/fd/%d", starter->program);
	spec.paths[spec.n_paths++] = (struct sandbox_path){program, PATH_READ};
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (access(folders[i], X_OK) == 0)
			spec.paths[spec.n_paths++] = (struct sandbox_path){folders[i], PATH_READ};
	if (sandbox_drop_user(&spec, err) != 0)
		return -1;
	return sandbox_confine(&spec, err);
}

int
pdf_starter_main(int argc, char **argv)
{
	struct starter starter = {.program = -1};
	struct err err = {0};

	if (argc != ARGUMENTS)
		return EX_USAGE;
	(void)prctl(PR_SET_NAME, PDF_STARTER_ROLE);
	starter.user = argv[4];
	/* The supervisor finishes its work before it closes the connection. */
	signal(SIGTERM, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	starter.program = open(argv[3], O_PATH | O_CLOEXEC);
	if (starter.program < 0 || fcntl(PDF_STARTER_FD, F_SETFD, FD_CLOEXEC) != 0)
		err_sys(&err, ERR_CONFIG, "open %s", argv[3]);
	if (err.class == ERR_NONE && confine(&starter, &err) == 0 &&
		channel_send(PDF_STARTER_FD, &(const struct channel_message){.type = PDF_STARTER_READY},
			clock_mono_ms() + SEND_MS, &err) == 0)
		serve(&starter);
	if (err.class == ERR_NONE)
		_exit(EX_OK);
	fprintf(stderr, "postseal-parser: %s\n", err.text);
	_exit(EX_OSERR);
}
