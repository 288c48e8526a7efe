/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/shape_facts.h"

#include "lib/base/ascii.h"

enum {
	EXACT_MAX = 64,       /* texts that an exact part may have */
	EXACT_MAX_BYTES = 24, /* and their length */
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

struct facts
facts_of_nothing(struct arena *arena)
{
	struct facts facts = {.is_exact = true, .n_exact = 1, .hits = 1};
	facts.exact = arena_array(arena, 1, sizeof(*facts.exact));
	return facts;
}

static enum edge
resolve(enum edge edge, uint8_t inner)
{
	bool word = ascii_is_alnum(inner) || inner == '_';
	return edge == EDGE_OF_WORD ? (word ? EDGE : NO_EDGE) : edge;
}

static enum edge
stronger(enum edge a, enum edge b)
{
	return a > b ? a : b;
}

static struct exact
join(struct arena *arena, const struct exact *a, const struct exact *b)
{
	struct bytes x = a->text, y = b->text;
	uint8_t *p = arena_alloc(arena, x.n + y.n + 1);
	if (x.n > 0)
		memcpy(p, x.p, x.n);
	if (y.n > 0)
		memcpy(p + x.n, y.p, y.n);
	struct exact joined = {.text = bytes_of(p, x.n + y.n), .before = a->before, .after = b->after};
	if (x.n == 0)
		joined.before = y.n > 0 ? stronger(resolve(a->before, y.p[0]), b->before)
					: stronger(a->before, b->before);
	if (y.n == 0)
		joined.after = x.n > 0 ? stronger(resolve(b->after, x.p[x.n - 1]), a->after)
				       : stronger(a->after, b->after);
	return joined;
}

/* Every text of `a` followed by every one of `b`; false when that is too much. */
static bool
cross(struct arena *arena, const struct facts *a, const struct facts *b, struct facts *ret)
{
	size_t n = a->n_exact * b->n_exact, at = 0;
	if (!a->is_exact || !b->is_exact || n > EXACT_MAX)
		return false;
	struct exact *list = arena_array(arena, n, sizeof(*list));
	for (size_t i = 0; i < a->n_exact; i++)
		for (size_t j = 0; j < b->n_exact; j++) {
			if (a->exact[i].text.n + b->exact[j].text.n > EXACT_MAX_BYTES)
				return false;
			list[at++] = join(arena, &a->exact[i], &b->exact[j]);
		}
	ret->is_exact = true;
	ret->exact = list;
	ret->n_exact = n;
	return true;
}

void
facts_need(struct arena *arena, struct facts *facts, const struct shape_anchor *anchors, size_t n,
	struct offset offset)
{
	if (n == 0 || n > SHAPE_MAX_ANCHORS)
		return;
	struct shape_anchor *moved = arena_array(arena, n, sizeof(*moved));
	for (size_t i = 0; i < n; i++) {
		moved[i] = anchors[i];
		moved[i].low = add(anchors[i].low, offset.low);
		moved[i].high = add(anchors[i].high, offset.high);
		byte_set_or(&moved[i].gap, offset.gap);
	}
	double hits = shape_hits(moved, n);
	if (hits >= facts->hits)
		return;
	facts->need = moved;
	facts->n_need = n;
	facts->hits = hits;
}

/* The exact texts as anchors. An empty one is no anchor. */
static void
need_exact(struct arena *arena, struct facts *facts, const struct facts *texts, struct offset offset)
{
	struct shape_anchor *anchors = arena_array(arena, texts->n_exact, sizeof(*anchors));
	for (size_t i = 0; i < texts->n_exact; i++) {
		const struct exact *exact = &texts->exact[i];
		if (exact->text.n == 0)
			return;
		anchors[i] = (struct shape_anchor){.kind = SHAPE_LITERAL,
			.text = exact->text,
			.edge_before = exact->before == EDGE,
			.edge_after = exact->after == EDGE};
	}
	facts_need(arena, facts, anchors, texts->n_exact, offset);
}

void
facts_settle(struct arena *arena, struct facts *facts)
{
	if (facts->is_exact)
		need_exact(arena, facts, facts, at_start());
}

/* What is needed of either: both lists, when each has something. */
static void
join_needs(struct arena *arena, struct facts *all, const struct facts *a, const struct facts *b)
{
	struct facts x = *a, y = *b;
	facts_settle(arena, &x);
	facts_settle(arena, &y);
	if (x.n_need == 0 || y.n_need == 0 || x.n_need + y.n_need > SHAPE_MAX_ANCHORS)
		return;
	struct shape_anchor *both = arena_array(arena, x.n_need + y.n_need, sizeof(*both));
	memcpy(both, x.need, x.n_need * sizeof(*both));
	memcpy(both + x.n_need, y.need, y.n_need * sizeof(*both));
	facts_need(arena, all, both, x.n_need + y.n_need, at_start());
}

static void
join_exact(struct arena *arena, struct facts *all, const struct facts *a, const struct facts *b)
{
	if (!a->is_exact || !b->is_exact || a->n_exact + b->n_exact > EXACT_MAX)
		return;
	all->is_exact = true;
	all->n_exact = a->n_exact + b->n_exact;
	all->exact = arena_array(arena, all->n_exact, sizeof(*all->exact));
	memcpy(all->exact, a->exact, a->n_exact * sizeof(*all->exact));
	memcpy(all->exact + a->n_exact, b->exact, b->n_exact * sizeof(*all->exact));
}

struct facts
facts_or(struct arena *arena, const struct facts *a, const struct facts *b)
{
	struct facts all = {.min = a->min < b->min ? a->min : b->min,
		.max = a->max > b->max ? a->max : b->max,
		.hits = 1};
	all.bytes = a->bytes;
	all.last = a->last;
	byte_set_or(&all.bytes, &b->bytes);
	byte_set_or(&all.last, &b->last);
	join_exact(arena, &all, a, b);
	join_needs(arena, &all, a, b);
	return all;
}

/* x{0,1}, or x{n,n} of few: still exact. */
static void
repeat_exact(struct arena *arena, struct facts *all, const struct facts *item, uint32_t low, uint32_t high)
{
	struct facts power = facts_of_nothing(arena);
	if (low == 0 && high == 1) {
		join_exact(arena, all, &power, item);
		return;
	}
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
	struct facts all = {.min = times(item->min, low), .max = times(item->max, high), .hits = 1};
	if (high > 0) {
		all.bytes = item->bytes;
		all.last = item->last;
	}
	repeat_exact(arena, &all, item, low, high);
	if (low == 0)
		return all;
	struct facts first = *item;
	facts_settle(arena, &first);
	facts_need(arena, &all, first.need, first.n_need, at_start());
	return all;
}

void
chain_init(struct chain *chain, struct arena *arena)
{
	*chain = (struct chain){.arena = arena, .all = {.is_exact = true, .hits = 1}};
	chain->stretch = facts_of_nothing(arena);
	memset(&chain->tail, 0xFF, sizeof(chain->tail));
}

/* Whether a byte of a word that comes next begins the word. */
static bool
begins_word(const struct chain *chain)
{
	for (unsigned c = 0; c < 128; c++)
		if ((ascii_is_alnum((uint8_t)c) || c == '_') && byte_set_has(&chain->tail, c))
			return chain->edge;
	return true;
}

/* Parts joined from here on; what stands before them may make an edge. */
static void
begin_stretch(struct chain *chain, const struct facts *item)
{
	chain->low = chain->all.min;
	chain->high = chain->all.max;
	chain->gap = chain->all.bytes;
	chain->stretch = facts_of_nothing(chain->arena);
	chain->stretch.exact->before = begins_word(chain) ? EDGE_OF_WORD : NO_EDGE;
	if (cross(chain->arena, &chain->stretch, item, &chain->stretch))
		return;
	chain->stretch = facts_of_nothing(chain->arena);
	chain->low = add(chain->low, item->min);
	chain->high = add(chain->high, item->max);
	byte_set_or(&chain->gap, &item->bytes);
}

/* What a part needs, where it stands; what begins it may begin a word. */
static void
need_of_part(struct chain *chain, const struct facts *item)
{
	struct facts *all = &chain->all;
	struct shape_anchor *anchors = arena_array(chain->arena, item->n_need, sizeof(*anchors));
	bool word = begins_word(chain);
	for (size_t i = 0; i < item->n_need; i++) {
		anchors[i] = item->need[i];
		if (word && anchors[i].kind == SHAPE_LITERAL && anchors[i].high == 0)
			anchors[i].edge_before |= resolve(EDGE_OF_WORD, anchors[i].text.p[0]) == EDGE;
	}
	facts_need(
		chain->arena, all, anchors, item->n_need, (struct offset){all->min, all->max, &all->bytes});
}

void
chain_add(struct chain *chain, const struct facts *item)
{
	struct facts *all = &chain->all;
	need_of_part(chain, item);
	if (!cross(chain->arena, &chain->stretch, item, &chain->stretch)) {
		need_exact(chain->arena, all, &chain->stretch,
			(struct offset){chain->low, chain->high, &chain->gap});
		all->is_exact = false;
		begin_stretch(chain, item);
	}
	if (item->max > 0)
		chain->edge = false;
	else if (item->is_exact && item->n_exact == 1 && item->exact->before != NO_EDGE)
		chain->edge = true;
	if (item->min > 0)
		chain->tail = all->last = item->last;
	byte_set_or(&chain->tail, &item->last);
	byte_set_or(&all->last, &item->last);
	all->min = add(all->min, item->min);
	all->max = add(all->max, item->max);
	byte_set_or(&all->bytes, &item->bytes);
}

void
chain_need(struct chain *chain, const struct shape_anchor *anchor)
{
	struct facts *all = &chain->all;
	facts_need(chain->arena, all, anchor, 1, (struct offset){all->min, all->max, &all->bytes});
}

struct facts
chain_end(struct chain *chain)
{
	struct facts *all = &chain->all;
	if (all->is_exact) {
		all->exact = chain->stretch.exact;
		all->n_exact = chain->stretch.n_exact;
	}
	need_exact(chain->arena, all, &chain->stretch, (struct offset){chain->low, chain->high, &chain->gap});
	return *all;
}
