/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/ooxml_text.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/base/mem.h"

/* Type of two points and less, in half points, is not to be read. */
enum { SIZE_TINY = 4 };

/* Measures that are text of an element are shorter. */
enum { NUMBER_MAX = 24 };

enum element {
	NO_ELEMENT,
	ALTERNATIVES,
	ANNOTATION,
	BINARY,
	BREAK,
	CELL,
	CHOICE,
	CODE,
	DATUM,
	DELETED,
	FALLBACK,
	FIELD_CHAR,
	HIDES,
	HYPHEN,
	IGNORED,
	INSERTED,
	NAME,
	NOTE,
	PARAGRAPH,
	PART,
	RUBY,
	RUN,
	ROW,
	SHAPE,
	SIZE,
	STYLE,
	TAB,
	TEXT,
	TEXT_BOX,
};

struct ooxml_text {
	struct flow *flow;
	const struct ooxml_hidden_styles *styles;
	struct buf choice, fallback; /* the text of the two, to see if they are the same */
	unsigned in_choice, in_fallback, in_text, in_code, in_datum, in_ignored, in_name, in_run, in_binary;
	uint64_t annotations; /* open ones, two bits each, the innermost last: enum annotation */
	bool run_hides, shape_hides, style_hides, has_datum;
	size_t fallback_from, fallback_marks;
};

/* In the order of bytes. */
static const struct {
	const char *name;
	enum element element;
} elements[] = {
	{"AlternateContent", ALTERNATIVES},
	{"Anchor", IGNORED},
	{"Choice", CHOICE},
	{"ClientData", IGNORED},
	{"Fallback", FALLBACK},
	{"align", IGNORED},
	{"annotation", ANNOTATION},
	{"author", NAME},
	{"binData", BINARY},
	{"binaryData", BINARY},
	{"br", BREAK},
	{"cNvPr", SHAPE},
	{"col", IGNORED},
	{"colOff", IGNORED},
	{"comment", NOTE},
	{"cr", BREAK},
	{"del", DELETED},
	{"delInstrText", CODE},
	{"delText", TEXT},
	{"endnote", NOTE},
	{"f", CODE},
	{"fldChar", FIELD_CHAR},
	{"footnote", NOTE},
	{"formatCode", IGNORED},
	{"ins", INSERTED},
	{"instrText", CODE},
	{"moveFrom", DELETED},
	{"moveTo", INSERTED},
	{"noBreakHyphen", HYPHEN},
	{"p", PARAGRAPH},
	{"pStyle", STYLE},
	{"part", PART},
	{"pctHeight", IGNORED},
	{"pctPosHOffset", IGNORED},
	{"pctPosVOffset", IGNORED},
	{"pctWidth", IGNORED},
	{"posOffset", IGNORED},
	{"ptab", TAB},
	{"r", RUN},
	{"rPh", RUBY},
	{"rStyle", STYLE},
	{"row", IGNORED},
	{"rowOff", IGNORED},
	{"rt", RUBY},
	{"sz", SIZE},
	{"t", TEXT},
	{"tab", TAB},
	{"tc", CELL},
	{"text", DATUM},
	{"threadedComment", NOTE},
	{"tr", ROW},
	{"txbxContent", TEXT_BOX},
	{"v", DATUM},
	{"vanish", HIDES},
};

static enum element
element_of(struct bytes name)
{
	const void *row = bsearch(&name, elements, sizeof(elements) / sizeof(elements[0]),
		sizeof(elements[0]), xml_compare_name);

	return row != NULL ? elements[((const char *)row - (const char *)elements) /
				      (ptrdiff_t)sizeof(elements[0])]
				     .element
			   : NO_ELEMENT;
}

struct ooxml_text *
ooxml_text_new(struct flow *flow, const struct ooxml_hidden_styles *styles)
{
	struct ooxml_text *text = mem_new(1, sizeof(*text));

	*text = (struct ooxml_text){.flow = flow, .styles = styles};
	buf_init(&text->choice, flow->aside.max);
	buf_init(&text->fallback, flow->aside.max);
	return text;
}

void
ooxml_text_free(struct ooxml_text *text)
{
	buf_wipe_done(&text->choice);
	buf_wipe_done(&text->fallback);
	free(text);
}

