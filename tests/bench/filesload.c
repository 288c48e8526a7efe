/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: tests/bench/filesload SETTINGS PARSER BAREPDF MAIL...
 *
 * Reads the messages as often as it is told, a line of standard input each: `WAY TIMES MAIL`, where MAIL
 * counts from 0 and WAY is one of prison  by PARSER, with one worker, as a site's milter asks it inside  by
 * the functions that a worker calls, in this process read    the same, without the rules and answers with the
 * nanoseconds of it all, and what made the message unscannable (0: nothing). BAREPDF is postseal-pdf without
 * its prison, for the latter two.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/format/formats.h"
#include "lib/format/pdf.h"
#include "lib/run/channel.h"
#include "lib/scan/answer.h"
#include "lib/scan/client.h"
#include "lib/scan/protocol.h"
#include "parser/engine.h"
#include "parser/job.h"

enum { MAILS_MAX = 16, CONTROL_FD = 3, SOON_MS = 60000, MESSAGE_MAX = 64 << 20 };

struct load {
	struct scan_client *client;
	struct engine *engine;
	struct job_tools tools;
	int mails[MAILS_MAX];
	struct bytes maps[MAILS_MAX];
	size_t n;
	unsigned unscannable;
};

static int pdf_link = -1;

static _Noreturn void
fail(const char *what, const struct err *err)
{
	fprintf(stderr, "filesload: %s: %s\n", what, err->text);
	exit(1);
}

/* postseal-pdf's host, with one link. */
static void
start_pdf(const char *program, const struct pdf_bounds *bounds)
{
	const char *const args[] = {"postseal-pdf", "", NULL};
	struct channel_message message = {.type = PDF_HOST_LINK, .n_fds = 1};
	posix_spawn_file_actions_t actions;
	uint8_t payload[PDF_BOUNDS];
	struct err err = {0};
	int control[2], link[2];
	pid_t pid;

	if (channel_pair(control, &err) != 0 || channel_pair(link, &err) != 0)
		fail("socketpair", &err);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, control[1], CONTROL_FD);
	if (posix_spawn(&pid, program, &actions, NULL, (char *const *)(uintptr_t)args, environ) != 0)
		fail(program, &err);
	posix_spawn_file_actions_destroy(&actions);
	pdf_put_number(payload, bounds->memory_mib);
	pdf_put_number(payload + 4, bounds->seconds);
	message.payload = bytes_of(payload, sizeof(payload));
	message.fds[0] = link[1];
	if (channel_send(control[0], &message, clock_mono_ms() + SOON_MS, &err) != 0)
		fail(program, &err);
	fd_close(&control[1]);
	fd_close(&link[1]);
	pdf_link = link[0]; /* the host ends with this process */
}

static int
open_reader(int *ret_to, int *ret_from)
{
	struct channel_message message = {.type = PDF_HOST_READER, .n_fds = 2};
	int request[2], answers[2], ret;

	if (pipe2(request, O_CLOEXEC) != 0 || pipe2(answers, O_CLOEXEC) != 0)
		return -1;
	message.fds[0] = request[0];
	message.fds[1] = answers[1];
	ret = channel_send(pdf_link, &message, clock_mono_ms() + SOON_MS, NULL);
	fd_close(&request[0]);
	fd_close(&answers[1]);
	*ret_to = request[1];
	*ret_from = answers[0];
	return ret;
}

static void
load_mail(struct load *load, const char *path)
{
	struct err err = {0};
	struct buf buf;
	int fd = -1;

	buf_init(&buf, MESSAGE_MAX);
	if (load->n == MAILS_MAX || fd_read_file(path, &buf, &err) != 0 ||
		fd_memfd("message", &fd, &err) != 0 || fd_write_all(fd, buf_bytes(&buf), &err) != 0 ||
		fd_memfd_seal(fd, &err) != 0 || fd_map(fd, MESSAGE_MAX, &load->maps[load->n], &err) != 0)
		fail(path, &err);
	load->mails[load->n++] = fd;
	buf_done(&buf);
}

static void
read_in_prison(struct load *load, size_t mail)
{
	struct scan_result result = {0};
	struct arena arena;
	struct err err = {0};

	arena_init(&arena);
	if (scan_client_scan(
		    load->client, load->mails[mail], clock_mono_ms() + SOON_MS, &arena, &result, &err) != 0)
		fail("scan", &err);
	load->unscannable |= result.unscannable;
	arena_done(&arena);
}

static void
read_inside(struct load *load, size_t mail)
{
	const struct channel_message request = {.type = JOB_SCAN, .fds = {load->mails[mail]}, .n_fds = 1};
	struct channel_message answer;
	struct scan_result result = {0};
	struct arena arena;
	struct err err = {0};

	arena_init(&arena);
	job_run(&load->tools, &request, &answer);
	if (answer_get_result(&arena, answer.payload, &result, &err) != 0)
		fail("answer", &err);
	load->unscannable |= result.unscannable;
	arena_done(&arena);
}

static void
read_only(struct load *load, size_t mail)
{
	struct message_text text;
	struct arena arena;

	arena_init(&arena);
	mime_read(&arena, load->maps[mail], &load->engine->limits, &text);
	load->unscannable |= text.unscannable;
	arena_done(&arena);
}

static const struct {
	const char *name;
	void (*read)(struct load *load, size_t mail);
} ways[] = {{"prison", read_in_prison}, {"inside", read_inside}, {"read", read_only}};

static void
read_mail(struct load *load, const char *way, size_t times, size_t mail)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		for (size_t n = 0; strcmp(way, ways[i].name) == 0 && n < times; n++)
			ways[i].read(load, mail);
}

static size_t
number(const char *text, size_t max)
{
	int64_t value;

	if (text == NULL || bytes_parse_i64(bytes_of_str(text), 0, (int64_t)max, &value) != 0)
		exit(2);
	return (size_t)value;
}

static void
serve(struct load *load)
{
	char line[64];

	while (fgets(line, sizeof(line), stdin) != NULL) {
		char *rest = line;
		const char *way = strsep(&rest, " ");
		size_t times = number(strsep(&rest, " "), 1000000),
		       mail = number(strsep(&rest, "\n"), load->n - 1);
		int64_t begin = clock_mono_ns();

		load->unscannable = 0;
		read_mail(load, way, times, mail);
		printf("%lld %u\n", (long long)(clock_mono_ns() - begin), load->unscannable);
		fflush(stdout);
	}
}

int
main(int argc, char **argv)
{
	static struct load load;
	struct settings *settings = NULL;
	struct faults faults;
	struct err err = {0};

	if (argc < 5) {
		fputs("usage: filesload SETTINGS PARSER BAREPDF MAIL...\n", stderr);
		return 2;
	}
	faults_init(&faults);
	if (settings_load(argv[1], NULL, &settings, &faults) != 0 ||
		engine_load(settings, &load.engine, &faults) != 0) {
		faults_print(&faults, stderr);
		return 1;
	}
	if (scan_client_spawn(
		    &(const struct scan_spawn){.program = argv[2], .settings_path = argv[1], .workers = 1},
		    &load.client, &err) != 0)
		fail(argv[2], &err);
	start_pdf(argv[3], &load.engine->pdf);
	pdf_use(open_reader);
	formats_init();
	mime_init(formats_table);
	job_tools_init(&load.tools, load.engine);
	for (int i = 4; i < argc; i++)
		load_mail(&load, argv[i]);
	serve(&load);
	scan_client_close(load.client);
	job_tools_done(&load.tools);
	engine_free(load.engine);
	settings_free(settings);
	faults_done(&faults);
	return 0;
}
