/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents of Word in one XML file: as Word 2003 wrote them, and as a package whose parts stand one behind
 * the other (Flat OPC). Their elements are those of DOCX, but for what they hold of other files, which is in
 * base64.
 */
#include "lib/format/attached.h"
#include "lib/format/formats.h"
#include "lib/format/ooxml_text.h"
#include "lib/format/untagged.h"
#include "lib/format/xml_root.h"

static bool
is_word_xml(struct bytes content)
{
	struct xml_root root;

	if (!xml_root_find(content, &root))
		return false;
	return (bytes_eq(root.name, BYTES_LIT("wordDocument")) &&
		       bytes_find(root.tag, BYTES_LIT("/office/word/")) < root.tag.n) ||
	       (bytes_eq(root.name, BYTES_LIT("package")) &&
		       bytes_find(root.tag, BYTES_LIT("/xmlPackage")) < root.tag.n);
}

/* The files in it. */
struct files {
	struct format_out *out;
	struct buf name, encoded;
	bool in_binary;
};

static void
start(void *context, const struct xml_element *element)
{
	struct files *files = context;
	struct bytes name = xml_value(element, "name");

	files->in_binary = bytes_eq(element->name, BYTES_LIT("binData")) ||
			   bytes_eq(element->name, BYTES_LIT("binaryData"));
	if (!files->in_binary && !bytes_eq(element->name, BYTES_LIT("part")))
		return;
	if (name.n > 0) {
		buf_reset(&files->name);
		buf_put_bytes(&files->name, name);
	}
}

static void
text(void *context, struct bytes text)
{
	struct files *files = context;

	if (files->in_binary)
		buf_put_bytes(&files->encoded, text);
}

static void
end(void *context, struct bytes name)
{
	struct files *files = context;

	(void)name;
	if (files->in_binary)
		attached_tell_base64(
			files->out, buf_bytes(&files->name), bytes_of(NULL, 0), buf_bytes(&files->encoded));
	files->in_binary = false;
	buf_reset(&files->encoded);
}

static void
read_files(struct format_out *out, struct bytes content)
{
	static const struct xml_handler handler = {.start = start, .end = end, .text = text};
	struct files files = {.out = out};

	buf_init(&files.name, content.n + 1);
	buf_init(&files.encoded, content.n + 1);
	(void)xml_read_text(content, &handler, &files);
	buf_wipe_done(&files.name);
	buf_wipe_done(&files.encoded);
}

static void
read_word_xml(struct format_out *out, struct bytes content)
{
	struct ooxml_text *text;
	struct flow flow;
	enum xml_result result;

	flow_init(&flow, out, SEGMENT_TEXT, NULL);
	flow_place(&flow, "text");
	text = ooxml_text_new(&flow, NULL);
	result = ooxml_text_read_xml(text, content);
	ooxml_text_free(text);
	flow_done(&flow);
	read_files(out, content);
	if (result == XML_READ)
		return;
	format_flag(out, UNSCANNABLE_FORMAT);
	untagged_tell(out, BYTES_LIT("document"), content);
}

const struct format word_xml_format = {
	.name = "word xml",
	.types = (const char *const[]){"application/xml", "text/xml", "application/msword",
		"application/vnd.ms-word", "application/vnd.ms-wordml", NULL},
	.extensions = (const char *const[]){"xml", "doc", NULL},
	.is_text = true,
	.is = is_word_xml,
	.read = read_word_xml,
};
