/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A text eight times as long costs at most eight times as much, but for a wide margin: what is quadratic
 * shows. tests/bench/adversarial measures more texts, and longer ones, against ordinary mail.
 */
#include <stdlib.h>

#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/dlp/rule.h"
#include "lib/dlp/scan.h"
#include "tests/bench/hostile.h"
#include "tests/support/tap.h"

enum { SHORT = 64 << 10, TIMES = 8, TRIES = 5, TEXT_MAX = 1 << 20, SAMPLES_MAX = 1 << 24 };

static const double most = 2; /* of the cost per byte; quadratic cost has TIMES */

static const struct ruleset_limits limits = {200000, 1000, 20000};

struct growth {
	const struct ruleset *set;
	struct scan_scratch *scratch;
	struct buf text;
};

/* Microseconds of processor time. */
static int64_t
cost_of(struct growth *growth, size_t size)
{
	struct segment segment = {.view = SEGMENT_TEXT,
		.part = "body/text",
		.text = bytes_sub(buf_bytes(&growth->text), 0, size)};
	struct message_text message = {.segments = &segment};
	struct scan_result result;
	struct arena arena;
	int64_t start = clock_cpu_us();
	arena_init(&arena);
	scan_text(growth->set, growth->scratch, &message, &arena, &result);
	arena_done(&arena);
	return clock_cpu_us() - start + 1;
}

/* The cheapest of a few tries each: other programs only add to them. */
static void
check_growth(struct growth *growth, const char *name, struct bytes repeated)
{
	int64_t short_us = INT64_MAX, long_us = INT64_MAX;
	double ratio = most + 1;
	buf_reset(&growth->text);
	while (growth->text.n < (size_t)SHORT * TIMES)
		buf_put_bytes(&growth->text, repeated);
	for (int i = 0; i < TRIES && ratio > most; i++) {
		int64_t one = cost_of(growth, SHORT), many = cost_of(growth, (size_t)SHORT * TIMES);
		short_us = one < short_us ? one : short_us;
		long_us = many < long_us ? many : long_us;
		ratio = (double)long_us / (double)short_us / TIMES;
	}
	tap_ok(ratio <= most, "%s: a byte of %d KiB costs %.2f times one of %d", name, SHORT * TIMES >> 10,
		ratio, SHORT >> 10);
}

/* The tests of all rules, in one line: what each of them is sure to look at. */
static void
collect_samples(const struct ruleset *set, struct buf *samples)
{
	for (size_t i = 0; i < set->n_rules; i++)
		for (const struct example *e = set->rules[i].examples; e; e = e->next)
			for (const struct segment *s = e->text.segments; s; s = s->next)
				for (size_t at = 0; at <= s->text.n; at++)
					buf_put_byte(samples, at == s->text.n || s->text.p[at] == '\n'
								      ? ' '
								      : s->text.p[at]);
}

int
main(void)
{
	const char *top = getenv("top_srcdir");
	struct faults *faults = mem_new(1, sizeof(*faults));
	struct growth growth = {0};
	struct ruleset *set = NULL;
	struct buf path, samples;

	faults_init(faults);
	buf_init(&path, 4096);
	buf_init(&samples, SAMPLES_MAX);
	buf_init(&growth.text, TEXT_MAX + SAMPLES_MAX);
	buf_putf(&path, "%s/rules", top ? top : ".");
	if (tap_ok(ruleset_load(buf_cstr(&path), &limits, &set, faults) == 0, "the packs load")) {
		growth.set = set;
		growth.scratch = scan_scratch_new(set);
		for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++)
			check_growth(&growth, hostile[i].name, bytes_of_str(hostile[i].repeated));
		collect_samples(set, &samples);
		check_growth(&growth, "samples of the rules", buf_bytes(&samples));
		scan_scratch_free(growth.scratch);
	}
	ruleset_free(set);
	buf_done(&growth.text);
	buf_done(&samples);
	buf_done(&path);
	faults_done(faults);
	free(faults);
	return tap_done();
}
