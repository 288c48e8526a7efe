/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast the matcher is beside Hyperscan 5.4.0 in prefilter mode with PCRE2 behind it, and beside PCRE2-JIT
 * looped over the patterns, on the same patterns and the same folded texts in the same run. Our side also
 * finds all terms of all dictionaries; theirs does not. Arguments: the rules folder, how many rounds,
 * messages. Processor time; rounds are interleaved, and a ratio is taken within its round.
 */
#include <stdlib.h>

#include "tests/bench/scan.h"
#include "lib/base/ascii.h"
#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "lib/dlp/fold.h"
#include "lib/dlp/rule.h"
#include "lib/mime/reader.h"

enum { ROUNDS_MAX = 99, TEXTS_MAX = 200000, BLOCK_MIN = 100 * 1024, TEXT_MIN = 4096 };

static const struct ruleset_limits limits = {200000, 1000, 20000};

/* One engine's way through all texts; returns how many places it found. */
typedef size_t (*engine_run)(void *engine, const struct bytes *texts, size_t n);

struct figure {
	double us[ROUNDS_MAX]; /* a KiB */
	size_t n, found;
};

static void
measure(struct figure *figure, engine_run run, void *engine, const struct bench_texts *texts)
{
	double start = bench_cpu_us();
	figure->found = run(engine, texts->p, texts->n);
	figure->us[figure->n++] = (bench_cpu_us() - start) / ((double)texts->bytes / 1024);
}

