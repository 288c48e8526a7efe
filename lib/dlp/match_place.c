/* SPDX-License-Identifier: Apache-2.0 */
/* Where a pattern's matches can begin: stretches of the text, in order. */
#include "lib/base/ascii.h"
#include "lib/dlp/match_state.h"

static void
add_stretch(struct match_scratch *scratch, uint32_t from, uint32_t to)
{
	struct stretch *stretch = (void *)buf_room(&scratch->stretches, sizeof(*stretch));
	if (!stretch)
		return;
	*stretch = (struct stretch){from, to};
	buf_grew(&scratch->stretches, sizeof(*stretch));
}

/* The last stretch that the anchor at hand has given, if any. */
static struct stretch *
last_of_anchor(struct match_scratch *scratch)
{
	if (scratch->stretches.n == scratch->n_before_anchor)
		return NULL;
	return (struct stretch *)(void *)(scratch->stretches.p + scratch->stretches.n) - 1;
}

/* The match begins at `last`, or before it as far as the gap's bytes reach. An anchor's places come in order:
 * where the gap reaches back to the last of them it goes on as far as there, so that no byte is looked at
 * twice. */
static void
add_behind_gap(struct match_scratch *scratch, const struct anchor *anchor, uint32_t last)
{
	struct stretch *before = last_of_anchor(scratch);
	uint32_t first = last, stop = before ? before->to : 0;
	while (first > stop && byte_set_has(&anchor->gap, scratch->text.p[first - 1]))
		first--;
	if (before && first == stop)
		before->to = last;
	else
		add_stretch(scratch, first, last);
}

/* A single place, which need not be kept when no match can begin there. */
static void
add_place(struct match_scratch *scratch, uint32_t at)
{
	if (!scratch->start || match_can_start(scratch, scratch->start, at))
		add_stretch(scratch, at, at);
}

/* An anchor stands at `at`: the match begins from `high` to `low` bytes before. */
static void
add_before(struct match_scratch *scratch, const struct anchor *anchor, uint32_t at)
{
	if (at < anchor->low)
		return;
	if (anchor->high == anchor->low) {
		add_place(scratch, at - anchor->low);
		return;
	}
	if (anchor->high == SHAPE_ANY)
		add_behind_gap(scratch, anchor, at - anchor->low);
	else
		add_stretch(scratch, at > anchor->high ? at - anchor->high : 0, at - anchor->low);
}

static bool
is_word(struct bytes text, size_t at)
{
	return at < text.n && (ascii_is_alnum(text.p[at]) || text.p[at] == '_');
}

/* \b; at the text's start the byte before is at SIZE_MAX, outside. */
static bool
is_edge(struct bytes text, size_t at)
{
	return is_word(text, at - 1) != is_word(text, at);
}

static void
add_by_literal(struct match_scratch *scratch, const struct anchor *anchor, size_t length)
{
	const struct literal_count *count = &scratch->literals.counts[anchor->literal];
	const uint32_t *places = (const void *)scratch->literals.places.p;
	for (uint32_t i = count->first; i < count->end; i++) {
		if (anchor->edge_before && !is_edge(scratch->text, places[i]))
			continue;
		if (anchor->edge_after && !is_edge(scratch->text, places[i] + length))
			continue;
		add_before(scratch, anchor, places[i]);
	}
}

static void
add_by_byte(struct match_scratch *scratch, const struct anchor *anchor)
{
	const uint8_t *lower = scratch->lower.p, *end = lower + scratch->view.to;
	for (const uint8_t *p = lower + scratch->view.from;
		(p = memchr(p, anchor->byte, (size_t)(end - p))) != NULL; p++) {
		size_t at = (size_t)(p - lower);
		if (!anchor->edge_after || is_edge(scratch->text, at + 1))
			add_before(scratch, anchor, (uint32_t)at);
		if (p + 1 == end)
			break;
	}
}

static shape_run
run_bit(uint32_t n)
{
	return UINT32_C(1) << (n < SHAPE_RUN_MAX ? n : SHAPE_RUN_MAX);
}

static void
add_by_digits(struct match_scratch *scratch, const struct anchor *anchor)
{
	const struct digit_run *runs = (const void *)scratch->runs.p;
	for (size_t i = scratch->view.first_run; i < scratch->view.end_run; i++) {
		if (anchor->kind == ANCHOR_DIGITS) {
			if (anchor->run & run_bit(runs[i].n))
				add_before(scratch, anchor, runs[i].from);
			continue;
		}
		for (uint32_t j = 0; j < runs[i].n; j++)
			add_before(scratch, anchor, runs[i].from + j);
	}
}

