/* SPDX-License-Identifier: Apache-2.0 */
/*
 * postseal-parser as it is shipped, with packs of several folders: what its sandbox lets it read again at a
 * reload, and what needs a restart.
 */
#include <fcntl.h>
#include <ftw.h>
#include <libgen.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/run/sandbox.h"
#include "lib/scan/client.h"
#include "tests/support/tap.h"

static char folder[] = "/tmp/postseal-included-XXXXXX", config[64], log_path[64], program[512];

#define RULE(pack, id, word)                                                                                 \
	"pack: " pack "\nrules:\n  - {id: " id ", title: t, kind: secret, terms: [" word                     \
	"], tests: {hit: [" word "], miss: [nothing]}}\n"
#define SITE RULE("site", "site", "lion")

/* The hash of this word, with the key below. */
#define TIGER "bab2d55d71a9dfca03ed3c826b0bbd77"
#define MESSAGE "From: a@a.example\r\nSubject: test\r\n\r\nzebra lion tiger\r\n"

static int64_t
soon(void)
{
	return clock_mono_ms() + 30000;
}

static void
put_file(const char *name, const char *text)
{
	char path[200];
	struct err err = {0};

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (fd_write_file(path, bytes_of_str(text), 0644, &err) != 0)
		tap_ok(false, "%s", err.text);
}

static void
put_config(void)
{
	char text[500];

	snprintf(text, sizeof(text),
		"log_to = stderr\nlog_level = info\nrules_directory = %s/site\nparser_socket = %s/socket\n"
		"parser_user =\nparser_workers = 1\n",
		folder, folder);
	put_file("etc/postseal.cf", text);
}

/* How often the log has the text. */
static int
count_in_log(const char *text)
{
	struct buf buf;
	int n = 0;

	buf_init(&buf, 1 << 20);
	(void)fd_read_file(log_path, &buf, NULL);
	for (const char *at = buf_cstr(&buf); (at = strstr(at, text)) != NULL; at++)
		n++;
	buf_done(&buf);
	return n;
}

static void
wait_for_log(const char *text, int times)
{
	const struct timespec moment = {0, 20000000};
	int64_t deadline = soon();

	while (count_in_log(text) < times && clock_left_ms(deadline) > 0)
		(void)nanosleep(&moment, NULL);
	tap_ok(count_in_log(text) >= times, "logged: %s", text);
}

static pid_t
start_daemon(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		int fd = open(log_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

		(void)dup2(fd, STDERR_FILENO);
		(void)execl(program, "postseal-parser", "-c", config, (char *)NULL);
		_exit(99);
	}
	wait_for_log("ready", 1);
	return pid;
}

/* The rules that found something, in their order. */
static void
put_found(struct scan_client *client, struct buf *out)
{
	struct scan_result result = {0};
	struct err err = {0};
	struct arena arena;
	int fd = -1;

	arena_init(&arena);
	if (fd_memfd("test", &fd, &err) != 0 || fd_write_all(fd, BYTES_LIT(MESSAGE), &err) != 0 ||
		fd_memfd_seal(fd, &err) != 0 ||
		scan_client_scan(client, fd, soon(), &arena, &result, &err) != 0)
		buf_put_str(out, err.text);
	for (const struct finding *f = result.findings; f != NULL; f = f->next)
		buf_putf(out, "%s ", f->rule);
	fd_close(&fd);
	arena_done(&arena);
}

/* Workers of the old rules may still answer for a moment. */
static void
check_found(struct scan_client *client, const char *want, const char *what)
{
	int64_t deadline = soon();
	struct buf got;

	buf_init(&got, 1000);
	do {
		buf_reset(&got);
		put_found(client, &got);
	} while (strcmp(buf_cstr(&got), want) != 0 && clock_left_ms(deadline) > 0);
	tap_bytes(buf_bytes(&got), bytes_of_str(want), "%s", what);
	buf_done(&got);
}

static void
reload(pid_t pid, int times)
{
	kill(pid, SIGHUP);
	wait_for_log("reloaded", times);
}

static void
test_reloads(struct scan_client *client, pid_t pid)
{
	check_found(client, "one site ", "at the start");
	put_file("shipped/shipped.yaml", RULE("shipped", "two", "tiger"));
	reload(pid, 1);
	check_found(client, "two site ", "an included pack that was changed");
	put_file("site/exceptions.key", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n");
	put_file("shipped/shipped.yaml",
		"pack: shipped\nrules:\n  - {id: two, title: t, kind: secret, terms: [tiger, "
		"tigers], tests: {hit: [tiger], miss: [x]}}\n");
	put_file("site/site.yaml",
		SITE "include: ../shipped\noverrides:\n"
		     "  - {rule: two, except: " TIGER ", tests: {hit: [tigers], miss: [tiger]}}\n");
	reload(pid, 2);
	check_found(client, "site ", "the first list of exceptions");
	put_file("site/site.yaml", SITE "include: ../elsewhere\n");
	if (sandbox_landlock_abi() == 0) {
		tap_skip("no Landlock: any folder can be read");
		return;
	}
	kill(pid, SIGHUP);
	wait_for_log("the running configuration stays", 1);
	wait_for_log("/site/../elsewhere: Permission denied", 1);
	check_found(client, "site ", "a folder that was not there at the start");
}

static int
remove_one(const char *path, const struct stat *info, int type, struct FTW *walk)
{
	(void)info;
	(void)type;
	(void)walk;
	return remove(path);
}

static void
make_folders(void)
{
	static const char *const names[] = {"etc", "site", "shipped", "elsewhere"};
	char path[200];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		tap_ok(mkdir(path, 0755) == 0, "folder %s", names[i]);
	}
	put_config();
	put_file("site/site.yaml", SITE "include: ../shipped\n");
	put_file("shipped/shipped.yaml", RULE("shipped", "one", "zebra"));
	put_file("elsewhere/elsewhere.yaml", RULE("elsewhere", "three", "tiger"));
}

int
main(int argc, char **argv)
{
	char path[200];
	struct scan_client *client = NULL;
	struct err err = {0};
	char *own = strdup(argv[0]);
	int status = 0;

	(void)argc;
	if (mkdtemp(folder) == NULL || own == NULL)
		return 99;
	signal(SIGPIPE, SIG_IGN);
	snprintf(program, sizeof(program), "%s/../../../parser/postseal-parser", dirname(own));
	free(own);
	snprintf(config, sizeof(config), "%s/etc/postseal.cf", folder);
	snprintf(log_path, sizeof(log_path), "%s/log", folder);
	snprintf(path, sizeof(path), "%s/socket", folder);
	make_folders();
	pid_t pid = start_daemon();
	if (tap_ok(scan_client_connect(path, &client, &err) == 0, "connected %s", err.text))
		test_reloads(client, pid);
	scan_client_close(client);
	kill(pid, SIGTERM);
	tap_ok(waitpid(pid, &status, 0) == pid && status == 0, "it ends well");
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return tap_done();
}
