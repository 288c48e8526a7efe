/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/scan.h"

#include <hs/hs.h>
#include <stdlib.h>
#include <time.h>

#include "lib/base/mem.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

double
bench_cpu_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

struct pcre2_engine {
	pcre2_code **codes;
	pcre2_match_data *data;
	size_t n;
};

static pcre2_code *
compile(const struct bench_pattern *pattern)
{
	int number;
	PCRE2_SIZE offset;
	uint32_t options = PCRE2_MULTILINE | (pattern->letter_case == MATCH_ANY_CASE ? PCRE2_CASELESS : 0);
	pcre2_code *code = pcre2_compile(
		(PCRE2_SPTR)pattern->text, PCRE2_ZERO_TERMINATED, options, &number, &offset, NULL);
	if (code)
		pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
	return code;
}

void *
bench_pcre2_new(const struct bench_patterns *patterns)
{
	struct pcre2_engine *engine = mem_new(1, sizeof(*engine));
	engine->codes = mem_new(patterns->n, sizeof(pcre2_code *));
	engine->data = pcre2_match_data_create(64, NULL);
	for (size_t i = 0; i < patterns->n; i++)
		engine->codes[engine->n++] = compile(&patterns->p[i]);
	return engine;
}

static size_t
search(const pcre2_code *code, pcre2_match_data *data, struct bytes text)
{
	size_t at = 0, found = 0;
	const PCRE2_SIZE *places = pcre2_get_ovector_pointer(data);
	while (code && at < text.n && pcre2_jit_match(code, text.p, text.n, at, 0, data, NULL) >= 0) {
		found++;
		at = places[1] > places[0] ? places[1] : places[0] + 1;
	}
	return found;
}

size_t
bench_pcre2_run(void *p, const struct bytes *texts, size_t n)
{
	struct pcre2_engine *engine = p;
	size_t found = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < engine->n; j++)
			found += search(engine->codes[j], engine->data, texts[i]);
	return found;
}

struct hyperscan_engine {
	struct pcre2_engine *pcre2;
	hs_database_t *database;
	hs_scratch_t *scratch;
	bool *refused, *seen;
};

static unsigned
flags_of(const struct bench_pattern *pattern)
{
	return HS_FLAG_PREFILTER | HS_FLAG_SINGLEMATCH | HS_FLAG_MULTILINE |
	       (pattern->letter_case == MATCH_ANY_CASE ? HS_FLAG_CASELESS : 0);
}

static bool
takes(const struct bench_pattern *pattern)
{
	hs_database_t *database = NULL;
	hs_compile_error_t *error = NULL;
	bool taken = hs_compile(pattern->text, flags_of(pattern), HS_MODE_BLOCK, NULL, &database, &error) ==
		     HS_SUCCESS;
	hs_free_compile_error(error);
	hs_free_database(database);
	return taken;
}

void *
bench_hyperscan_new(const struct bench_patterns *patterns)
{
	struct hyperscan_engine *engine = mem_new(1, sizeof(*engine));
	const char **texts = mem_new(patterns->n, sizeof(*texts));
	unsigned *flags = mem_new(patterns->n, sizeof(*flags)), *ids = mem_new(patterns->n, sizeof(*ids)),
		 n = 0;
	hs_compile_error_t *error = NULL;
	engine->pcre2 = bench_pcre2_new(patterns);
	engine->refused = mem_new(patterns->n, sizeof(bool));
	engine->seen = mem_new(patterns->n, sizeof(bool));
	for (unsigned i = 0; i < patterns->n; i++) {
		if (!takes(&patterns->p[i])) {
			engine->refused[i] = true;
			continue;
		}
		texts[n] = patterns->p[i].text;
		flags[n] = flags_of(&patterns->p[i]);
		ids[n++] = i;
	}
	fprintf(stderr, "Hyperscan %s: %u of %zu patterns taken\n", hs_version(), n, patterns->n);
	if (hs_compile_multi(texts, flags, ids, n, HS_MODE_BLOCK, NULL, &engine->database, &error) !=
			HS_SUCCESS ||
		hs_alloc_scratch(engine->database, &engine->scratch) != HS_SUCCESS) {
		fprintf(stderr, "Hyperscan: %s\n", error ? error->message : "no memory");
		exit(1);
	}
	free(texts);
	free(flags);
	free(ids);
	return engine;
}

static int
note(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
	struct hyperscan_engine *engine = context;
	(void)from;
	(void)to;
	(void)flags;
	engine->seen[id] = true;
	return 0;
}

static void
scan(struct hyperscan_engine *engine, struct bytes text)
{
	memcpy(engine->seen, engine->refused, engine->pcre2->n * sizeof(bool));
	if (hs_scan(engine->database, (const char *)text.p, (unsigned)text.n, 0, engine->scratch, note,
		    engine) != HS_SUCCESS)
		abort();
}

size_t
bench_hyperscan_scan(void *p, const struct bytes *texts, size_t n)
{
	struct hyperscan_engine *engine = p;
	size_t found = 0;
	for (size_t i = 0; i < n; i++) {
		scan(engine, texts[i]);
		for (size_t j = 0; j < engine->pcre2->n; j++)
			found += engine->seen[j];
	}
	return found;
}

size_t
bench_hyperscan_run(void *p, const struct bytes *texts, size_t n)
{
	struct hyperscan_engine *engine = p;
	size_t found = 0;
	for (size_t i = 0; i < n; i++) {
		scan(engine, texts[i]);
		for (size_t j = 0; j < engine->pcre2->n; j++)
			if (engine->seen[j])
				found += search(engine->pcre2->codes[j], engine->pcre2->data, texts[i]);
	}
	return found;
}
