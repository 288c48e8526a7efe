/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/match.h"

#include "tests/support/tap.h"

static const struct match_limits limits = {200000, 1000, 20000};

/* What a pattern finds in a text, as "from-to" or "from-to(value)"; "limit" when it stops at one. */
static void
find(const char *pattern, enum match_case letter_case, struct bytes text, enum match_way way, struct buf *out)
{
	struct matcher *matcher = match_new(&limits);
	struct match_fault fault;
	struct buf spans;
	uint32_t source;
	buf_init(&spans, 1 << 24);
	if (match_add_pattern(matcher, bytes_of_str(pattern), letter_case, &source, &fault) < 0) {
		buf_putf(out, "%zu: %s", fault.offset, fault.text);
	} else {
		match_end(matcher);
		struct match_scratch *scratch = match_scratch_new(matcher);
		match_begin(matcher, scratch, text, way);
		if (match_find(matcher, scratch, source, &spans) == MATCH_LIMIT)
			buf_put_str(out, "limit ");
		match_scratch_free(scratch);
	}
	const struct match_span *p = (const void *)spans.p;
	for (size_t i = 0; i < spans.n / sizeof(*p); i++) {
		buf_putf(out, "%u-%u", p[i].from, p[i].to);
		if (p[i].value_from != p[i].from || p[i].value_to != p[i].to)
			buf_putf(out, "(%.*s)", (int)(p[i].value_to - p[i].value_from),
				(const char *)text.p + p[i].value_from);
		buf_put_byte(out, ' ');
	}
	buf_done(&spans);
	match_free(matcher);
}

static const struct {
	const char *pattern, *text, *want;
} rows[] = {
	{"ssn", "SSN and ssn", "0-3 8-11 "},
	{"\\b\\d{3}-\\d{2}-\\d{4}\\b", "a 212-09-9999 b 1212-09-9999", "2-13 "},
	{"mrn[: ]*(\\d+)", "MRN: 48291", "0-10(48291) "},
	{"a(b)?c", "ac abc", "0-2 3-6(b) "},
	{"^to", "to\nto do", "0-2 3-5 "},
	{"end$", "the end\nend", "4-7 8-11 "},
	{"a.c", "a\nc abc", "4-7 "},
	{"a\\sc", "a\nc", "0-3 "},
	{"aa", "aaaa", "0-2 2-4 "},
	{"(?<=no )\\d+", "no 12", "3-5 "},
	{"(?i:mrn) \\d", "MRN 5", "0-5 "},
	{"x*", "", "0: the pattern may match the empty text"},
	{"(", "", "1: missing closing parenthesis"},
	{"caf\303\251", "",
		"3: a pattern is ASCII: the text it meets has no accents and no typographic signs"},
	{"(*UTF)a", "", "6: using UTF is disabled by the application"},
	{"a\\Cb", "", "3: using \\C is disabled by the application"},
	{"(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "limit "},
};

static void
test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out;
		buf_init(&out, 10000);
		find(rows[i].pattern, MATCH_ANY_CASE, bytes_of_str(rows[i].text), MATCH_FAST, &out);
		tap_bytes(buf_bytes(&out), bytes_of_str(rows[i].want), "%s", rows[i].pattern);
		buf_done(&out);
	}
	struct buf out;
	buf_init(&out, 1000);
	find("MS", MATCH_EXACT_CASE, BYTES_LIT("ms MS Ms"), MATCH_FAST, &out);
	tap_bytes(buf_bytes(&out), BYTES_LIT("3-5 "), "case as it is written");
	buf_done(&out);
}

/* Patterns of all the forms that the prefilter reads, and some that it does not. */
static const char *const patterns[] = {
	"\\b\\d{3}[- ]?\\d{2}[- ]?\\d{4}\\b",
	"\\b(?:mrn|medical record (?:no|number|#))[ :#.-]{0,4}[A-Z]{0,3}\\d{5,10}\\b",
	"[A-Z]{2}\\d{7}",
	"\\(?\\d{3}\\)?[-. ]\\d{3}-\\d{4}",
	"\\b[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,12}\\b",
	"ssn|social security|dob",
	"(?:ssn|dob)?[: ]+\\d{2}",
	"d[oa]b",
	"[^a-z]ssn[^a-z]",
	"(?:a|b|c)+ ssn",
	"(ssn|dob) .{0,10}\\d\\d",
	"x{2,3}y",
	"(?:ab){2}c?",
	"(?=ssn)s\\w+",
	"(?<!no )\\d{3}",
	"(?<=dob )\\d+",
	"(\\d)\\1",
	"\\d+(?:\\.\\d+)? ?(?:mg|ml|g)\\b",
	"[\\d.]+ mg",
	"\\D\\d\\D",
	"\\W\\w{2}\\W",
	"^\\d",
	"\\d$",
	"(?:\\d{2}|dob)-",
	"(?:ssn:?)?\\d{9}",
	"[0-9a-f]{6,}",
	"(?|(dob)|(ssn))",
	"(?>dob|do)b?",
	"(?s)ssn.dob",
	"mrn\\s+\\d",
	"\\x6drn",
	"[[:digit:]]{4}",
	"(?i)MRN",
	"g\\dp\\d",
	"(?:an? |the )?patient",
	"p(?:t|atient)?\\b",
};

