/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the tokenizer share: its states (named after the standard's) and what they do. A state is
 * a function of the tokenizer and one byte, or HTML_EOF. Nothing outside html*.c includes this.
 */
#ifndef POSTSEAL_HTML_STATE_H
#define POSTSEAL_HTML_STATE_H

#include "lib/mime/html.h"

enum { HTML_EOF = -1 };

enum html_state {
	HTML_DATA,
	HTML_RCDATA,
	HTML_RAWTEXT,
	HTML_PLAINTEXT,
	HTML_TAG_OPEN,
	HTML_END_TAG_OPEN,
	HTML_TAG_NAME,
	HTML_BEFORE_NAME,
	HTML_NAME,
	HTML_AFTER_NAME,
	HTML_BEFORE_VALUE,
	HTML_VALUE_DOUBLE,
	HTML_VALUE_SINGLE,
	HTML_VALUE_BARE,
	HTML_AFTER_VALUE,
	HTML_SELF_CLOSING,
	HTML_REFERENCE,
	HTML_REFERENCE_NAMED,
	HTML_REFERENCE_NUMBER,
	HTML_REFERENCE_HEX_START,
	HTML_REFERENCE_DECIMAL,
	HTML_REFERENCE_HEX,
	HTML_FINISHED,
	/* html_raw.c */
	HTML_RAW_LESS,
	HTML_RAW_END_OPEN,
	HTML_RAW_END_NAME,
	HTML_SCRIPT,
	HTML_SCRIPT_LESS,
	HTML_ESCAPE_START,
	HTML_ESCAPE_START_DASH,
	HTML_ESCAPED,
	HTML_ESCAPED_DASH,
	HTML_ESCAPED_DASHES,
	HTML_ESCAPED_LESS,
	HTML_DOUBLE_START,
	HTML_DOUBLE,
	HTML_DOUBLE_DASH,
	HTML_DOUBLE_DASHES,
	HTML_DOUBLE_LESS,
	HTML_DOUBLE_END,
	/* html_markup.c */
	HTML_MARKUP,
	HTML_BOGUS_COMMENT,
	HTML_COMMENT_START,
	HTML_COMMENT_START_DASH,
	HTML_COMMENT_BODY,
	HTML_COMMENT_LESS,
	HTML_COMMENT_LESS_BANG,
	HTML_COMMENT_LESS_BANG_DASH,
	HTML_COMMENT_END_DASH,
	HTML_COMMENT_END,
	HTML_COMMENT_END_BANG,
	HTML_CDATA,
	HTML_CDATA_BRACKET,
	HTML_CDATA_END,
	HTML_DOCTYPE_START,
	HTML_DOCTYPE_BEFORE_NAME,
	HTML_DOCTYPE_NAME,
	HTML_DOCTYPE_AFTER_NAME,
	HTML_DOCTYPE_AFTER_WORD,
	HTML_DOCTYPE_BEFORE_ID,
	HTML_DOCTYPE_ID,
	HTML_DOCTYPE_AFTER_ID,
	HTML_DOCTYPE_BOGUS,
	HTML_STATES,
};

typedef void (*html_step)(struct html *html, int c);

extern const html_step html_raw_steps[];    /* HTML_RAW_LESS up to HTML_DOUBLE_END */
extern const html_step html_markup_steps[]; /* HTML_MARKUP up to HTML_DOCTYPE_BOGUS */

/* The standard's "reconsume in". */
void html_again(struct html *html, enum html_state state, int c);

void html_put_text(struct html *html, int c);
void html_put_text_str(struct html *html, const char *s);

/* U+FFFD for NUL, letters in lower case. */
void html_put_name(struct buf *buf, int c);
/* U+FFFD for NUL, else the byte. */
void html_put_data(struct buf *buf, int c);

void html_start_tag(struct html *html, int c, enum html_kind kind);
void html_emit_tag(struct html *html);
void html_emit(struct html *html, enum html_kind kind, struct bytes text);
void html_finish(struct html *html);

static inline bool
html_is_space(int c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\f';
}

#endif
