/* SPDX-License-Identifier: Apache-2.0 */
/* OpenDocument in one XML file (OASIS OpenDocument 1.3 part 3, 3.1.2). */
#include "lib/format/formats.h"

#include "lib/format/odf_text.h"
#include "lib/format/untagged.h"
#include "lib/format/xml_root.h"

static bool
is_flat(struct bytes content)
{
	struct xml_root root;

	return xml_root_find(content, &root) && bytes_eq(root.name, BYTES_LIT("document")) &&
	       bytes_find(root.tag, BYTES_LIT("opendocument")) < root.tag.n;
}

static void
read_flat(struct format_out *out, struct bytes content)
{
	struct odf_text *text;
	struct flow flow;
	enum xml_result result;

	flow_init(&flow, out, SEGMENT_TEXT, NULL);
	flow_place(&flow, "text");
	text = odf_text_new(&flow);
	result = xml_read_text(content, &odf_text_handler, text);
	odf_text_end_part(text);
	odf_text_free(text);
	flow_done(&flow);
	if (result == XML_READ)
		return;
	format_flag(out, UNSCANNABLE_FORMAT);
	untagged_tell(out, BYTES_LIT("document"), content);
}

const struct format odf_flat_format = {
	.name = "fodt",
	.types = (const char *const[]){"application/vnd.oasis.opendocument.text-flat-xml",
		"application/vnd.oasis.opendocument.spreadsheet-flat-xml",
		"application/vnd.oasis.opendocument.presentation-flat-xml",
		"application/vnd.oasis.opendocument.graphics-flat-xml",
		"application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet",
		"application/vnd.oasis.opendocument.presentation", "application/xml", "text/xml", NULL},
	.extensions = (const char *const[]){"fodt", "fods", "fodp", "fodg", "xml", NULL},
	.is_text = true,
	.is = is_flat,
	.read = read_flat,
};
