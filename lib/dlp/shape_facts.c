/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/shape.h"

#include "lib/base/ascii.h"

enum {
	EXACT_MAX = 24,       /* literals that an exact part may have */
	EXACT_MAX_BYTES = 24, /* and their length */
	CLASS_MAX = 10,       /* bytes of a class that is worth spelling out: at most the digits */
	CLASS_LETTERS = 4,    /* unless they are digits */
	WEIGHT_MIN = 4,       /* two letters, or one rare sign */
	LENGTH_MAX = 1 << 20, /* what is longer has no bound */
};

static uint32_t
add(uint32_t a, uint32_t b)
{
	uint64_t sum = (uint64_t)a + b;
	return a == SHAPE_ANY || b == SHAPE_ANY || sum > LENGTH_MAX ? SHAPE_ANY : (uint32_t)sum;
}

static uint32_t
times(uint32_t a, uint32_t b)
{
	uint64_t product = (uint64_t)a * b;
	if (a == 0 || b == 0)
		return 0;
	return a == SHAPE_ANY || b == SHAPE_ANY || product > LENGTH_MAX ? SHAPE_ANY : (uint32_t)product;
}

static bool
set_has(const struct byte_set *set, unsigned c)
{
	return set->bits[c / 64] >> (c % 64) & 1;
}

/* How much a literal narrows the search: digits are common, letters less, some signs are rare. */
static unsigned
weight(struct bytes text)
{
	unsigned sum = 0;
	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.p[i];
		if (ascii_is_alpha(c))
			sum += 2;
		else if (memchr("@#$%&+=[]<>*^{}|~!?;", c, 20))
			sum += 4;
		else
			sum += 1;
	}
	return sum;
}

static unsigned
list_weight(const struct shape_literal *list, size_t n)
{
	unsigned least = n == 0 ? 0 : 16;
	for (size_t i = 0; i < n; i++) {
		unsigned w = weight(list[i].text);
		least = w < least ? w : least;
	}
	return least;
}

/* The better of two lists wins: heavy literals, few of them, at a known place. */
static unsigned
list_score(const struct shape_literal *list, size_t n)
{
	unsigned w = list_weight(list, n);
	if (w < WEIGHT_MIN || n > SHAPE_MAX_LITERALS)
		return 0;
	unsigned score = w * 4;
	for (size_t i = 0; i < n; i++)
		if (list[i].high == SHAPE_ANY)
			return score > 16 ? score - 16 : 1;
	return score + (n <= 4 ? 4 : 0);
}

struct facts
facts_of_nothing(struct arena *arena)
{
	struct facts facts = {.is_exact = true, .n_exact = 1};
	facts.exact = arena_array(arena, 1, sizeof(*facts.exact));
	return facts;
}

struct facts
facts_of_anything(void)
{
	return (struct facts){.max = SHAPE_ANY};
}

/* Bytes that folded text never holds need no literal. */
static bool
occurs(unsigned c)
{
	return (c >= ' ' && c != 0x7F) || c == '\n';
}

struct facts
facts_of_set(struct arena *arena, const struct byte_set *set)
{
	struct facts facts = {.min = 1, .max = 1, .digits = 1};
	uint8_t letters[CLASS_MAX];
	size_t n = 0, others = 0;
	for (unsigned c = 0; c < 256; c++) {
		if (!set_has(set, c) || !occurs(c))
			continue;
		if (!ascii_is_digit((uint8_t)c))
			facts.digits = 0;
		uint8_t lower = ascii_lower((uint8_t)c);
		if (memchr(letters, lower, n))
			continue;
		if (n < CLASS_MAX)
			letters[n++] = lower;
		else
			others++;
	}
	if (n == 0 || others > 0 || (facts.digits == 0 && n > CLASS_LETTERS))
		return facts;
	facts.is_exact = true;
	facts.n_exact = n;
	facts.exact = arena_array(arena, n, sizeof(*facts.exact));
	for (size_t i = 0; i < n; i++)
		facts.exact[i].text = arena_bytes(arena, bytes_of(&letters[i], 1));
	return facts;
}

/* Every literal of `a` followed by every one of `b`; false when that is too much. */
static bool
cross(struct arena *arena, const struct facts *a, const struct facts *b, struct facts *ret)
{
	size_t n = a->n_exact * b->n_exact, at = 0;
	if (!a->is_exact || !b->is_exact || n > EXACT_MAX)
		return false;
	struct shape_literal *list = arena_array(arena, n, sizeof(*list));
	for (size_t i = 0; i < a->n_exact; i++)
		for (size_t j = 0; j < b->n_exact; j++) {
			struct bytes x = a->exact[i].text, y = b->exact[j].text;
			if (x.n + y.n > EXACT_MAX_BYTES)
				return false;
			uint8_t *p = arena_alloc(arena, x.n + y.n + 1);
			if (x.n > 0)
				memcpy(p, x.p, x.n);
			if (y.n > 0)
				memcpy(p + x.n, y.p, y.n);
			list[at++].text = bytes_of(p, x.n + y.n);
		}
	ret->is_exact = true;
	ret->exact = list;
	ret->n_exact = n;
	return true;
}

/* Keeps the list when it is better than what is needed already, seen from `low` to `high` bytes before. */
static void
consider(struct arena *arena, struct facts *facts, const struct shape_literal *list, size_t n, uint32_t low,
	uint32_t high)
{
	if (n == 0)
		return;
	struct shape_literal *moved = arena_array(arena, n, sizeof(*moved));
	for (size_t i = 0; i < n; i++) {
		moved[i] = list[i];
		moved[i].low = add(list[i].low, low);
		moved[i].high = add(list[i].high, high);
	}
	if (list_score(moved, n) <= list_score(facts->need, facts->n_need))
		return;
	facts->need = moved;
	facts->n_need = n;
}

