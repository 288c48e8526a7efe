/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: tests/fault/beside PARSER RULES ORDINARY BOMB...
 *
 * Gives a parser with two workers each bomb, and an ordinary message again and again beside it, by turns with
 * the ordinary message alone. A line for each bomb: its path, how long it took in milliseconds, the names of
 * what made it unscannable (or "-"); the last line has the medians of the ordinary message, beside and alone,
 * in microseconds, and how many there were of each.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/scan/client.h"

enum { SAMPLES_MAX = 20000, ALONE = 20, DEADLINE_MS = 60000 };

struct samples {
	int64_t us[SAMPLES_MAX];
	size_t n;
};

struct run {
	struct scan_client *client;
	int ordinary;
	uint32_t next;
	struct samples beside, alone;
};

static _Noreturn void
fail(const char *what, const struct err *err)
{
	fprintf(stderr, "beside: %s: %s\n", what, err->text);
	exit(1);
}

static int
load(const char *path)
{
	static uint8_t chunk[65536];
	struct err err = {0};
	int from = open(path, O_RDONLY | O_CLOEXEC), to = -1;
	ssize_t n;

	if (from < 0 || fd_memfd("message", &to, &err) != 0)
		fail(path, &err);
	while ((n = read(from, chunk, sizeof(chunk))) > 0)
		if (fd_write_all(to, bytes_of(chunk, (size_t)n), &err) != 0)
			fail(path, &err);
	if (fd_memfd_seal(to, &err) != 0)
		fail(path, &err);
	fd_close(&from);
	return to;
}

static uint32_t
submit(struct run *run, int fd)
{
	const struct scan_question question = {.message_fd = fd};
	struct err err = {0};

	if (scan_client_submit(run->client, run->next, &question, &err) != 0)
		fail("submit", &err);
	return run->next++;
}

static uint32_t
collect(struct run *run, unsigned *ret_unscannable)
{
	struct scan_result result;
	struct arena arena;
	struct err err = {0};
	uint32_t id;

	arena_init(&arena);
	if (scan_client_collect(run->client, clock_mono_ms() + DEADLINE_MS, &arena, &id, &result, &err) != 0)
		fail("collect", &err);
	*ret_unscannable = result.unscannable;
	arena_done(&arena);
	return id;
}

static void
add(struct samples *samples, int64_t us)
{
	if (samples->n < SAMPLES_MAX)
		samples->us[samples->n++] = us;
}

static void
scan_alone(struct run *run)
{
	for (int i = 0; i < ALONE; i++) {
		int64_t begin = clock_mono_ns();
		unsigned unused;

		(void)submit(run, run->ordinary);
		(void)collect(run, &unused);
		add(&run->alone, (clock_mono_ns() - begin) / 1000);
	}
}

static void
print_bomb(const char *path, int64_t ms, unsigned unscannable)
{
	const char *mark = " ";

	printf("%s %lld", path, (long long)ms);
	for (unsigned bit = 1; unscannable_name(bit) != NULL; bit <<= 1)
		if ((unscannable & bit) != 0) {
			printf("%s%s", mark, unscannable_name(bit));
			mark = ",";
		}
	printf("%s\n", unscannable == 0 ? " -" : "");
	fflush(stdout);
}

/* Ordinary mail, one after the other, as long as the bomb takes. */
static void
scan_beside(struct run *run, const char *path)
{
	int fd = load(path);
	int64_t begin = clock_mono_ns(), ordinary_begin, end = 0;
	uint32_t bomb = submit(run, fd);
	unsigned unscannable = 0, unused;

	while (end == 0) {
		uint32_t ordinary = submit(run, run->ordinary), id;

		ordinary_begin = clock_mono_ns();
		while ((id = collect(run, end == 0 ? &unscannable : &unused)) != ordinary)
			if (id == bomb)
				end = clock_mono_ns();
		add(&run->beside, (clock_mono_ns() - ordinary_begin) / 1000);
		if (end == 0)
			unscannable = 0;
	}
	print_bomb(path, (end - begin) / 1000000, unscannable);
	fd_close(&fd);
}

static int
compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static long long
median(struct samples *samples)
{
	qsort(samples->us, samples->n, sizeof(samples->us[0]), compare);
	return samples->n > 0 ? (long long)samples->us[samples->n / 2] : 0;
}

int
main(int argc, char **argv)
{
	static struct run run;
	struct err err = {0};

	if (argc < 5) {
		fprintf(stderr, "usage: beside PARSER RULES ORDINARY BOMB...\n");
		return 2;
	}
	if (scan_client_spawn(
		    &(const struct scan_spawn){.program = argv[1], .rules_directory = argv[2], .workers = 2},
		    &run.client, &err) != 0)
		fail("spawn", &err);
	run.ordinary = load(argv[3]);
	scan_alone(&run);
	run.alone.n = 0; /* the first ones find everything cold */
	for (int i = 4; i < argc; i++) {
		scan_alone(&run);
		scan_beside(&run, argv[i]);
	}
	printf("median %lld %lld of %zu %zu\n", median(&run.beside), median(&run.alone), run.beside.n,
		run.alone.n);
	scan_client_close(run.client);
	return 0;
}
