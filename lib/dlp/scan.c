/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/scan.h"

#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/dlp/meter.h"
#include "lib/dlp/roster_scan.h"
#include "lib/dlp/search.h"
#include "lib/dlp/state.h"
#include "lib/dlp/trouble.h"
#include "lib/dlp/twin.h"

enum { BUFFER_MAX = 512 * 1024 * 1024 };

struct scan_scratch *
scan_scratch_new(const struct ruleset *set)
{
	struct scan_scratch *scratch = mem_new(1, sizeof(*scratch));
	struct buf *bufs[] = {&scratch->spans, &scratch->slices, &scratch->matches, &scratch->candidates,
		&scratch->order, &scratch->values, &scratch->answers, &scratch->roster_found,
		&scratch->roster_people, &scratch->roster_tally};
	for (size_t i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++)
		buf_init(bufs[i], BUFFER_MAX);
	scratch->match = match_scratch_new(set->matcher);
	fold_scratch_init(&scratch->fold);
	arena_init(&scratch->arena);
	scratch->n_rules = set->n_rules;
	scratch->n_sources = match_n_sources(set->matcher) + set->n_rules;
	scratch->first = mem_new(scratch->n_sources, sizeof(*scratch->first));
	scratch->last = mem_new(scratch->n_sources, sizeof(*scratch->last));
	scratch->hint = mem_new(scratch->n_sources, sizeof(*scratch->hint));
	scratch->looked = mem_new(scratch->n_sources, sizeof(*scratch->looked));
	scratch->ranges = mem_new(scratch->n_rules, sizeof(*scratch->ranges));
	return scratch;
}

void
scan_scratch_free(struct scan_scratch *scratch)
{
	if (!scratch)
		return;
	struct buf *bufs[] = {&scratch->spans, &scratch->slices, &scratch->matches, &scratch->candidates,
		&scratch->order, &scratch->values, &scratch->answers, &scratch->roster_found,
		&scratch->roster_people, &scratch->roster_tally};
	for (size_t i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++)
		buf_done(bufs[i]);
	match_scratch_free(scratch->match);
	fold_scratch_done(&scratch->fold);
	arena_reset(&scratch->arena);
	arena_done(&scratch->arena);
	free(scratch->first);
	free(scratch->last);
	free(scratch->hint);
	free(scratch->looked);
	free(scratch->ranges);
	free(scratch);
}

void
scan_scratch_use_roster(struct scan_scratch *scratch, const struct roster *roster)
{
	scratch->roster = roster;
}

void
state_add_slice(struct scan_state *state, uint32_t source, uint32_t segment, size_t from, size_t n)
{
	const struct match_span *spans = state_spans(state);
	if (n == 0)
		return;
	struct scan_slice slice = {source, segment, (uint32_t)from, (uint32_t)n, 0, 0};
	for (size_t i = from; i < from + n; i++)
		if (spans[i].to - spans[i].from > slice.longest)
			slice.longest = spans[i].to - spans[i].from;
	state_append_slice(state, &slice);
}

void
state_append_slice(struct scan_state *state, const struct scan_slice *slice)
{
	struct scan_scratch *scratch = state->scratch;
	uint32_t source = slice->source;
	buf_put(&scratch->slices, slice, sizeof(*slice));
	uint32_t number = (uint32_t)(scratch->slices.n / sizeof(*slice));
	if (scratch->last[source] != 0)
		state_slices(state)[scratch->last[source] - 1].next = number;
	else
		scratch->first[source] = number;
	scratch->last[source] = number;
}

/* "header Subject", also of a message inside: "attachment 1 > header Subject". */
static struct bytes
header_name(const char *part)
{
	static const char mark[] = "header ";
	const char *name = NULL;
	for (const char *at = strstr(part, mark); at; at = strstr(at, mark)) {
		bool at_start = at == part || (at >= part + 2 && memcmp(at - 2, "> ", 2) == 0);
		at += sizeof(mark) - 1;
		name = at_start ? at : name;
	}
	return bytes_of_str(name);
}

/*
 * Fields that hold addresses, and with them names of people who are not what the message is about. In all
 * others but Subject a person, or a program for them, may have written anything.
 */
