/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands around the start of a match: the sets of the first bytes, and of the byte before. Items are
 * joined from the last to the first, so that an assertion knows what comes behind it.
 */
#include "lib/dlp/shape.h"

#include "lib/base/ascii.h"

/* Of a stretch of a pattern. Sets count up to `max`; from `min` on the stretch may be over already. */
struct prefix {
	uint32_t min, max;
	struct byte_set next[SHAPE_NEXT];
	struct byte_set before;
	bool at_text_start;
};

static struct prefix prefix_of(const struct regex *item, const struct prefix *rest);

static const struct byte_set everything = {{~UINT64_C(0), ~UINT64_C(0), ~UINT64_C(0), ~UINT64_C(0)}};

static struct byte_set
word_bytes(void)
{
	struct byte_set set = {{0}};
	for (unsigned c = 0; c < 128; c++)
		if (ascii_is_alnum((uint8_t)c) || c == '_')
			set.bits[c / 64] |= UINT64_C(1) << (c % 64);
	return set;
}

static struct byte_set
set_not(const struct byte_set *a)
{
	struct byte_set set;
	for (int i = 0; i < 4; i++)
		set.bits[i] = ~a->bits[i];
	return set;
}

static void
set_and(struct byte_set *a, const struct byte_set *b)
{
	for (int i = 0; i < 4; i++)
		a->bits[i] &= b->bits[i];
}

static void
set_or(struct byte_set *a, const struct byte_set *b)
{
	for (int i = 0; i < 4; i++)
		a->bits[i] |= b->bits[i];
}

static bool
set_within(const struct byte_set *a, const struct byte_set *b)
{
	for (int i = 0; i < 4; i++)
		if (a->bits[i] & ~b->bits[i])
			return false;
	return true;
}

static uint32_t
add(uint32_t a, uint32_t b)
{
	return a > SHAPE_NEXT || b > SHAPE_NEXT ? SHAPE_NEXT + 1 : a + b;
}

/* Nothing, in front of nothing: lengths above SHAPE_NEXT are all the same. */
static struct prefix
empty_prefix(void)
{
	return (struct prefix){.before = everything, .at_text_start = true};
}

/* Either of the two. */
static void
prefix_or(struct prefix *a, const struct prefix *b)
{
	a->min = b->min < a->min ? b->min : a->min;
	a->max = b->max > a->max ? b->max : a->max;
	for (int i = 0; i < SHAPE_NEXT; i++)
		set_or(&a->next[i], &b->next[i]);
	set_or(&a->before, &b->before);
	a->at_text_start = a->at_text_start || b->at_text_start;
}

/* A byte of the set, and then the rest. */
static struct prefix
prefix_of_set(const struct byte_set *set, const struct prefix *rest)
{
	struct prefix p = {.min = add(1, rest->min), .max = add(1, rest->max), .before = everything};
	p.at_text_start = true;
	p.next[0] = *set;
	for (int i = 1; i < SHAPE_NEXT; i++)
		p.next[i] = rest->next[i - 1];
	return p;
}

static struct prefix
prefix_of_all(const struct regex *concat, const struct prefix *rest)
{
	struct prefix p = *rest;
	for (const struct regex *item = concat->last; item; item = item->prev)
		p = prefix_of(item, &p);
	return p;
}

static struct prefix
prefix_of_either(const struct regex *branches, const struct prefix *rest)
{
	struct prefix all = prefix_of(branches, rest);
	for (branches = branches->next; branches; branches = branches->next) {
		struct prefix one = prefix_of(branches, rest);
		prefix_or(&all, &one);
	}
	return all;
}

