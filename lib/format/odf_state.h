/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the OpenDocument reader share. Nothing outside odf_*.c includes this. */
#ifndef POSTSEAL_ODF_STATE_H
#define POSTSEAL_ODF_STATE_H

#include "lib/format/odf_text.h"

/* As deep as xml_read() goes. */
enum { ODF_DEPTH_MAX = 256 };

/* Where the text of an element without paragraphs goes. */
enum odf_capture {
	ODF_CAPTURE_MARKUP,
	ODF_CAPTURE_NOTHING, /* measures, dates, numbers of notes */
	ODF_CAPTURE_ALTERNATIVE,
	ODF_CAPTURE_NAME,
	ODF_CAPTURE_SETTING,
	ODF_CAPTURE_DATA, /* base64 */
};

struct odf_cell {
	bool is_open, has_text, is_date;
	struct buf value;  /* as the attribute says */
	struct buf digits; /* of the text that is shown */
	int64_t repeated;
};

struct odf_text {
	struct flow *flow;
	struct buf hidden_styles; /* names, each ended by a NUL */
	size_t common_styles;     /* bytes of them that hold for all parts */
	struct buf style;         /* the name of the style at hand */
	bool style_hides;
	unsigned depth;
	bool hides[ODF_DEPTH_MAX], pushed[ODF_DEPTH_MAX]; /* what the element at this depth did */
	enum odf_capture capture;
	struct buf captured;
	unsigned paragraphs[FLOW_FRAMES_MAX + 1]; /* open, by the flow's depth */
	bool in_spreadsheet, in_master, is_sheet, row_hides;
	unsigned tables;           /* open */
	unsigned notes;            /* annotations open in a cell */
	int64_t row, column, rows; /* of the sheet; rows that the row at hand stands for */
	struct odf_cell cell;
	size_t slides;
	const char *sheet; /* the section's name; the arena's */
};

/* odf_style.c */
void odf_style_start(struct odf_text *text, const struct xml_element *element);
void odf_style_end(struct odf_text *text, struct bytes name);
bool odf_style_hides(const struct odf_text *text, struct bytes name);

/* odf_sheet.c */
void odf_sheet_start(struct odf_text *text, const struct xml_element *element);
void odf_sheet_start_row(struct odf_text *text, const struct xml_element *element);
void odf_sheet_end_row(struct odf_text *text);
void odf_sheet_start_cell(struct odf_text *text, const struct xml_element *element);
void odf_sheet_end_cell(struct odf_text *text);

/* Text of the cell: true when it is not to be shown, since the value is. */
bool odf_sheet_takes(struct odf_text *text, struct bytes piece);

/* odf_attribute.c: what a person may have written in attributes. */
void odf_attributes(struct odf_text *text, const struct xml_element *element);

#endif
