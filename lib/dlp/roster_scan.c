/* SPDX-License-Identifier: Apache-2.0 */
/* Where a message names people of the roster: attributes of one person that stand together. */
#include "lib/dlp/roster_scan.h"

#include <stdlib.h>

#include "lib/dlp/roster_text.h"

enum { STEPS_PER_BYTE = 64, STEPS_LEAST = 4096 };

/* How far a person got: attributes that stand before the current one. */
struct tally {
	uint32_t person;
	unsigned types;
};

struct pairing {
	struct scan_state *state;
	const struct roster_found *found;
	size_t n;
	const struct roster_ask *ask;
	uint64_t steps; /* that are left: what a hostile text may cost */
};

static void
emit(struct pairing *p, uint32_t from, uint32_t to)
{
	struct match_span span = {from, to, from, to};

	buf_put(&p->state->scratch->spans, &span, sizeof(span));
}

static bool
note_type(struct pairing *p, uint32_t person, const struct roster_found *now, const struct roster_found *then)
{
	struct buf *tally = &p->state->scratch->roster_tally;
	struct tally *entries = (void *)tally->p, fresh = {person, 1U << now->type};
	size_t n = tally->n / sizeof(fresh), i = 0;

	while (i < n && entries[i].person != person)
		i++;
	p->steps = p->steps > i ? p->steps - i : 0;
	if (i == n) {
		buf_put(tally, &fresh, sizeof(fresh));
		if (buf_full(tally))
			return false;
		entries = (void *)tally->p;
	}
	entries[i].types |= 1U << then->type;
	return (unsigned)__builtin_popcount(entries[i].types) >= p->ask->attributes;
}

/* The people of two lists who are in both: the shorter is looked up in the longer. True: enough of one. */
static bool
meet(struct pairing *p, const struct roster_found *now, const struct roster_found *then)
{
	const struct roster_list *a = &now->people, *b = &then->people;
	bool enough = false;
	size_t low = 0;

	if (a->n > b->n) {
		const struct roster_list *swap = a;

		a = b;
		b = swap;
	}
	for (size_t i = 0; i < a->n && p->steps > 0; i++) {
		uint32_t person = roster_person(a, i);
		size_t high = b->n;

		for (p->steps--; low < high && p->steps > 0; p->steps--) {
			size_t middle = low + (high - low) / 2;

			if (roster_person(b, middle) < person)
				low = middle + 1;
			else
				high = middle;
		}
		if (low >= b->n || roster_person(b, low) != person || !note_type(p, person, now, then))
			continue;
		enough = true;
		if (p->ask->who == ROSTER_NOT_RECIPIENT)
			buf_put(&p->state->scratch->roster_people, &person, sizeof(person));
	}
	return enough;
}

/* Looks back from one value; the nearest others count first. */
static void
look_back(struct pairing *p, size_t number)
{
	const struct roster_found *now = &p->found[number];

	buf_reset(&p->state->scratch->roster_tally);
	for (size_t i = number; i > 0 && p->steps > 0; i--) {
		const struct roster_found *then = &p->found[i - 1];

		p->steps--;
		if (then->from + ROSTER_FOUND_MAX + p->ask->within < now->from)
			return;
		if (then->type == now->type || then->to > now->from || now->from - then->to > p->ask->within)
			continue;
		if (meet(p, now, then)) {
			emit(p, then->from, now->to);
			return;
		}
	}
}

static int
compare_spans(const void *a, const void *b)
{
	const struct match_span *x = a, *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

/* What a text may cost is bounded; what then is not known is not passed over in silence. */
static void
pair_rule(struct scan_state *state, const struct rule *rule, uint32_t segment)
{
	struct scan_scratch *scratch = state->scratch;
	struct pairing p = {.state = state,
		.found = (const void *)scratch->roster_found.p,
		.n = scratch->roster_found.n / sizeof(struct roster_found),
		.ask = &rule->roster,
		.steps = STEPS_LEAST + STEPS_PER_BYTE * (uint64_t)state->segments[segment].folded.text.n};
	size_t first = scratch->spans.n / sizeof(struct match_span), n;

	for (size_t i = 1; i < p.n; i++)
		look_back(&p, i);
	n = scratch->spans.n / sizeof(struct match_span) - first;
	if (n > 1)
		qsort((struct match_span *)(void *)scratch->spans.p + first, n, sizeof(struct match_span),
			compare_spans);
	state_add_slice(state, rule->roster.source, segment, first, n);
	if (p.steps == 0 || buf_full(&scratch->roster_found))
		state->limit = true;
}

void
roster_search(struct scan_state *state, uint32_t segment)
{
	const struct ruleset *set = state->set;
	const struct scan_segment *seen = &state->segments[segment];
	struct roster_text text = {.text = seen->folded.text};
	uint32_t reach = 0;

	if (!state->scratch->roster)
		return;
	for (size_t i = 0; i < set->n_askers; i++) {
		const struct rule *rule = &set->rules[set->askers[i]];

		if (judge_looks_in(rule, seen) && rule->roster.within > reach)
			reach = rule->roster.within;
	}
	if (reach == 0)
		return;
	text.runs = match_digits(state->scratch->match, &text.n_runs);
	roster_find(state->scratch->roster, &text, reach, &state->scratch->roster_found);
	if (state->scratch->roster_found.n == 0)
		return;
	for (size_t i = 0; i < set->n_askers; i++)
		if (judge_looks_in(&set->rules[set->askers[i]], seen))
			pair_rule(state, &set->rules[set->askers[i]], segment);
}

static int
compare_people(const void *a, const void *b)
{
	uint32_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

/* A recipient is on the roster, and is none of the people whom the message names. */
static bool
is_stranger(const struct scan_state *state, struct bytes recipient)
{
	const struct buf *people = &state->scratch->roster_people;
	struct roster_value value;
	struct roster_list owners;

	if (!roster_email(&value, recipient))
		return false;
	owners = roster_look_up(state->scratch->roster, &value);
	for (size_t i = 0; i < owners.n; i++) {
		uint32_t owner = roster_person(&owners, i);

		if (bsearch(&owner, people->p, people->n / sizeof(owner), sizeof(owner), compare_people))
			return false;
	}
	return owners.n > 0;
}

/* Of recipients that are not told, one may be: who writes to so many must not name a patient. */
static bool
any_stranger(const struct scan_state *state)
{
	const struct buf *people = &state->scratch->roster_people;

	if (people->n == 0)
		return false;
	qsort(people->p, people->n / sizeof(uint32_t), sizeof(uint32_t), compare_people);
	for (size_t i = 0; i < state->text->n_recipients; i++)
		if (is_stranger(state, state->text->recipients[i]))
			return true;
	return state->text->n_untold > 0;
}

void
roster_settle(struct scan_state *state)
{
	const struct ruleset *set = state->set;
	struct scan_scratch *scratch = state->scratch;

	if (!scratch->roster)
		return;
	if (buf_full(&scratch->roster_people) || buf_full(&scratch->roster_tally))
		state->limit = true;
	if (any_stranger(state))
		return;
	for (size_t i = 0; i < set->n_askers; i++) {
		const struct roster_ask *ask = &set->rules[set->askers[i]].roster;

		if (ask->who == ROSTER_NOT_RECIPIENT)
			scratch->first[ask->source] = scratch->last[ask->source] = 0;
	}
}
