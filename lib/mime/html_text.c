/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/mime/html_text.h"

#include <stdlib.h>

#include "lib/base/mem.h"
#include "lib/base/utf8.h"
#include "lib/mime/html_hidden.h"
#include "lib/mime/readings.h"

enum { TABS_MAX = 32, BREAKS_MAX = 2, STYLE_MAX = 256 << 10 };

void
html_text_init(struct html_text *text, size_t max)
{
	*text = (struct html_text){0};
	html_init(&text->html, max);
	buf_init(&text->visible.buf, max);
	buf_init(&text->hidden.buf, max);
	buf_init(&text->style, max < STYLE_MAX ? max : STYLE_MAX);
}

void
html_text_done(struct html_text *text)
{
	html_done(&text->html);
	buf_wipe_done(&text->visible.buf);
	buf_wipe_done(&text->hidden.buf);
	buf_wipe_done(&text->style);
}

bool
html_text_is_cut(const struct html_text *text)
{
	return text->html.dropped || buf_full(&text->visible.buf) || buf_full(&text->hidden.buf);
}

static void
want_breaks(struct html_sink *sink, unsigned n)
{
	if (sink->breaks < n)
		sink->breaks = n;
	sink->tabs = 0;
}

/* Writes the white space that is wanted before more text; none at the very start. */
static void
settle(struct html_sink *sink)
{
	bool at_start = sink->buf.n == 0;

	for (unsigned i = 0; i < sink->breaks && !at_start; i++)
		buf_put_byte(&sink->buf, '\n');
	for (unsigned i = 0; i < sink->tabs; i++)
		buf_put_byte(&sink->buf, '\t');
	if (sink->space && sink->breaks == 0 && sink->tabs == 0 && !at_start)
		buf_put_byte(&sink->buf, ' ');
	sink->breaks = sink->tabs = 0;
	sink->space = false;
}

static bool
is_white(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

static void
put_text(struct html_sink *sink, struct bytes b)
{
	for (size_t at = 0; at < b.n;) {
		size_t from = at;

		while (at < b.n && b.p[at] != '\0' && !is_white(b.p[at]))
			at++;
		if (at > from) {
			settle(sink);
			buf_put(&sink->buf, b.p + from, at - from);
		}
		/* A NUL shows nothing in a browser. */
		for (; at < b.n && (b.p[at] == '\0' || is_white(b.p[at])); at++)
			sink->space = sink->space || b.p[at] != '\0';
	}
}

static void
put_verbatim(struct html_sink *sink, struct bytes b)
{
	if (b.n == 0)
		return;
	settle(sink);
	for (size_t at = 0; at < b.n;) {
		size_t n = bytes_find_byte(bytes_sub(b, at, b.n), '\0');

		buf_put(&sink->buf, b.p + at, n);
		at += n + 1;
	}
}

static void
put_line(struct html_sink *sink, struct bytes b)
{
	want_breaks(sink, 1);
	put_text(sink, b);
	want_breaks(sink, 1);
}

static struct html_sink *
sink_of(struct html_text *text)
{
	return text->n_hidden > 0 ? &text->hidden : &text->visible;
}

static void
pop_to(struct html_text *text, size_t height)
{
	while (text->stack.n > height) {
		const struct html_open *open = &text->stack.open[--text->stack.n];

		if (open->turned)
			buf_put_str(&sink_of(text)->buf, "\xE2\x80\xAC");
		if (open->marked && --text->n_hidden == 0)
			want_breaks(&text->hidden, 1);
		if (open->element != NULL && (open->element->flags & HTML_IS_VERBATIM))
			text->n_verbatim--;
	}
}

static void
lay_out(struct html_text *text, unsigned flags)
{
	struct html_sink *sink = sink_of(text);

	if (flags & (HTML_IS_BLOCK | HTML_IS_ROW))
		want_breaks(sink, flags & HTML_IS_SPACED ? 2 : 1);
	if (flags & HTML_IS_ROW)
		text->row_started = false;
	if (flags & HTML_IS_CELL) {
		if (text->row_started && sink->tabs < TABS_MAX)
			sink->tabs++;
		text->row_started = true;
	}
}

/* The draft of a mail may come with a subject and a body. */
static void
keep_mail_link(struct html_text *text, struct bytes link)
{
	size_t question = bytes_find_byte(link, '?');
	struct buf draft;

	buf_init(&draft, link.n);
	readings_put_url(bytes_sub(link, question, link.n), &draft);
	if (utf8_is_valid(buf_bytes(&draft)))
		put_line(&text->hidden, buf_bytes(&draft));
	buf_wipe_done(&draft);
}

/* What attributes say is hidden, but for the text of a field. */
static void
keep_attributes(struct html_text *text, const struct html_token *token)
{
	static const struct bytes names[] = {BYTES_LIT("alt"), BYTES_LIT("title"), BYTES_LIT("aria-label"),
		BYTES_LIT("placeholder"), BYTES_LIT("summary"), BYTES_LIT("label"), BYTES_LIT("srcdoc")};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && token->n_attributes > 0; i++) {
		struct bytes value = html_attribute(token, names[i]);

		if (value.n > 0)
			put_line(&text->hidden, value);
	}
	if (bytes_starts_nocase(html_attribute(token, BYTES_LIT("href")), BYTES_LIT("mailto:")))
		keep_mail_link(text, html_attribute(token, BYTES_LIT("href")));
	if (bytes_eq(token->text, BYTES_LIT("meta")) &&
		bytes_eq_nocase(html_attribute(token, BYTES_LIT("name")), BYTES_LIT("description")))
		put_line(&text->hidden, html_attribute(token, BYTES_LIT("content")));
	if (bytes_eq(token->text, BYTES_LIT("input"))) {
		struct bytes type = html_attribute(token, BYTES_LIT("type"));
		struct html_sink *sink =
			bytes_eq_nocase(type, BYTES_LIT("hidden")) ? &text->hidden : sink_of(text);

		sink->space = true;
		put_text(sink, html_attribute(token, BYTES_LIT("value")));
		sink->space = true;
	}
}

