/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of a document that comes element by element: paragraphs become lines, rows of tables lines with
 * tabs, what stands in a box beside a line comes behind it. What a reader does not see, or not in the line of
 * reading, is kept apart: a word that was cut in two by hidden text is whole again.
 */
#ifndef POSTSEAL_FLOW_H
#define POSTSEAL_FLOW_H

#include "lib/mime/format.h"

enum flow_stream {
	FLOW_SHOWN,
	FLOW_COMMENTS,
	FLOW_HIDDEN,
	FLOW_DELETED,     /* lines as they were before tracked deletions */
	FLOW_ALTERNATIVE, /* titles and descriptions of pictures and tables */
	FLOW_FALLBACK,    /* what older programs show in place of something */
	FLOW_FIELDS,
	FLOW_LINKS,
	FLOW_NAMES,  /* bookmarks, shapes, authors, choices of forms */
	FLOW_MARKUP, /* text between the elements, comments of XML */
	FLOW_N
};

enum { FLOW_PLACE_MAX = 96, FLOW_FRAMES_MAX = 8 };

/* A line in the making; one for each box that is open in another. */
struct flow_frame {
	enum flow_stream stream;
	struct buf line, before, hidden;             /* as shown; as before the changes; what is not shown */
	struct buf places;                           /* of the line: struct flow_place */
	size_t cell;                                 /* where the cell's paragraph began in the line */
	unsigned cells;                              /* open around it */
	unsigned is_hidden, is_deleted, is_inserted; /* how many elements say so */
	bool has_deleted;
};

struct flow {
	struct format_out *out;
	struct format_text streams[FLOW_N];
	unsigned told_place[FLOW_N]; /* number of the place that the stream's last mark names */
	struct flow_frame frames[FLOW_FRAMES_MAX];
	size_t depth; /* of frames; above FLOW_FRAMES_MAX boxes share the last */
	struct buf aside, aside_places;
	char place[FLOW_PLACE_MAX];
	unsigned place_number;
};

/* `where` as for format_text, NULL for the file itself; it must live until the section ends. */
void flow_init(struct flow *flow, struct format_out *out, enum segment_view view, const char *where);

/* Tells all that came so far and begins anew elsewhere. */
void flow_section(struct flow *flow, enum segment_view view, const char *where);
void flow_done(struct flow *flow);

/* What follows stands here; copied. */
void flow_place(struct flow *flow, const char *place);

/* Into the line, as far as it is shown. */
void flow_text(struct flow *flow, struct bytes text);
void flow_end_paragraph(struct flow *flow);
void flow_start_cell(struct flow *flow);
void flow_end_cell(struct flow *flow);
void flow_end_row(struct flow *flow);

/* A line of its own into a stream; blank ones are left out. */
void flow_line(struct flow *flow, enum flow_stream stream, struct bytes text);

/* Without an end of line, for text that comes in pieces. */
void flow_put(struct flow *flow, enum flow_stream stream, struct bytes text);

/* A box in the line, or what belongs to another stream: paragraphs of its own until flow_pop(). */
void flow_push(struct flow *flow, enum flow_stream stream);
void flow_pop(struct flow *flow);

/* The frame at hand, for is_hidden, is_deleted and is_inserted. */
struct flow_frame *flow_top(struct flow *flow);

#endif
