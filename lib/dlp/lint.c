/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/lint.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/dlp/lint_state.h"

const char *
lint_level_name(enum lint_level level)
{
	return level == LINT_NOTE ? "note" : "warning";
}

struct lint_subject
lint_of_rule(const struct rule *rule)
{
	return (struct lint_subject){"rule", rule->id, rule->place};
}

struct lint_subject
lint_at(const struct lint_subject *subject, const struct yaml_node *node)
{
	struct lint_subject at = *subject;
	if (node) {
		at.place.line = node->line;
		at.place.column = node->column;
	}
	return at;
}

void
lint_add(struct lint *lint, enum lint_level level, const char *check, const struct lint_subject *subject,
	const char *fmt, ...)
{
	char text[600];
	va_list args;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	struct lint_finding finding = {.level = level,
		.check = check,
		.what = subject->what,
		.name = subject->name,
		.place = subject->place,
		.text = arena_str(&lint->list->arena, bytes_of_str(text))};
	buf_put(&lint->findings, &finding, sizeof(finding));
}

static int
compare_findings(const void *a, const void *b)
{
	const struct lint_finding *x = a, *y = b;
	int files = strcmp(x->place.file, y->place.file);
	if (files != 0)
		return files;
	if (x->place.line != y->place.line)
		return x->place.line < y->place.line ? -1 : 1;
	if (x->place.column != y->place.column)
		return x->place.column < y->place.column ? -1 : 1;
	return strcmp(x->text, y->text);
}

/* The findings go into the list's arena, in order. */
static void
keep_findings(struct lint *lint)
{
	struct lint_list *list = lint->list;
	list->n = lint->findings.n / sizeof(struct lint_finding);
	if (list->n == 0)
		return;
	list->p = arena_array(&list->arena, list->n, sizeof(*list->p));
	memcpy(list->p, lint->findings.p, lint->findings.n);
	qsort(list->p, list->n, sizeof(*list->p), compare_findings);
}

static void
run_all(struct lint *lint)
{
	static void (*const checks[])(struct lint *) = {
		lint_sources,
		lint_terms,
		lint_evidence,
		lint_use,
		lint_tests,
	};
	buf_init(&lint->findings, LINT_MAX);
	fold_scratch_init(&lint->fold);
	lint->match = match_scratch_new(lint->set->matcher);
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		checks[i](lint);
	keep_findings(lint);
	match_scratch_free(lint->match);
	fold_scratch_done(&lint->fold);
	buf_done(&lint->findings);
}

int
lint_run(const struct ruleset *set, struct lint_list *ret_list, struct faults *faults)
{
	struct written written;
	struct lint lint = {.set = set, .written = &written, .list = ret_list};
	*ret_list = (struct lint_list){.n = 0};
	arena_init(&ret_list->arena);
	int ret = written_read(set, &written, faults);
	if (ret == 0)
		run_all(&lint);
	written_done(&written);
	return ret;
}

void
lint_done(struct lint_list *list)
{
	arena_done(&list->arena);
}
