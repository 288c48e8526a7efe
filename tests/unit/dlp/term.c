/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/term.h"

#include "lib/base/clock.h"
#include "tests/support/tap.h"

static const struct {
	const char *term, *text;
	size_t hits;
} rows[] = {
	{"ssn", "my ssn is", 1},
	{"ssn", "SSN", 1},
	{"ssn", "ssns lessn ssn1 1ssn", 0},
	{"ssn", "ssn,ssn;(ssn)", 3},
	{"date of birth", "Date of Birth: 1", 1},
	{"date of birth", "date of\nbirth", 1},
	{"date of birth", "date ofbirth", 0},
	{"date of birth", "date, of birth", 0},
	{"date  of\tbirth", "date of birth", 1},
	{"date of birth", "date of date of birth", 1},
	{"e11.9", "E11.9 and e11.9", 2},
	{"e11.9", "e11. 9 e11 .9", 0},
	{"mrn #", "mrn # mrn#", 2},
	{"[secure]", "[SECURE] report", 1},
	{"[secure]", "[ secure ] secure", 0},
	{"alzheimer's", "Alzheimer's disease", 1},
	{"patient", "patient_id patient's", 2},
	{"c++", "C++ and C+", 1},
	{"\xD0\xB3\xD0\xBE\xD1\x80\xD0\xBE\xD0\xB4", "\xD0\xB3\xD0\xBE\xD1\x80\xD0\xBE\xD0\xB4", 1},
};

struct fixture {
	struct term_index *index;
	struct buf hits;
};

static void
start(struct fixture *f)
{
	f->index = term_index_new();
	buf_init(&f->hits, 1 << 26);
}

static void
stop(struct fixture *f)
{
	term_index_free(f->index);
	buf_done(&f->hits);
}

static size_t
scan(struct fixture *f, const char *text)
{
	buf_reset(&f->hits);
	term_index_scan(f->index, bytes_of_str(text), &f->hits);
	return f->hits.n / sizeof(struct term_hit);
}

static void
test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture f;
		start(&f);
		int rc = term_index_add(f.index, bytes_of_str(rows[i].term), 0, TERM_ANY_CASE);
		term_index_end(f.index);
		size_t n = scan(&f, rows[i].text);
		tap_ok(rc == 0 && n == rows[i].hits, "`%s` in `%s`: %zu", rows[i].term, rows[i].text, n);
		stop(&f);
	}
}

static void
test_case(void)
{
	struct fixture f;
	start(&f);
	term_index_add(f.index, BYTES_LIT("AIDS"), 0, TERM_EXACT_CASE);
	term_index_add(f.index, BYTES_LIT("aids"), 1, TERM_ANY_CASE);
	term_index_add(f.index, BYTES_LIT("HIV positive"), 2, TERM_EXACT_CASE);
	term_index_end(f.index);
	tap_ok(scan(&f, "hearing aids") == 1, "only the set that ignores case");
	tap_ok(scan(&f, "has AIDS") == 2, "both sets");
	tap_ok(scan(&f, "HIV\npositive") == 1, "white space is not case");
	tap_ok(scan(&f, "Hiv positive") == 0, "one letter differs");
	stop(&f);
}

static void
test_capital(void)
{
	struct fixture f;
	start(&f);
	term_index_add(f.index, BYTES_LIT("grace"), 0, TERM_CAPITAL);
	term_index_add(f.index, BYTES_LIT("st. john"), 0, TERM_CAPITAL);
	term_index_end(f.index);
	tap_ok(scan(&f, "Grace, GRACE") == 2, "a capital at the start, the others as they like");
	tap_ok(scan(&f, "the grace of a gRACE") == 0, "no capital at the start");
	tap_ok(scan(&f, "St. john") == 1, "the first letter of several words");
	stop(&f);
}

static void
test_overlaps(void)
{
	struct fixture f;
	start(&f);
	static const char *const terms[] = {
		"diabetes", "diabetes mellitus", "mellitus", "diabetes mellitus type 2"};
	for (uint32_t i = 0; i < 4; i++)
		term_index_add(f.index, bytes_of_str(terms[i]), i, TERM_ANY_CASE);
	term_index_end(f.index);
	size_t n = scan(&f, "Diabetes mellitus, type 2");
	const struct term_hit *hits = (const void *)f.hits.p;
	tap_ok(n == 3, "all that stand there: %zu", n);
	tap_ok(n == 3 && hits[0].from == 0 && hits[0].to == 8 && hits[1].to == 17 && hits[2].from == 9,
		"their places");
	stop(&f);
}

static void
test_refused(void)
{
	struct fixture f;
	start(&f);
	tap_ok(term_index_add(f.index, BYTES_LIT("  "), 0, TERM_ANY_CASE) < 0, "no words");
	tap_ok(term_index_add(f.index,
		       BYTES_LIT("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24"), 0,
		       TERM_ANY_CASE) == 0,
		"24 words");
	tap_ok(term_index_add(f.index,
		       BYTES_LIT("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25"), 0,
		       TERM_ANY_CASE) < 0,
		"25 words");
	term_index_end(f.index);
	tap_ok(scan(&f, "") == 0, "an empty text");
	stop(&f);
}

/* A hundred thousand phrases: found each, and loaded fast. */
static void
test_large(void)
{
	enum { N = 100000 };
	struct fixture f;
	char term[64];
	size_t missed = 0;
	start(&f);
	int64_t before = clock_cpu_us();
	for (uint32_t i = 0; i < N; i++) {
		snprintf(term, sizeof(term), "word%u of kind %u.%u", i % 5000, i / 5000, i % 7);
		term_index_add(f.index, bytes_of_str(term), i % 3, TERM_ANY_CASE);
	}
	term_index_end(f.index);
	int64_t spent = clock_cpu_us() - before;
	for (uint32_t i = 0; i < N; i += 97) {
		snprintf(term, sizeof(term), "Word%u OF kind %u.%u", i % 5000, i / 5000, i % 7);
		missed += scan(&f, term) != 1;
	}
	tap_ok(missed == 0, "%zu of the sampled terms are missed", missed);
	tap_ok(spent < 5000000, "loaded in %d ms", (int)(spent / 1000));
	tap_ok(term_index_memory(f.index) < 20u << 20, "in %zu KiB", term_index_memory(f.index) >> 10);
	stop(&f);
}

int
main(void)
{
	test_rows();
	test_case();
	test_capital();
	test_overlaps();
	test_refused();
	test_large();
	return tap_done();
}