static bool
fits_behind(struct bytes text, const struct shape_start *start, size_t at)
{
	if (text.n - at < start->behind_min)
		return false;
	for (uint32_t i = 0; i < start->behind_min; i++)
		if (!byte_set_has(&start->behind[i], text.p[at + i]))
			return false;
	return true;
}

/* Runs of digits that the match itself may begin with. */
static void
add_by_start(struct match_scratch *scratch, const struct shape_start *start)
{
	const struct digit_run *runs = (const void *)scratch->runs.p;
	struct bytes text = scratch->text;
	for (size_t i = scratch->view.first_run; i < scratch->view.end_run; i++) {
		uint32_t from = runs[i].from;
		if ((start->run & run_bit(runs[i].n)) == 0)
			continue;
		if (from == 0 ? !start->at_text_start : !byte_set_has(&start->before, text.p[from - 1]))
			continue;
		if (fits_behind(text, start, from + runs[i].n))
			add_stretch(scratch, from, from);
	}
}

static void
find_lines(struct match_scratch *scratch)
{
	uint32_t at = 0;
	buf_reset(&scratch->lines);
	buf_put(&scratch->lines, &at, sizeof(at));
	for (const uint8_t *p = scratch->text.p, *end = p + scratch->text.n;
		(p = memchr(p, '\n', (size_t)(end - p))) != NULL && ++p < end;) {
		at = (uint32_t)(p - scratch->text.p);
		buf_put(&scratch->lines, &at, sizeof(at));
	}
	scratch->has_lines = true;
}

static void
find_capitals(struct match_scratch *scratch)
{
	const uint8_t *p = scratch->text.p;
	buf_reset(&scratch->capitals);
	for (uint32_t i = 0; i < scratch->text.n; i++)
		if (ascii_is_upper(p[i]) && (i == 0 || !ascii_is_alnum(p[i - 1])))
			buf_put(&scratch->capitals, &i, sizeof(i));
	scratch->has_capitals = true;
}

static void
find_words(struct match_scratch *scratch)
{
	const uint8_t *p = scratch->text.p;
	bool word = false;
	buf_reset(&scratch->words);
	for (uint32_t i = 0; i < scratch->text.n; i++) {
		bool before = word;
		word = ascii_is_alnum(p[i]);
		if (word && !before)
			buf_put(&scratch->words, &i, sizeof(i));
	}
	scratch->has_words = true;
}