static int
compare_doubles(const void *a, const void *b)
{
	double x, y;
	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

/* a / b, round by round: the median, which is returned, and the spread. */
static double
print_ratio(const char *what, const struct figure *a, const struct figure *b)
{
	double ratio[ROUNDS_MAX];
	for (size_t i = 0; i < a->n; i++)
		ratio[i] = a->us[i] / b->us[i];
	qsort(ratio, a->n, sizeof(*ratio), compare_doubles);
	printf("%-52s %6.2f [%.2f..%.2f]\n", what, ratio[a->n / 2], ratio[0], ratio[a->n - 1]);
	return ratio[a->n / 2];
}

static void
print_speed(const char *what, const struct figure *figure)
{
	struct figure copy = *figure;
	qsort(copy.us, copy.n, sizeof(*copy.us), compare_doubles);
	printf("%-52s %6.1f MB/s, %zu matches\n", what, 1024 / copy.us[copy.n / 2], figure->found);
}

static bool all_passed = true;

static void
gate(const char *what, bool passed)
{
	printf("gate %s: %s\n", what, passed ? "pass" : "FAIL");
	all_passed = all_passed && passed;
}

/* ---- texts ---- */

static void
add_text(struct bench_texts *texts, struct bytes text)
{
	if (text.n == 0 || texts->n == TEXTS_MAX)
		return;
	texts->p = mem_grow(texts->p, texts->n * sizeof(*texts->p), (texts->n + 1) * sizeof(*texts->p));
	texts->p[texts->n++] = text;
	texts->bytes += text.n;
}

/* Small texts are joined to what a mail of some KiB holds; `text` is the arena's. */
static void
collect(struct arena *arena, struct buf *joined, struct bytes text, struct bench_texts *texts)
{
	buf_put_bytes(joined, text);
	buf_put_byte(joined, '\n');
	if (joined->n < TEXT_MIN)
		return;
	add_text(texts, arena_bytes(arena, buf_bytes(joined)));
	buf_reset(joined);
}

/* The body texts of a message, as the rules see them. */
static void
read_message(struct arena *arena, const char *path, struct buf *joined, struct bench_texts *texts)
{
	const struct mime_limits mime = {.depth = 20, .parts = 1000, .headers = 10000, .text = 64 << 20};
	struct message_text text = {0};
	struct fold_scratch fold;
	struct err err = {0};
	struct buf content;
	buf_init(&content, 64 << 20);
	fold_scratch_init(&fold);
	if (fd_read_file(path, &content, &err) < 0) {
		fprintf(stderr, "scan: %s\n", err.text);
		exit(1);
	}
	mime_read(arena, buf_bytes(&content), &mime, &text);
	for (const struct segment *segment = text.segments; segment; segment = segment->next) {
		struct folded folded;
		if (segment->view != SEGMENT_TEXT && segment->view != SEGMENT_HTML)
			continue;
		fold_text(&fold, arena, segment->text, FOLD_TEXT, &folded);
		collect(arena, joined, folded.text, texts);
	}
	fold_scratch_done(&fold);
	buf_done(&content);
}

/* The texts one behind the other, again and again, as one of so many bytes. */
static struct bench_texts
one_text(struct arena *arena, const struct bench_texts *texts, size_t size)
{
	struct bench_texts one = {0};
	uint8_t *p = arena_alloc(arena, size);
	for (size_t at = 0, i = 0; at < size; i = (i + 1) % texts->n) {
		struct bytes text = bytes_sub(texts->p[i], 0, size - at);
		memcpy(p + at, text.p, text.n);
		at += text.n;
		if (at < size)
			p[at++] = '\n';
	}
	add_text(&one, bytes_of(p, size));
	return one;
}

/* ---- patterns ---- */

static void
read_patterns(const struct ruleset *set, struct bench_patterns *patterns)
{
	size_t n = match_n_sources(set->matcher);
	patterns->p = mem_new(n, sizeof(*patterns->p));
	for (uint32_t i = 0; i < n; i++) {
		const char *text = match_pattern(set->matcher, i);
		if (text)
			patterns->p[patterns->n++] =
				(struct bench_pattern){text, match_pattern_case(set->matcher, i)};
	}
}

/* Whether no letter stands in it but in escapes, classes and flags: a shape of digits and signs. */
static bool
is_number_shape(const char *pattern)
{
	bool in_class = false, digits = false;
	for (const char *p = pattern; *p; p++) {
		if (*p == '\\' && p[1]) {
			digits = digits || p[1] == 'd';
			p++;
		} else if (*p == '[' || *p == ']') {
			in_class = *p == '[';
		} else if (*p == '(' && p[1] == '?') {
			while (p[1] && !strchr(":=!)", p[1]))
				p++;
		} else if (!in_class && ascii_is_alpha((uint8_t)*p)) {
			return false;
		}
	}
	return digits;
}

static struct bench_patterns
only_numbers(const struct bench_patterns *all)
{
	struct bench_patterns numbers = {.p = mem_new(all->n, sizeof(*numbers.p))};
	for (size_t i = 0; i < all->n; i++)
		if (is_number_shape(all->p[i].text))
			numbers.p[numbers.n++] = all->p[i];
	return numbers;
}

/* A word that no mail holds. */
static void
invent_word(unsigned number, char word[16])
{
	static const char *const starts[] = {"bra", "ceno", "dalto", "eri", "fluvo", "gila", "hexa", "ibri",
		"keto", "lumi", "meso", "nival", "oxi", "prami", "quin", "riva", "sulfa", "tera", "uro",
		"velto"};
	static const char *const middles[] = {
		"ba", "cri", "du", "fen", "go", "lam", "mi", "nor", "pex", "ri"};
	static const char *const ends[] = {"pril", "sartan", "statin", "mycin", "azole", "olol", "ide", "mab",
		"tinib", "vir", "cillin", "pam", "zine", "done", "xone", "lukast", "gliptin", "setron",
		"triptan", "oxin"};
	snprintf(word, 16, "%.5s%.3s%.7s", starts[number % 20], middles[number / 20 % 10],
		ends[number / 200 % 20]);
}

/* What packs grow by: a medicine with its dose, a label before a number, a code of letters and digits. */
static const char *
invent_pattern(struct arena *arena, unsigned number)
{
	char word[16];
	invent_word(number, word);
	switch (number % 3) {
	case 0:
		return arena_strf(arena, "\\b%s(?: \\d{1,4} ?mg)?\\b", word);
	case 1:
		return arena_strf(
			arena, "\\b%s (?:id|no\\.?|number|#)[ :]{0,2}([A-Z]{0,2}\\d{6,10})\\b", word);
	default:
		return arena_strf(arena, "\\b%.3s%c-\\d{4}-[A-Z]\\d{3}\\b", word, 'a' + (int)(number % 23));
	}
}

static struct bench_patterns
ten_times(struct arena *arena, const struct bench_patterns *all)
{
	struct bench_patterns many = {.p = mem_new(all->n * 10, sizeof(*many.p))};
	for (size_t i = 0; i < all->n; i++)
		many.p[many.n++] = all->p[i];
	for (unsigned i = 0; many.n < all->n * 10; i++)
		many.p[many.n++] = (struct bench_pattern){invent_pattern(arena, i), MATCH_ANY_CASE};
	return many;
}

/* ---- our engine ---- */

struct ours {
	const struct matcher *matcher;
	struct match_scratch *scratch;
	struct match_answer *answers; /* of all sources */
	struct buf spans;
};

static void
ours_init(struct ours *ours, const struct matcher *matcher)
{
	ours->matcher = matcher;
	ours->scratch = match_scratch_new(matcher);
	ours->answers = mem_new(match_n_sources(matcher), sizeof(*ours->answers));
	buf_init(&ours->spans, 1 << 30);
}

/* Terms are found by match_begin(); of theirs, places are not counted. */
static size_t
run_ours(void *engine, const struct bytes *texts, size_t n)
{
	struct ours *ours = engine;
	size_t found = 0, sources = match_n_sources(ours->matcher);
	for (size_t i = 0; i < n; i++) {
		size_t n_active = 0;
		match_begin(ours->matcher, ours->scratch, texts[i], MATCH_FAST);
		for (uint32_t source = 0; source < sources; source++)
			if (match_may_find(ours->scratch, source))
				ours->answers[n_active++].source = source;
		buf_reset(&ours->spans);
		match_find_all(ours->matcher, ours->scratch, ours->answers, n_active, &ours->spans);
		for (size_t j = 0; j < n_active; j++)
			if (match_pattern(ours->matcher, ours->answers[j].source))
				found += ours->answers[j].n;
	}
	return found;
}

static struct matcher *
make_matcher(const struct bench_patterns *patterns)
{
	const struct match_limits match = {limits.match, limits.depth, limits.heap_kib};
	struct matcher *matcher = match_new(&match);
	struct match_fault fault;
	uint32_t source;
	for (size_t i = 0; i < patterns->n; i++)
		if (match_add_pattern(matcher, bytes_of_str(patterns->p[i].text), patterns->p[i].letter_case,
			    &source, &fault) < 0)
			fprintf(stderr, "scan: %s: %.60s\n", fault.text, patterns->p[i].text);
	match_end(matcher);
	return matcher;
}

/* ---- the comparisons ---- */

static void
compare_engines(const struct ruleset *set, const struct bench_patterns *patterns,
	const struct bench_texts *texts, size_t rounds)
{
	static struct figure ours_figure, hs_figure, raw_figure, pcre2_figure;
	struct ours ours;
	void *hs = bench_hyperscan_new(patterns), *pcre2 = bench_pcre2_new(patterns);
	ours_init(&ours, set->matcher);
	for (size_t i = 0; i < rounds; i++) {
		measure(&ours_figure, run_ours, &ours, texts);
		measure(&hs_figure, bench_hyperscan_run, hs, texts);
		measure(&raw_figure, bench_hyperscan_scan, hs, texts);
		measure(&pcre2_figure, bench_pcre2_run, pcre2, texts);
	}
	print_speed("ours: all patterns, all terms", &ours_figure);
	print_speed("Hyperscan prefilter + PCRE2-JIT: all patterns", &hs_figure);
	print_speed("Hyperscan prefilter alone (no answer yet)", &raw_figure);
	print_speed("PCRE2-JIT looped: all patterns", &pcre2_figure);
	double hs_ratio = print_ratio("Hyperscan prefilter + PCRE2-JIT / ours", &hs_figure, &ours_figure);
	double pcre2_ratio = print_ratio("PCRE2-JIT looped / ours", &pcre2_figure, &ours_figure);
	gate("at least as fast as Hyperscan + PCRE2", hs_ratio >= 1);
	gate("at least 12 times PCRE2-JIT looped", pcre2_ratio >= 12);
	gate("the same matches as PCRE2-JIT looped", ours_figure.found == pcre2_figure.found);
}

static void
compare_numbers(const struct bench_patterns *patterns, const struct bench_texts *texts, size_t rounds)
{
	static struct figure ours_figure, hs_figure;
	struct bench_patterns numbers = only_numbers(patterns);
	struct matcher *matcher = make_matcher(&numbers);
	void *hs = bench_hyperscan_new(&numbers);
	struct ours ours;
	ours_init(&ours, matcher);
	printf("-- %zu number patterns\n", numbers.n);
	for (size_t i = 0; i < rounds; i++) {
		measure(&ours_figure, run_ours, &ours, texts);
		measure(&hs_figure, bench_hyperscan_run, hs, texts);
	}
	print_speed("ours: number patterns", &ours_figure);
	print_speed("Hyperscan prefilter + PCRE2-JIT: number patterns", &hs_figure);
	gate("number patterns at least 1.25 times as fast",
		print_ratio("Hyperscan prefilter + PCRE2-JIT / ours", &hs_figure, &ours_figure) >= 1.25);
}

static void
grow_rules(struct arena *arena, const struct bench_patterns *patterns, const struct bench_texts *texts,
	size_t rounds)
{
	static struct figure one_figure, ten_figure;
	struct bench_patterns many = ten_times(arena, patterns);
	struct ours one, ten;
	ours_init(&one, make_matcher(patterns));
	ours_init(&ten, make_matcher(&many));
	printf("-- %zu patterns, then %zu\n", match_n_sources(one.matcher), match_n_sources(ten.matcher));
	for (size_t i = 0; i < rounds; i++) {
		measure(&one_figure, run_ours, &one, texts);
		measure(&ten_figure, run_ours, &ten, texts);
	}
	gate("ten times the rules: at most 1.5 times the cost",
		print_ratio("ten times the rules / once", &ten_figure, &one_figure) <= 1.5);
}

static void
grow_text(const struct ruleset *set, struct arena *arena, const struct bench_texts *texts, size_t rounds)
{
	static struct figure figures[3];
	static const size_t times[] = {1, 10, 100};
	struct bench_texts blocks[3];
	struct ours ours;
	ours_init(&ours, set->matcher);
	for (size_t i = 0; i < 3; i++)
		blocks[i] = one_text(arena, texts, BLOCK_MIN * times[i]);
	for (size_t round = 0; round < rounds; round++)
		for (size_t i = 0; i < 3; i++)
			measure(&figures[i], run_ours, &ours, &blocks[i]);
	printf("-- one text of 100 KiB, 1 MiB, 10 MiB\n");
	double first = print_ratio("1 MiB / 100 KiB, cost per byte", &figures[1], &figures[0]);
	double second = print_ratio("10 MiB / 1 MiB, cost per byte", &figures[2], &figures[1]);
	gate("ten times the text: at most 10.5 times the cost", first <= 1.05 && second <= 1.05);
}

int
main(int argc, char **argv)
{
	struct faults *faults = mem_new(1, sizeof(*faults));
	struct bench_texts texts = {0};
	struct bench_patterns patterns = {0};
	struct ruleset *set;
	struct arena arena;
	struct buf joined;
	int64_t rounds;
	if (argc < 4 || bytes_parse_i64(bytes_of_str(argv[2]), 1, ROUNDS_MAX, &rounds) < 0)
		return 2;
	faults_init(faults);
	arena_init(&arena);
	mime_init(NULL);
	if (ruleset_load(argv[1], &limits, &set, faults) < 0) {
		faults_print(faults, stderr);
		return 1;
	}
	buf_init(&joined, 64 << 20);
	for (int i = 3; i < argc; i++)
		read_message(&arena, argv[i], &joined, &texts);
	read_patterns(set, &patterns);
	printf("%zu rules, %zu patterns; %zu texts of %zu bytes; %d rounds\n", ruleset_n_rules(set),
		patterns.n, texts.n, texts.bytes, (int)rounds);
	compare_engines(set, &patterns, &texts, (size_t)rounds);
	compare_numbers(&patterns, &texts, (size_t)rounds);
	grow_rules(&arena, &patterns, &texts, (size_t)rounds);
	grow_text(set, &arena, &texts, (size_t)rounds);
	return all_passed ? 0 : 1;
}
