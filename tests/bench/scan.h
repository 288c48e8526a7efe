/* SPDX-License-Identifier: Apache-2.0 */
/* The engines that scan.c measures ours against. */
#ifndef POSTSEAL_BENCH_SCAN_H
#define POSTSEAL_BENCH_SCAN_H

#include "lib/dlp/match.h"

struct bench_texts {
	struct bytes *p;
	size_t n, bytes;
};

struct bench_pattern {
	const char *text;
	enum match_case letter_case;
};

struct bench_patterns {
	struct bench_pattern *p;
	size_t n;
};

/* Of the process. */
double bench_cpu_us(void);

/* Every pattern searched through the whole text. */
void *bench_pcre2_new(const struct bench_patterns *patterns);
size_t bench_pcre2_run(void *engine, const struct bytes *texts, size_t n);

/*
 * All patterns in one database with HS_FLAG_PREFILTER, each reported once a text; PCRE2 then searches for
 * those that were reported. What Hyperscan refuses is left to PCRE2 always, and counted on standard error.
 */
void *bench_hyperscan_new(const struct bench_patterns *patterns);
size_t bench_hyperscan_run(void *engine, const struct bytes *texts, size_t n);
size_t bench_hyperscan_scan(void *engine, const struct bytes *texts, size_t n);

#endif
