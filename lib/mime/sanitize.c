/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/mime/sanitize.h"

#include <stdlib.h>

#include "lib/base/mem.h"
#include "lib/base/text.h"
#include "lib/mime/html.h"
#include "lib/mime/sanitize_attribute.h"

enum element_kind {
	ELEMENT_KEPT,
	ELEMENT_VOID,    /* kept, has no end tag */
	ELEMENT_DROPPED, /* with all that is inside */
	ELEMENT_FOREIGN, /* svg, math: dropped, and their content has rules of its own */
};

/* Elements that are in no row lose their tags and keep their content. */
static const struct element {
	struct bytes name;
	enum element_kind kind;
	unsigned groups;
} elements[] = {
	{BYTES_LIT("a"), ELEMENT_KEPT, GROUP_LINK},
	{BYTES_LIT("abbr"), ELEMENT_KEPT, 0},
	{BYTES_LIT("address"), ELEMENT_KEPT, 0},
	{BYTES_LIT("applet"), ELEMENT_DROPPED, 0},
	{BYTES_LIT("audio"), ELEMENT_DROPPED, 0},
	{BYTES_LIT("b"), ELEMENT_KEPT, 0},
	{BYTES_LIT("big"), ELEMENT_KEPT, 0},
	{BYTES_LIT("blockquote"), ELEMENT_KEPT, 0},
	{BYTES_LIT("br"), ELEMENT_VOID, 0},
	{BYTES_LIT("canvas"), ELEMENT_DROPPED, 0},
	{BYTES_LIT("caption"), ELEMENT_KEPT, 0},
	{BYTES_LIT("center"), ELEMENT_KEPT, 0},
	{BYTES_LIT("cite"), ELEMENT_KEPT, 0},
	{BYTES_LIT("code"), ELEMENT_KEPT, 0},
	{BYTES_LIT("col"), ELEMENT_VOID, GROUP_CELL},
	{BYTES_LIT("colgroup"), ELEMENT_KEPT, GROUP_CELL},
	{BYTES_LIT("dd"), ELEMENT_KEPT, 0},
	{BYTES_LIT("del"), ELEMENT_KEPT, 0},
	{BYTES_LIT("div"), ELEMENT_KEPT, 0},
	{BYTES_LIT("dl"), ELEMENT_KEPT, 0},
	{BYTES_LIT("dt"), ELEMENT_KEPT, 0},
	{BYTES_LIT("em"), ELEMENT_KEPT, 0},
	{BYTES_LIT("embed"), ELEMENT_DROPPED, 0},
	{BYTES_LIT("font"), ELEMENT_KEPT, GROUP_FONT},
	{BYTES_LIT("frameset"), ELEMENT_DROPPED, 0},
	{BYTES_LIT("h1"), ELEMENT_KEPT, 0},
	{BYTES_LIT("h2"), ELEMENT_KEPT, 0},
	{BYTES_LIT("h3"), ELEMENT_KEPT, 0},
	{BYTES_LIT("h4"), ELEMENT_KEPT, 0},
	{BYTES_LIT("h5"), ELEMENT_KEPT, 0},
	{BYTES_LIT("h6"), ELEMENT_KEPT, 0},
	{BYTES_LIT("hr"), ELEMENT_VOID, 0},
	{BYTES_LIT("i"), ELEMENT_KEPT, 0},
	{BYTES_LIT("iframe"), ELEMENT_DROPPED, 0},
	{BYTES_LIT("img"), ELEMENT_VOID, GROUP_PICTURE},
	{BYTES_LIT("ins"), ELEMENT_KEPT, 0},
	{BYTES_LIT("kbd"), ELEMENT_KEPT, 0},
	{BYTES_LIT("li"), ELEMENT_KEPT, 0},
	{BYTES_LIT("math"), ELEMENT_FOREIGN, 0},
	{BYTES_LIT("noembed"), ELEMENT_DROPPED, 0},
	{BYTES_LIT("noframes"), ELEMENT_DROPPED, 0},
	{BYTES_LIT("object"), ELEMENT_DROPPED, 0},
	{BYTES_LIT("ol"), ELEMENT_KEPT, GROUP_LIST},
	{BYTES_LIT("p"), ELEMENT_KEPT, 0},
	{BYTES_LIT("pre"), ELEMENT_KEPT, 0},
	{BYTES_LIT("q"), ELEMENT_KEPT, 0},
	{BYTES_LIT("s"), ELEMENT_KEPT, 0},
	{BYTES_LIT("samp"), ELEMENT_KEPT, 0},
	{BYTES_LIT("script"), ELEMENT_DROPPED, 0},
	{BYTES_LIT("select"), ELEMENT_DROPPED, 0},
	{BYTES_LIT("small"), ELEMENT_KEPT, 0},
	{BYTES_LIT("span"), ELEMENT_KEPT, 0},
	{BYTES_LIT("strike"), ELEMENT_KEPT, 0},
	{BYTES_LIT("strong"), ELEMENT_KEPT, 0},
	{BYTES_LIT("style"), ELEMENT_DROPPED, 0},
	{BYTES_LIT("sub"), ELEMENT_KEPT, 0},
	{BYTES_LIT("sup"), ELEMENT_KEPT, 0},
	{BYTES_LIT("svg"), ELEMENT_FOREIGN, 0},
	{BYTES_LIT("table"), ELEMENT_KEPT, GROUP_TABLE},
	{BYTES_LIT("tbody"), ELEMENT_KEPT, GROUP_TABLE},
	{BYTES_LIT("td"), ELEMENT_KEPT, GROUP_CELL},
	{BYTES_LIT("template"), ELEMENT_DROPPED, 0},
	{BYTES_LIT("textarea"), ELEMENT_DROPPED, 0},
	{BYTES_LIT("tfoot"), ELEMENT_KEPT, GROUP_TABLE},
	{BYTES_LIT("th"), ELEMENT_KEPT, GROUP_CELL},
	{BYTES_LIT("thead"), ELEMENT_KEPT, GROUP_TABLE},
	{BYTES_LIT("title"), ELEMENT_DROPPED, 0},
	{BYTES_LIT("tr"), ELEMENT_KEPT, GROUP_TABLE},
	{BYTES_LIT("tt"), ELEMENT_KEPT, 0},
	{BYTES_LIT("u"), ELEMENT_KEPT, 0},
	{BYTES_LIT("ul"), ELEMENT_KEPT, GROUP_LIST},
	{BYTES_LIT("var"), ELEMENT_KEPT, 0},
	{BYTES_LIT("video"), ELEMENT_DROPPED, 0},
	{BYTES_LIT("xmp"), ELEMENT_DROPPED, 0},
};

