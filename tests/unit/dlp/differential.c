/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The matcher finds what PCRE2 alone finds: random patterns of the kinds that rules hold, over texts made
 * from the patterns' own samples and near misses of these. Arguments: a seed, and how many matchers to make.
 */
#include <stdlib.h>

#include "lib/dlp/match.h"
#include "tests/support/tap.h"
#include "tests/unit/dlp/grammar.h"

enum {
	SEED = 20261128,
	MATCHERS = 500,
	PATTERNS = 8, /* of a matcher */
	TEXTS = 24,   /* for a matcher */
	WANTED_CASES = 90000,
	TEXT_MAX = 12000,
};

static const struct match_limits limits = {50000, 1000, 20000};

struct tally {
	size_t by_parts, parts_wrong, cases, with_match, limited, wrong, refused;
};

/* A matcher, the pieces that it was made of, and room for what both ways find. */
struct trial {
	struct matcher *matcher;
	struct match_scratch *scratch;
	struct piece pieces[PATTERNS];
	uint32_t sources[PATTERNS];
	size_t n;
	struct buf found[2][PATTERNS];
	enum match_status status[2][PATTERNS];
};

static void
start(struct trial *trial, uint64_t *seed, struct tally *tally)
{
	struct match_fault fault;
	trial->n = 0;
	trial->matcher = match_new(&limits);
	while (trial->n < PATTERNS) {
		struct piece *piece = &trial->pieces[trial->n];
		enum match_case letter_case = grammar_random(seed) % 2 ? MATCH_ANY_CASE : MATCH_EXACT_CASE;
		grammar_pattern(seed, piece);
		if (match_add_pattern(trial->matcher, bytes_of_str(piece->pattern), letter_case,
			    &trial->sources[trial->n], &fault) == 0)
			trial->n++;
		else
			tally->refused++;
	}
	match_end(trial->matcher);
	trial->scratch = match_scratch_new(trial->matcher);
	for (size_t i = 0; i < 2 * PATTERNS; i++)
		buf_init(&trial->found[i % 2][i / 2], 1 << 20);
}

static void
stop(struct trial *trial)
{
	for (size_t i = 0; i < 2 * PATTERNS; i++)
		buf_done(&trial->found[i % 2][i / 2]);
	match_scratch_free(trial->scratch);
	match_free(trial->matcher);
}

/* Some neutral bytes, then samples, near misses and scraps of three of the patterns. */
static void
make_text(const struct trial *trial, uint64_t *seed, struct buf *text)
{
	const struct piece *chosen[3];
	size_t n = grammar_random(seed) % 24;
	buf_reset(text);
	for (size_t i = 0; i < 3; i++)
		chosen[i] = &trial->pieces[grammar_random(seed) % trial->n];
	if (grammar_random(seed) % 40 == 0)
		n *= 40;
	for (size_t i = grammar_random(seed) % 19; i > 0; i--)
		buf_put_byte(text, ' ');
	for (size_t i = 0; i < n; i++)
		grammar_scrap(seed, chosen[grammar_random(seed) % 3], text);
}

static void
say_difference(const struct trial *trial, size_t i, struct bytes text)
{
	printf("# `%s` differs in `%.*s`\n", trial->pieces[i].pattern, BYTES_FMT(bytes_sub(text, 0, 300)));
}

/*
 * The JIT of PCRE2 10.42 finds, with repeats in an atomic group, another first match when it begins to look
 * one byte later, though the first is still ahead; PCRE2 without JIT does not. No shipped pattern has one.
 */
static bool
depends_on_begin(const struct piece *piece)
{
	return strstr(piece->pattern, "(?>") != NULL;
}

/* The text that was just looked at, by parts of a few bytes: the same as in one. */
static void
compare_parts(struct trial *trial, struct bytes text, struct tally *tally)
{
	struct match_answer answers[PATTERNS] = {0};
	struct buf spans;
	buf_init(&spans, 1 << 20);
	for (size_t i = 0; i < trial->n; i++)
		answers[i].source = trial->sources[i];
	match_set_window(trial->scratch, 1 + text.n % 61);
	tally->by_parts += match_is_long(trial->scratch);
	match_find_all(trial->matcher, trial->scratch, answers, trial->n, &spans);
	for (size_t i = 0; i < trial->n; i++) {
		const size_t size = sizeof(struct match_span);
		struct bytes found =
			bytes_sub(buf_bytes(&spans), answers[i].from * size, answers[i].n * size);
		if (answers[i].status == MATCH_LIMIT || trial->status[0][i] == MATCH_LIMIT ||
			depends_on_begin(&trial->pieces[i]) ||
			bytes_eq(found, buf_bytes(&trial->found[0][i])))
			continue;
		if (tally->parts_wrong++ < 20)
			say_difference(trial, i, text);
	}
	match_set_window(trial->scratch, TEXT_MAX);
	buf_done(&spans);
}

static void
compare(struct trial *trial, struct bytes text, struct tally *tally)
{
	for (int way = 0; way < 2; way++) {
		match_begin(trial->matcher, trial->scratch, text, way ? MATCH_PLAIN : MATCH_FAST);
		for (size_t i = 0; i < trial->n; i++) {
			buf_reset(&trial->found[way][i]);
			trial->status[way][i] = match_find(
				trial->matcher, trial->scratch, trial->sources[i], &trial->found[way][i]);
		}
		if (way == 0)
			compare_parts(trial, text, tally);
	}
	for (size_t i = 0; i < trial->n; i++) {
		if (trial->status[1][i] == MATCH_LIMIT) {
			tally->limited++;
			continue;
		}
		tally->cases++;
		tally->with_match += trial->found[1][i].n > 0;
		if (trial->status[0][i] == MATCH_DONE &&
			bytes_eq(buf_bytes(&trial->found[0][i]), buf_bytes(&trial->found[1][i])))
			continue;
		if (tally->wrong++ < 20)
			say_difference(trial, i, text);
	}
}

int
main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : SEED;
	size_t matchers = argc > 2 ? strtoull(argv[2], NULL, 10) : MATCHERS;
	struct tally tally = {0};
	struct buf text;
	printf("# seed %llu\n", (unsigned long long)seed);
	buf_init(&text, TEXT_MAX);
	for (size_t i = 0; i < matchers; i++) {
		static struct trial trial;
		start(&trial, &seed, &tally);
		for (size_t j = 0; j < TEXTS; j++) {
			make_text(&trial, &seed, &text);
			compare(&trial, buf_bytes(&text), &tally);
		}
		stop(&trial);
	}
	buf_done(&text);
	tap_ok(tally.wrong == 0, "%zu of %zu cases differ from PCRE2 alone", tally.wrong, tally.cases);
	tap_ok(tally.parts_wrong == 0 && tally.by_parts > 0, "%zu cases differ when %zu texts go by parts",
		tally.parts_wrong, tally.by_parts);
	tap_ok(tally.cases >= (argc > 2 ? 1 : WANTED_CASES), "%zu cases, %zu more at a limit", tally.cases,
		tally.limited);
	tap_ok(tally.with_match >= tally.cases / 8, "%zu cases hold a match", tally.with_match);
	tap_ok(tally.refused < matchers * PATTERNS, "%zu patterns were refused", tally.refused);
	return tap_done();
}
