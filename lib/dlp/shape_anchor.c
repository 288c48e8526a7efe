/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which anchors a pattern needs. Facts about its parts are joined: texts that a part matches exactly are
 * spelled out and grow as long as they stay few; of all that a match needs, the rarest in ordinary mail is
 * kept.
 */
#include "lib/dlp/shape_facts.h"

#include "lib/base/ascii.h"

enum { CLASS_MAX = 4 /* bytes of a class that is worth spelling out */ };

static struct facts facts_of(struct arena *arena, const struct regex *item);

static bool
only_digits(const struct byte_set *set)
{
	const uint64_t digits = UINT64_C(0x3FF) << '0';
	return (set->bits[0] & ~digits) == 0 && set->bits[0] != 0 && !set->bits[1] && !set->bits[2] &&
	       !set->bits[3];
}

/* Bytes that folded text never holds need no literal. */
static bool
occurs(unsigned c)
{
	return (c >= ' ' && c != 0x7F) || c == '\n';
}

/* The different bytes of a set, in lower case; returns how many there are, at most CLASS_MAX + 1. */
static size_t
spell_out(const struct byte_set *set, uint8_t letters[CLASS_MAX])
{
	size_t n = 0;
	for (unsigned i = 0; i < 4; i++)
		for (uint64_t bits = set->bits[i]; bits != 0; bits &= bits - 1) {
			unsigned c = i * 64 + (unsigned)__builtin_ctzll(bits);
			uint8_t lower = ascii_lower((uint8_t)c);
			if (!occurs(c) || memchr(letters, lower, n))
				continue;
			if (n == CLASS_MAX)
				return n + 1;
			letters[n++] = lower;
		}
	return n;
}

static struct facts
facts_of_set(struct arena *arena, const struct byte_set *set)
{
	struct facts facts = {.min = 1, .max = 1, .bytes = *set, .last = *set, .hits = 1};
	uint8_t letters[CLASS_MAX];
	size_t n = spell_out(set, letters);
	if (only_digits(set)) {
		struct shape_anchor digit = {.kind = SHAPE_DIGIT};
		facts_need(arena, &facts, &digit, 1, at_start());
	}
	if (n == 0 || n > CLASS_MAX)
		return facts;
	facts.is_exact = true;
	facts.n_exact = n;
	facts.exact = arena_array(arena, n, sizeof(*facts.exact));
	for (size_t i = 0; i < n; i++)
		facts.exact[i].text = arena_bytes(arena, bytes_of(&letters[i], 1));
	return facts;
}

static struct facts
facts_of_either(struct arena *arena, const struct regex *branches)
{
	struct facts all = facts_of(arena, branches);
	for (branches = branches->next; branches; branches = branches->next) {
		struct facts one = facts_of(arena, branches);
		all = facts_or(arena, &all, &one);
	}
	return all;
}

static struct facts
facts_of_repeat(struct arena *arena, const struct regex *item)
{
	struct facts one = facts_of(arena, item->first);
	return facts_repeat(arena, &one, item->low, item->high);
}

/* `(?<!\w)` and `(?!\w)`, also with more in the class: an edge of any word that stands there. */
static bool
forbids_word(const struct regex *item)
{
	const struct regex *only = item->negated ? item->first->first : NULL;
	if (!only || item->first->op != REGEX_CONCAT || only != item->first->last || only->op != REGEX_SET)
		return false;
	for (unsigned c = 0; c < 128; c++)
		if ((ascii_is_alnum((uint8_t)c) || c == '_') && !byte_set_has(&only->set, c))
			return false;
	return true;
}

static struct facts
facts_of_look(struct arena *arena, const struct regex *item)
{
	struct facts facts = facts_of_nothing(arena);
	if (forbids_word(item))
		*(item->op == REGEX_BEHIND ? &facts.exact->before : &facts.exact->after) = EDGE_OF_WORD;
	return facts;
}

