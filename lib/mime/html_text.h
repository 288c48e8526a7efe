/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTML as the reader sees it: tags removed with nothing in their place, blocks and <br> as line breaks, cells
 * parted by tabs, white space folded. What is there but not shown (hidden elements, comments, titles,
 * alternative texts, script) is kept apart and leaves no trace in what is shown, so that a hidden piece never
 * splits a number. One pass, linear time.
 */
#ifndef POSTSEAL_HTML_TEXT_H
#define POSTSEAL_HTML_TEXT_H

#include "lib/mime/html.h"
#include "lib/mime/html_sheet.h"
#include "lib/mime/html_stack.h"

struct html_sink {
	struct buf buf;
	unsigned breaks, tabs; /* wanted before the next text */
	bool space;
};

struct html_text {
	struct html html;
	struct html_sink visible, hidden;
	struct html_stack stack;
	struct html_sheet sheet;
	struct buf style;            /* the style element that is being read */
	size_t n_hidden, n_verbatim; /* open elements of these kinds */
	unsigned depth;              /* 1 inside a comment */
	bool row_started, foreign;
};

/* `max` bounds each of both texts. */
void html_text_init(struct html_text *text, size_t max);
void html_text_done(struct html_text *text);

/* Clean UTF-8, cut anywhere. */
void html_text_feed(struct html_text *text, struct bytes b);
void html_text_end(struct html_text *text);

/* Something was left out because it was too much. */
bool html_text_is_cut(const struct html_text *text);

#endif