static bool
holds_addresses(struct bytes header)
{
	static const char *const names[] = {"From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Apparently-To",
		"Disposition-Notification-To", "Mail-Followup-To", "Organization", "Return-Receipt-To",
		"X-From", "X-Sender", "X-To"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (bytes_eq_nocase(header, bytes_of_str(names[i])))
			return true;
	return bytes_starts_nocase(header, BYTES_LIT("Resent-"));
}

static unsigned
scope_of_header(struct bytes header)
{
	if (bytes_eq_nocase(header, BYTES_LIT("Subject")))
		return SCOPE_SUBJECT;
	return holds_addresses(header) ? SCOPE_HEADER : SCOPE_HEADER | SCOPE_WRITTEN;
}

static unsigned
scope_of(const struct segment *segment, struct bytes header)
{
	switch (segment->view) {
	case SEGMENT_HEADER:
		return scope_of_header(header);
	case SEGMENT_HIDDEN:
		return SCOPE_HIDDEN;
	case SEGMENT_FILENAME:
		return SCOPE_FILENAME;
	case SEGMENT_TEXT:
	case SEGMENT_HTML:
		break;
	}
	return strncmp(segment->part, "attachment", 10) == 0 ? SCOPE_ATTACHMENT : SCOPE_BODY;
}

void
state_fold(struct scan_state *state)
{
	struct arena *arena = &state->scratch->arena;
	size_t n = 0;
	uint32_t base = 0;
	for (const struct segment *segment = state->text->segments; segment; segment = segment->next)
		n++;
	state->segments = arena_array(arena, n, sizeof(*state->segments));
	for (const struct segment *segment = state->text->segments; segment; segment = segment->next) {
		struct scan_segment *own = &state->segments[state->n_segments++];
		own->segment = segment;
		own->part = segment->part;
		own->original = segment->text;
		if (segment->view == SEGMENT_HEADER)
			own->header = header_name(segment->part);
		own->scope = scope_of(segment, own->header);
		fold_text(&state->scratch->fold, arena, segment->text,
			segment->view == SEGMENT_FILENAME ? FOLD_FILENAME : FOLD_TEXT, &own->folded);
		own->floats = segment->view == SEGMENT_HEADER || segment->view == SEGMENT_FILENAME;
		own->base = base;
		own->twin = TWIN_NONE;
		if (!own->floats)
			base += (uint32_t)own->folded.text.n + 1;
	}
}

static void
reset(struct scan_scratch *scratch)
{
	struct buf *bufs[] = {&scratch->spans, &scratch->slices, &scratch->matches, &scratch->candidates,
		&scratch->order, &scratch->values, &scratch->answers, &scratch->roster_found,
		&scratch->roster_people, &scratch->roster_tally};
	for (size_t i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++)
		buf_reset(bufs[i]);
	memset(scratch->first, 0, scratch->n_sources * sizeof(*scratch->first));
	memset(scratch->last, 0, scratch->n_sources * sizeof(*scratch->last));
	memset(scratch->hint, 0, scratch->n_sources * sizeof(*scratch->hint));
	arena_reset(&scratch->arena);
}

void
scan_scratch_forget(struct scan_scratch *scratch)
{
	reset(scratch);
	match_scratch_forget(scratch->match);
}

static void
judge_metered(struct scan_state *state, size_t rule)
{
	struct meter meter;
	meter_start(state, &meter);
	judge_rule(state, rule);
	meter_judge(state, &meter, rule);
}

void
state_run(struct scan_state *state)
{
	struct scan_scratch *scratch = state->scratch;
	struct meter meter;
	reset(scratch);
	state->today = validate_day(clock_wall());
	meter_start(state, &meter);
	state_fold(state);
	meter_fold(state, &meter);
	for (uint32_t i = 0; i < state->n_segments; i++)
		search_segment(state, i);
	roster_settle(state);
	for (size_t i = 0; i < state->set->n_rules; i++)
		judge_metered(state, state->set->order[i]);
	if (buf_full(&scratch->spans) || buf_full(&scratch->slices) || buf_full(&scratch->matches))
		state->limit = true;
}

void
scan_text(const struct ruleset *set, struct scan_scratch *scratch, const struct message_text *text,
	struct arena *arena, struct scan_result *ret_result)
{
	scan_text_noting(set, scratch, text, &(const struct scan_notes){0}, arena, ret_result);
}

void
scan_text_noting(const struct ruleset *set, struct scan_scratch *scratch, const struct message_text *text,
	const struct scan_notes *notes, struct arena *arena, struct scan_result *ret_result)
{
	struct scan_state state = {.set = set,
		.scratch = scratch,
		.text = text,
		.trace = notes->trace,
		.costs = notes->costs,
		.compare_until_ms = notes->compare_ms > 0 ? clock_mono_ms() + notes->compare_ms : 0};
	state_run(&state);
	*ret_result = (struct scan_result){
		.findings = verdict_findings(&state, arena),
		.labels = verdict_labels(&state, arena),
		.unscannable = text->unscannable | (state.limit ? UNSCANNABLE_PATTERN : 0U),
		.traits = text->traits,
		.unread = text->unread,
		.troubles = trouble_list(&state, arena),
		.ruleset_version = set->version,
	};
	arena_reset(&scratch->arena);
}

bool
scan_has_label(const struct scan_result *result, const char *name)
{
	for (const struct label *label = result->labels; label; label = label->next)
		if (!label->monitor && strcmp(label->name, name) == 0)
			return true;
	return false;
}
