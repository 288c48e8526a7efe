/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a pattern is written: whether the prefilter can help, and whether it may be matched in too many ways.
 * What the reading suspects, the experiment of lint_cost.c need not confirm: both report.
 */
#include "lib/dlp/lint_state.h"
#include "lib/dlp/pattern_tree.h"

enum { LOOP_MIN = 8 /* from so many rounds on, a repeat is taken for endless */ };

struct reading {
	lint_pattern_report report;
	void *context;
	bool grows;                          /* the experiment saw it */
	bool nested, adjacent, alternatives; /* was reported: once a pattern is enough */
};

static void
tell(struct reading *r, bool *told, enum lint_level level, size_t at, const char *text)
{
	if (!*told)
		r->report(r->context, level, "backtracking", at, text);
	*told = true;
}

/* One byte long, whatever it is. */
static bool
is_byte(const struct pattern_tree *tree)
{
	if (tree->kind != PATTERN_EITHER)
		return tree->kind == PATTERN_SET;
	for (const struct pattern_tree *t = tree->first; t; t = t->next)
		if (t->kind != PATTERN_SET)
			return false;
	return true;
}

/* A repeat of bytes that may take one more or one less. */
static bool
is_elastic(const struct pattern_tree *tree)
{
	return tree->kind == PATTERN_REPEAT && tree->high > tree->low && !tree->keeps && is_byte(tree->first);
}

static bool
is_loop(const struct pattern_tree *tree)
{
	return tree->kind == PATTERN_REPEAT && tree->high >= LOOP_MIN && !tree->keeps;
}

/* Every byte of the tree may be one of the set. */
static bool
all_meet(const struct pattern_tree *tree, const struct byte_set *set)
{
	if (tree->kind == PATTERN_SET)
		return byte_set_meets(&tree->set, set);
	for (const struct pattern_tree *t = tree->first; t; t = t->next)
		if (!all_meet(t, set))
			return false;
	return true;
}

/* `(\w|ab)*`: a branch takes in one round what another takes in several, or as well. */
static void
read_alternatives(struct reading *r, const struct pattern_tree *loop)
{
	const struct pattern_tree *either = loop->first;
	if (either->kind != PATTERN_EITHER)
		return;
	for (const struct pattern_tree *a = either->first; a; a = a->next)
		for (const struct pattern_tree *b = either->first; a->kind == PATTERN_SET && b; b = b->next)
			if (b != a && !b->may_be_empty && all_meet(b, &a->set)) {
				tell(r, &r->alternatives, LINT_WARNING, loop->at,
					"alternatives under a repeat that match the same text: a text of n "
					"of them can be read in 2^n ways; make them begin with different "
					"characters");
				return;
			}
}

/* The endless repeat of bytes with which a tree ends, or begins. */
enum side { SIDE_END, SIDE_START };

static const struct pattern_tree *
endless_at(const struct pattern_tree *tree, enum side side)
{
	const struct pattern_tree *found = NULL;
	if (pattern_tree_is_endless(tree) && is_elastic(tree))
		return tree;
	if (tree->kind == PATTERN_CONCAT && side == SIDE_START)
		return tree->first ? endless_at(tree->first, side) : NULL;
	for (const struct pattern_tree *t = tree->first; t; t = t->next)
		if (tree->kind != PATTERN_CONCAT || !t->next)
			found = found ? found : endless_at(t, side);
	return found;
}

/* `\w+\w+`, `.*,?.*`. Where nothing behind them can fail, that does no harm as long as it stays so. */
static void
read_adjacent(struct reading *r, const struct pattern_tree *concat)
{
	for (const struct pattern_tree *a = concat->first; a; a = a->next) {
		const struct pattern_tree *tail = endless_at(a, SIDE_END);
		for (const struct pattern_tree *b = a->next; tail && b; b = b->next) {
			const struct pattern_tree *head = endless_at(b, SIDE_START);
			if (head && byte_set_meets(&tail->set, &head->set)) {
				tell(r, &r->adjacent, r->grows ? LINT_WARNING : LINT_NOTE, tail->at,
					"two endless repeats side by side that take the same characters: "
					"the time grows with the square of the text; join them, or put "
					"something between that neither takes");
				return;
			}
			if (!b->may_be_empty)
				break;
		}
	}
}

