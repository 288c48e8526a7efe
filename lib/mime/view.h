/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The same message for a person's eyes: what the portal's renderer hands to the web front. Runs in
 * postseal-parser. The HTML that comes out is made anew from an allow-list of elements, attributes and style
 * properties; it holds no script, form, link target but http(s)/mailto, and no picture but data: ones made
 * from the message's own parts (cid:).
 */
#ifndef POSTSEAL_VIEW_H
#define POSTSEAL_VIEW_H

#include "lib/base/buf.h"
#include "lib/mime/reader.h"

struct view_part {
	unsigned number;  /* 1.. in the order of the message; names the part in view_read_part() */
	const char *name; /* file name as a person would see it: UTF-8, no path, no control characters */
	const char *type; /* as declared, checked to be a token/token */
	size_t size;      /* decoded */
	struct view_part *next;
};

struct message_view {
	/* decoded header fields, UTF-8, empty when missing */
	struct bytes from, to, cc, subject, date, reply_to;
	struct bytes text;       /* UTF-8; the text/plain body, or made from HTML when there is none */
	struct bytes html;       /* sanitised document, empty when the message has no HTML body */
	struct view_part *parts; /* attachments */
	bool incomplete;         /* some part could not be shown: the original download still has it */
};

void view_read(struct arena *arena, struct bytes message, const struct mime_limits *limits,
	struct message_view *ret_view);

/* The decoded bytes of attachment `number`. Returns 0, or 1 when there is none. */
int view_read_part(struct bytes message, const struct mime_limits *limits, unsigned number, struct buf *out);

#endif