static bool
is_hidden(const struct html_text *text, const struct html_token *token)
{
	return token->n_attributes > 0 && (html_is_hidden(token) || html_sheet_hides(&text->sheet, token));
}

/* Shown from right to left whatever it is, as if between U+202E and U+202C. */
static bool
turns(const struct html_token *token)
{
	struct bytes style = html_attribute(token, BYTES_LIT("style")), name, value;
	bool overrides = bytes_eq(token->text, BYTES_LIT("bdo"));
	bool is_rtl = bytes_eq_nocase(html_attribute(token, BYTES_LIT("dir")), BYTES_LIT("rtl"));

	while (html_next_style(&style, &name, &value)) {
		if (bytes_eq_nocase(name, BYTES_LIT("unicode-bidi")))
			overrides = bytes_ends_nocase(value, BYTES_LIT("override"));
		if (bytes_eq_nocase(name, BYTES_LIT("direction")))
			is_rtl = bytes_starts_nocase(value, BYTES_LIT("rtl"));
	}
	return overrides && is_rtl;
}

static void
start_element(struct html_text *text, const struct html_token *token, const struct html_element *element)
{
	unsigned flags = element != NULL ? element->flags : 0;
	bool hides = (flags & HTML_IS_UNSEEN) || is_hidden(text, token);
	struct html_open *open;

	pop_to(text, html_stack_height_for(&text->stack, element));
	if (flags & HTML_IS_VOID) {
		if (!hides)
			lay_out(text, flags);
		return;
	}
	open = html_stack_push(&text->stack, element, token->text);
	if (open == NULL) {
		lay_out(text, flags);
		return;
	}
	if (flags & HTML_IS_VERBATIM)
		text->n_verbatim++;
	open->marked = hides;
	open->turned = !hides && turns(token);
	if (hides && text->n_hidden++ == 0)
		want_breaks(&text->hidden, 1);
	lay_out(text, flags);
	if (open->turned) {
		settle(sink_of(text));
		buf_put_str(&sink_of(text)->buf, "\xE2\x80\xAE");
	}
}

