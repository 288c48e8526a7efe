/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/record.h"
#include "lib/dlp/tracer.h"
#include "lib/dlp/twin.h"

/* The slice of a source in a segment, or NULL. Rules are judged segment by segment: hence the hint. */
static const struct scan_slice *
slice_of(const struct scan_state *state, uint32_t source, uint32_t segment)
{
	const struct scan_scratch *scratch = state->scratch;
	uint32_t at = scratch->hint[source];
	if (at == 0 || state_slices(state)[at - 1].segment > segment)
		at = scratch->first[source];
	while (at != 0) {
		const struct scan_slice *slice = &state_slices(state)[at - 1];
		if (slice->segment > segment)
			return NULL;
		scratch->hint[source] = at;
		if (slice->segment == segment)
			return slice;
		at = slice->next;
	}
	return NULL;
}

static bool
find_source(const struct scan_state *state, const struct evidence *evidence, uint32_t source,
	uint32_t segment, const struct match_span *match, struct bearing *ret)
{
	*ret = (struct bearing){.side = TRACE_MESSAGE};
	if (evidence->where == EVIDENCE_MESSAGE)
		return state->scratch->first[source] != 0;
	const struct scan_slice *slice = slice_of(state, source, segment);
	if (!slice)
		return false;
	const struct match_span *spans = state_spans(state) + slice->from;
	ret->side = TRACE_SEGMENT;
	if (evidence->where == EVIDENCE_SEGMENT)
		return true;
	if (evidence->where == EVIDENCE_BESIDE)
		return bearing_beside(spans, slice, match, evidence, ret);
	if (evidence->where == EVIDENCE_RECORD)
		return bearing_near(spans, slice, match, record_start(state, segment, match->from),
			record_end(state, segment, match->to), ret);
	uint64_t low = match->from > evidence->within ? match->from - evidence->within : 0;
	return bearing_near(spans, slice, match, low, (uint64_t)match->to + evidence->within, ret);
}

/* Whether an item applies. A trace is told by what: of several sources, by the nearest. */
static bool
evidence_holds(const struct scan_state *state, const struct evidence *evidence, uint32_t segment,
	const struct match_span *match, struct trace_candidate *traced)
{
	struct bearing bearing, nearest = {.side = TRACE_MESSAGE};
	uint32_t by = 0;
	bool holds = evidence->trait != 0 && (state->text->traits & evidence->trait) != 0;
	for (size_t i = 0; i < evidence->sources.n && (!holds || traced); i++) {
		uint32_t source = evidence->sources.p[i];
		if (!find_source(state, evidence, source, segment, match, &bearing) ||
			(holds && bearing.distance >= nearest.distance))
			continue;
		holds = true;
		nearest = bearing;
		by = source;
	}
	if (holds)
		tracer_evidence(state, traced, evidence, by, segment, &nearest);
	return holds;
}

static int
confidence_of(const struct scan_state *state, const struct rule *rule, uint32_t segment,
	const struct match_span *match, struct trace_candidate *traced)
{
	int sum = rule->confidence;
	for (const struct evidence *evidence = rule->evidence; evidence; evidence = evidence->next)
		if (evidence_holds(state, evidence, segment, match, traced))
			sum += evidence->add;
	int confidence = sum < 0 ? 0 : sum > 100 ? 100 : sum;
	tracer_sum(traced, sum, confidence);
	return confidence;
}

/* The first check that refuses a value, or NULL. */
static const struct validate_check *
refusing_check(const struct scan_state *state, const struct rule *rule, struct bytes value)
{
	for (size_t i = 0; i < rule->n_checks; i++)
		if (!validate_ok(&rule->checks[i], value, state->today))
			return &rule->checks[i];
	return NULL;
}

static bool
is_excepted(const struct scan_state *state, const struct rule *rule, struct bytes value)
{
	return rule->except.n > 0 && except_has(&rule->except, &state->set->except_key, value);
}

static int
compare_spans(const void *a, const void *b)
{
	const struct match_span *x = a, *y = b;
	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return (x->to < y->to) - (x->to > y->to); /* the longer first */
}

/* All that a rule's sources found in a segment, in order. */
static size_t
gather(struct scan_state *state, const struct rule *rule, uint32_t segment)
{
	struct buf *candidates = &state->scratch->candidates;
	size_t slices = 0;
	buf_reset(candidates);
	for (size_t i = 0; i < rule->sources.n; i++) {
		const struct scan_slice *slice = slice_of(state, rule->sources.p[i], segment);
		if (!slice)
			continue;
		buf_put(candidates, state_spans(state) + slice->from, slice->n * sizeof(struct match_span));
		slices++;
	}
	state->limit = state->limit || buf_full(candidates);
	size_t n = candidates->n / sizeof(struct match_span);
	if (slices > 1)
		qsort(candidates->p, n, sizeof(struct match_span), compare_spans);
	return n;
}

/* The best of the matches that overlap, not yet written down. */
struct open_match {
	struct scan_match match;
	struct match_span span;
	uint32_t reach; /* where the last value of the group ends */
	bool is_open;
	struct trace_candidate *traced;
};

static void
close_match(struct scan_state *state, struct open_match *open)
{
	if (!open->is_open)
		return;
	buf_put(&state->scratch->matches, &open->match, sizeof(open->match));
	open->is_open = false;
	tracer_end(state, open->traced, TRACE_COUNTS);
}

