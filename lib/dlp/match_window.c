/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A long text by parts. PCRE2 always sees the whole text, and matches go on from part to part as they do in
 * one: only the places at which it is asked come part by part. An anchor may let a match begin some bytes
 * before it, so the last of those bytes of a part wait for the anchors of the next.
 */
#include "lib/dlp/match_state.h"

/* One source on its way through the parts. */
struct sweep {
	const struct source *source;
	size_t answer;
	uint32_t reach; /* how far before an anchor a match may begin */
	int64_t at;     /* where to go on; -1: it reached a limit */
	size_t carried; /* bytes of scratch->carried */
};

struct sweep_span {
	size_t answer;
	struct match_span span;
};

void
match_view_all(struct match_scratch *scratch)
{
	scratch->view =
		(struct view){0, (uint32_t)scratch->text.n, 0, scratch->runs.n / sizeof(struct digit_run)};
}

bool
match_is_long(const struct match_scratch *scratch)
{
	return scratch->text.n / 2 > scratch->window && scratch->way == MATCH_FAST;
}

/* False when an anchor has no bound: its source is searched in one. */
static bool
reach_of(const struct source *source, uint32_t *ret_reach)
{
	*ret_reach = 0;
	for (size_t i = 0; i < source->n_anchors; i++) {
		if (source->anchors[i].high == SHAPE_ANY)
			return false;
		if (source->anchors[i].high > *ret_reach)
			*ret_reach = source->anchors[i].high;
	}
	return true;
}

static void
find_whole(const struct matcher *matcher, struct match_scratch *scratch, struct match_answer *answer,
	struct buf *spans)
{
	size_t before = spans->n / sizeof(struct match_span);
	answer->status = match_find(matcher, scratch, answer->source, spans);
	answer->from = (uint32_t)before;
	answer->n = (uint32_t)(spans->n / sizeof(struct match_span) - before);
}

/* Those that go by parts are listed, the others are found at once. */
static void
begin(const struct matcher *matcher, struct match_scratch *scratch, struct match_answer *answers, size_t n,
	struct buf *spans)
{
	buf_reset(&scratch->sweeps);
	for (size_t i = 0; i < n; i++) {
		struct sweep sweep = {.source = &matcher->sources[answers[i].source], .answer = i};
		answers[i].from = answers[i].n = 0;
		answers[i].status = MATCH_DONE;
		if (!sweep.source->code || !match_is_long(scratch) || !reach_of(sweep.source, &sweep.reach))
			find_whole(matcher, scratch, &answers[i], spans);
		else if (match_may_find(scratch, answers[i].source))
			buf_put(&scratch->sweeps, &sweep, sizeof(sweep));
	}
}

static void
move_view(struct match_scratch *scratch)
{
	const struct digit_run *runs = (const void *)scratch->runs.p;
	size_t n = scratch->runs.n / sizeof(*runs);
	struct view *view = &scratch->view;
	view->from = view->to;
	view->to = scratch->text.n - view->from > scratch->window ? view->from + (uint32_t)scratch->window
								  : (uint32_t)scratch->text.n;
	view->first_run = view->end_run;
	while (view->end_run < n && runs[view->end_run].from < view->to)
		view->end_run++;
	literals_view(&scratch->literals, view->to);
}

/* The part of a stretch from `limit` on waits. */
static void
carry(struct buf *carried, struct stretch stretch, uint32_t limit)
{
	if (stretch.from < limit)
		stretch.from = limit;
	buf_put(carried, &stretch, sizeof(stretch));
}

static void
note_spans(struct match_scratch *scratch, size_t answer, const struct buf *spans, size_t from)
{
	const struct match_span *list = (const void *)spans->p;
	for (size_t i = from; i < spans->n / sizeof(*list); i++) {
		struct sweep_span found = {answer, list[i]};
		buf_put(&scratch->found, &found, sizeof(found));
	}
}