/* As many times as may be seen in the first bytes; every count less than that is in what it leads to. */
static struct prefix
prefix_of_repeat(const struct regex *item, const struct prefix *rest)
{
	uint32_t low = item->low < SHAPE_NEXT ? item->low : SHAPE_NEXT;
	uint32_t high = item->high < low + SHAPE_NEXT ? item->high : low + SHAPE_NEXT;
	struct prefix all = *rest, tail = *rest;
	for (uint32_t i = 1; i <= high; i++) {
		tail = prefix_of(item->first, &tail);
		if (i <= low)
			all = tail;
		else
			prefix_or(&all, &tail);
	}
	return all;
}

/* `(?=...)`: what must come holds for the rest, as far as both are known. */
static struct prefix
prefix_of_ahead(const struct regex *item, const struct prefix *rest)
{
	struct prefix nothing = empty_prefix(), p = *rest, look;
	look = prefix_of(item->first, &nothing);
	if (!item->negated) {
		for (uint32_t i = 0; i < SHAPE_NEXT && i < look.min; i++)
			set_and(&p.next[i], &look.next[i]);
	} else if (item->first->first && item->first->first == item->first->last &&
		   item->first->first->op == REGEX_SET) {
		struct byte_set others = set_not(&look.next[0]);
		set_and(&p.next[0], &others);
	}
	return p;
}

/* The last item of a look-behind, when it is a byte of a set. */
static const struct byte_set *
last_set(const struct regex *look)
{
	const struct regex *last = look->op == REGEX_CONCAT ? look->last : NULL;
	return last && last->op == REGEX_SET ? &last->set : NULL;
}

static struct prefix
prefix_of_behind(const struct regex *item, const struct prefix *rest)
{
	struct prefix p = *rest;
	const struct byte_set *set = last_set(item->first);
	if (!item->negated)
		p.at_text_start = false;
	if (!set || (item->negated && item->first->first != item->first->last))
		return p;
	struct byte_set allowed = item->negated ? set_not(set) : *set;
	set_and(&p.before, &allowed);
	return p;
}

static struct prefix
prefix_of_edge(const struct prefix *rest)
{
	struct prefix p = *rest;
	struct byte_set word = word_bytes(), other = set_not(&word);
	if (p.min == 0)
		return p;
	if (set_within(&p.next[0], &word)) {
		set_and(&p.before, &other);
	} else if (set_within(&p.next[0], &other)) {
		set_and(&p.before, &word);
		p.at_text_start = false;
	}
	return p;
}

static struct prefix
prefix_of_line_start(const struct prefix *rest)
{
	struct prefix p = *rest;
	struct byte_set line_break = {{UINT64_C(1) << '\n', 0, 0, 0}};
	set_and(&p.before, &line_break);
	return p;
}

static struct prefix
prefix_of_anything(const struct prefix *rest)
{
	struct prefix p = {.min = rest->min, .max = SHAPE_NEXT + 1, .before = everything};
	p.at_text_start = true;
	for (int i = 0; i < SHAPE_NEXT; i++)
		p.next[i] = everything;
	return p;
}

static struct prefix
prefix_of(const struct regex *item, const struct prefix *rest)
{
	switch (item->op) {
	case REGEX_SET:
		return prefix_of_set(&item->set, rest);
	case REGEX_CONCAT:
		return prefix_of_all(item, rest);
	case REGEX_EITHER:
		return prefix_of_either(item->first, rest);
	case REGEX_REPEAT:
		return prefix_of_repeat(item, rest);
	case REGEX_EDGE:
		return prefix_of_edge(rest);
	case REGEX_LINE_START:
		return prefix_of_line_start(rest);
	case REGEX_AHEAD:
		return prefix_of_ahead(item, rest);
	case REGEX_BEHIND:
		return prefix_of_behind(item, rest);
	case REGEX_ANYTHING:
		return prefix_of_anything(rest);
	case REGEX_OTHER:
		break;
	}
	return *rest;
}

/* The rest of a pattern, as it is, and behind the run of digits in which it may begin. */
struct rest {
	struct prefix plain, behind_run;
};

static struct prefix behind_run(const struct regex *item, const struct rest *rest);