static void
offer_match(struct scan_state *state, struct open_match *open, const struct match_span *span,
	const struct scan_match *match, struct trace_candidate *traced)
{
	bool overlaps = open->is_open && span->value_from < open->reach;
	if (!overlaps)
		close_match(state, open);
	if (!overlaps || span->value_to > open->reach)
		open->reach = span->value_to;
	if (overlaps && match->confidence <= open->match.confidence) {
		tracer_end(state, traced, TRACE_OVERLAPPED);
		return;
	}
	if (overlaps)
		tracer_end(state, open->traced, TRACE_OVERLAPPED);
	open->match = *match;
	open->traced = traced;
	open->is_open = true;
}

/* One thing that a rule's sources found. */
static void
judge_candidate(struct scan_state *state, struct open_match *open, size_t number, uint32_t segment,
	const struct match_span *span)
{
	const struct rule *rule = &state->set->rules[number];
	struct bytes value = bytes_sub(
		state->segments[segment].folded.text, span->value_from, span->value_to - span->value_from);
	struct trace_candidate *traced = tracer_begin(state, number, segment, span);
	const struct validate_check *refused = refusing_check(state, rule, value);
	tracer_checks(state, traced, rule, refused, value);
	if (refused) {
		tracer_end(state, traced, TRACE_REFUSED);
		return;
	}
	int confidence = confidence_of(state, rule, segment, span, traced);
	if (confidence < rule->threshold) {
		tracer_end(state, traced, TRACE_BELOW);
		return;
	}
	if (is_excepted(state, rule, value)) {
		tracer_end(state, traced, TRACE_EXCEPTED);
		return;
	}
	struct scan_match match = {
		(uint32_t)number, segment, span->from, span->to, except_number(value), confidence};
	offer_match(state, open, span, &match, traced);
}

static void
judge_segment(struct scan_state *state, size_t number, uint32_t segment)
{
	size_t n = gather(state, &state->set->rules[number], segment);
	const struct match_span *spans = (const void *)state->scratch->candidates.p;
	struct open_match open = {.is_open = false};
	for (size_t i = 0; i < n; i++)
		judge_candidate(state, &open, number, segment, &spans[i]);
	close_match(state, &open);
}

/* Its matches in one segment become a source for the rules that have it as evidence. */
static void
share_matches(struct scan_state *state, size_t number, uint32_t segment, size_t from)
{
	size_t first_span = state_n_spans(state);
	for (size_t i = from; i < state_n_matches(state); i++) {
		const struct scan_match *match = &state_matches(state)[i];
		struct match_span span = {match->from, match->to, match->from, match->to};
		buf_put(&state->scratch->spans, &span, sizeof(span));
	}
	state_add_slice(state, rule_virtual_source(state->set, number), segment, first_span,
		state_n_spans(state) - first_span);
}

static bool
has_candidates(const struct scan_state *state, const struct rule *rule)
{
	for (size_t i = 0; i < rule->sources.n; i++)
		if (state->scratch->first[rule->sources.p[i]] != 0)
			return true;
	return false;
}

static bool
is_named(const struct rule_where *where, struct bytes header)
{
	for (size_t i = 0; i < where->n_names; i++)
		if (bytes_eq_nocase(where->names[i], header))
			return true;
	return false;
}

bool
judge_looks_in(const struct rule *rule, const struct scan_segment *segment)
{
	if (rule->where.scope & segment->scope)
		return true;
	return (rule->where.scope & SCOPE_NAMED) && segment->header.n > 0 &&
	       is_named(&rule->where, segment->header);
}

void
judge_rule(struct scan_state *state, size_t number)
{
	const struct rule *rule = &state->set->rules[number];
	size_t first = state_n_matches(state);
	for (uint32_t i = 0; has_candidates(state, rule) && i < state->n_segments; i++) {
		struct scan_segment *own = &state->segments[i];
		size_t from = state_n_matches(state);
		if (!judge_looks_in(rule, own))
			continue;
		if (own->twin != TWIN_NONE)
			twin_copy_matches(state, i);
		else
			judge_segment(state, number, i);
		own->first_match = (uint32_t)from;
		own->n_matches = (uint32_t)(state_n_matches(state) - from);
		if (rule->is_evidence && state_n_matches(state) > from)
			share_matches(state, number, i, from);
	}
	state->scratch->ranges[number] =
		(struct scan_range){(uint32_t)first, (uint32_t)(state_n_matches(state) - first)};
}

/* What one candidate comes to: a confidence, or one of the JUDGE values. */
static int
worth_of(const struct scan_state *state, const struct rule *rule, uint32_t segment,
	const struct match_span *span)
{
	struct bytes value = bytes_sub(
		state->segments[segment].folded.text, span->value_from, span->value_to - span->value_from);
	if (refusing_check(state, rule, value))
		return JUDGE_INVALID;
	if (is_excepted(state, rule, value))
		return JUDGE_EXCEPTED;
	return confidence_of(state, rule, segment, span, NULL);
}

int
judge_closest(const struct scan_state *state, size_t number)
{
	const struct rule *rule = &state->set->rules[number];
	int best = JUDGE_NOTHING;
	for (uint32_t segment = 0; segment < state->n_segments; segment++)
		for (size_t i = 0; i < rule->sources.n; i++) {
			const struct scan_slice *slice = slice_of(state, rule->sources.p[i], segment);
			const struct match_span *spans = slice ? state_spans(state) + slice->from : NULL;
			for (size_t j = 0; slice && j < slice->n; j++) {
				int worth = worth_of(state, rule, segment, &spans[j]);
				best = worth > best ? worth : best;
			}
		}
	return best;
}
