/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents of Word (ECMA-376 part 1, clause 17), in one text: the heads of pages, the body, notes, the feet;
 * beside it what is not shown. Every document part is told, also one that nothing leads to.
 */
#include "lib/format/formats.h"

#include <stdio.h>

#include "lib/format/ooxml.h"

/* In this order; what the place is called. */
static const struct {
	enum part_kind kind;
	const char *place;
} order[] = {
	{PART_HEADER, "header"},
	{PART_DOCUMENT, "text"},
	{PART_FOOTNOTES, "footnotes"},
	{PART_ENDNOTES, "endnotes"},
	{PART_FOOTER, "footer"},
	{PART_COMMENTS, "comments"},
};

static void
read_part(struct package *package, struct flow *flow, struct ooxml_text *text, struct package_part *part,
	const char *place)
{
	char name[FLOW_PLACE_MAX];
	struct bytes number = bytes_sub(ooxml_number(part->name), 0, 8);

	snprintf(name, sizeof(name), "%s%s%.*s", place, number.n > 0 ? " " : "", BYTES_FMT(number));
	flow_place(flow, name);
	if (part->kind == PART_COMMENTS)
		flow_push(flow, FLOW_COMMENTS);
	ooxml_text_read(text, package, part);
	ooxml_text_links(text, package, part->name);
}

static void
read_parts(struct package *package, struct flow *flow, struct ooxml_text *text)
{
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		for (size_t j = 0; j < package->n_parts; j++)
			if (package->parts[j].kind == order[i].kind && package->parts[j].is_named)
				read_part(package, flow, text, &package->parts[j], order[i].place);
}

static void
read_docx(struct format_out *out, struct bytes content)
{
	struct ooxml_hidden_styles styles;
	struct package package;
	struct ooxml_text *text;
	struct flow flow;

	package_open(&package, out, content);
	ooxml_hidden_styles_init(&styles);
	for (size_t i = 0; i < package.n_parts; i++)
		if (package.parts[i].kind == PART_STYLES)
			ooxml_hidden_styles_read(&styles, &package, &package.parts[i]);
	flow_init(&flow, out, SEGMENT_TEXT, NULL);
	text = ooxml_text_new(&flow, &styles);
	read_parts(&package, &flow, text);
	ooxml_text_links(text, &package, bytes_of(NULL, 0));
	ooxml_text_free(text);
	ooxml_tell_others(&package, &flow);
	flow_done(&flow);
	ooxml_hidden_styles_done(&styles);
	package_close(&package);
}

static bool
is_docx(struct bytes content)
{
	return ooxml_is(content, BYTES_LIT("word/"));
}

const struct format docx_format = {
	.name = "docx",
	.types =
		(const char *const[]){
			"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
			"application/vnd.openxmlformats-officedocument.wordprocessingml.template",
			"application/vnd.ms-word.document.macroenabled.12",
			"application/vnd.ms-word.template.macroenabled.12",
			"application/vnd.openxmlformats-officedocument", "application/vnd.openxmlformats",
			"application/msword", "application/vnd.ms-word", "application/docx",
			"application/x-docx", "application/zip", "application/x-zip-compressed",
			"application/x-zip", NULL},
	.extensions = (const char *const[]){"docx", "docm", "dotx", "dotm", "zip", NULL},
	.is = is_docx,
	.read = read_docx,
};
