/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: rosterbench RULES PEOPLE FILE...
 * Invents people (names of the packs' own lists, the frequent ones more often), builds their roster, and
 * scans the messages with and without it in turn. Prints sizes, times and how many messages seem to name
 * somebody.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "lib/dlp/roster_build.h"
#include "lib/dlp/scan.h"
#include "lib/mime/reader.h"

enum { LIST_MAX = 200000, ROUNDS = 25, MESSAGE_MAX = 64 << 20 };

static const uint8_t key[ROSTER_KEY] = {7, 9, 1};

struct list {
	struct buf content;
	struct bytes p[LIST_MAX];
	size_t n;
};

static struct list first_names, surnames;
static uint64_t seed = 88172645463325252U;

static uint64_t
any(uint64_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % n;
}

/* The lists begin with frequent names or not: a third of all people share the first hundred. */
static struct bytes
any_of(const struct list *list)
{
	return list->p[any(3) == 0 ? any(list->n < 100 ? list->n : 100) : any(list->n)];
}

static void
read_list(const char *rules, const char *name, struct list *list)
{
	char path[4096];
	struct bytes rest, line;

	snprintf(path, sizeof(path), "%s/dict/%s", rules, name);
	buf_init(&list->content, MESSAGE_MAX);
	if (fd_read_file(path, &list->content, NULL) != 0)
		exit(1);
	rest = buf_bytes(&list->content);
	while (list->n < LIST_MAX && bytes_next_line(&rest, &line))
		if (line.n > 1 && line.p[0] != '#')
			list->p[list->n++] = line;
}

static void
invent(struct roster_builder *builder, uint64_t number)
{
	struct roster_field fields[6];
	struct roster_row row;
	char text[6][160];
	struct bytes first = any_of(&first_names), last = any_of(&surnames);

	snprintf(text[0], sizeof(text[0]), "%.*s, %.*s %c", BYTES_FMT(last), BYTES_FMT(first),
		(int)('A' + any(26)));
	snprintf(text[1], sizeof(text[1]), "%02d/%02d/%d", (int)any(12) + 1, (int)any(28) + 1,
		(int)any(95) + 1930);
	snprintf(text[2], sizeof(text[2]), "%08d", (int)(number * 7 + 1000003));
	snprintf(
		text[3], sizeof(text[3]), "%d %.*s Street", (int)any(9000) + 1, BYTES_FMT(any_of(&surnames)));
	snprintf(text[4], sizeof(text[4]), "%.*s.%.*s%d@mail.example", BYTES_FMT(first), BYTES_FMT(last),
		(int)number);
	snprintf(text[5], sizeof(text[5]), "(%03d) %03d-%04d", (int)any(800) + 200, (int)any(800) + 200,
		(int)any(10000));
	static const enum roster_column columns[] = {COLUMN_NAME, COLUMN_BIRTH_DATE, COLUMN_RECORD_NUMBER,
		COLUMN_ADDRESS, COLUMN_EMAIL, COLUMN_PHONE};
	for (size_t i = 0; i < 6; i++)
		fields[i] = (struct roster_field){columns[i], bytes_of_str(text[i])};
	(void)roster_builder_add(builder, fields, 6, &row);
}

/* The second number of statm. */
static size_t
resident(void)
{
	char text[100];
	struct bytes line;
	int64_t pages = 0;
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, text, sizeof(text));

	fd_close(&fd);
	line = bytes_of(text, n > 0 ? (size_t)n : 0);
	line = bytes_sub(line, bytes_find_byte(line, ' ') + 1, line.n);
	if (bytes_parse_i64(bytes_sub(line, 0, bytes_find_byte(line, ' ')), 0, INT64_MAX / 65536, &pages) < 0)
		exit(1);
	return (size_t)pages * (size_t)sysconf(_SC_PAGESIZE);
}

static void
build(uint64_t people, const char *path)
{
	struct roster_builder *builder;
	struct bytes image;
	int64_t start = clock_cpu_us();

	builder = roster_builder_new(bytes_of(key, sizeof(key)), ROSTER_MONTH_FIRST, clock_wall());
	for (uint64_t i = 0; i < people; i++)
		invent(builder, i);
	if (roster_builder_end(builder, &image, NULL) != 0 || fd_write_file(path, image, 0600, NULL) != 0)
		exit(1);
	printf("build: %.1f s of processor time, file %.1f MB\n", (double)(clock_cpu_us() - start) / 1e6,
		(double)image.n / 1e6);
	roster_builder_free(builder);
}

