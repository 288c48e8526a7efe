/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a scan costs, rule by rule, for `postseal rules bench`. Only measured when the scan has a struct
 * costs; else each hook is one test of a pointer. Reading the clock has its price: it is measured, and taken
 * off.
 */
#ifndef POSTSEAL_COST_H
#define POSTSEAL_COST_H

#include "lib/dlp/ruleset.h"

struct rule_cost {
	const char *rule;
	uint64_t calls;       /* segments in which it was looked for */
	uint64_t reached;     /* of these, in how many PCRE2 ran */
	uint64_t pcre2_calls; /* how often it did */
	uint64_t matches;     /* that count */
	int64_t ns;           /* searched and judged; a source of several rules is the first one's */
};

struct costs {
	uint64_t bytes; /* of folded text */
	uint64_t segments;
	int64_t fold_ns, terms_ns, prefilter_ns, search_ns, judge_ns;
	struct rule_cost *rules;
	size_t n_rules;
	int64_t clock_ns; /* of one measuring */
};

/* The rules' names are the set's. The caller owns both. */
void costs_init(struct costs *costs, const struct ruleset *set);
void costs_done(struct costs *costs);

#endif
