/* SPDX-License-Identifier: Apache-2.0 */
/* A small daemon in a child process; what it does it says on a pipe, a letter each. */
#include "lib/run/run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/fd.h"
#include "tests/support/tap.h"

static char folder[] = "/tmp/postseal-run-XXXXXX", config[64], pid_file[64], notify[64];
static int said[2];

static void
say(char c)
{
	if (write(said[1], &c, 1) != 1)
		abort();
}

/* The next letter, or '?' when none comes. */
static char
heard(void)
{
	struct pollfd pfd = {.fd = said[0], .events = POLLIN};
	char c;

	if (poll(&pfd, 1, 10000) != 1 || read(said[0], &c, 1) != 1)
		return '?';
	return c;
}

static int
check(const struct settings *settings, struct faults *faults)
{
	if (strcmp(settings->organisation, "broken") != 0)
		return 0;
	say('b');
	faults_add(faults, "rules.yaml", 1, 2, "broken");
	return -1;
}

static int
acquire(const struct settings *settings, void **ret_state, struct err *err)
{
	static int state;

	if (strcmp(settings->organisation, "refuse") == 0)
		return err_set(err, ERR_TEMP, "refused");
	say('a');
	*ret_state = &state;
	return 0;
}

static void
confine(const struct settings *settings, void *state, struct sandbox_spec *spec)
{
	(void)settings;
	(void)state;
	spec->may = MAY_OPEN;
	say('c');
}

static int
serve(void *state, struct err *err)
{
	struct pollfd pfd = {.fd = run_stop_fd(), .events = POLLIN};

	(void)state;
	(void)err;
	say(open("/etc/passwd", O_RDONLY | O_CLOEXEC) < 0 ? 's' : 'S');
	while (poll(&pfd, 1, -1) != 1)
		;
	say(run_stopping() ? 'd' : 'D');
	return 0;
}

static int
serve_polled(void *state, struct err *err)
{
	struct pollfd pfd = {.fd = run_signal_fd(), .events = POLLIN};

	(void)state;
	(void)err;
	say('s');
	while (!run_stopping())
		if (poll(&pfd, 1, -1) == 1)
			run_take_signals();
	say('d');
	return 0;
}

static int
reload(void *state, const struct settings *settings, struct err *err)
{
	(void)state;
	if (strcmp(settings->organisation, "refuse") == 0) {
		say('x');
		return err_set(err, ERR_CONFIG, "refused");
	}
	say('r');
	return 0;
}

static void
release(void *state)
{
	(void)state;
	say('e');
}

static const struct run_spec threaded = {.name = "test-daemon",
	.help = "Tests.",
	.check = check,
	.acquire = acquire,
	.confine = confine,
	.serve = serve,
	.reload = reload,
	.release = release};
static const struct run_spec polled = {.name = "test-daemon",
	.help = "Tests.",
	.check = check,
	.acquire = acquire,
	.serve = serve_polled,
	.reload = reload,
	.release = release,
	.signals = RUN_SIGNALS_POLLED};

static void
write_config(const char *text)
{
	struct err err = {0};
	struct buf buf;

	buf_init(&buf, 4096);
	buf_putf(&buf, "log_to = stderr\nlog_level = error\n%s", text);
	if (fd_write_file(config, buf_bytes(&buf), 0644, &err) != 0)
		tap_ok(false, "%s", err.text);
	buf_done(&buf);
}

static pid_t
start(const struct run_spec *spec, const char *option)
{
	const char *args[] = {"test-daemon", "-c", config, "--pid-file", pid_file, option, NULL};
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(run_main(spec, option != NULL ? 6 : 5, (char **)(uintptr_t)args));
	return pid;
}

static int
finish(pid_t pid)
{
	int status = -1;

	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static void
hear(const char *want)
{
	for (; *want != '\0'; want++) {
		char c = heard();

		tap_ok(c == *want, "heard '%c', want '%c'", c, *want);
	}
}

static void
test_life(const struct run_spec *spec, const char *beginning)
{
	struct buf buf;
	pid_t pid;

	buf_init(&buf, 4096);
	write_config("");
	pid = start(spec, NULL);
	hear(beginning);
	(void)fd_read_file(pid_file, &buf, NULL);
	tap_ok(strtol(buf_cstr(&buf), NULL, 10) == pid, "the pid file names it");
	kill(pid, SIGHUP);
	hear("r");
	write_config("organisation = refuse\n");
	kill(pid, SIGHUP);
	hear("x");
	write_config("organisation = broken\n");
	kill(pid, SIGHUP);
	hear("b");
	write_config("");
	kill(pid, SIGHUP);
	hear("r");
	kill(pid, SIGTERM);
	hear("de");
	tap_ok(finish(pid) == 0, "exit status 0");
	buf_reset(&buf);
	(void)fd_read_file(pid_file, &buf, NULL);
	tap_ok(buf.n == 0, "the pid file is empty");
	buf_done(&buf);
}

static void
test_exits(void)
{
	static const struct {
		const char *name, *config, *option;
		int want;
	} table[] = {
		{"-t with a good file", "", "-t", 0},
		{"-t with a broken file", "mode = of\n", "-t", 78},
		{"start with a broken file", "mode = of\n", NULL, 78},
		{"-t where the check fails", "organisation = broken\n", "-t", 78},
		{"acquire fails", "organisation = refuse\n", NULL, 75},
		{"unknown option", "", "-x", 2},
		{"an argument", "", "x", 2},
		{"version", "", "--version", 0},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		write_config(table[i].config);
		tap_ok(finish(start(&threaded, table[i].option)) == table[i].want, "%s: exit %d",
			table[i].name, table[i].want);
	}
	hear("b"); /* of the check that failed */
}

static void
test_ready(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	char text[64] = "";
	pid_t pid;

	memcpy(address.sun_path, notify, strlen(notify));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		tap_ok(false, "bind");
	setenv("NOTIFY_SOCKET", notify, 1);
	write_config("");
	pid = start(&threaded, NULL);
	unsetenv("NOTIFY_SOCKET");
	tap_ok(recv(fd, text, sizeof(text) - 1, 0) > 0 && strcmp(text, "READY=1\n") == 0, "ready is said");
	hear("acs");
	kill(pid, SIGINT);
	hear("de");
	tap_ok(finish(pid) == 0, "SIGINT ends it too");
	fd_close(&fd);
	(void)unlink(notify);
}

int
main(void)
{
	if (mkdtemp(folder) == NULL || pipe2(said, O_CLOEXEC) != 0)
		return 99;
	snprintf(config, sizeof(config), "%s/postseal.cf", folder);
	snprintf(pid_file, sizeof(pid_file), "%s/pid", folder);
	snprintf(notify, sizeof(notify), "%s/notify", folder);
	test_life(&threaded, "acs");
	test_life(&polled, "as");
	test_exits();
	test_ready();
	(void)unlink(config);
	(void)unlink(pid_file);
	(void)rmdir(folder);
	return tap_done();
}
