/* SPDX-License-Identifier: Apache-2.0 */
/* All of postseal-pdf but for its libraries: the host, and the prison of its readers (fake_document.c). */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/format/pdf_protocol.h"
#include "lib/run/channel.h"
#include "tests/support/prison.h"
#include "tests/support/tap.h"

enum { CONTROL_FD = 3, WAIT_MS = 30000 };

static char program[512];

static pid_t
start_host(int *ret_control)
{
	char user[] = "nobody";
	char *const args[] = {program, user, NULL};
	posix_spawn_file_actions_t actions;
	int pair[2];
	pid_t pid = -1;

	if (channel_pair(pair, NULL) != 0)
		abort();
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, pair[1], CONTROL_FD);
	tap_ok(posix_spawn(&pid, program, &actions, NULL, args, environ) == 0, "the host starts");
	posix_spawn_file_actions_destroy(&actions);
	fd_close(&pair[1]);
	*ret_control = pair[0];
	return pid;
}

/* A worker's end. */
static int
new_link(int control)
{
	uint8_t bounds[PDF_BOUNDS];
	struct channel_message message = {
		.type = PDF_HOST_LINK, .payload = bytes_of(bounds, sizeof(bounds)), .n_fds = 1};
	int pair[2];

	pdf_put_number(bounds, 256);
	pdf_put_number(bounds + 4, 20);
	if (channel_pair(pair, NULL) != 0)
		abort();
	message.fds[0] = pair[1];
	tap_ok(channel_send(control, &message, clock_mono_ms() + WAIT_MS, NULL) == 0, "a link");
	fd_close(&pair[1]);
	return pair[0];
}

struct pipes {
	int to, from;
};

static struct pipes
new_reader(int link)
{
	int request[2], answers[2];
	struct channel_message message = {.type = PDF_HOST_READER, .n_fds = 2};

	if (pipe2(request, O_CLOEXEC) != 0 || pipe2(answers, O_CLOEXEC) != 0)
		abort();
	message.fds[0] = request[0];
	message.fds[1] = answers[1];
	(void)channel_send(link, &message, clock_mono_ms() + WAIT_MS, NULL);
	fd_close(&request[0]);
	fd_close(&answers[1]);
	return (struct pipes){request[1], answers[0]};
}

static void
send_word(const struct pipes *pipes, const char *word)
{
	uint8_t head[PDF_FRAME_HEADER + 4];

	pdf_put_number(head, PDF_READ);
	pdf_put_number(head + 4, (uint32_t)strlen(word) + 4);
	pdf_put_number(head + 8, 100000);
	(void)fd_write_all(pipes->to, bytes_of(head, sizeof(head)), NULL);
	(void)fd_write_all(pipes->to, bytes_of_str(word), NULL);
}

static void
close_pipes(struct pipes *pipes)
{
	fd_close(&pipes->to);
	fd_close(&pipes->from);
}

/* The number in the first frame of a kind; -1: there is none; -2: no end was said. */
static long
read_answers(struct bytes rest, uint32_t kind)
{
	long ret = -1;

	while (rest.n >= PDF_FRAME_HEADER) {
		uint32_t type = pdf_take_number(&rest), n = pdf_take_number(&rest);
		struct bytes payload = bytes_sub(rest, 0, n);

		rest = bytes_sub(rest, n, rest.n);
		if (type == PDF_END)
			return ret;
		if (type == kind && type == PDF_LIMIT)
			ret = pdf_take_number(&payload);
		else if (type == kind) {
			char text[32];

			payload = bytes_sub(payload, 5, sizeof(text) - 1);
			snprintf(text, sizeof(text), "%.*s", BYTES_FMT(payload));
			ret = strtol(text, NULL, 10);
		}
	}
	return -2;
}

static long
ask_for(int link, const char *word, uint32_t kind)
{
	struct pipes pipes = new_reader(link);
	struct buf answers;
	long ret;

	buf_init(&answers, 1 << 20);
	send_word(&pipes, word);
	(void)fd_read_to_end(pipes.from, &answers, NULL);
	ret = read_answers(buf_bytes(&answers), kind);
	buf_done(&answers);
	close_pipes(&pipes);
	return ret;
}

static long
ask(int link, const char *word)
{
	return ask_for(link, word, PDF_TEXT);
}