static const struct byte_set digits = {{UINT64_C(0x3FF) << '0', 0, 0, 0}};

/* A digit belongs to the run; any other byte is the first behind it. */
static struct prefix
behind_run_of_set(const struct byte_set *set, const struct rest *rest)
{
	struct byte_set others = set_not(&digits);
	set_and(&others, set);
	struct prefix p = prefix_of_set(&others, &rest->plain);
	if ((set->bits[0] & digits.bits[0]) == 0)
		return p;
	if (set_within(set, &digits))
		return rest->behind_run;
	prefix_or(&p, &rest->behind_run);
	return p;
}

static struct prefix
behind_run_of_all(const struct regex *concat, const struct rest *rest)
{
	struct rest r = *rest;
	for (const struct regex *item = concat->last; item; item = item->prev)
		r = (struct rest){prefix_of(item, &r.plain), behind_run(item, &r)};
	return r.behind_run;
}

static struct prefix
behind_run_of_either(const struct regex *branches, const struct rest *rest)
{
	struct prefix all = behind_run(branches, rest);
	for (branches = branches->next; branches; branches = branches->next) {
		struct prefix one = behind_run(branches, rest);
		prefix_or(&all, &one);
	}
	return all;
}

static struct prefix
behind_run_of_repeat(const struct regex *item, const struct rest *rest)
{
	uint32_t low = item->low < SHAPE_NEXT ? item->low : SHAPE_NEXT;
	uint32_t high = item->high < low + SHAPE_NEXT ? item->high : low + SHAPE_NEXT;
	struct prefix all = rest->behind_run;
	struct rest tail = *rest;
	for (uint32_t i = 1; i <= high; i++) {
		tail = (struct rest){prefix_of(item->first, &tail.plain), behind_run(item->first, &tail)};
		if (i <= low)
			all = tail.behind_run;
		else
			prefix_or(&all, &tail.behind_run);
	}
	return all;
}

static struct prefix
behind_run(const struct regex *item, const struct rest *rest)
{
	switch (item->op) {
	case REGEX_SET:
		return behind_run_of_set(&item->set, rest);
	case REGEX_CONCAT:
		return behind_run_of_all(item, rest);
	case REGEX_EITHER:
		return behind_run_of_either(item->first, rest);
	case REGEX_REPEAT:
		return behind_run_of_repeat(item, rest);
	case REGEX_ANYTHING:
		return empty_prefix();
	case REGEX_EDGE:
	case REGEX_LINE_START:
	case REGEX_AHEAD:
	case REGEX_BEHIND:
	case REGEX_OTHER:
		break; /* it may stand before the run, or inside: nothing is concluded */
	}
	return rest->behind_run;
}

static bool
begins_with_a_run(const struct prefix *p)
{
	struct byte_set before = p->before;
	set_and(&before, &digits);
	return p->min > 0 && set_within(&p->next[0], &digits) && before.bits[0] == 0;
}

static void
note_run(const struct regex *root, struct shape_start *start)
{
	struct rest nothing = {empty_prefix(), empty_prefix()};
	struct prefix behind = behind_run(root, &nothing);
	start->run = shape_run_of(root);
	start->behind_min = behind.min < SHAPE_BEHIND ? behind.min : SHAPE_BEHIND;
	memcpy(start->behind, behind.next, sizeof(start->behind));
}

struct shape_start
shape_start_of(const struct regex *root)
{
	struct prefix nothing = empty_prefix();
	struct prefix p = prefix_of(root, &nothing);
	struct shape_start start = {
		.before = p.before,
		.at_text_start = p.at_text_start,
		.min = p.min < SHAPE_NEXT ? p.min : SHAPE_NEXT,
		.run = SHAPE_RUN_ANY,
	};
	memcpy(start.next, p.next, sizeof(start.next));
	if (begins_with_a_run(&p))
		note_run(root, &start);
	return start;
}