/* The first of a list's places in the window. */
static size_t
first_in_view(const struct match_scratch *scratch, const struct buf *list)
{
	const uint32_t *places = (const void *)list->p;
	size_t low = 0, high = scratch->view.from == 0 ? 0 : list->n / sizeof(*places);
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (places[middle] < scratch->view.from)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The starts of lines or words, or the capitals that begin a word. */
static void
add_list(struct match_scratch *scratch, const struct buf *list)
{
	const uint32_t *places = (const void *)list->p;
	size_t n = list->n / sizeof(*places);
	for (size_t i = first_in_view(scratch, list); i < n && places[i] < scratch->view.to; i++)
		add_place(scratch, places[i]);
}

static void
add_by_line(struct match_scratch *scratch, const struct anchor *anchor)
{
	if (!scratch->has_lines)
		find_lines(scratch);
	const uint32_t *places = (const void *)scratch->lines.p;
	size_t n = scratch->lines.n / sizeof(*places);
	for (size_t i = first_in_view(scratch, &scratch->lines); i < n && places[i] < scratch->view.to; i++)
		add_before(scratch, anchor, places[i]);
}

static void
add_by_anchor(struct match_scratch *scratch, const struct literals *literals, const struct anchor *anchor)
{
	switch (anchor->kind) {
	case ANCHOR_LITERAL:
		if (scratch->literals.counts[anchor->literal].n > 0) /* else it may not be of this text */
			add_by_literal(scratch, anchor, literals_length(literals, anchor->literal));
		break;
	case ANCHOR_BYTE:
		add_by_byte(scratch, anchor);
		break;
	case ANCHOR_DIGIT:
	case ANCHOR_DIGITS:
		add_by_digits(scratch, anchor);
		break;
	case ANCHOR_LINE:
		add_by_line(scratch, anchor);
		break;
	}
}

static void
add_by_anchors(struct match_scratch *scratch, const struct literals *literals, const struct source *source)
{
	for (size_t i = 0; i < source->n_anchors; i++) {
		scratch->n_before_anchor = scratch->stretches.n;
		add_by_anchor(scratch, literals, &source->anchors[i]);
	}
}

/* The end of the part of a list, from `at` on, that is in order. */
static size_t
end_of_order(const struct stretch *list, size_t at, size_t n)
{
	while (at + 1 < n && list[at].from <= list[at + 1].from)
		at++;
	return at + 1 < n ? at + 1 : n;
}

/* from..middle and middle..to are in order: both together into `other`. */
static void
merge(const struct stretch *list, size_t from, size_t middle, size_t to, struct stretch *other)
{
	size_t a = from, b = middle;
	for (size_t i = from; i < to; i++)
		other[i] = b == to || (a < middle && list[a].from <= list[b].from) ? list[a++] : list[b++];
}

/*
 * Each anchor's stretches are in order already, so parts that are in order are merged, two by two, until
 * there is one: there are as many rounds as the logarithm of the anchors that were found.
 */
static void
sort_stretches(struct match_scratch *scratch)
{
	size_t n = scratch->stretches.n / sizeof(struct stretch);
	struct stretch *list = (void *)scratch->stretches.p;
	buf_reset(&scratch->merged);
	struct stretch *other = NULL;
	for (size_t from = 0; end_of_order(list, 0, n) < n; from = 0) {
		other = (void *)buf_room(&scratch->merged, scratch->stretches.n);
		if (!other)
			return;
		while (from < n) {
			size_t middle = end_of_order(list, from, n);
			size_t to = middle < n ? end_of_order(list, middle, n) : n;
			merge(list, from, middle, to, other);
			from = to;
		}
		memcpy(list, other, scratch->stretches.n);
	}
}

/* Those that touch become one. */
static void
join_stretches(struct match_scratch *scratch)
{
	struct stretch *list = (void *)scratch->stretches.p;
	size_t n = scratch->stretches.n / sizeof(*list), kept = 0;
	for (size_t i = 0; i < n; i++) {
		if (kept == 0 || list[i].from > list[kept - 1].to + 1)
			list[kept++] = list[i];
		else if (list[i].to > list[kept - 1].to)
			list[kept - 1].to = list[i].to;
	}
	scratch->stretches.n = kept * sizeof(*list);
}

void
match_find_stretches(const struct matcher *matcher, struct match_scratch *scratch,
	const struct source *source, struct bytes carried)
{
	bool one_by_one = source->asking == ASK_ONE && scratch->way == MATCH_FAST;
	scratch->start = one_by_one ? &source->start : NULL;
	buf_reset(&scratch->stretches);
	buf_put_bytes(&scratch->stretches, carried);
	switch (scratch->way == MATCH_PLAIN ? ENTRY_ALL : source->entry) {
	case ENTRY_ANCHORS:
		add_by_anchors(scratch, matcher->literals, source);
		sort_stretches(scratch);
		join_stretches(scratch);
		break;
	case ENTRY_RUNS:
		add_by_start(scratch, &source->start);
		break;
	case ENTRY_LINES:
		if (!scratch->has_lines)
			find_lines(scratch);
		add_list(scratch, &scratch->lines);
		break;
	case ENTRY_CAPITALS:
		if (!scratch->has_capitals)
			find_capitals(scratch);
		add_list(scratch, &scratch->capitals);
		break;
	case ENTRY_WORDS:
		if (!scratch->has_words)
			find_words(scratch);
		add_list(scratch, &scratch->words);
		break;
	case ENTRY_ALL:
		add_stretch(scratch, scratch->view.from, scratch->view.to - 1);
		break;
	}
}

bool
match_can_start(const struct match_scratch *scratch, const struct shape_start *start, size_t at)
{
	struct bytes text = scratch->text;
	if (start->min == 0)
		return true;
	if (!byte_set_has(&start->next[0], text.p[at]) || text.n - at < start->min)
		return false;
	if (at == 0 ? !start->at_text_start : !byte_set_has(&start->before, text.p[at - 1]))
		return false;
	for (uint32_t i = 1; i < start->min; i++)
		if (!byte_set_has(&start->next[i], text.p[at + i]))
			return false;
	return true;
}