bool
ooxml_is_on(const struct xml_element *element)
{
	struct bytes value = xml_value(element, "val");

	return value.n == 0 ||
	       !(bytes_eq(value, BYTES_LIT("0")) || bytes_eq_nocase(value, BYTES_LIT("false")) ||
		       bytes_eq_nocase(value, BYTES_LIT("off")));
}

static void
put_text(struct ooxml_text *text, struct bytes piece)
{
	struct flow_frame *frame = flow_top(text->flow);
	unsigned hides = text->run_hides || text->style_hides || text->shape_hides;

	frame->is_hidden += hides;
	flow_text(text->flow, piece);
	frame->is_hidden -= hides;
	if (text->in_choice > 0)
		buf_put_bytes(&text->choice, piece);
	if (text->in_fallback > 0)
		buf_put_bytes(&text->fallback, piece);
}

static void
start_fallback(struct ooxml_text *text)
{
	const struct format_text *stream = &text->flow->streams[FLOW_FALLBACK];

	if (text->in_fallback++ == 0) {
		buf_reset(&text->fallback);
		text->fallback_from = stream->buf.n;
		text->fallback_marks = stream->marks.n;
	}
	flow_push(text->flow, FLOW_FALLBACK);
}

/* Nearly always it says the same for older programs. */
static void
end_fallback(struct ooxml_text *text)
{
	struct format_text *stream = &text->flow->streams[FLOW_FALLBACK];

	flow_pop(text->flow);
	if (text->in_fallback == 0 || --text->in_fallback > 0)
		return;
	if (!bytes_eq(buf_bytes(&text->fallback), buf_bytes(&text->choice)) || text->fallback.full)
		return;
	stream->buf.n = text->fallback_from;
	stream->marks.n = text->fallback_marks;
	text->flow->told_place[FLOW_FALLBACK] = 0;
}

/* A style that hides hides its paragraph, or its run. */
static void
take_style(struct ooxml_text *text, const struct xml_element *element)
{
	if (text->styles == NULL || !ooxml_hidden_styles_have(text->styles, xml_value(element, "val")))
		return;
	if (text->in_run > 0)
		text->run_hides = true;
	else
		text->style_hides = true;
}

static void
take_size(struct ooxml_text *text, const struct xml_element *element)
{
	int64_t size;

	if (text->in_run > 0 && bytes_parse_i64(xml_value(element, "val"), 0, SIZE_TINY, &size) == 0)
		text->run_hides = true;
}

static void
start_text_box(struct ooxml_text *text)
{
	flow_push(text->flow, text->in_fallback > 0 ? FLOW_FALLBACK : FLOW_SHOWN);
	text->in_run = 0;
	text->run_hides = text->style_hides = false;
}

static void
start_paragraph(struct ooxml_text *text)
{
	text->style_hides = false;
	text->in_run = 0;
}

/* "comment 3"; of a sheet's comment the cell. */
static void
start_note(struct ooxml_text *text, const struct xml_element *element)
{
	struct bytes id = xml_value(element, "id"), cell = xml_value(element, "ref");
	char place[FLOW_PLACE_MAX];

	if (cell.n > 0)
		snprintf(place, sizeof(place), "%.*s", BYTES_FMT(bytes_sub(cell, 0, 16)));
	else if (id.n > 0)
		snprintf(place, sizeof(place), "%.*s %.*s", BYTES_FMT(element->name),
			BYTES_FMT(bytes_sub(id, 0, 12)));
	else
		return;
	flow_place(text->flow, place);
}

/* Of Word 2003's XML, where a comment stands within its line. */
enum annotation { ANNOTATION_OTHER, ANNOTATION_COMMENT, ANNOTATION_DELETION };

static void
start_annotation(struct ooxml_text *text, struct bytes type)
{
	enum annotation kind = bytes_eq(type, BYTES_LIT("Word.Comment"))    ? ANNOTATION_COMMENT
			       : bytes_eq(type, BYTES_LIT("Word.Deletion")) ? ANNOTATION_DELETION
									    : ANNOTATION_OTHER;

	text->annotations = text->annotations << 2 | kind;
	if (kind == ANNOTATION_COMMENT)
		flow_push(text->flow, FLOW_COMMENTS);
	if (kind == ANNOTATION_DELETION)
		flow_top(text->flow)->is_deleted++;
}