static struct facts
facts_of_edge(struct arena *arena)
{
	struct facts facts = facts_of_nothing(arena);
	facts.exact->before = facts.exact->after = EDGE;
	return facts;
}

/* A line break, or nothing, stands before. */
static struct facts
facts_of_line_start(struct arena *arena)
{
	static const struct shape_anchor line = {.kind = SHAPE_LINE};
	struct facts facts = facts_of_nothing(arena);
	facts.exact->before = EDGE_OF_WORD;
	facts_need(arena, &facts, &line, 1, at_start());
	return facts;
}

/* Whether every text of the item begins with a digit. */
static bool
begins_with_digit(const struct regex *item)
{
	switch (item->op) {
	case REGEX_SET:
		return only_digits(&item->set);
	case REGEX_REPEAT:
		return item->low > 0 && begins_with_digit(item->first);
	case REGEX_CONCAT:
		return item->first && begins_with_digit(item->first);
	case REGEX_EITHER:
		for (const struct regex *branch = item->first; branch; branch = branch->next)
			if (!begins_with_digit(branch))
				return false;
		return true;
	default:
		return false;
	}
}

/* Whether no digit can stand directly before the item, seen from the item before it. */
static bool
no_digit_before(const struct regex *item)
{
	const struct regex *before = item->prev;
	if (!before)
		return false;
	switch (before->op) {
	case REGEX_EDGE:
	case REGEX_LINE_START:
		return true;
	case REGEX_SET:
		return (before->set.bits[0] & UINT64_C(0x3FF) << '0') == 0;
	case REGEX_REPEAT:
		return before->low > 0 && before->first->op == REGEX_SET &&
		       (before->first->set.bits[0] & UINT64_C(0x3FF) << '0') == 0;
	case REGEX_BEHIND:
		return before->negated && before->first->op == REGEX_CONCAT && before->first->first &&
		       before->first->first == before->first->last && before->first->first->op == REGEX_SET &&
		       (before->first->first->set.bits[0] | ~(UINT64_C(0x3FF) << '0')) == ~UINT64_C(0);
	default:
		return false;
	}
}

static struct facts
facts_of_concat(struct arena *arena, const struct regex *items)
{
	struct chain chain;
	chain_init(&chain, arena);
	for (const struct regex *item = items; item; item = item->next) {
		struct facts facts = facts_of(arena, item);
		if (begins_with_digit(item) && no_digit_before(item)) {
			struct shape_anchor run = {.kind = SHAPE_DIGITS, .run = shape_run_of(item)};
			chain_need(&chain, &run);
		}
		chain_add(&chain, &facts);
	}
	return chain_end(&chain);
}

static struct facts
facts_of_anything(void)
{
	struct facts facts = {.max = SHAPE_ANY, .hits = 1};
	memset(&facts.bytes, 0xFF, sizeof(facts.bytes));
	memset(&facts.last, 0xFF, sizeof(facts.last));
	return facts;
}

static struct facts
facts_of(struct arena *arena, const struct regex *item)
{
	switch (item->op) {
	case REGEX_SET:
		return facts_of_set(arena, &item->set);
	case REGEX_CONCAT:
		return facts_of_concat(arena, item->first);
	case REGEX_EITHER:
		return facts_of_either(arena, item->first);
	case REGEX_REPEAT:
		return facts_of_repeat(arena, item);
	case REGEX_EDGE:
		return facts_of_edge(arena);
	case REGEX_AHEAD:
	case REGEX_BEHIND:
		return facts_of_look(arena, item);
	case REGEX_ANYTHING:
		return facts_of_anything();
	case REGEX_LINE_START:
		return facts_of_line_start(arena);
	case REGEX_OTHER:
		break;
	}
	return facts_of_nothing(arena);
}

void
shape_anchors_of(struct arena *arena, const struct regex *root, struct shape *shape)
{
	struct facts facts = facts_of(arena, root);
	facts_settle(arena, &facts);
	shape->max = facts.max;
	shape->anchors = facts.need;
	shape->n_anchors = facts.n_need;
	shape->hits = facts.hits;
}