struct sanitizer {
	const struct sanitize *options;
	struct html html;
	struct buf *out;
	const struct element *open[SANITIZE_DEPTH_MAX]; /* written start tags whose end tag is due */
	size_t depth;
	const struct element *dropping; /* inside of this one nothing is written */
	size_t dropping_depth;          /* how many of its name are open */
};

static int
compare_name(const void *key, const void *row)
{
	const struct bytes *name = key;
	const struct element *element = row;
	size_t n = name->n < element->name.n ? name->n : element->name.n;
	int order = n > 0 ? memcmp(name->p, element->name.p, n) : 0;

	if (order != 0)
		return order;
	return name->n < element->name.n ? -1 : name->n > element->name.n;
}

static const struct element *
find_element(struct bytes name)
{
	return bsearch(
		&name, elements, sizeof(elements) / sizeof(elements[0]), sizeof(elements[0]), compare_name);
}

static void
start_dropping(struct sanitizer *s, const struct element *element, const struct html_token *token)
{
	if (element->kind == ELEMENT_FOREIGN && token->self_closing)
		return;
	if (bytes_eq(element->name, BYTES_LIT("embed")))
		return; /* has no content */
	s->dropping = element;
	s->dropping_depth = 1;
	html_set_space(&s->html, element->kind == ELEMENT_FOREIGN ? HTML_SPACE_FOREIGN : HTML_SPACE_HTML);
}

static void
put_start(struct sanitizer *s, const struct element *element, const struct html_token *token)
{
	buf_putf(s->out, "<%.*s", BYTES_FMT(element->name));
	for (size_t i = 0; i < token->n_attributes; i++)
		sanitize_put_attribute(s->out, element->groups, token->attributes[i].name,
			token->attributes[i].value, s->options);
	buf_put_byte(s->out, '>');
}

static void
on_start(struct sanitizer *s, const struct html_token *token)
{
	const struct element *element = find_element(token->text);

	/* In foreign content a script is markup like any other. */
	if (s->dropping == NULL || s->dropping->kind != ELEMENT_FOREIGN)
		html_set_content(&s->html, html_content_of(token->text), token->text);
	if (s->dropping != NULL) {
		if (element == s->dropping && !(element->kind == ELEMENT_FOREIGN && token->self_closing))
			s->dropping_depth++;
		return;
	}
	if (element == NULL)
		return;
	if (element->kind == ELEMENT_DROPPED || element->kind == ELEMENT_FOREIGN) {
		start_dropping(s, element, token);
		return;
	}
	if (element->kind == ELEMENT_KEPT) {
		if (s->depth == SANITIZE_DEPTH_MAX)
			return;
		s->open[s->depth++] = element;
	}
	put_start(s, element, token);
}

static void
put_end(struct sanitizer *s)
{
	const struct element *element = s->open[--s->depth];

	buf_putf(s->out, "</%.*s>", BYTES_FMT(element->name));
}

/* Closes the innermost element of that name, and what is still open inside of it; else the tag means nothing.
 */
static void
on_end(struct sanitizer *s, const struct html_token *token)
{
	const struct element *element = find_element(token->text);
	size_t i = s->depth;

	if (s->dropping != NULL) {
		if (element == s->dropping && --s->dropping_depth == 0) {
			s->dropping = NULL;
			html_set_space(&s->html, HTML_SPACE_HTML);
		}
		return;
	}
	while (i > 0 && s->open[i - 1] != element)
		i--;
	while (i > 0 && s->depth >= i)
		put_end(s);
}

static void
on_token(struct sanitizer *s, const struct html_token *token)
{
	switch (token->kind) {
	case HTML_TEXT:
		if (s->dropping == NULL)
			text_put_html(s->out, token->text);
		break;
	case HTML_START:
		on_start(s, token);
		break;
	case HTML_END:
		on_end(s, token);
		break;
	case HTML_COMMENT:
	case HTML_DOCTYPE:
		break;
	}
}

int
sanitize_html(struct bytes html, const struct sanitize *options, struct buf *out)
{
	struct sanitizer *s = mem_new(1, sizeof(*s));
	struct html_token token;

	s->options = options;
	s->out = out;
	html_init(&s->html, html.n + 1);
	buf_put_str(out, SANITIZE_HEAD);
	html_feed(&s->html, html);
	while (html_next(&s->html, &token))
		on_token(s, &token);
	html_end(&s->html);
	while (html_next(&s->html, &token))
		on_token(s, &token);
	while (s->depth > 0)
		put_end(s);
	buf_put_str(out, "</body></html>");
	html_done(&s->html);
	free(s);
	return buf_full(out) ? -1 : 0;
}
