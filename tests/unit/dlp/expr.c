/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/expr.h"

#include "lib/base/buf.h"
#include "tests/support/tap.h"

static const char *const kinds[] = {"identifier", "health", NULL};
static const char *const rules[] = {"us-ssn", "mrn", "icd10", NULL};
static const char *const traits[] = {"list", "signed", NULL};
static const char *const labels[] = {"phi", NULL};

static int
find(const char *const *names, struct bytes name)
{
	for (int i = 0; names[i]; i++)
		if (bytes_eq(name, bytes_of_str(names[i])))
			return i;
	return -1;
}

static int
find_kind(const void *names, struct bytes name)
{
	(void)names;
	return find(kinds, name);
}

static int
find_rule(const void *names, struct bytes name)
{
	(void)names;
	return find(rules, name);
}

static int
find_trait(const void *names, struct bytes name)
{
	(void)names;
	return find(traits, name);
}

static int
find_label(const void *names, struct bytes name)
{
	(void)names;
	return find(labels, name);
}

static const struct expr_names names = {find_kind, find_rule, find_trait, find_label, NULL};

/* The tree as text, every group in parentheses. */
static void
print(const struct expr *expr, struct buf *out)
{
	static const char *const operators[] = {
		[EXPR_AND] = "and", [EXPR_OR] = "or", [EXPR_NOT] = "not", [EXPR_NEAR] = "near"};
	const char *subject = expr->op == EXPR_TRAIT       ? traits[expr->index]
			      : expr->op == EXPR_LABEL     ? labels[expr->index]
			      : expr->subject == EXPR_KIND ? kinds[expr->index]
							   : rules[expr->index];
	switch (expr->op) {
	case EXPR_MATCH:
		buf_putf(out, "%s>=%d", subject, expr->min_confidence);
		return;
	case EXPR_COUNT:
	case EXPR_DISTINCT:
		buf_putf(out, "%s(%s>=%d)>=%d", expr->op == EXPR_COUNT ? "count" : "distinct", subject,
			expr->min_confidence, (int)expr->number);
		return;
	case EXPR_TRAIT:
	case EXPR_LABEL:
		buf_putf(out, "%s:%s", expr->op == EXPR_TRAIT ? "trait" : "label", subject);
		return;
	case EXPR_AND:
	case EXPR_OR:
	case EXPR_NOT:
	case EXPR_NEAR:
		break;
	}
	buf_putf(out, "(%s", operators[expr->op]);
	if (expr->op == EXPR_NEAR && expr->bound == EXPR_SAME_SEGMENT)
		buf_put_str(out, " segment");
	else if (expr->op == EXPR_NEAR && expr->bound == EXPR_SAME_RECORD)
		buf_put_str(out, " record");
	else if (expr->op == EXPR_NEAR)
		buf_putf(out, " %d", (int)expr->number);
	for (const struct expr *member = expr->first; member; member = member->next) {
		buf_put_byte(out, ' ');
		print(member, out);
	}
	buf_put_byte(out, ')');
}

static const struct {
	const char *input, *want;
} good[] = {
	{"us-ssn", "us-ssn>=0"},
	{"identifier >= 75", "identifier>=75"},
	{"identifier>=75", "identifier>=75"},
	{"identifier >= 75 and health >= 60 within 2000", "(near 2000 identifier>=75 health>=60)"},
	{"identifier and health same-segment", "(near segment identifier>=0 health>=0)"},
	{"identifier and health same-record", "(near record identifier>=0 health>=0)"},
	{"identifier and health and mrn", "(and identifier>=0 health>=0 mrn>=0)"},
	{"identifier or health and mrn", "(or identifier>=0 (and health>=0 mrn>=0))"},
	{"(identifier or health) and mrn", "(and (or identifier>=0 health>=0) mrn>=0)"},
	{"(identifier or us-ssn) and mrn within 5", "(near 5 (or identifier>=0 us-ssn>=0) mrn>=0)"},
	{"mrn and health within 5 or us-ssn", "(or (near 5 mrn>=0 health>=0) us-ssn>=0)"},
	{"mrn and health and not trait:list within 5", "(near 5 mrn>=0 health>=0 (not trait:list))"},
	{"not mrn", "(not mrn>=0)"},
	{"not not mrn", "mrn>=0"},
	{"not mrn and health", "(and (not mrn>=0) health>=0)"},
	{"not (mrn or health)", "(not (or mrn>=0 health>=0))"},
	{"mrn < 50", "(not mrn>=50)"},
	{"count(mrn) >= 3", "count(mrn>=0)>=3"},
	{"count(identifier >= 75) >= 3", "count(identifier>=75)>=3"},
	{"count(mrn) < 3", "(not count(mrn>=0)>=3)"},
	{"distinct(us-ssn)>=50", "distinct(us-ssn>=0)>=50"},
	{"label:phi and trait:signed", "(and label:phi trait:signed)"},
	{"\n mrn\tand\nhealth ", "(and mrn>=0 health>=0)"},
	{"((((mrn))))", "mrn>=0"},
};

