/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a match may begin in front of an anchor without a bound: as far back as the gap's bytes reach, each
 * of them looked at once however many anchors stand behind it.
 */
#include "lib/base/clock.h"
#include "lib/dlp/match_state.h"
#include "tests/support/tap.h"

enum { TEXTS = 400, TEXT_MAX = 1 << 20, SHORT = 16 << 10, TIMES = 8, TRIES = 5 };

static const struct match_limits limits = {200000, 1000, 20000};

/* One source with one anchor, the rare word at its end. */
struct trial {
	struct matcher *matcher;
	struct match_scratch *scratch;
	const struct source *source;
	const struct anchor *anchor;
};

static bool
start(struct trial *trial, const char *pattern)
{
	struct match_fault fault;
	uint32_t number;
	trial->matcher = match_new(&limits);
	if (match_add_pattern(trial->matcher, bytes_of_str(pattern), MATCH_ANY_CASE, &number, &fault) < 0)
		return false;
	match_end(trial->matcher);
	trial->scratch = match_scratch_new(trial->matcher);
	trial->source = &trial->matcher->sources[number];
	trial->anchor = trial->source->anchors;
	return trial->source->n_anchors == 1 && trial->anchor->high == SHAPE_ANY;
}

static void
stop(struct trial *trial)
{
	match_scratch_free(trial->scratch);
	match_free(trial->matcher);
}

static bool
is_anchor(struct bytes text, size_t at)
{
	return bytes_eq(bytes_sub(text, at, 4), BYTES_LIT("zeta"));
}

/* By the definition, walking back from each anchor for itself. */
static void
mark_naively(const struct trial *trial, struct bytes text, bool *marks)
{
	for (size_t at = trial->anchor->low; at < text.n; at++) {
		if (!is_anchor(text, at))
			continue;
		size_t place = at - trial->anchor->low;
		for (marks[place] = true; place > 0 && byte_set_has(&trial->anchor->gap, text.p[place - 1]);
			place--)
			marks[place - 1] = true;
	}
}

/* The stretches hold just the places that are marked, in order and apart. */
static bool
same_places(const struct trial *trial, size_t n, const bool *marks)
{
	const struct stretch *list = (const void *)trial->scratch->stretches.p;
	size_t n_list = trial->scratch->stretches.n / sizeof(*list), i = 0;
	for (size_t at = 0; at < n; at++) {
		while (i < n_list && list[i].to < at)
			i++;
		if (marks[at] != (i < n_list && list[i].from <= at))
			return false;
	}
	return true;
}

static void
find(const struct trial *trial, struct bytes text)
{
	match_begin(trial->matcher, trial->scratch, text, MATCH_FAST);
	match_find_stretches(trial->matcher, trial->scratch, trial->source, bytes_of(NULL, 0));
}

static void
test_places(const char *pattern)
{
	static const char *const scraps[] = {"zeta", "zeta", " ", "a", "bc", "\n", "1", "zet", "ZETA", "."};
	struct trial trial;
	struct buf text;
	uint32_t seed = 5;
	size_t wrong = 0, marked = 0;
	buf_init(&text, TEXT_MAX);
	bool is_open = start(&trial, pattern);
	tap_ok(is_open, "`%s` has one anchor without a bound", pattern);
	for (size_t round = 0; is_open && round < TEXTS; round++) {
		static bool marks[TEXT_MAX];
		buf_reset(&text);
		for (size_t i = 0; i < 1 + round % 40; i++) {
			seed = seed * 1664525 + 1013904223;
			buf_put_str(&text, scraps[(seed >> 16) % (sizeof(scraps) / sizeof(scraps[0]))]);
		}
		for (size_t i = 0; i < text.n; i++)
			marks[i] = false;
		find(&trial, buf_bytes(&text));
		mark_naively(&trial, bytes_of(trial.scratch->lower.p, text.n), marks);
		wrong += !same_places(&trial, text.n, marks);
		for (size_t i = 0; i < text.n; i++)
			marked += marks[i];
	}
	tap_ok(wrong == 0 && marked > TEXTS, "`%s`: %zu texts differ, %zu places", pattern, wrong, marked);
	stop(&trial);
	buf_done(&text);
}

static int64_t
cost_of(const struct trial *trial, struct bytes text)
{
	int64_t start_us = clock_cpu_us();
	find(trial, text);
	return clock_cpu_us() - start_us + 1;
}

/* One line of nothing but anchors and bytes of the gap: walked back anew from each, it would cost TIMES
 * squared. */
static void
test_growth(void)
{
	int64_t short_us = INT64_MAX, long_us = INT64_MAX;
	struct trial trial;
	struct buf text;
	buf_init(&text, TEXT_MAX);
	while (text.n < SHORT * TIMES)
		buf_put_str(&text, "zeta a b ");
	if (tap_ok(start(&trial, "[a-z ]+zeta"), "an open gap"))
		for (int i = 0; i < TRIES; i++) {
			int64_t one = cost_of(&trial, bytes_sub(buf_bytes(&text), 0, SHORT));
			int64_t many = cost_of(&trial, buf_bytes(&text));
			short_us = one < short_us ? one : short_us;
			long_us = many < long_us ? many : long_us;
		}
	double ratio = (double)long_us / (double)short_us / TIMES;
	tap_ok(ratio < 3, "%d times the line costs %.2f times as much a byte", TIMES, ratio);
	stop(&trial);
	buf_done(&text);
}

int
main(void)
{
	test_places("[a-z ]+zeta");
	test_places("[a-z]{2,}zeta");
	test_places("[^\\n.]*?zeta");
	test_growth();
	return tap_done();
}