/* A stretch of exact parts, and where it begins. */
struct stretch {
	struct facts facts;
	uint32_t low, high;
};

/* The stretch ends before this item: its literals are a candidate, and the item begins the next. */
static void
break_stretch(struct arena *arena, struct facts *all, struct stretch *run, const struct facts *item)
{
	consider(arena, all, run->facts.exact, run->facts.n_exact, run->low, run->high);
	all->is_exact = false;
	run->low = all->min;
	run->high = all->max;
	if (item->is_exact) {
		run->facts = *item;
		return;
	}
	consider(arena, all, item->need, item->n_need, all->min, all->max);
	run->facts = facts_of_nothing(arena);
	run->low = add(run->low, item->min);
	run->high = add(run->high, item->max);
}

struct facts
facts_concat(struct arena *arena, const struct facts *items, size_t n)
{
	struct facts all = {.is_exact = true};
	struct stretch run = {.facts = facts_of_nothing(arena)};
	for (size_t i = 0; i < n; i++) {
		const struct facts *item = &items[i];
		if (!cross(arena, &run.facts, item, &run.facts))
			break_stretch(arena, &all, &run, item);
		if (item->digits > 0 && all.digits == 0)
			all.before_digit = add(all.max, item->before_digit);
		all.digits = add(all.digits, item->digits);
		all.min = add(all.min, item->min);
		all.max = add(all.max, item->max);
	}
	if (all.is_exact) {
		all.exact = run.facts.exact;
		all.n_exact = run.facts.n_exact;
	} else {
		consider(arena, &all, run.facts.exact, run.facts.n_exact, run.low, run.high);
	}
	return all;
}

void
facts_settle(struct facts *facts)
{
	if (!facts->is_exact || list_score(facts->exact, facts->n_exact) == 0)
		return;
	facts->need = facts->exact;
	facts->n_need = facts->n_exact;
}

/* What is needed of either: the union, when each has something. */
static void
join_needs(struct arena *arena, struct facts *all, const struct facts *items, size_t n)
{
	size_t total = 0, at = 0;
	for (size_t i = 0; i < n; i++) {
		struct facts item = items[i];
		facts_settle(&item);
		if (item.n_need == 0 || total + item.n_need > SHAPE_MAX_LITERALS)
			return;
		total += item.n_need;
	}
	all->need = arena_array(arena, total, sizeof(*all->need));
	for (size_t i = 0; i < n; i++) {
		struct facts item = items[i];
		facts_settle(&item);
		memcpy(all->need + at, item.need, item.n_need * sizeof(*item.need));
		at += item.n_need;
	}
	all->n_need = total;
}

static void
join_exact(struct arena *arena, struct facts *all, const struct facts *items, size_t n)
{
	size_t total = 0;
	for (size_t i = 0; i < n; i++) {
		total += items[i].n_exact;
		if (!items[i].is_exact || total > EXACT_MAX)
			return;
	}
	all->is_exact = true;
	all->exact = arena_array(arena, total, sizeof(*all->exact));
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < items[i].n_exact; j++)
			all->exact[all->n_exact++] = items[i].exact[j];
}

struct facts
facts_either(struct arena *arena, const struct facts *items, size_t n)
{
	struct facts all = items[0];
	if (n == 1)
		return all;
	all = (struct facts){.min = SHAPE_ANY, .digits = SHAPE_ANY};
	for (size_t i = 0; i < n; i++) {
		all.min = items[i].min < all.min ? items[i].min : all.min;
		all.max = items[i].max > all.max ? items[i].max : all.max;
		all.digits = items[i].digits < all.digits ? items[i].digits : all.digits;
		if (items[i].digits > 0 && items[i].before_digit > all.before_digit)
			all.before_digit = items[i].before_digit;
	}
	join_exact(arena, &all, items, n);
	if (!all.is_exact)
		join_needs(arena, &all, items, n);
	return all;
}

/* x{0,1}, or x{n,n} of few: still exact. */
static void
repeat_exact(struct arena *arena, struct facts *all, const struct facts *item, uint32_t low, uint32_t high)
{
	struct facts nothing = facts_of_nothing(arena);
	if (low == 0 && high == 1) {
		const struct facts items[] = {nothing, *item};
		join_exact(arena, all, items, 2);
		return;
	}
	struct facts power = nothing;
	bool fits = low == high;
	for (uint32_t i = 0; fits && i < low; i++)
		fits = i < EXACT_MAX_BYTES && cross(arena, &power, item, &power);
	if (!fits)
		return;
	all->is_exact = true;
	all->exact = power.exact;
	all->n_exact = power.n_exact;
}

struct facts
facts_repeat(struct arena *arena, const struct facts *item, uint32_t low, uint32_t high)
{
	struct facts all = {
		.min = times(item->min, low),
		.max = times(item->max, high),
		.digits = low > 0 ? times(item->digits, low) : 0,
		.before_digit = item->before_digit,
	};
	repeat_exact(arena, &all, item, low, high);
	if (all.is_exact || low == 0)
		return all;
	struct facts first = *item;
	facts_settle(&first);
	all.need = first.need;
	all.n_need = first.n_need;
	return all;
}
