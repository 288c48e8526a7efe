/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/flow.h"

#include <stdio.h>

/* A paragraph in a cell that is longer ends its line; shorter ones keep the row in one. */
enum { CELL_LINE_MAX = 80 };

struct flow_place {
	size_t at;
	unsigned number;
	char name[FLOW_PLACE_MAX];
};

static const struct {
	const char *name;
	enum segment_view view;
} streams[FLOW_N] = {
	[FLOW_SHOWN] = {NULL, SEGMENT_TEXT}, /* the section's view */
	[FLOW_COMMENTS] = {"comments", SEGMENT_TEXT},
	[FLOW_HIDDEN] = {"hidden text", SEGMENT_HIDDEN},
	[FLOW_DELETED] = {"tracked deletions", SEGMENT_HIDDEN},
	[FLOW_ALTERNATIVE] = {"alternative text", SEGMENT_HIDDEN},
	[FLOW_FALLBACK] = {"fallback", SEGMENT_HIDDEN},
	[FLOW_FIELDS] = {"field codes", SEGMENT_HIDDEN},
	[FLOW_LINKS] = {"links", SEGMENT_HIDDEN},
	[FLOW_NAMES] = {"names", SEGMENT_HIDDEN},
	[FLOW_MARKUP] = {"markup", SEGMENT_HIDDEN},
};

static void
open_streams(struct flow *flow, enum segment_view view, const char *where)
{
	for (size_t i = 0; i < FLOW_N; i++) {
		const char *name = streams[i].name;

		if (where != NULL && name != NULL)
			name = arena_strf(format_arena(flow->out), "%s > %s", where, name);
		else if (name == NULL)
			name = where;
		format_text_init(&flow->streams[i], flow->out,
			i == FLOW_SHOWN || view == SEGMENT_HIDDEN ? view : streams[i].view, name);
		flow->told_place[i] = 0;
	}
	flow->place[0] = '\0';
	flow->place_number = 0;
}

static void
frame_init(struct flow_frame *frame, enum flow_stream stream, size_t max)
{
	*frame = (struct flow_frame){.stream = stream};
	buf_init(&frame->line, max);
	buf_init(&frame->before, max);
	buf_init(&frame->hidden, max);
	buf_init(&frame->places, SIZE_MAX / 2);
}

static void
frame_done(struct flow_frame *frame)
{
	buf_wipe_done(&frame->line);
	buf_wipe_done(&frame->before);
	buf_wipe_done(&frame->hidden);
	buf_done(&frame->places);
}

void
flow_init(struct flow *flow, struct format_out *out, enum segment_view view, const char *where)
{
	*flow = (struct flow){.out = out, .depth = 1};
	open_streams(flow, view, where);
	buf_init(&flow->aside, flow->streams[FLOW_SHOWN].buf.max);
	buf_init(&flow->aside_places, SIZE_MAX / 2);
	frame_init(&flow->frames[0], FLOW_SHOWN, flow->aside.max);
}

struct flow_frame *
flow_top(struct flow *flow)
{
	return &flow->frames[(flow->depth < FLOW_FRAMES_MAX ? flow->depth : FLOW_FRAMES_MAX) - 1];
}

static void
note_place(struct buf *places, size_t at, const char *name, unsigned number)
{
	struct flow_place place = {.at = at, .number = number};

	snprintf(place.name, sizeof(place.name), "%s", name);
	buf_put(places, &place, sizeof(place));
}

void
flow_place(struct flow *flow, const char *place)
{
	struct flow_frame *frame = flow_top(flow);

	snprintf(flow->place, sizeof(flow->place), "%s", place);
	flow->place_number++;
	note_place(&frame->places, frame->line.n, flow->place, flow->place_number);
}

/* Says where the stream goes on, unless it was said. */
static void
mark(struct flow *flow, enum flow_stream stream, const char *name, unsigned number)
{
	if (number == 0 || flow->told_place[stream] == number)
		return;
	format_text_mark(&flow->streams[stream], name);
	flow->told_place[stream] = number;
}

void
flow_put(struct flow *flow, enum flow_stream stream, struct bytes text)
{
	mark(flow, stream, flow->place, flow->place_number);
	buf_put_bytes(&flow->streams[stream].buf, text);
}

void
flow_line(struct flow *flow, enum flow_stream stream, struct bytes text)
{
	text = bytes_trim(text);
	if (text.n == 0)
		return;
	flow_put(flow, stream, text);
	buf_put_byte(&flow->streams[stream].buf, '\n');
}

/* The text with its places; those at its end are for what comes next. */
static void
put_marked(struct flow *flow, enum flow_stream stream, struct bytes text, const struct buf *places)
{
	const struct flow_place *list = (const void *)places->p;
	size_t n = places->n / sizeof(*list), at = 0;

	for (size_t i = 0; i < n; i++) {
		size_t next = list[i].at < text.n ? list[i].at : text.n;

		buf_put_bytes(&flow->streams[stream].buf, bytes_sub(text, at, next - at));
		at = next;
		/* Only the last of several at one place counts. */
		if (i + 1 == n || list[i + 1].at != list[i].at)
			mark(flow, stream, list[i].name, list[i].number);
	}
	buf_put_bytes(&flow->streams[stream].buf, bytes_sub(text, at, text.n));
}

static void
flush_aside(struct flow *flow)
{
	if (flow->aside.n > 0) {
		mark(flow, FLOW_SHOWN, flow->place, flow->place_number);
		put_marked(flow, FLOW_SHOWN, buf_bytes(&flow->aside), &flow->aside_places);
		mark(flow, FLOW_SHOWN, flow->place, flow->place_number);
	}
	flow->streams[FLOW_SHOWN].buf.full |= flow->aside.full;
	buf_reset(&flow->aside);
	buf_reset(&flow->aside_places);
}

