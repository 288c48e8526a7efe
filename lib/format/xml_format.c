/* SPDX-License-Identifier: Apache-2.0 */
/* XML of no kind that we know: what its elements and attributes hold, a line each. */
#include "lib/format/formats.h"

#include "lib/format/xml.h"

struct any_xml {
	struct format_text shown, hidden;
};

static bool
is_xml(struct bytes content)
{
	content = bytes_trim(bytes_sub(content, 0, 1024));
	if (bytes_starts_nocase(content, BYTES_LIT("\xEF\xBB\xBF")))
		content = bytes_sub(content, 3, content.n);
	return bytes_starts_nocase(content, BYTES_LIT("<?xml "));
}

static void
start(void *context, const struct xml_element *element)
{
	struct any_xml *any = context;

	buf_put_byte(&any->shown.buf, '\n');
	for (size_t i = 0; i < element->n_attributes; i++) {
		buf_put_bytes(&any->shown.buf, element->attributes[i].name);
		buf_put_str(&any->shown.buf, ": ");
		buf_put_bytes(&any->shown.buf, element->attributes[i].value);
		buf_put_byte(&any->shown.buf, '\n');
	}
}

static void
end(void *context, struct bytes name)
{
	struct any_xml *any = context;

	(void)name;
	buf_put_byte(&any->shown.buf, '\n');
}

static void
text(void *context, struct bytes text)
{
	struct any_xml *any = context;

	buf_put_bytes(&any->shown.buf, text);
}

static void
comment(void *context, struct bytes text)
{
	struct any_xml *any = context;

	buf_put_bytes(&any->hidden.buf, text);
	buf_put_byte(&any->hidden.buf, '\n');
}

static void
read_xml(struct format_out *out, struct bytes content)
{
	static const struct xml_handler handler = {
		.start = start, .end = end, .text = text, .comment = comment};
	struct any_xml any;

	format_text_init(&any.shown, out, SEGMENT_TEXT, "content");
	format_text_init(&any.hidden, out, SEGMENT_HIDDEN, "comments");
	/* Where it breaks off, the plain text that it was read as as well goes on. */
	(void)xml_read(content, &handler, &any);
	format_text_done(&any.shown);
	format_text_done(&any.hidden);
}

const struct format xml_format = {
	.name = "xml",
	.types = (const char *const[]){"application/xml", "text/xml", "application/xhtml+xml", "text/html",
		"image/svg+xml", NULL},
	.extensions = (const char *const[]){"xml", "svg", "html", "xhtml", NULL},
	.is_text = true,
	.is = is_xml,
	.read = read_xml,
};
