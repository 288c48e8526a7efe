/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What judging costs per byte on texts that are made to be slow, as a ratio to ordinary mail in the same run.
 * Arguments: the rules folder, the size of a text in KiB, the most that a ratio may be, ordinary texts. Each
 * text is repeated until it has the size; ordinary ones are judged one by one. Processor time, best of three.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "lib/dlp/rule.h"
#include "lib/dlp/scan.h"
#include "tests/bench/hostile.h"

enum { ROUNDS = 3, TEXT_MAX = 64 << 20, SAMPLE_SHARE = 16 };

static const struct ruleset_limits limits = {200000, 1000, 20000};

struct bench {
	const struct ruleset *set;
	struct scan_scratch *scratch;
	struct buf text;
	size_t size;
	double ordinary; /* ns a byte */
	double most, worst;
};

static int64_t
judge_once(struct bench *bench, struct bytes text)
{
	struct segment segment = {SEGMENT_TEXT, "body/text", text, NULL};
	struct message_text message = {.segments = &segment};
	struct scan_result result;
	struct arena arena;
	int64_t start = clock_cpu_us();

	arena_init(&arena);
	scan_text(bench->set, bench->scratch, &message, &arena, &result);
	arena_done(&arena);
	return clock_cpu_us() - start;
}

/* Nanoseconds a byte, the best of some rounds. */
static double
measure(struct bench *bench, struct bytes text)
{
	int64_t best = INT64_MAX;

	for (int i = 0; i < ROUNDS; i++) {
		int64_t took = judge_once(bench, text);

		best = took < best ? took : best;
	}
	return (double)best * 1000 / (double)text.n;
}

static void
repeat(struct bench *bench, struct bytes text, size_t size)
{
	buf_reset(&bench->text);
	while (bench->text.n < size && text.n > 0)
		buf_put_bytes(&bench->text, text);
}

static void
report(struct bench *bench, const char *kind, const char *name)
{
	double cost = measure(bench, buf_bytes(&bench->text)), ratio = cost / bench->ordinary;

	if (ratio > bench->worst)
		bench->worst = ratio;
	printf("%6.2f %8.2f ns/byte  %s%s%s\n", ratio, cost, kind, name,
		ratio > bench->most ? "  ABOVE" : "");
}

/* Every ordinary text as a message of its own; their bytes together are what the cost is shared by. */
static int
measure_ordinary(struct bench *bench, char **paths)
{
	int64_t best = INT64_MAX;
	size_t bytes = 0;

	for (int i = 0; i < ROUNDS * 3; i++) {
		int64_t took = 0;

		bytes = 0;
		for (char **path = paths; *path != NULL; path++) {
			struct err err = {0};

			buf_reset(&bench->text);
			if (fd_read_file(*path, &bench->text, &err) != 0) {
				fprintf(stderr, "%s: %s\n", *path, err.text);
				return -1;
			}
			bytes += bench->text.n;
			took += judge_once(bench, buf_bytes(&bench->text));
		}
		best = took < best ? took : best;
	}
	bench->ordinary = (double)best * 1000 / (double)bytes;
	printf("%6.2f %8.2f ns/byte  ordinary mail, %zu bytes\n", 1.0, bench->ordinary, bytes);
	return 0;
}

/* Each rule's own samples, again and again: what it is sure to look at. */
static void
report_samples(struct bench *bench)
{
	for (size_t i = 0; i < bench->set->n_rules; i++) {
		const struct rule *rule = &bench->set->rules[i];
		struct buf all;

		buf_init(&all, 1 << 20);
		for (const struct example *e = rule->examples; e != NULL; e = e->next)
			for (const struct segment *s = e->text.segments; s != NULL; s = s->next) {
				buf_put_bytes(&all, s->text);
				buf_put_byte(&all, ' ');
			}
		repeat(bench, buf_bytes(&all), bench->size / SAMPLE_SHARE);
		if (bench->text.n > 0)
			report(bench, "samples of ", rule->id);
		buf_done(&all);
	}
}

int
main(int argc, char **argv)
{
	struct faults *faults = mem_new(1, sizeof(*faults));
	struct ruleset *set = NULL;
	struct bench bench = {0};

	if (argc < 5) {
		fputs("usage: adversarial RULES KIB RATIO FILE...\n", stderr);
		return 2;
	}
	faults_init(faults);
	if (ruleset_load(argv[1], &limits, &set, faults) != 0) {
		fputs("adversarial: the rules do not load\n", stderr);
		return 2;
	}
	bench = (struct bench){.set = set,
		.scratch = scan_scratch_new(set),
		.size = strtoul(argv[2], NULL, 10) << 10,
		.most = strtod(argv[3], NULL)};
	buf_init(&bench.text, TEXT_MAX);
	if (measure_ordinary(&bench, argv + 4) != 0)
		return 2;
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		repeat(&bench, bytes_of_str(hostile[i].repeated), bench.size);
		report(&bench, "", hostile[i].name);
	}
	report_samples(&bench);
	printf("worst %.2f, at most %.2f wanted\n", bench.worst, bench.most);
	buf_done(&bench.text);
	scan_scratch_free(bench.scratch);
	ruleset_free(set);
	faults_done(faults);
	free(faults);
	return bench.worst > bench.most ? 1 : 0;
}