enum { N_PATTERNS = sizeof(patterns) / sizeof(patterns[0]), N_TEXTS = 400 };

static uint32_t
next_random(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*state >> 33);
}

/* Scraps of what the patterns look for, glued together at random. */
static void
make_text(uint64_t *seed, struct buf *text)
{
	static const char *const scraps[] = {"ssn", "SSN", "dob", "mrn", "MRN ", "212-09-9999", "12", "3",
		"-", " ", " ", "\n", "a", "b", "ab", "aaaa", "xx", "xxxy", "AB1234567", "no ",
		"medical record no", "5 mg", "5.5 ml", "(212) 555-0142", "joe@example.com", "@", ".",
		"abcdef", "social security", "patient", "pt", "the ", "an ", "g1p2", "#", ":", "999999999",
		"\303\237", "beef12"};
	size_t n = next_random(seed) % 60;
	buf_reset(text);
	for (size_t i = 0; i < n; i++)
		buf_put_str(text, scraps[next_random(seed) % (sizeof(scraps) / sizeof(scraps[0]))]);
}

/* The prefilter finds what PCRE2 alone finds: all patterns together, over many texts. */
static void
test_prefilter(void)
{
	struct matcher *matcher = match_new(&limits);
	size_t wrong[N_PATTERNS] = {0}, total = 0;
	uint32_t sources[N_PATTERNS];
	struct match_fault fault;
	for (size_t i = 0; i < N_PATTERNS; i++)
		tap_ok(match_add_pattern(matcher, bytes_of_str(patterns[i]),
			       i % 2 ? MATCH_ANY_CASE : MATCH_EXACT_CASE, &sources[i], &fault) == 0,
			"`%s` compiles", patterns[i]);
	match_end(matcher);
	struct match_scratch *scratch = match_scratch_new(matcher);
	struct buf text, spans[2][N_PATTERNS];
	uint64_t seed = 42;
	buf_init(&text, 1 << 16);
	for (size_t i = 0; i < 2 * N_PATTERNS; i++)
		buf_init(&spans[i % 2][i / 2], 1 << 20);
	for (size_t round = 0; round < N_TEXTS; round++) {
		make_text(&seed, &text);
		for (int way = 0; way < 2; way++) {
			match_begin(matcher, scratch, buf_bytes(&text), way ? MATCH_PLAIN : MATCH_FAST);
			for (size_t i = 0; i < N_PATTERNS; i++) {
				buf_reset(&spans[way][i]);
				match_find(matcher, scratch, sources[i], &spans[way][i]);
			}
		}
		for (size_t i = 0; i < N_PATTERNS; i++) {
			wrong[i] += !bytes_eq(buf_bytes(&spans[0][i]), buf_bytes(&spans[1][i]));
			total += spans[1][i].n / sizeof(struct match_span);
		}
	}
	for (size_t i = 0; i < N_PATTERNS; i++)
		tap_ok(wrong[i] == 0, "`%s`: %zu texts differ", patterns[i], wrong[i]);
	tap_ok(total > 10000, "over %zu matches", total);
	for (size_t i = 0; i < 2 * N_PATTERNS; i++)
		buf_done(&spans[i % 2][i / 2]);
	buf_done(&text);
	match_scratch_free(scratch);
	match_free(matcher);
}

static void
test_sources(void)
{
	struct matcher *matcher = match_new(&limits);
	struct match_fault fault;
	struct buf spans;
	uint32_t one, same, other;
	match_add_pattern(matcher, BYTES_LIT("abc"), MATCH_ANY_CASE, &one, &fault);
	match_add_pattern(matcher, BYTES_LIT("abc"), MATCH_ANY_CASE, &same, &fault);
	match_add_pattern(matcher, BYTES_LIT("abc"), MATCH_EXACT_CASE, &other, &fault);
	tap_ok(one == same && one != other, "equal patterns are one source");
	uint32_t set = match_add_set(matcher), second = match_add_set(matcher);
	match_add_term(matcher, set, BYTES_LIT("blood pressure"), MATCH_ANY_CASE);
	match_add_term(matcher, second, BYTES_LIT("pressure"), MATCH_ANY_CASE);
	match_end(matcher);
	struct match_scratch *scratch = match_scratch_new(matcher);
	buf_init(&spans, 1000);
	match_begin(matcher, scratch, BYTES_LIT("blood\npressure, pressure"), MATCH_FAST);
	match_find(matcher, scratch, set, &spans);
	tap_ok(spans.n == sizeof(struct match_span), "one of the first set");
	buf_reset(&spans);
	match_find(matcher, scratch, second, &spans);
	tap_ok(spans.n == 2 * sizeof(struct match_span), "two of the second");
	match_begin(matcher, scratch, BYTES_LIT("nothing"), MATCH_FAST);
	buf_reset(&spans);
	match_find(matcher, scratch, set, &spans);
	tap_ok(spans.n == 0, "and none in another text");
	buf_done(&spans);
	match_scratch_free(scratch);
	match_free(matcher);
}

int
main(void)
{
	test_rows();
	test_prefilter();
	test_sources();
	return tap_done();
}
