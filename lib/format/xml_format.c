/* SPDX-License-Identifier: Apache-2.0 */
/*
 * XML of no kind that we know: "last name: Doe", a line for each element and attribute that has a text, under
 * the name that it has there. Text among which other elements stand is one line.
 */
#include "lib/base/ascii.h"
#include "lib/format/formats.h"
#include "lib/format/labelled.h"
#include "lib/format/narrative.h"
#include "lib/format/path.h"
#include "lib/format/xml.h"
#include "lib/format/xml_root.h"

enum { LEVELS_MAX = 256 };

struct any_xml {
	struct format_text shown, hidden;
	struct labelled_name name;
	struct path path;
	size_t levels[LEVELS_MAX]; /* lengths of the path to go back to */
	size_t depth;
	size_t mixed;    /* the level whose text has elements in it; 0: none */
	struct buf text; /* of the element that is open */
};

/* That its root has an end is asked of what has no declaration: "<b@x.example> wrote:" has none. */
static bool
has_end(struct bytes content, const struct xml_root *root)
{
	struct bytes end = bytes_trim(content);

	if (end.n == 0 || end.p[end.n - 1] != '>')
		return false;
	end = bytes_trim(bytes_sub(end, 0, end.n - 1));
	return bytes_ends_nocase(end, root->name) || (end.n > 0 && end.p[end.n - 1] == '/');
}

static bool
is_xml(struct bytes content)
{
	struct xml_root root;

	if (!xml_root_find(content, &root))
		return false;
	if (root.is_declared || bytes_eq(root.name, BYTES_LIT("svg")))
		return true;
	return !bytes_eq_nocase(root.name, BYTES_LIT("html")) && has_end(content, &root);
}

static bool
is_blank(const struct buf *text)
{
	return bytes_trim(buf_bytes(text)).n == 0;
}

static void
put_field(struct any_xml *any, struct bytes name, struct bytes value)
{
	labelled_put_field(&any->shown, any->path.text, name, value);
	labelled_name_take(&any->name, &any->shown, any->path.text, name, value);
}

static void
start(void *context, const struct xml_element *element)
{
	struct any_xml *any = context;
	size_t at = path_push(&any->path, element->name);

	if (any->mixed == 0 && !is_blank(&any->text))
		any->mixed = any->depth;
	if (any->mixed == 0)
		buf_reset(&any->text);
	if (any->depth + 1 < LEVELS_MAX)
		any->levels[++any->depth] = at;
	for (size_t i = 0; i < element->n_attributes; i++)
		put_field(any, element->attributes[i].name, element->attributes[i].value);
}

static void
end(void *context, struct bytes name)
{
	struct any_xml *any = context;

	if (any->mixed == 0 || any->depth <= any->mixed) {
		put_field(any, name, buf_bytes(&any->text));
		buf_reset(&any->text);
		any->mixed = 0;
	}
	path_pop(&any->path, any->levels[any->depth]);
	if (any->depth > 0)
		any->depth--;
}

static void
text(void *context, struct bytes text)
{
	struct any_xml *any = context;

	buf_put_bytes(&any->text, text);
}

static void
comment(void *context, struct bytes text)
{
	struct any_xml *any = context;

	format_text_mark(&any->hidden, any->path.text);
	buf_put_bytes(&any->hidden.buf, text);
	buf_put_byte(&any->hidden.buf, '\n');
}

/* A drawing's words may be drawn in pieces, side by side. */
static bool
is_drawing(struct bytes content)
{
	struct xml_root root;

	return xml_root_find(content, &root) && bytes_eq(root.name, BYTES_LIT("svg"));
}

static void
read_xml(struct format_out *out, struct bytes content)
{
	static const struct xml_handler handler = {
		.start = start, .end = end, .text = text, .comment = comment};
	struct any_xml any = {.depth = 0};
	enum xml_result result;

	path_init(&any.path, '/');
	labelled_name_init(&any.name);
	buf_init(&any.text, content.n + 1);
	format_text_init(&any.shown, out, SEGMENT_TEXT, "content");
	format_text_init(&any.hidden, out, SEGMENT_HIDDEN, "comments");
	result = xml_read_text(content, &handler, &any);
	format_text_done(&any.shown);
	format_text_done(&any.hidden);
	buf_wipe_done(&any.text);
	labelled_name_done(&any.name);
	if (result != XML_READ || is_drawing(content))
		narrative_tell_shown(out, content);
}

const struct format xml_format = {
	.name = "xml",
	.types = (const char *const[]){"application/xml", "text/xml", "application/xhtml+xml", "text/html",
		"image/svg+xml", "application/rss+xml", "application/atom+xml", "application/soap+xml",
		"application/xslt+xml", "application/vnd.google-earth.kml+xml", "application/gpx+xml", NULL},
	.extensions = (const char *const[]){"xml", "svg", "html", "htm", "xhtml", "xsd", "xsl", "xslt", "rss",
		"kml", "gpx", "plist", "config", "mobileconfig", "fo", "ccd", "ccda", NULL},
	.is_text = true,
	.is = is_xml,
	.read = read_xml,
};
