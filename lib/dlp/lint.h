/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a set of packs that loads may still do badly: patterns that cost much, things said twice, evidence
 * that changes nothing, tests that prove little. Findings tell what to do; those that are notes may well be
 * meant so. Slow (some seconds): for people, not for daemons.
 */
#ifndef POSTSEAL_LINT_H
#define POSTSEAL_LINT_H

#include "lib/dlp/rule.h"

enum lint_level { LINT_NOTE, LINT_WARNING };
const char *lint_level_name(enum lint_level level);

struct lint_finding {
	enum lint_level level;
	const char *check; /* a short name: "backtracking", "duplicate" ... */
	const char *what;  /* "rule" or "label" */
	const char *name;  /* of that rule or label */
	struct place place;
	const char *text;
};

struct lint_list {
	struct arena arena;
	struct lint_finding *p; /* in the order of files and lines */
	size_t n;
};

/*
 * The set was loaded from files, and the faults of its loading are still there: they hold the files' names.
 * Files that can't be read again (they changed meanwhile) become faults. Returns 0, or -1 then. lint_done()
 * in either case.
 */
int lint_run(const struct ruleset *set, struct lint_list *ret_list, struct faults *faults);
void lint_done(struct lint_list *list);

/*
 * lint_pattern.c: how a pattern is written. Each finding comes with its offset in the pattern.
 */
typedef void (*lint_pattern_report)(
	void *context, enum lint_level level, const char *check, size_t offset, const char *text);
void lint_pattern(
	struct bytes pattern, enum match_case letter_case, lint_pattern_report report, void *context);

#endif