static void
end_annotation(struct ooxml_text *text)
{
	enum annotation kind = (enum annotation)(text->annotations & 3);
	struct flow_frame *frame = flow_top(text->flow);

	text->annotations >>= 2;
	if (kind == ANNOTATION_COMMENT)
		flow_pop(text->flow);
	if (kind == ANNOTATION_DELETION && frame->is_deleted > 0)
		frame->is_deleted--;
}

/* Of a package in one XML file: "/word/header1.xml". */
static void
start_part(struct ooxml_text *text, const struct xml_element *element)
{
	char place[FLOW_PLACE_MAX];
	struct bytes name = bytes_sub(xml_value(element, "name"), 0, sizeof(place) - 1);

	snprintf(place, sizeof(place), "%.*s", BYTES_FMT(name));
	if (name.n > 0)
		flow_place(text->flow, place);
}

static void
end_code_line(struct ooxml_text *text)
{
	struct buf *fields = &text->flow->streams[FLOW_FIELDS].buf;

	if (fields->n > 0 && fields->p[fields->n - 1] != '\n')
		buf_put_byte(fields, '\n');
}

static void
start_known(struct ooxml_text *text, enum element kind, const struct xml_element *element)
{
	struct flow_frame *frame = flow_top(text->flow);

	switch (kind) {
	case ALTERNATIVES:
		buf_reset(&text->choice);
		break;
	case ANNOTATION:
		start_annotation(text, xml_value(element, "type"));
		break;
	case BINARY:
		text->in_binary++;
		break;
	case BREAK:
		put_text(text, BYTES_LIT("\n"));
		break;
	case CELL:
		flow_start_cell(text->flow);
		break;
	case CHOICE:
		text->in_choice++;
		break;
	case CODE:
		text->in_code++;
		break;
	case DATUM:
		text->in_datum++;
		break;
	case DELETED:
		frame->is_deleted++;
		break;
	case FALLBACK:
		start_fallback(text);
		break;
	case FIELD_CHAR:
		end_code_line(text);
		break;
	case HIDES:
		text->run_hides = text->run_hides || (text->in_run > 0 && ooxml_is_on(element));
		break;
	case HYPHEN:
		put_text(text, BYTES_LIT("-"));
		break;
	case IGNORED:
		text->in_ignored++;
		break;
	case INSERTED:
		frame->is_inserted++;
		break;
	case NAME:
		text->in_name++;
		break;
	case NOTE:
		start_note(text, element);
		break;
	case PARAGRAPH:
		start_paragraph(text);
		break;
	case PART:
		start_part(text, element);
		break;
	case RUBY:
		frame->is_hidden++;
		break;
	case RUN:
		text->in_run++;
		text->run_hides = false;
		break;
	case SHAPE:
		text->shape_hides = bytes_eq(xml_value(element, "hidden"), BYTES_LIT("1")) ||
				    bytes_eq_nocase(xml_value(element, "hidden"), BYTES_LIT("true"));
		break;
	case SIZE:
		take_size(text, element);
		break;
	case STYLE:
		take_style(text, element);
		break;
	case TAB:
		if (text->in_run > 0)
			put_text(text, BYTES_LIT("\t"));
		break;
	case TEXT:
		text->in_text++;
		break;
	case TEXT_BOX:
		start_text_box(text);
		break;
	case NO_ELEMENT:
	case ROW:
		break;
	}
}

static void
start(void *context, const struct xml_element *element)
{
	struct ooxml_text *text = context;

	start_known(text, element_of(element->name), element);
	if (text->in_ignored == 0)
		ooxml_text_attributes(text->flow, element);
}

static void
drop(unsigned *count)
{
	if (*count > 0)
		--*count;
}

static void
end_paragraph(struct ooxml_text *text)
{
	flow_end_paragraph(text->flow);
	if (text->in_choice > 0)
		buf_put_byte(&text->choice, '\n');
	if (text->in_fallback > 0)
		buf_put_byte(&text->fallback, '\n');
	text->style_hides = false;
}

/* A text box ends within a run. */
static void
end_text_box(struct ooxml_text *text)
{
	flow_pop(text->flow);
	text->in_run = 1;
	text->run_hides = false;
}

/* Text that stands in no paragraph; Word has an element of that name with nothing in it. */
static void
end_datum(struct ooxml_text *text)
{
	drop(&text->in_datum);
	if (text->has_datum)
		flow_end_paragraph(text->flow);
	text->has_datum = false;
}

