/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the lint: shared by lint.c and lint_*.c only. */
#ifndef POSTSEAL_LINT_STATE_H
#define POSTSEAL_LINT_STATE_H

#include "lib/dlp/fold.h"
#include "lib/dlp/lint.h"
#include "lib/dlp/written.h"

enum { LINT_MAX = 256 * 1024 * 1024 }; /* bytes of a list */

struct lint {
	const struct ruleset *set;
	const struct written *written;
	struct lint_list *list;
	struct buf findings; /* struct lint_finding */
	struct fold_scratch fold;
	struct match_scratch *match;
};

/* What a finding is about. */
struct lint_subject {
	const char *what, *name;
	struct place place;
};

struct lint_subject lint_of_rule(const struct rule *rule);

/* Moves the place to a node of the same file. */
struct lint_subject lint_at(const struct lint_subject *subject, const struct yaml_node *node);

void lint_add(struct lint *lint, enum lint_level level, const char *check, const struct lint_subject *subject,
	const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* Each looks at the whole set. */
void lint_sources(struct lint *lint);  /* lint_source.c: patterns, and what is said twice */
void lint_terms(struct lint *lint);    /* lint_term.c */
void lint_evidence(struct lint *lint); /* lint_evidence.c */
void lint_use(struct lint *lint);      /* lint_use.c: confidence, threshold, who needs the rule */
void lint_tests(struct lint *lint);    /* lint_test.c */

/* Whether a condition or evidence asks for this very rule, not only for its kind. */
bool lint_is_named(const struct lint *lint, const struct rule *rule);

/* The least and the most that evidence can make of a rule's confidence, cut to 0..100. */
struct lint_reach {
	int low, high;
};
struct lint_reach lint_reach(const struct rule *rule, const struct evidence *but);

/* lint_cost.c: how steps grow with the text, on a text made to hurt. */
struct lint_growth {
	bool grows;      /* faster than the text */
	bool given_up;   /* steps[1] were not enough */
	size_t at;       /* the repeat that it hangs on */
	size_t steps[2]; /* for a text of `size` bytes, and for one of twice the size */
	size_t size;
	char pump[24]; /* what the text repeats, printable */
};
struct pattern_tree;
void lint_cost(struct bytes pattern, enum match_case letter_case, const struct pattern_tree *tree,
	struct lint_growth *ret_growth);

#endif