static void
on_start(struct html_text *text, const struct html_token *token)
{
	const struct html_element *element = html_element(token->text);
	unsigned flags = element != NULL ? element->flags : 0;
	bool foreign = (flags & HTML_IS_FOREIGN) && !token->self_closing;

	keep_attributes(text, token);
	/* Elements of HTML end foreign content; those of SVG may end themselves. */
	if (foreign || (flags & (HTML_IS_ALLOWED | HTML_IS_BLOCK)))
		text->foreign = foreign;
	html_set_space(&text->html, text->foreign ? HTML_SPACE_FOREIGN : HTML_SPACE_HTML);
	if (text->foreign && token->self_closing)
		return;
	if (bytes_eq(token->text, BYTES_LIT("br"))) {
		struct html_sink *sink = sink_of(text);

		if (sink->breaks < BREAKS_MAX && !is_hidden(text, token))
			want_breaks(sink, sink->breaks + 1);
		return;
	}
	start_element(text, token, element);
	if (!text->foreign)
		html_set_content(&text->html, html_content_of(token->text), token->text);
}

static void
on_end(struct html_text *text, const struct html_token *token)
{
	const struct html_element *element = html_element(token->text);
	size_t height = html_stack_height_after(&text->stack, element, token->text);
	struct html_sink *sink = sink_of(text);

	if (text->style.n > 0) {
		html_sheet_read(&text->sheet, buf_bytes(&text->style));
		buf_reset(&text->style);
	}
	if (element != NULL && (element->flags & HTML_IS_FOREIGN)) {
		text->foreign = false;
		html_set_space(&text->html, HTML_SPACE_HTML);
	}
	/* The break belongs to where the element's text went. */
	if (element != NULL && (element->flags & (HTML_IS_BLOCK | HTML_IS_ROW)))
		want_breaks(sink, element->flags & HTML_IS_SPACED ? 2 : 1);
	pop_to(text, height);
	if (element != NULL && element->group == HTML_GROUP_TABLE)
		text->row_started = true;
}

/* Outlook reads markup inside comments that start with a condition. */
static void
on_comment(struct html_text *text, struct bytes comment)
{
	struct html_text *inner;

	if (bytes_starts_nocase(comment, BYTES_LIT("[endif]")))
		return;
	if (bytes_starts_nocase(comment, BYTES_LIT("[if")))
		comment = bytes_sub(comment, bytes_find_byte(comment, '>') + 1, comment.n);
	if (text->depth > 0 || bytes_find_byte(comment, '<') == comment.n) {
		put_line(&text->hidden, comment);
		return;
	}
	inner = mem_new(1, sizeof(*inner));
	html_text_init(inner, text->hidden.buf.max);
	inner->depth = 1;
	html_text_feed(inner, comment);
	html_text_end(inner);
	want_breaks(&text->hidden, 1);
	put_verbatim(&text->hidden, buf_bytes(&inner->visible.buf));
	want_breaks(&text->hidden, 1);
	put_verbatim(&text->hidden, buf_bytes(&inner->hidden.buf));
	want_breaks(&text->hidden, 1);
	text->html.dropped = text->html.dropped || html_text_is_cut(inner);
	html_text_done(inner);
	free(inner);
}

static bool
is_code(const struct html_text *text)
{
	const struct html_open *open = text->stack.n > 0 ? &text->stack.open[text->stack.n - 1] : NULL;

	return open != NULL && open->element != NULL && (open->element->flags & HTML_IS_CODE) &&
	       !text->foreign;
}

static void
on_text(struct html_text *text, struct bytes b)
{
	if (is_code(text)) {
		buf_put_bytes(&text->style, b);
		return;
	}
	if (text->n_verbatim > 0)
		put_verbatim(sink_of(text), b);
	else
		put_text(sink_of(text), b);
}

static void
take_tokens(struct html_text *text)
{
	struct html_token token;

	while (html_next(&text->html, &token)) {
		switch (token.kind) {
		case HTML_TEXT:
			on_text(text, token.text);
			break;
		case HTML_START:
			on_start(text, &token);
			break;
		case HTML_END:
			on_end(text, &token);
			break;
		case HTML_COMMENT:
			on_comment(text, token.text);
			break;
		case HTML_DOCTYPE:
			break;
		}
	}
}

void
html_text_feed(struct html_text *text, struct bytes b)
{
	html_feed(&text->html, b);
	take_tokens(text);
}

void
html_text_end(struct html_text *text)
{
	html_feed(&text->html, bytes_of(NULL, 0));
	html_end(&text->html);
	take_tokens(text);
}