static void
test_prison(int link)
{
	for (const struct prison_try *try = prison_tries; try->name != NULL; try++) {
		long got = ask(link, try->name);

		tap_ok(got == try->want, "inside a reader: %s gives %ld", try->name, got);
	}
	tap_ok(ask(link, "count-fds") == 5,
		"it has no descriptors but its pipes, and three that lead nowhere");
	if (geteuid() == 0)
		tap_ok(ask(link, "uid") > 0, "it is not root");
}

static void
test_lives(int control, int link)
{
	int other = new_link(control);
	long first = ask(link, "pid"), second = ask(link, "pid");

	tap_ok(first > 0 && second > 0 && first != second, "each file has a process of its own");
	tap_ok(ask(link, "remember") == 0 && ask(link, "remember") == 0, "none remembers another's");
	tap_ok(ask(link, "crash") == -2, "one that crashes says no end");
	tap_ok(ask(link, "exit") == -2, "nor does one that just ends");
	tap_ok(ask(link, "remember") == 0 && ask(other, "remember") == 0,
		"the next one reads, for either worker");
	fd_close(&other);
}

static void
test_memory(int link)
{
#ifdef __SANITIZE_ADDRESS__
	(void)link;
	tap_skip("no limit on memory under AddressSanitizer");
#else
	tap_ok(ask_for(link, "memory", PDF_LIMIT) == PDF_LIMIT_MEMORY, "too much memory is said");
#endif
}

static bool
is_gone(pid_t pid)
{
	const struct timespec moment = {0, 5000000};
	int64_t deadline = clock_mono_ms() + WAIT_MS;

	while (kill(pid, 0) == 0 && clock_left_ms(deadline) > 0)
		(void)nanosleep(&moment, NULL);
	return kill(pid, 0) != 0 && errno == ESRCH;
}

static pid_t
start_hanging(struct pipes *pipes, int link)
{
	pid_t pid = -1;

	*pipes = new_reader(link);
	send_word(pipes, "hang");
	tap_ok(fd_read_exact(pipes->from, &pid, sizeof(pid), NULL) == 0 && pid > 0, "a reader hangs");
	return pid;
}

static void
test_given_up(int control, int link)
{
	struct pipes pipes;
	int other = new_link(control);
	pid_t pid = start_hanging(&pipes, link);

	tap_ok(ask(other, "remember") == 0, "another worker's reader works meanwhile");
	close_pipes(&pipes);
	tap_ok(is_gone(pid), "it ends when its worker gives it up");
	tap_ok(ask(link, "remember") == 0, "and the worker has the next one");
	pid = start_hanging(&pipes, other);
	fd_close(&other);
	tap_ok(is_gone(pid), "it ends with its worker");
	close_pipes(&pipes);
}

/* What a worker that was taken over might send. */
static void
test_nonsense(int control)
{
	struct channel_message message = {.type = PDF_HOST_LINK, .fds = {STDIN_FILENO}, .n_fds = 1};
	struct pipes pipes;
	struct buf answers;
	int link = new_link(control), good = new_link(control);

	(void)channel_send(link, &message, clock_mono_ms() + WAIT_MS, NULL);
	tap_ok(ask(link, "remember") == -2, "a message of another form ends the link");
	pipes = new_reader(good);
	buf_init(&answers, 1000);
	(void)fd_write_all(pipes.to, BYTES_LIT("nothing like a request"), NULL);
	tap_ok(fd_read_to_end(pipes.from, &answers, NULL) == 0 && answers.n == 0,
		"a request of another form has no answer");
	close_pipes(&pipes);
	buf_done(&answers);
	tap_ok(ask(good, "remember") == 0, "other workers are served");
	fd_close(&link);
	fd_close(&good);
}

int
main(int argc, char **argv)
{
	char *own = strdup(argv[0]);
	int control, link, status = -1;
	struct pipes pipes;
	pid_t host, hanging;

	(void)argc;
	if (own == NULL)
		return 99;
	signal(SIGPIPE, SIG_IGN);
	snprintf(program, sizeof(program), "%s/fake-pdf", dirname(own));
	free(own);
	host = start_host(&control);
	link = new_link(control);
	test_prison(link);
	test_lives(control, link);
	test_memory(link);
	test_given_up(control, link);
	test_nonsense(control);
	hanging = start_hanging(&pipes, link);
	fd_close(&control);
	tap_ok(waitpid(host, &status, 0) == host && WIFEXITED(status) && WEXITSTATUS(status) == 0,
		"the host ends with its connection");
	tap_ok(is_gone(hanging), "and its readers with it");
	close_pipes(&pipes);
	fd_close(&link);
	return tap_done();
}
