/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs the tests that packs hold. Each also goes through the prefilter and through PCRE2 alone, at its own
 * place and at many others: a difference would be a fault of the prefilter, and refuses the set as well.
 */
#ifndef POSTSEAL_DLP_EXAMPLE_H
#define POSTSEAL_DLP_EXAMPLE_H

#include "lib/dlp/rule.h"

struct example_outcome {
	const char *what; /* "rule" or "label" */
	const char *name;
	const struct example *example;
	bool passed;
	char why[160]; /* when it failed */
};

typedef void (*example_report)(void *context, const struct example_outcome *outcome);

void example_run_all(const struct ruleset *set, example_report report, void *context);

#endif