static void
end_code(struct ooxml_text *text, struct bytes name)
{
	drop(&text->in_code);
	if (bytes_eq(name, BYTES_LIT("f")))
		end_code_line(text);
}

static void
end_known(struct ooxml_text *text, enum element kind, struct bytes name)
{
	struct flow_frame *frame = flow_top(text->flow);

	switch (kind) {
	case ANNOTATION:
		end_annotation(text);
		break;
	case BINARY:
		drop(&text->in_binary);
		break;
	case CELL:
		flow_end_cell(text->flow);
		break;
	case CHOICE:
		drop(&text->in_choice);
		break;
	case CODE:
		end_code(text, name);
		break;
	case DATUM:
		end_datum(text);
		break;
	case DELETED:
		drop(&frame->is_deleted);
		break;
	case FALLBACK:
		end_fallback(text);
		break;
	case IGNORED:
		drop(&text->in_ignored);
		break;
	case INSERTED:
		drop(&frame->is_inserted);
		break;
	case NAME:
		drop(&text->in_name);
		break;
	case PARAGRAPH:
		end_paragraph(text);
		break;
	case ROW:
		flow_end_row(text->flow);
		break;
	case RUBY:
		drop(&frame->is_hidden);
		break;
	case RUN:
		drop(&text->in_run);
		text->run_hides = false;
		break;
	case TEXT:
		drop(&text->in_text);
		break;
	case TEXT_BOX:
		end_text_box(text);
		break;
	case ALTERNATIVES:
	case BREAK:
	case FIELD_CHAR:
	case HIDES:
	case HYPHEN:
	case NOTE:
	case NO_ELEMENT:
	case PART:
	case SHAPE:
	case SIZE:
	case STYLE:
	case TAB:
		break;
	}
}

static void
end(void *context, struct bytes name)
{
	struct ooxml_text *text = context;
	enum element kind = element_of(name);

	end_known(text, kind, name);
	/* A shape's flag holds to its end. */
	if (text->shape_hides &&
		(bytes_eq(name, BYTES_LIT("sp")) || bytes_eq(name, BYTES_LIT("graphicFrame")) ||
			bytes_eq(name, BYTES_LIT("pic")) || bytes_eq(name, BYTES_LIT("inline")) ||
			bytes_eq(name, BYTES_LIT("anchor"))))
		text->shape_hides = false;
}

static void
take_text(void *context, struct bytes piece)
{
	struct ooxml_text *text = context;

	if (text->in_binary > 0)
		return;
	if (text->in_code > 0)
		flow_put(text->flow, FLOW_FIELDS, piece);
	else if (text->in_name > 0)
		flow_line(text->flow, FLOW_NAMES, piece);
	else if (text->in_text > 0 || text->in_datum > 0) {
		put_text(text, piece);
		text->has_datum = text->in_datum > 0;
	} else if (text->in_ignored == 0 || piece.n > NUMBER_MAX)
		flow_line(text->flow, FLOW_MARKUP, piece);
}

static void
take_comment(void *context, struct bytes comment)
{
	struct ooxml_text *text = context;

	flow_line(text->flow, FLOW_MARKUP, comment);
}

static const struct xml_handler handler = {
	.start = start, .end = end, .text = take_text, .comment = take_comment};

static void
forget(struct ooxml_text *text)
{
	struct ooxml_text fresh = {.flow = text->flow,
		.styles = text->styles,
		.choice = text->choice,
		.fallback = text->fallback};

	/* What broke off may have left boxes open. */
	while (text->flow->depth > 1)
		flow_pop(text->flow);
	flow_end_row(text->flow);
	*text = fresh;
}

void
ooxml_text_read(struct ooxml_text *text, struct package *package, struct package_part *part)
{
	package_read(package, part, &handler, text);
	forget(text);
}

enum xml_result
ooxml_text_read_xml(struct ooxml_text *text, struct bytes xml)
{
	enum xml_result result = xml_read_text(xml, &handler, text);

	forget(text);
	return result;
}

void
ooxml_text_links(struct ooxml_text *text, const struct package *package, struct bytes source)
{
	size_t n;
	const struct package_relation *list = package_relations(package, source, &n);

	for (size_t i = 0; i < n; i++)
		if (list[i].is_outside)
			flow_line(text->flow, FLOW_LINKS, list[i].target);
}
