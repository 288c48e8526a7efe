/* SPDX-License-Identifier: Apache-2.0 */
/* The shipped packs' sources find in their own samples, and in near misses of these, what PCRE2 alone finds.
 */
#include <stdlib.h>

#include "lib/base/mem.h"
#include "lib/dlp/rule.h"
#include "tests/support/tap.h"
#include "tests/unit/dlp/grammar.h"

enum { SEED = 3, ROUNDS = 40, SAMPLES_A_TEXT = 40, TEXT_MAX = 1 << 20 };

static const struct ruleset_limits limits = {500000, 2000, 20000};

struct both {
	const struct matcher *matcher;
	struct match_scratch *scratch[2];
	struct buf found[2];
	struct match_answer *answers; /* of all sources */
	struct buf parts;
	size_t cases, with_match, wrong, parts_wrong;
};

static void
collect_samples(const struct ruleset *set, struct buf *samples)
{
	for (size_t i = 0; i < set->n_rules; i++)
		for (const struct example *e = set->rules[i].examples; e; e = e->next)
			for (const struct segment *s = e->text.segments; s; s = s->next)
				buf_put(samples, &s->text, sizeof(s->text));
}

/* All sources by parts; the spans are compared later, source by source. */
static void
find_by_parts(struct both *both, struct bytes text)
{
	size_t n = match_n_sources(both->matcher);
	for (uint32_t i = 0; i < n; i++)
		both->answers[i].source = i;
	buf_reset(&both->parts);
	match_set_window(both->scratch[0], 20 + text.n % 200);
	match_begin(both->matcher, both->scratch[0], text, MATCH_FAST);
	match_find_all(both->matcher, both->scratch[0], both->answers, n, &both->parts);
}

static bool
same_by_parts(const struct both *both, uint32_t source)
{
	const size_t size = sizeof(struct match_span);
	const struct match_answer *answer = &both->answers[source];
	return bytes_eq(bytes_sub(buf_bytes(&both->parts), answer->from * size, answer->n * size),
		buf_bytes(&both->found[0]));
}

static void
compare(struct both *both, struct bytes text)
{
	enum match_status status[2];
	find_by_parts(both, text);
	match_begin(both->matcher, both->scratch[1], text, MATCH_PLAIN);
	for (uint32_t i = 0; i < match_n_sources(both->matcher); i++) {
		for (int way = 0; way < 2; way++) {
			buf_reset(&both->found[way]);
			status[way] = match_find(both->matcher, both->scratch[way], i, &both->found[way]);
		}
		if (!same_by_parts(both, i) && both->parts_wrong++ < 10)
			printf("# source %u differs by parts\n", i);
		both->cases++;
		both->with_match += both->found[1].n > 0;
		if (status[0] != status[1] ||
			!bytes_eq(buf_bytes(&both->found[0]), buf_bytes(&both->found[1]))) {
			if (both->wrong++ < 10)
				printf("# source %u differs\n", i);
		}
	}
}

/* A sample as a piece, so that the grammar makes its near misses. */
static void
put_scrap(uint64_t *seed, struct bytes sample, struct buf *text)
{
	struct piece piece = {0};
	for (size_t i = 0; i < PIECE_SAMPLES; i++)
		memcpy(piece.samples[i], sample.p, sample.n < PIECE_SAMPLE ? sample.n : PIECE_SAMPLE - 1);
	grammar_scrap(seed, &piece, text);
}

int
main(void)
{
	const char *source = getenv("top_srcdir");
	struct faults *faults = mem_new(1, sizeof(*faults));
	struct ruleset *set = NULL;
	struct both both = {0};
	struct buf path, samples, text;
	uint64_t seed = SEED;

	faults_init(faults);
	buf_init(&path, 4096);
	buf_init(&samples, 1 << 24);
	buf_init(&text, TEXT_MAX);
	buf_putf(&path, "%s/rules", source ? source : ".");
	if (tap_ok(ruleset_load(buf_cstr(&path), &limits, &set, faults) == 0, "the packs load")) {
		both.matcher = set->matcher;
		both.answers = mem_new(match_n_sources(set->matcher), sizeof(*both.answers));
		buf_init(&both.parts, 1 << 24);
		for (int way = 0; way < 2; way++) {
			both.scratch[way] = match_scratch_new(set->matcher);
			buf_init(&both.found[way], 1 << 22);
		}
		collect_samples(set, &samples);
		const struct bytes *p = (const void *)samples.p;
		size_t n = samples.n / sizeof(*p);
		for (size_t round = 0; round < ROUNDS; round++) {
			buf_reset(&text);
			for (size_t i = 0; i < SAMPLES_A_TEXT; i++)
				put_scrap(&seed, p[grammar_random(&seed) % n], &text);
			compare(&both, buf_bytes(&text));
		}
		for (int way = 0; way < 2; way++) {
			match_scratch_free(both.scratch[way]);
			buf_done(&both.found[way]);
		}
	}
	tap_ok(both.wrong == 0, "seed %d: %zu of %zu cases differ from PCRE2 alone", SEED, both.wrong,
		both.cases);
	tap_ok(both.parts_wrong == 0, "%zu differ when the text goes by parts", both.parts_wrong);
	tap_ok(both.with_match > 1000, "%zu hold a match", both.with_match);
	ruleset_free(set);
	free(both.answers);
	buf_done(&both.parts);
	buf_done(&path);
	buf_done(&samples);
	buf_done(&text);
	faults_done(faults);
	free(faults);
	return tap_done();
}
