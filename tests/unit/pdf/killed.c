/* SPDX-License-Identifier: Apache-2.0 */
/*
 * postseal-pdf is killed, with and without work: no message is the worse for it. The programs are those that
 * are shipped.
 */
#include <dirent.h>
#include <libgen.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/scan/client.h"
#include "tests/support/tap.h"

enum { WORKERS = 2, WAIT_MS = 60000 };

static char folder[] = "/tmp/postseal-killed-XXXXXX", pack[64], program[512];

static const char pack_text[] = "pack: test\n"
				"rules:\n"
				"  - id: planted\n"
				"    title: The marker\n"
				"    kind: identifier\n"
				"    pattern: '\\bMARK-\\d{4}\\b'\n"
				"    confidence: 90\n"
				"    tests: {hit: [MARK-1234], miss: [MARK-12]}\n";

/* Readers repair what has no table of objects. */
static const char mail[] =
	"From: a@a.example\r\nMIME-Version: 1.0\r\nContent-Type: application/pdf\r\n\r\n"
	"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
	"2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"
	"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F 5 0 "
	"R>>>>>>endobj\n"
	"4 0 obj<</Length 42>>stream\nBT /F 12 Tf 72 700 Td (MARK-0001) Tj ET    \nendstream endobj\n"
	"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
	"trailer<</Root 1 0 R/Size 6>>\n%%EOF\n";

struct process {
	char name[32];
	pid_t parent;
};

/* `12 (postseal-pdf) S 11 ...`: proc(5). */
static bool
look_at(const char *pid, struct process *ret_process)
{
	char path[300];
	struct buf text;
	bool ret = false;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	buf_init(&text, 4096);
	if (fd_read_file(path, &text, NULL) == 0) {
		const char *begin = strchr(buf_cstr(&text), '('),
			   *end = begin != NULL ? strrchr(begin, ')') : NULL;

		ret = end != NULL && end[2] != 'Z';
		if (ret) {
			snprintf(ret_process->name, sizeof(ret_process->name), "%.*s", (int)(end - begin - 1),
				begin + 1);
			ret_process->parent = (pid_t)strtol(end + 4, NULL, 10);
		}
	}
	buf_done(&text);
	return ret;
}

/* Whether it is below this one, by so many generations. */
static bool
descends(pid_t pid, int generations)
{
	struct process process;
	char name[32];

	while (generations-- > 0) {
		snprintf(name, sizeof(name), "%d", (int)pid);
		if (!look_at(name, &process))
			return false;
		pid = process.parent;
	}
	return pid == getpid();
}

/* The parser is our child, its starter the parser's, postseal-pdf the starter's. */
static pid_t
find_host(void)
{
	enum { GENERATIONS = 3 };
	DIR *all = opendir("/proc");
	struct process process;
	pid_t ret = 0;

	for (const struct dirent *entry; ret == 0 && (entry = readdir(all)) != NULL;) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);

		if (pid > 0 && look_at(entry->d_name, &process) &&
			strcmp(process.name, "postseal-pdf") == 0 && descends(pid, GENERATIONS))
			ret = pid;
	}
	closedir(all);
	return ret;
}

static int
message(void)
{
	int fd = -1;

	if (fd_memfd("test", &fd, NULL) != 0 || fd_write_all(fd, bytes_of_str(mail), NULL) != 0 ||
		fd_memfd_seal(fd, NULL) != 0)
		abort();
	return fd;
}

static void
collect(struct scan_client *client, const char *when)
{
	struct scan_result result = {0};
	struct arena arena;
	struct err err = {0};
	uint32_t id;

	arena_init(&arena);
	tap_ok(scan_client_collect(client, clock_mono_ms() + WAIT_MS, &arena, &id, &result, &err) == 0,
		"%s: answered %s", when, err.text);
	tap_ok(result.unscannable == 0 && result.findings != NULL, "%s: read (%x)", when, result.unscannable);
	arena_done(&arena);
}

static void
submit(struct scan_client *client, int fd)
{
	struct err err = {0};

	if (scan_client_submit(client, 1, &(struct scan_question){.message_fd = fd}, &err) != 0)
		tap_ok(false, "%s", err.text);
}

static void
test_idle(struct scan_client *client, int fd)
{
	pid_t last = 0;

	for (int i = 0; i < 4; i++) {
		pid_t host = find_host();

		tap_ok(host > 0 && host != last, "there is another postseal-pdf");
		if (host > 0)
			(void)kill(host, SIGKILL);
		last = host;
		submit(client, fd);
		collect(client, "killed before");
	}
}

/* Held, it takes no request up; a message that waits for it is given to a new one. */
static void
test_at_work(struct scan_client *client, int fd)
{
	pid_t host = find_host();

	if (host <= 0 || kill(host, SIGSTOP) != 0) {
		tap_ok(false, "there is a postseal-pdf");
		return;
	}
	for (int i = 0; i < WORKERS; i++)
		submit(client, fd);
	(void)kill(host, SIGKILL);
	for (int i = 0; i < WORKERS; i++)
		collect(client, "killed at work");
	submit(client, fd);
	collect(client, "thereafter");
}

int
main(int argc, char **argv)
{
	struct scan_spawn start = {.program = program, .rules_directory = folder, .workers = WORKERS};
	struct scan_client *client = NULL;
	struct err err = {0};
	char *own = strdup(argv[0]);
	int fd = message();

	(void)argc;
	if (mkdtemp(folder) == NULL || own == NULL)
		return 99;
	signal(SIGPIPE, SIG_IGN);
	snprintf(program, sizeof(program), "%s/../../../parser/postseal-parser", dirname(own));
	free(own);
	snprintf(pack, sizeof(pack), "%s/test.yaml", folder);
	tap_ok(fd_write_file(pack, bytes_of_str(pack_text), 0644, &err) == 0, "pack %s", err.text);
	if (tap_ok(scan_client_spawn(&start, &client, &err) == 0, "started %s", err.text)) {
		submit(client, fd);
		collect(client, "at first");
		test_idle(client, fd);
		test_at_work(client, fd);
		scan_client_close(client);
	}
	(void)unlink(pack);
	(void)rmdir(folder);
	fd_close(&fd);
	return tap_done();
}
