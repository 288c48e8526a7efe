/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/narrative.h"

#include <stdlib.h>

#include "lib/base/mem.h"
#include "lib/mime/html_text.h"

void
narrative_put_html(struct format_text *shown, struct format_text *hidden, struct bytes html)
{
	struct html_text *text = mem_new(1, sizeof(*text));

	html_text_init(text, html.n * 3 + 64);
	html_text_feed(text, html);
	html_text_end(text);
	buf_put_bytes(&shown->buf, buf_bytes(&text->visible.buf));
	buf_put_byte(&shown->buf, '\n');
	if (text->hidden.buf.n > 0) {
		buf_put_bytes(&hidden->buf, buf_bytes(&text->hidden.buf));
		buf_put_byte(&hidden->buf, '\n');
	}
	html_text_done(text);
	free(text);
}

void
narrative_tell_shown(struct format_out *out, struct bytes xml)
{
	struct format_text shown, hidden;

	format_text_init(&shown, out, SEGMENT_HTML, "as a browser shows it");
	format_text_init(&hidden, out, SEGMENT_HIDDEN, "as a browser hides it");
	narrative_put_html(&shown, &hidden, xml);
	format_text_done(&shown);
	format_text_done(&hidden);
}

/* What stands before an element's text; 0: it is a part of its line. */
static char
break_before(struct bytes name)
{
	static const char *const blocks[] = {"tr", "p", "div", "br", "li", "ul", "ol", "list", "item",
		"paragraph", "table", "thead", "tbody", "caption", "h1", "h2", "h3", "h4", "h5", "h6",
		"title", "dt", "dd", "pre", "hr", NULL};

	if (bytes_eq_nocase(name, BYTES_LIT("td")) || bytes_eq_nocase(name, BYTES_LIT("th")))
		return '\t';
	for (const char *const *block = blocks; *block != NULL; block++)
		if (bytes_eq_nocase(name, bytes_of_str(*block)))
			return '\n';
	return '\0';
}

static bool
can_be_written_in(struct bytes attribute)
{
	static const char *const plain[] = {"ID", "id", "styleCode", "class", "style", "border", "width",
		"align", "valign", "colspan", "rowspan", "cellpadding", "cellspacing", "listType", "lang",
		NULL};

	for (const char *const *name = plain; *name != NULL; name++)
		if (bytes_eq(attribute, bytes_of_str(*name)))
			return false;
	return true;
}

void
narrative_put_tree(struct format_text *shown, struct format_text *hidden, const struct tree_node *top)
{
	struct buf *out = &shown->buf;
	const struct tree_node *node = top;

	while ((node = tree_walk(top, node)) != NULL) {
		char before = node->is_attribute ? '\0' : break_before(node->name);

		if (node->is_attribute) {
			if (can_be_written_in(node->name)) {
				buf_put_bytes(&hidden->buf, node->text);
				buf_put_byte(&hidden->buf, '\n');
			}
			continue;
		}
		/* The first cell of a row needs no tab. */
		if (before == '\t' && out->n > 0 && out->p[out->n - 1] == '\n')
			before = '\0';
		if (before != '\0')
			buf_put_byte(out, (uint8_t)before);
		else if (node->spaced)
			buf_put_byte(out, ' ');
		if (node->name.n == 0)
			buf_put_bytes(out, node->text);
	}
	buf_put_byte(out, '\n');
}