struct message {
	struct arena arena;
	struct message_text text;
};

static size_t
count_hits(const struct ruleset *set, struct scan_scratch *scratch, struct message *messages, size_t n,
	const char *rule)
{
	size_t hits = 0;

	for (size_t i = 0; i < n; i++) {
		struct scan_result result;
		struct arena arena;

		arena_init(&arena);
		scan_text(set, scratch, &messages[i].text, &arena, &result);
		for (const struct finding *f = result.findings; f; f = f->next)
			if (strcmp(f->rule, rule) == 0) {
				hits++;
				break;
			}
		arena_done(&arena);
	}
	return hits;
}

static int
compare(const void *a, const void *b)
{
	int64_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

static struct message *
read_messages(char **paths, size_t n)
{
	const struct mime_limits limits = {30, 1000, 2000, 32 << 20};
	struct message *messages = mem_new(n, sizeof(*messages));
	struct buf content;
	size_t bytes = 0;

	mime_init(NULL);
	buf_init(&content, MESSAGE_MAX);
	for (size_t i = 0; i < n; i++) {
		buf_reset(&content);
		arena_init(&messages[i].arena);
		if (fd_read_file(paths[i], &content, NULL) != 0)
			exit(1);
		mime_read(&messages[i].arena, buf_bytes(&content), &limits, &messages[i].text);
		bytes += content.n;
	}
	buf_done(&content);
	printf("%zu messages, %.1f MB\n", n, (double)bytes / 1e6);
	return messages;
}

int
main(int argc, char **argv)
{
	const struct ruleset_limits limits = {1000000, 1000, 16384};
	char path[] = "/tmp/postseal-rosterbench-XXXXXX";
	int64_t times[2][ROUNDS];
	struct ruleset *set = NULL;
	struct faults faults;
	struct roster *roster = NULL;
	struct bytes map;
	size_t before, hits = 0;
	int fd;

	faults_init(&faults);
	if (argc < 4 || ruleset_load(argv[1], &limits, &set, &faults) != 0 || (fd = mkstemp(path)) < 0)
		return 1;
	read_list(argv[1], "first-names.txt", &first_names);
	read_list(argv[1], "surnames.txt", &surnames);
	build((uint64_t)atoll(argv[2]), path);
	fd_close(&fd);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	unlink(path);
	before = resident();
	int64_t start = clock_mono_ms();
	if (fd_map(fd, SIZE_MAX / 2, &map, NULL) != 0 ||
		roster_of(map, bytes_of(key, sizeof(key)), &roster, NULL) != 0)
		return 1;
	printf("open: %d ms, resident %.1f MB, %llu values\n", (int)(clock_mono_ms() - start),
		(double)(resident() - before) / 1e6, (unsigned long long)roster_header(roster)->entries);
	struct message *messages = read_messages(argv + 3, (size_t)argc - 3);
	struct scan_scratch *scratch = scan_scratch_new(set);
	for (int round = 0; round < ROUNDS; round++)
		for (int with = 0; with < 2; with++) {
			scan_scratch_use_roster(scratch, with ? roster : NULL);
			int64_t cpu = clock_cpu_us();
			hits = count_hits(set, scratch, messages, (size_t)argc - 3, "roster-patient");
			times[with][round] = clock_cpu_us() - cpu;
		}
	double ratios[ROUNDS];
	for (int i = 0; i < ROUNDS; i++)
		ratios[i] = (double)times[1][i] / (double)times[0][i];
	for (int i = 0; i < ROUNDS; i++)
		for (int j = i + 1; j < ROUNDS; j++)
			if (ratios[j] < ratios[i]) {
				double swap = ratios[i];
				ratios[i] = ratios[j];
				ratios[j] = swap;
			}
	qsort(times[0], ROUNDS, sizeof(times[0][0]), compare);
	qsort(times[1], ROUNDS, sizeof(times[1][0]), compare);
	printf("scan: fastest round without %.1f ms, with %.1f ms, ratio %.3f\n", (double)times[0][0] / 1e3,
		(double)times[1][0] / 1e3, (double)times[1][0] / (double)times[0][0]);
	printf("scan: without %.1f ms, with %.1f ms (medians of %d rounds), ratio %.3f (%.3f to %.3f)\n",
		(double)times[0][ROUNDS / 2] / 1e3, (double)times[1][ROUNDS / 2] / 1e3, ROUNDS,
		ratios[ROUNDS / 2], ratios[0], ratios[ROUNDS - 1]);
	printf("messages in which somebody of the invented people seems to be named: %zu\n", hits);
	return 0;
}