/* Behind the line that is not ended yet. */
static void
put_aside(struct flow *flow, const struct flow_frame *frame)
{
	const struct flow_place *list = (const void *)frame->places.p;

	for (size_t i = 0; i < frame->places.n / sizeof(*list); i++)
		note_place(&flow->aside_places, flow->aside.n + list[i].at, list[i].name, list[i].number);
	buf_put_bytes(&flow->aside, buf_bytes(&frame->line));
	buf_put_byte(&flow->aside, '\n');
}

static void
put_line(struct flow *flow, struct flow_frame *frame)
{
	if (frame->stream == FLOW_SHOWN && flow->depth > 1) {
		put_aside(flow, frame);
		return;
	}
	if (frame->stream != FLOW_SHOWN && frame->places.n == 0)
		mark(flow, frame->stream, flow->place, flow->place_number);
	put_marked(flow, frame->stream, buf_bytes(&frame->line), &frame->places);
	if (frame->line.n > 0)
		buf_put_byte(&flow->streams[frame->stream].buf, '\n');
}

static void
end_line(struct flow *flow)
{
	struct flow_frame *frame = flow_top(flow);

	if (frame->line.n > 0 || frame->places.n > 0)
		put_line(flow, frame);
	if (frame->has_deleted)
		flow_line(flow, FLOW_DELETED, buf_bytes(&frame->before));
	flow_line(flow, FLOW_HIDDEN, buf_bytes(&frame->hidden));
	flow->streams[FLOW_SHOWN].buf.full |= frame->line.full || frame->before.full || frame->hidden.full;
	buf_reset(&frame->line);
	buf_reset(&frame->before);
	buf_reset(&frame->hidden);
	buf_reset(&frame->places);
	frame->cell = 0;
	frame->has_deleted = false;
	if (flow->depth == 1)
		flush_aside(flow);
}

void
flow_text(struct flow *flow, struct bytes text)
{
	struct flow_frame *frame = flow_top(flow);

	if (frame->is_deleted > 0) {
		buf_put_bytes(&frame->before, text);
		frame->has_deleted = true;
		return;
	}
	if (frame->is_hidden > 0) {
		buf_put_bytes(&frame->hidden, text);
		return;
	}
	if (frame->is_inserted == 0)
		buf_put_bytes(&frame->before, text);
	buf_put_bytes(&frame->line, text);
}

static void
put_gap(struct flow_frame *frame, uint8_t c)
{
	buf_put_byte(&frame->line, c);
	buf_put_byte(&frame->before, c);
	if (frame->hidden.n > 0)
		buf_put_byte(&frame->hidden, c);
	frame->cell = frame->line.n;
}

void
flow_end_paragraph(struct flow *flow)
{
	struct flow_frame *frame = flow_top(flow);

	if (frame->cells == 0)
		end_line(flow);
	else if (frame->line.n > frame->cell || frame->has_deleted || frame->hidden.n > 0)
		put_gap(frame, frame->line.n - frame->cell > CELL_LINE_MAX ? '\n' : ' ');
}

void
flow_start_cell(struct flow *flow)
{
	struct flow_frame *frame = flow_top(flow);

	frame->cells++;
	frame->cell = frame->line.n;
}

static void
drop_last_space(struct buf *line)
{
	if (line->n > 0 && line->p[line->n - 1] == ' ')
		line->n--;
}

void
flow_end_cell(struct flow *flow)
{
	struct flow_frame *frame = flow_top(flow);

	if (frame->cells > 0)
		frame->cells--;
	drop_last_space(&frame->line);
	drop_last_space(&frame->before);
	put_gap(frame, '\t');
}

void
flow_end_row(struct flow *flow)
{
	struct flow_frame *frame = flow_top(flow);

	if (frame->cells > 0)
		put_gap(frame, '\n');
	else
		end_line(flow);
}

void
flow_push(struct flow *flow, enum flow_stream stream)
{
	const struct flow_frame *outer = flow_top(flow);
	struct flow_frame *frame;

	flow->depth++;
	if (flow->depth > FLOW_FRAMES_MAX)
		return;
	frame = flow_top(flow);
	frame_init(frame, stream, flow->aside.max);
	frame->is_hidden = outer->is_hidden;
	frame->is_deleted = outer->is_deleted;
	frame->is_inserted = outer->is_inserted;
}

void
flow_pop(struct flow *flow)
{
	if (flow->depth <= 1)
		return;
	if (flow->depth <= FLOW_FRAMES_MAX) {
		end_line(flow);
		frame_done(flow_top(flow));
	}
	flow->depth--;
	if (flow->depth == 1 && flow->frames[0].line.n == 0)
		flush_aside(flow);
}

static void
close_streams(struct flow *flow)
{
	while (flow->depth > 1)
		flow_pop(flow);
	end_line(flow);
	for (size_t i = 0; i < FLOW_N; i++)
		format_text_done(&flow->streams[i]);
}

void
flow_section(struct flow *flow, enum segment_view view, const char *where)
{
	close_streams(flow);
	frame_done(&flow->frames[0]);
	frame_init(&flow->frames[0], FLOW_SHOWN, flow->aside.max);
	open_streams(flow, view, where);
}

void
flow_done(struct flow *flow)
{
	close_streams(flow);
	frame_done(&flow->frames[0]);
	buf_wipe_done(&flow->aside);
	buf_done(&flow->aside_places);
}
