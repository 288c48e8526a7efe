/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts the rules that hit a limit, or of which the parser's two ways to search found different things, and
 * says which of them are due for the log: each rule at most once a minute, with how often it happened since.
 * Thread-safe.
 */
#ifndef POSTSEAL_TROUBLES_H
#define POSTSEAL_TROUBLES_H

#include "lib/dlp/scan.h"

/* More rules at once than TROUBLES_MAX are not counted one by one: the bound of a parser that was taken over.
 */
enum { TROUBLES_MAX = 64, TROUBLES_RULE_MAX = 64, TROUBLES_EVERY_MS = 60 * 1000 };

struct trouble_count {
	char rule[TROUBLES_RULE_MAX];
	enum trouble_kind kind;
	size_t count; /* since it was last due */
};

struct troubles;
struct troubles *troubles_new(void);
void troubles_free(struct troubles *troubles);

/* Takes what one message had, which may be nothing; returns how many are due. now_ms: clock_mono_ms(). */
size_t troubles_take(struct troubles *troubles, const struct trouble *list, int64_t now_ms,
	struct trouble_count ret_due[TROUBLES_MAX]);

#endif