/* One source in one part; the spans are taken off again. */
static void
sweep_part(const struct matcher *matcher, struct match_scratch *scratch, struct sweep *sweep,
	struct bytes carried, struct buf *spans)
{
	bool is_last = scratch->view.to == scratch->text.n;
	uint32_t limit = is_last                           ? UINT32_MAX
			 : sweep->reach < scratch->view.to ? scratch->view.to - sweep->reach
							   : 0;
	size_t before = spans->n;
	match_find_stretches(matcher, scratch, sweep->source, carried);
	const struct stretch *list = (const void *)scratch->stretches.p;
	for (size_t i = 0; i < scratch->stretches.n / sizeof(*list) && sweep->at >= 0; i++) {
		struct stretch stretch = list[i];
		if (stretch.to >= limit) {
			carry(&scratch->carried[1], stretch, limit);
			stretch.to = limit - 1;
		}
		if (stretch.from <= stretch.to && stretch.from < limit)
			sweep->at = match_find_in(scratch, sweep->source, stretch, sweep->at, spans);
	}
	note_spans(scratch, sweep->answer, spans, before / sizeof(struct match_span));
	spans->n = before;
	if (buf_full(&scratch->stretches) || buf_full(&scratch->merged) || buf_full(&scratch->carried[1]))
		sweep->at = -1;
}

static void
sweep_view(const struct matcher *matcher, struct match_scratch *scratch, struct buf *spans)
{
	struct sweep *sweeps = (void *)scratch->sweeps.p;
	struct buf waited = scratch->carried[0];
	size_t at = 0;
	buf_reset(&scratch->carried[1]);
	for (size_t i = 0; i < scratch->sweeps.n / sizeof(*sweeps); i++) {
		struct bytes carried = bytes_sub(buf_bytes(&waited), at, sweeps[i].carried);
		size_t before = scratch->carried[1].n;
		at += sweeps[i].carried;
		if (sweeps[i].at >= 0)
			sweep_part(matcher, scratch, &sweeps[i], carried, spans);
		sweeps[i].carried = scratch->carried[1].n - before;
	}
	scratch->carried[0] = scratch->carried[1];
	scratch->carried[1] = waited;
}

/* What the parts gave, source by source. */
static void
gather(struct match_scratch *scratch, struct match_answer *answers, struct buf *spans)
{
	const struct sweep *sweeps = (const void *)scratch->sweeps.p;
	const struct sweep_span *found = (const void *)scratch->found.p;
	size_t n = scratch->found.n / sizeof(*found), at = spans->n / sizeof(struct match_span);
	bool full = buf_full(&scratch->found) || buf_full(spans);
	struct match_span *room = (void *)buf_room(spans, n * sizeof(*room));
	for (size_t i = 0; room && i < n; i++)
		answers[found[i].answer].n++;
	for (size_t i = 0; i < scratch->sweeps.n / sizeof(*sweeps); i++) {
		struct match_answer *answer = &answers[sweeps[i].answer];
		answer->status = full || !room || sweeps[i].at < 0 ? MATCH_LIMIT : MATCH_DONE;
		answer->from = (uint32_t)at;
		at += answer->n;
		answer->n = 0;
	}
	for (size_t i = 0; room && i < n; i++) {
		struct match_answer *answer = &answers[found[i].answer];
		((struct match_span *)(void *)spans->p)[answer->from + answer->n++] = found[i].span;
	}
	if (room)
		buf_grew(spans, n * sizeof(*room));
}

void
match_find_all(const struct matcher *matcher, struct match_scratch *scratch, struct match_answer *answers,
	size_t n, struct buf *spans)
{
	begin(matcher, scratch, answers, n, spans);
	if (scratch->sweeps.n == 0)
		return;
	buf_reset(&scratch->found);
	buf_reset(&scratch->carried[0]);
	literals_rewind(&scratch->literals);
	scratch->view = (struct view){0};
	do {
		move_view(scratch);
		sweep_view(matcher, scratch, spans);
	} while (scratch->view.to < scratch->text.n);
	gather(scratch, answers, spans);
	literals_view_all(&scratch->literals);
	match_view_all(scratch);
}
