/* SPDX-License-Identifier: Apache-2.0 */
/* The term index finds what a search that tries every term at every word finds. */
#include "lib/base/ascii.h"
#include "lib/dlp/match.h"
#include "tests/support/tap.h"
#include "tests/unit/dlp/grammar.h"

enum { SEED = 5, TERMS = 60, SETS = 30, TEXTS = 300, TERM_BYTES = 100 };

static const struct match_limits limits = {50000, 1000, 20000};

/* Few words, so that terms are prefixes, parts and repeats of each other. */
static const char *const words[] = {"hiv", "HIV", "type", "2", "diabetes", "of", "birth", "date", "e11",
	"aids", "AIDS", "caf\303\251", "patient"};
static const char *const joints[] = {" ", " ", " ", "", ".", "-", "'", " #", " & ", "/", ". ", "\n"};

static void
make_text(uint64_t *seed, size_t n, struct buf *text)
{
	buf_reset(text);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_put_str(
				text, joints[grammar_random(seed) % (sizeof(joints) / sizeof(joints[0]))]);
		buf_put_str(text, words[grammar_random(seed) % (sizeof(words) / sizeof(words[0]))]);
	}
}

static bool
is_word_byte(uint8_t c)
{
	return ascii_is_alnum(c) || c >= 0x80;
}

static struct bytes
next_word(struct bytes text, size_t *at)
{
	while (*at < text.n && ascii_is_space(text.p[*at]))
		++*at;
	size_t from = *at;
	if (*at < text.n)
		++*at;
	while (*at < text.n && is_word_byte(text.p[from]) && is_word_byte(text.p[*at]))
		++*at;
	return bytes_sub(text, from, *at - from);
}

/* Where the term ends that begins at `from`, or 0. White space in the term may be missing in the text. */
static size_t
term_at(struct bytes term, struct bytes text, size_t from, enum match_case letter_case)
{
	size_t i = 0, at = from;
	struct bytes want, got;
	while ((want = next_word(term, &i)).n > 0) {
		bool term_space = want.p > term.p && ascii_is_space(want.p[-1]);
		got = next_word(text, &at);
		bool text_space = got.p > text.p + from && got.n > 0 && ascii_is_space(got.p[-1]);
		if (text_space && !term_space)
			return 0;
		if (letter_case == MATCH_EXACT_CASE ? !bytes_eq(want, got) : !bytes_eq_nocase(want, got))
			return 0;
	}
	return at;
}

struct term {
	char text[TERM_BYTES];
	enum match_case letter_case;
	size_t set;
};

/* How many places the sets' terms have in the text, and a sum that tells them apart. */
static uint64_t
search(const struct term *terms, size_t set, struct bytes text)
{
	uint64_t sum = 0;
	size_t at = 0;
	struct bytes word;
	while ((word = next_word(text, &at)).n > 0)
		for (size_t i = 0; i < TERMS; i++) {
			size_t from = (size_t)(word.p - text.p);
			size_t to = terms[i].set == set ? term_at(bytes_of_str(terms[i].text), text, from,
								  terms[i].letter_case)
							: 0;
			if (to > 0)
				sum += (from + 1) * UINT64_C(1000003) + to;
		}
	return sum;
}

static void
add_terms(uint64_t *seed, struct matcher *matcher, struct term *terms, uint32_t *sources)
{
	struct buf text;
	buf_init(&text, TERM_BYTES - 1);
	for (size_t i = 0; i < SETS; i++)
		sources[i] = match_add_set(matcher);
	for (size_t i = 0; i < TERMS; i++) {
		make_text(seed, 1 + grammar_random(seed) % 4, &text);
		terms[i] = (struct term){
			.letter_case = grammar_random(seed) % 3 ? MATCH_ANY_CASE : MATCH_EXACT_CASE,
			.set = grammar_random(seed) % SETS};
		memcpy(terms[i].text, text.p, text.n);
		tap_ok(match_add_term(
			       matcher, sources[terms[i].set], buf_bytes(&text), terms[i].letter_case) == 0,
			"term %zu", i);
	}
	match_end(matcher);
	buf_done(&text);
}

int
main(void)
{
	struct matcher *matcher = match_new(&limits);
	static struct term terms[TERMS];
	uint32_t sources[SETS];
	uint64_t seed = SEED;
	size_t wrong = 0, hits = 0;
	struct buf text, spans;
	buf_init(&text, 1 << 16);
	buf_init(&spans, 1 << 20);
	add_terms(&seed, matcher, terms, sources);
	struct match_scratch *scratch = match_scratch_new(matcher);
	for (size_t round = 0; round < TEXTS; round++) {
		make_text(&seed, grammar_random(&seed) % 200, &text);
		match_begin(matcher, scratch, buf_bytes(&text), MATCH_FAST);
		for (size_t i = 0; i < SETS; i++) {
			uint64_t sum = 0;
			buf_reset(&spans);
			match_find(matcher, scratch, sources[i], &spans);
			const struct match_span *p = (const void *)spans.p;
			for (size_t j = 0; j < spans.n / sizeof(*p); j++)
				sum += (p[j].from + 1) * UINT64_C(1000003) + p[j].to;
			hits += spans.n / sizeof(*p);
			wrong += sum != search(terms, i, buf_bytes(&text));
		}
	}
	tap_ok(wrong == 0, "seed %d: %zu of %d searches differ", SEED, wrong, TEXTS * SETS);
	tap_ok(hits > 10000, "%zu hits", hits);
	match_scratch_free(scratch);
	match_free(matcher);
	buf_done(&text);
	buf_done(&spans);
	return tap_done();
}