static const struct {
	const char *input;
	size_t column;
	const char *want; /* part of the message */
} bad[] = {
	{"", 1, "ends where a rule, a kind"},
	{"mrn and", 8, "ends where"},
	{"mrn health", 5, "expected 'and', 'or', 'within' or the end, not 'health'"},
	{"mrm >= 50", 1, "no rule and no kind is called 'mrm'"},
	{"mrn >= 101", 8, "a confidence is 0 to 100"},
	{"mrn >= high", 8, "expected a number, not 'high'"},
	{"mrn > 50", 5, "not '>'"},
	{"mrn = 50", 5, "not '='"},
	{"(mrn", 5, "ends where ')' was expected"},
	{"mrn)", 4, "not ')'"},
	{"count mrn >= 3", 7, "expected '(', not 'mrn'"},
	{"count(mrn)", 11, "ends where '>=' or '<'"},
	{"count(nothing) >= 3", 7, "is called 'nothing'"},
	{"distinct(mrn >= 3", 18, "')'"},
	{"trait:none", 7, "no trait is called 'none'"},
	{"trait list", 7, "expected ':'"},
	{"label:later", 7, "no label 'later' is defined before"},
	{"mrn within 50", 5, "needs two rules or kinds"},
	{"mrn and trait:list within 50", 20, "needs two rules or kinds"},
	{"(mrn and us-ssn) and health within 50", 2, "this group has no place"},
	{"mrn and health within", 22, "ends where a number"},
	{"mrn and health within x", 23, "expected a number"},
	{"mrn && health", 5, "not '&'"},
	{"not", 4, "ends where"},
	{"((((((((((((((((((((((mrn))))))))))))))))))))))", 21, "more than 20 levels"},
};

int
main(void)
{
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct arena arena;
		struct expr *expr = NULL;
		struct expr_faults faults = {.n = 0};
		struct buf out;
		arena_init(&arena);
		buf_init(&out, 1000);
		if (expr_parse(&arena, bytes_of_str(good[i].input), &names, &expr, &faults) == 0)
			print(expr, &out);
		else
			buf_putf(&out, "%zu: %s", faults.list[0].column, faults.list[0].text);
		tap_bytes(buf_bytes(&out), bytes_of_str(good[i].want), "%s", good[i].input);
		buf_done(&out);
		arena_done(&arena);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct arena arena;
		struct expr *expr = NULL;
		struct expr_faults faults = {.n = 0};
		arena_init(&arena);
		int rc = expr_parse(&arena, bytes_of_str(bad[i].input), &names, &expr, &faults);
		tap_ok(rc < 0 && faults.list[0].column == bad[i].column &&
				strstr(faults.list[0].text, bad[i].want) != NULL,
			"'%s' is refused: %zu: %s", bad[i].input, faults.list[0].column, faults.list[0].text);
		arena_done(&arena);
	}
	tap_ok(expr_is_word(BYTES_LIT("within")) && !expr_is_word(BYTES_LIT("mrn")), "words of the grammar");
	return tap_done();
}
