/* SPDX-License-Identifier: Apache-2.0 */
/* FHIR as JSON, a record or one a line (NDJSON, of bulk exports), and as XML. */
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/mem.h"
#include "lib/format/fhir.h"
#include "lib/format/formats.h"
#include "lib/format/json_lines.h"
#include "lib/format/narrative.h"
#include "lib/format/xml_root.h"

struct fhir_reader {
	struct tree tree;
	struct fhir fhir;
	unsigned records;
	bool cut;
};

static bool
is_fhir_json(struct bytes content)
{
	struct bytes name = BYTES_LIT("\"resourceType\"");

	return json_is(content) && bytes_find(content, name) < content.n;
}

static bool
is_fhir_xml(struct bytes content)
{
	struct bytes space = BYTES_LIT("http://hl7.org/fhir");
	struct xml_root root;

	return xml_root_find(content, &root) && bytes_find(root.tag, space) < root.tag.n;
}

static struct fhir_reader *
reader_new(struct format_out *out)
{
	struct fhir_reader *reader = mem_new(1, sizeof(*reader));

	tree_init(&reader->tree);
	reader->fhir.out = out;
	format_text_init(&reader->fhir.text, out, SEGMENT_TEXT, "record");
	format_text_init(&reader->fhir.hidden, out, SEGMENT_HIDDEN, "record, not shown");
	buf_init(&reader->fhir.line, 64 * 1024);
	return reader;
}

static void
reader_end(struct fhir_reader *reader)
{
	format_text_done(&reader->fhir.text);
	format_text_done(&reader->fhir.hidden);
	buf_wipe_done(&reader->fhir.line);
	tree_done(&reader->tree);
	free(reader);
}

/* The record that is in the tree, at its number when there are several. */
static void
tell_record(struct fhir_reader *reader)
{
	char number[32];

	path_init(&reader->fhir.path, '.');
	if (reader->records > 0) {
		snprintf(number, sizeof(number), "record %u", reader->records + 1);
		(void)path_push(&reader->fhir.path, bytes_of_str(number));
	}
	fhir_tell(&reader->fhir, &reader->tree);
	reader->cut = reader->cut || reader->tree.cut;
	reader->records++;
	tree_reset(&reader->tree);
}

static void
on_open(void *context, enum json_kind kind, struct bytes key)
{
	struct fhir_reader *reader = context;

	tree_on_open(&reader->tree, kind, key);
}

static void
on_close(void *context)
{
	struct fhir_reader *reader = context;

	tree_on_close(&reader->tree);
}

static void
on_value(void *context, enum json_kind kind, struct bytes key, struct bytes value)
{
	struct fhir_reader *reader = context;

	(void)kind;
	tree_on_value(&reader->tree, key, value);
}

static bool
on_next(void *context)
{
	struct fhir_reader *reader = context;

	if (reader->tree.root->first == NULL)
		return true;
	tell_record(reader);
	return format_spend(reader->fhir.out, 0);
}

static void
read_json(struct format_out *out, struct bytes content)
{
	static const struct json_handler handler = {
		.open = on_open, .close = on_close, .value = on_value, .next = on_next};
	struct fhir_reader *reader = reader_new(out);
	bool cut;

	json_read(content, &handler, reader);
	cut = reader->cut;
	reader_end(reader);
	if (cut)
		json_lines_tell(out, content);
}

static void
read_xml(struct format_out *out, struct bytes content)
{
	struct fhir_reader *reader = reader_new(out);

	enum xml_result result = xml_read_text(content, &tree_xml_handler, &reader->tree);

	tell_record(reader);
	reader_end(reader);
	if (result != XML_READ)
		narrative_tell_shown(out, content);
}

const struct format fhir_json_format = {
	.name = "fhir",
	.types = (const char *const[]){"application/fhir+json", "application/fhir+ndjson", "application/json",
		"application/ndjson", "application/x-ndjson", "application/json+fhir", "text/json", NULL},
	.extensions = (const char *const[]){"json", "ndjson", "jsonl", "fhir", NULL},
	.is_text = true,
	.is = is_fhir_json,
	.read = read_json,
};

const struct format fhir_xml_format = {
	.name = "fhir-xml",
	.types = (const char *const[]){"application/fhir+xml", "application/xml", "text/xml",
		"application/xml+fhir", NULL},
	.extensions = (const char *const[]){"xml", "fhir", NULL},
	.is_text = true,
	.is = is_fhir_xml,
	.read = read_xml,
};
