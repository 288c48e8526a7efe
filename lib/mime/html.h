/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTML tokenization as the WHATWG standard (section 13.2.5) has it: bytes in, tokens out. Linear in time, no
 * tree, memory bounded by the limits below. Input is UTF-8; cut anywhere, the tokens are the same, but for
 * text, which may come in several pieces. Parse errors are not reported: what a browser would make of the
 * input is all that counts here. As in the standard the reader of the tokens says when content is not markup:
 * after a start token it calls html_set_content() with html_content_of(), and html_set_space() around svg
 * and math.
 */
#ifndef POSTSEAL_HTML_H
#define POSTSEAL_HTML_H

#include "lib/base/buf.h"

enum {
	HTML_ATTRIBUTES_MAX = 128, /* of one tag; more are dropped and `dropped` is set */
	HTML_REFERENCE_MAX = 32,   /* longest name of a character reference, with its semicolon */
};

enum html_kind { HTML_TEXT, HTML_START, HTML_END, HTML_COMMENT, HTML_DOCTYPE };

enum html_content {
	HTML_CONTENT_DATA,
	HTML_CONTENT_RCDATA,
	HTML_CONTENT_RAWTEXT,
	HTML_CONTENT_SCRIPT,
	HTML_CONTENT_PLAINTEXT,
	HTML_CONTENT_CDATA,
};

enum html_space { HTML_SPACE_HTML, HTML_SPACE_FOREIGN };

struct html_attribute {
	struct bytes name, value; /* the name in lower case; references in the value are decoded */
};

/* Valid until the next call of html_next() or html_done(). */
struct html_token {
	enum html_kind kind;
	struct bytes text; /* HTML_TEXT, HTML_COMMENT; the name of a tag in lower case, of a doctype */
	const struct html_attribute *attributes;
	size_t n_attributes;
	bool self_closing;
	/* HTML_DOCTYPE */
	struct bytes public_id, system_id;
	bool has_name, has_public_id, has_system_id, quirks;
};

/* Where an attribute lies in the tag's buffer: that one moves while it grows. */
struct html_span {
	size_t name, name_n, value, value_n;
	uint32_t hash;
};

struct html {
	int state;        /* enum html_state; so are the next two */
	int return_state; /* where a character reference belongs */
	int content_state;
	struct bytes in;
	struct buf text, tag, comment, word, ids;
	struct html_span spans[HTML_ATTRIBUTES_MAX + 1];
	struct html_attribute attributes[HTML_ATTRIBUTES_MAX];
	size_t n_spans, name_n, public_n;
	uint32_t number;
	char reference[HTML_REFERENCE_MAX];
	size_t reference_n;
	char last_start[16]; /* the tag that ends RCDATA, RAWTEXT and script */
	struct html_token token;
	bool end_tag, self_closing, in_attribute, after_cr, foreign, at_end, text_given, ready;
	bool has_name, has_public_id, has_system_id, quirks;
	bool dropped; /* something was too much: attributes, or bytes of a buffer */
};

/* `max` bounds each buffer; the input's size is always enough. */
void html_init(struct html *html, size_t max);
void html_done(struct html *html);

/* The bytes are borrowed until html_next() has returned false. */
void html_feed(struct html *html, struct bytes b);

/* No more input: html_next() gives what is left. */
void html_end(struct html *html);

bool html_next(struct html *html, struct html_token *ret_token);

/* What is inside an element of this name, scripting being off. */
enum html_content html_content_of(struct bytes tag);
void html_set_content(struct html *html, enum html_content content, struct bytes last_start_tag);

/* Inside svg and math <![CDATA[ is text, elsewhere a comment. */
void html_set_space(struct html *html, enum html_space space);

/* The value of attribute `name`, or a view of NULL when the tag has none. */
struct bytes html_attribute(const struct html_token *token, struct bytes name);

#endif
