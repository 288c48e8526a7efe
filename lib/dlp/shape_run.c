/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long the run of digits can be with which a pattern begins. A pattern's items are followed as long as
 * they may be digits: `open` are the lengths with which the run may still go on, `closed` those with which it
 * is over.
 */
#include "lib/dlp/shape.h"

enum { ROUNDS_MAX = 2 * SHAPE_RUN_MAX };

struct lengths {
	shape_run open, closed;
};

static struct lengths follow(struct lengths before, const struct regex *item);

static const struct byte_set digits = {{UINT64_C(0x3FF) << '0', 0, 0, 0}};

static bool
only_digits(const struct byte_set *set)
{
	for (int i = 0; i < 4; i++)
		if (set->bits[i] & ~digits.bits[i])
			return false;
	return true;
}

static bool
some_digits(const struct byte_set *set)
{
	return (set->bits[0] & digits.bits[0]) != 0;
}

static shape_run
one_more(shape_run lengths)
{
	return lengths << 1 | (lengths & UINT32_C(1) << SHAPE_RUN_MAX);
}

/* Each of these, and all that is longer. */
static shape_run
and_longer(shape_run lengths)
{
	for (int i = 0; i < 5; i++)
		lengths |= lengths << (1 << i);
	return lengths;
}

static struct lengths
follow_all(struct lengths run, const struct regex *items)
{
	for (; items && run.open != 0; items = items->next)
		run = follow(run, items);
	return run;
}

static struct lengths
follow_set(struct lengths run, const struct byte_set *set)
{
	struct lengths result = {.closed = run.closed};
	if (!only_digits(set))
		result.closed |= run.open;
	if (some_digits(set))
		result.open = one_more(run.open);
	return result;
}

static struct lengths
follow_either(struct lengths run, const struct regex *branches)
{
	struct lengths result = {.closed = run.closed};
	for (; branches; branches = branches->next) {
		struct lengths one = follow(run, branches);
		result.open |= one.open;
		result.closed |= one.closed;
	}
	return result;
}

/* Lengths above the largest are one: more rounds than these change nothing that counting on does not say. */
static struct lengths
follow_repeat(struct lengths run, const struct regex *item)
{
	uint32_t low = item->low < SHAPE_RUN_MAX ? item->low : SHAPE_RUN_MAX;
	uint32_t rounds = item->high < ROUNDS_MAX ? item->high : ROUNDS_MAX;
	struct lengths result = {.closed = run.closed};
	if (low == 0)
		result.open = run.open;
	for (uint32_t i = 1; i <= rounds && run.open != 0; i++) {
		run = follow(run, item->first);
		result.closed |= run.closed;
		if (i >= low)
			result.open |= run.open;
	}
	if (item->high > rounds)
		result.open |= and_longer(result.open);
	return result;
}

/* `(?!\d)`, `(?![\d-])`. */
static bool
forbids_digit(const struct regex *item)
{
	const struct regex *only = item->op == REGEX_AHEAD && item->negated ? item->first->first : NULL;
	return only && item->first->op == REGEX_CONCAT && only == item->first->last &&
	       only->op == REGEX_SET && (digits.bits[0] & ~only->set.bits[0]) == 0;
}

/* An assertion that no digit comes next ends the run; an edge does so behind a digit. */
static struct lengths
follow_assertion(struct lengths run, const struct regex *item)
{
	shape_run ended = 0;
	if (item->op == REGEX_EDGE)
		ended = run.open & ~UINT32_C(1);
	else if (forbids_digit(item))
		ended = run.open;
	return (struct lengths){.open = run.open & ~ended, .closed = run.closed | ended};
}

static struct lengths
follow(struct lengths run, const struct regex *item)
{
	switch (item->op) {
	case REGEX_SET:
		return follow_set(run, &item->set);
	case REGEX_CONCAT:
		return follow_all(run, item->first);
	case REGEX_EITHER:
		return follow_either(run, item->first);
	case REGEX_REPEAT:
		return follow_repeat(run, item);
	case REGEX_ANYTHING:
		return (struct lengths){
			.open = and_longer(run.open), .closed = run.closed | and_longer(run.open)};
	case REGEX_EDGE:
	case REGEX_AHEAD:
	case REGEX_BEHIND:
	case REGEX_LINE_START:
	case REGEX_OTHER:
		break;
	}
	return follow_assertion(run, item);
}

shape_run
shape_run_of(const struct regex *items)
{
	struct lengths run = follow_all((struct lengths){.open = 1}, items);
	return run.closed | and_longer(run.open);
}