static void read_tree(struct reading *r, const struct pattern_tree *tree, const struct byte_set *in_loop);

/* `in_loop`: with what the text may go on behind the tree, within the loop around it; NULL: there is none. */
static void
read_members(struct reading *r, const struct pattern_tree *concat, const struct byte_set *in_loop)
{
	for (const struct pattern_tree *t = concat->first; t; t = t->next) {
		struct byte_set behind = {{0}};
		const struct pattern_tree *next = t->next;
		for (; next; next = next->next) {
			byte_set_join(&behind, &next->set);
			if (!next->may_be_empty)
				break;
		}
		if (in_loop && !next)
			byte_set_join(&behind, in_loop);
		read_tree(r, t, in_loop ? &behind : NULL);
	}
}

static void
read_tree(struct reading *r, const struct pattern_tree *tree, const struct byte_set *in_loop)
{
	struct byte_set round = tree->set;
	in_loop = tree->keeps ? NULL : in_loop;
	if (in_loop && is_elastic(tree) && byte_set_meets(&tree->set, in_loop))
		tell(r, &r->nested, LINT_WARNING, tree->at,
			"a repeat in a repeat with nothing between that tells the rounds apart: the time may "
			"double with each character; put a separator between that the inner one does not "
			"take");
	switch (tree->kind) {
	case PATTERN_CONCAT:
		read_adjacent(r, tree);
		read_members(r, tree, in_loop);
		break;
	case PATTERN_EITHER:
		for (const struct pattern_tree *t = tree->first; t; t = t->next)
			read_tree(r, t, in_loop);
		break;
	case PATTERN_REPEAT:
		if (in_loop)
			byte_set_join(&round, in_loop);
		if (is_loop(tree))
			read_alternatives(r, tree);
		read_tree(r, tree->first, is_loop(tree) ? &round : in_loop);
		break;
	case PATTERN_SET:
	case PATTERN_NOTHING:
		break;
	}
}

static void
read_shape(struct reading *r, struct arena *arena, struct bytes pattern, enum match_case letter_case)
{
	enum regex_case how = letter_case == MATCH_EXACT_CASE ? REGEX_EXACT_CASE : REGEX_ANY_CASE;
	struct shape shape;
	if (!regex_read(arena, pattern, how)) {
		r->report(r->context, LINT_WARNING, "prefilter", 0,
			"the prefilter does not understand it: PCRE2 tries it at every character of every "
			"mail; write it with plain groups, classes and repeats");
		return;
	}
	shape_read(arena, pattern, how, &shape);
	if (shape.n_anchors == 0 && shape.run_hits >= 1)
		r->report(r->context, LINT_WARNING, "prefilter", 0,
			"nothing in it must be there, no word and no digit: PCRE2 tries it wherever its "
			"first characters fit; demand a word or a digit");
}

static void
read_growth(
	struct reading *r, struct bytes pattern, enum match_case letter_case, const struct pattern_tree *tree)
{
	struct lint_growth growth;
	char text[400];
	lint_cost(pattern, letter_case, tree, &growth);
	r->grows = growth.grows;
	if (!growth.grows)
		return;
	char seen[120];
	if (growth.given_up)
		snprintf(seen, sizeof(seen), "%zu steps are not enough for %zu bytes", growth.steps[1],
			growth.size * 2);
	else
		snprintf(seen, sizeof(seen), "%zu steps for %zu bytes and %zu for %zu", growth.steps[0],
			growth.size, growth.steps[1], growth.size * 2);
	snprintf(text, sizeof(text),
		"the time grows faster than the text: on '%s' over and over, %s; give the repeat an end "
		"({1,40}), or begin it at a word boundary, or let it stop where a next match may begin",
		growth.pump, seen);
	r->report(r->context, LINT_WARNING, "growth", growth.at, text);
}

void
lint_pattern(struct bytes pattern, enum match_case letter_case, lint_pattern_report report, void *context)
{
	struct reading r = {.report = report, .context = context};
	struct arena arena;
	arena_init(&arena);
	read_shape(&r, &arena, pattern, letter_case);
	const struct pattern_tree *tree = pattern_tree_read(&arena, pattern);
	if (tree) {
		read_growth(&r, pattern, letter_case, tree);
		read_tree(&r, tree, NULL);
	}
	arena_done(&arena);
}
