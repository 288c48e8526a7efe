/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a worker still knows of a message when it has read the next one, of another sender: nothing. Its
 * memory is read from outside, which only root may.
 */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/scan/client.h"
#include "tests/support/tap.h"

/* In the first message as it stands, in base64, and as rules see it: folded, or in small letters. */
#define MARK "Qzxvkw"
static const char *const marks[] = {MARK, "UXp4dmt3", "qzxvkw", "QZXVKW"};

#define SAID MARK "4711 has diabetes, born 3/4/1961, MRN " MARK "0815"

static const char first[] =
	"From: " MARK " <" MARK "@a.example>\r\nTo: b@b.example\r\nSubject: " SAID "\r\nMIME-Version: 1.0\r\n"
	"Content-Type: multipart/mixed; boundary=" MARK "\r\n\r\n"
	"--" MARK "\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\n" SAID "\r\n"
	"--" MARK "\r\nContent-Type: text/html\r\n\r\n<p title='" MARK "'>" SAID "</p><!-- " MARK " -->\r\n"
	"--" MARK "\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\nUXp4dmt3\r\n"
	"--" MARK "\r\nContent-Type: application/xml; name=\"" MARK ".xml\"\r\n\r\n"
	"<?xml version=\"1.0\"?><a b=\"" MARK "\">" SAID "</a>\r\n"
	"--" MARK "\r\nContent-Type: text/csv; name=\"" MARK ".csv\"\r\n\r\nname,mrn\r\n" MARK ",12345678\r\n"
	"--" MARK "--\r\n";

static const char second[] =
	"From: other <o@b.example>\r\nTo: a@a.example\r\nSubject: hello\r\n\r\nno more\r\n";

static char program[512], rules[512];

/* Whether /proc says "123 (name) S 122 ...": proc(5). */
static bool
is_child(const char *pid, pid_t parent, const char *name)
{
	char path[300], want[80];
	struct buf stat;
	const char *at;
	bool ret;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	snprintf(want, sizeof(want), " (%s) ", name);
	buf_init(&stat, 1000);
	ret = fd_read_file(path, &stat, NULL) == 0 && (at = strstr(buf_cstr(&stat), want)) != NULL &&
	      strtol(at + strlen(want) + 2, NULL, 10) == parent;
	buf_done(&stat);
	return ret;
}

/* The first child of a process that runs a program of this name; 0: there is none. */
static pid_t
find_child(pid_t parent, const char *name)
{
	DIR *dir = opendir("/proc");
	const struct dirent *entry;
	pid_t found = 0;

	while (dir != NULL && found == 0 && (entry = readdir(dir)) != NULL)
		if (isdigit((unsigned char)entry->d_name[0]) && is_child(entry->d_name, parent, name))
			found = (pid_t)strtol(entry->d_name, NULL, 10);
	if (dir != NULL)
		closedir(dir);
	return found;
}

static size_t
count_in(struct bytes memory, const char *mark)
{
	struct bytes needle = bytes_of_str(mark);
	size_t n = 0, at;

	while ((at = bytes_find(memory, needle)) < memory.n) {
		n++;
		memory = bytes_sub(memory, at + needle.n, memory.n);
	}
	return n;
}

static size_t
count_marks(int memory, uint64_t from, uint64_t to)
{
	static uint8_t piece[(1 << 20) + 64];
	size_t n = 0;

	/* Pieces overlap: a mark across two of them is seen, if twice. */
	for (uint64_t at = from; at < to; at += 1 << 20) {
		size_t want = to - at < sizeof(piece) ? (size_t)(to - at) : sizeof(piece);
		ssize_t got = pread(memory, piece, want, (off_t)at);

		for (size_t i = 0; got > 0 && i < sizeof(marks) / sizeof(marks[0]); i++) {
			size_t m = count_in(bytes_of(piece, (size_t)got), marks[i]);

			if (m > 0)
				printf("# %zu times %s within %llx-%llx\n", m, marks[i],
					(unsigned long long)from, (unsigned long long)to);
			n += m;
		}
	}
	return n;
}

/* Of "7f00-7f10 rw-p ..." what lies in pages that can be written; AddressSanitizer's terabytes of notes do
 * not. */
static size_t
count_in_map(int memory, struct bytes line)
{
	enum { GIB = 1 << 30 };
	char *end;
	uint64_t from = strtoull((const char *)line.p, &end, 16), to = strtoull(end + 1, &end, 16);

	return end[2] == 'w' && (to - from) / GIB < 4 ? count_marks(memory, from, to) : 0;
}

static size_t
count_in_process(pid_t pid)
{
	char path[64];
	struct buf maps;
	struct bytes rest, line;
	size_t n = 0;
	int memory;

	buf_init(&maps, 1 << 24);
	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	(void)fd_read_file(path, &maps, NULL);
	snprintf(path, sizeof(path), "/proc/%d/mem", (int)pid);
	memory = open(path, O_RDONLY | O_CLOEXEC);
	tap_ok(memory >= 0 && maps.n > 0, "the worker's memory can be read");
	rest = bytes_of_str(buf_cstr(&maps));
	while (bytes_next_line(&rest, &line))
		n += count_in_map(memory, line);
	fd_close(&memory);
	buf_done(&maps);
	return n;
}

static void
scan(struct scan_client *client, const char *text)
{
	struct scan_result result = {0};
	struct err err = {0};
	struct arena arena;
	int fd = -1;

	arena_init(&arena);
	tap_ok(fd_memfd("test", &fd, NULL) == 0 && fd_write_all(fd, bytes_of_str(text), NULL) == 0 &&
			fd_memfd_seal(fd, NULL) == 0 &&
			scan_client_scan(client, fd, clock_mono_ms() + 120000, &arena, &result, &err) == 0 &&
			result.unscannable == 0,
		"a message is read %s", err.text);
	fd_close(&fd);
	arena_done(&arena);
}

int
main(int argc, char **argv)
{
	struct scan_spawn start = {.program = program, .rules_directory = rules, .workers = 1};
	struct scan_client *client = NULL;
	struct err err = {0};
	const char *top = getenv("top_srcdir");
	char *own = strdup(argv[0]);
	pid_t worker;

	(void)argc;
	if (geteuid() != 0) {
		tap_skip("only root may read another process's memory");
		return tap_done();
	}
	signal(SIGPIPE, SIG_IGN);
	snprintf(program, sizeof(program), "%s/../../../parser/postseal-parser", dirname(own));
	snprintf(rules, sizeof(rules), "%s/rules", top != NULL ? top : ".");
	free(own);
	/* Freed memory has to be as freed memory is without AddressSanitizer, which keeps it for a while. */
	setenv("ASAN_OPTIONS", "max_free_fill_size=1073741824:free_fill_byte=0", 1);
	if (tap_ok(scan_client_spawn(&start, &client, &err) == 0, "started %s", err.text)) {
		scan(client, first);
		worker = find_child(find_child(getpid(), "postseal-parser"), "postseal-parser");
		tap_ok(worker > 0, "there is a worker");
		tap_ok(count_in_process(worker) > 0, "it knows the message that it just read");
		scan(client, second);
		tap_ok(find_child(find_child(getpid(), "postseal-parser"), "postseal-parser") == worker,
			"the same worker read the next one");
		tap_ok(count_in_process(worker) == 0, "and has forgotten the first");
		scan_client_close(client);
	}
	return tap_done();
}
