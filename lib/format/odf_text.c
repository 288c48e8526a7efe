/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/odf_text.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/base/mem.h"
#include "lib/format/odf_state.h"
#include "lib/mime/decode.h"

/* Between elements, no longer text than a sign of a date's format. */
enum { SIGN_MAX = 2 };

enum { STYLES_MAX = 256 * 1024, SPACES_MAX = 16, SETTING_MAX = 512, DATA_MAX = 64 * 1024 * 1024 };

enum element {
	NO_ELEMENT,
	ALTERNATIVE,
	ANNOTATION,
	BREAK,
	CELL,
	CHANGES,
	DATA,
	FOOTER,
	HEADER,
	HIDDEN_TEXT,
	MASTER,
	NAME,
	NOTE,
	NOTES,
	NOTHING,
	PAGE,
	PARAGRAPH,
	ROW,
	RUBY,
	SECTION,
	SETTING,
	SPACE,
	SPAN,
	SPREADSHEET,
	TAB,
	TABLE,
};

/* In the order of bytes. */
static const struct {
	const char *name;
	enum element element;
} elements[] = {
	{"annotation", ANNOTATION},
	{"binary-data", DATA},
	{"config-item", SETTING},
	{"covered-table-cell", CELL},
	{"creator", NAME},
	{"date", NOTHING},
	{"desc", ALTERNATIVE},
	{"footer", FOOTER},
	{"footer-first", FOOTER},
	{"footer-left", FOOTER},
	{"h", PARAGRAPH},
	{"header", HEADER},
	{"header-first", HEADER},
	{"header-left", HEADER},
	{"hidden-text", HIDDEN_TEXT},
	{"line-break", BREAK},
	{"master-page", MASTER},
	{"note", NOTE},
	{"note-citation", NOTHING},
	{"notes", NOTES},
	{"p", PARAGRAPH},
	{"page", PAGE},
	{"ruby-text", RUBY},
	{"s", SPACE},
	{"section", SECTION},
	{"span", SPAN},
	{"spreadsheet", SPREADSHEET},
	{"tab", TAB},
	{"table", TABLE},
	{"table-cell", CELL},
	{"table-row", ROW},
	{"title", ALTERNATIVE},
	{"tracked-changes", CHANGES},
};

static enum element
element_of(struct bytes name)
{
	const char *row = bsearch(&name, elements, sizeof(elements) / sizeof(elements[0]),
		sizeof(elements[0]), xml_compare_name);

	return row != NULL ? elements[(row - (const char *)elements) / (ptrdiff_t)sizeof(elements[0])].element
			   : NO_ELEMENT;
}

struct odf_text *
odf_text_new(struct flow *flow)
{
	struct odf_text *text = mem_new(1, sizeof(*text));

	*text = (struct odf_text){.flow = flow};
	buf_init(&text->hidden_styles, STYLES_MAX);
	buf_init(&text->style, 1024);
	buf_init(&text->captured, DATA_MAX);
	buf_init(&text->cell.value, flow->aside.max);
	buf_init(&text->cell.digits, flow->aside.max);
	return text;
}

void
odf_text_free(struct odf_text *text)
{
	buf_done(&text->hidden_styles);
	buf_done(&text->style);
	buf_wipe_done(&text->captured);
	buf_wipe_done(&text->cell.value);
	buf_wipe_done(&text->cell.digits);
	free(text);
}

static unsigned *
open_paragraphs(struct odf_text *text)
{
	size_t depth = text->flow->depth;

	return &text->paragraphs[depth < FLOW_FRAMES_MAX ? depth : FLOW_FRAMES_MAX];
}

static void
push(struct odf_text *text, enum flow_stream stream)
{
	flow_push(text->flow, stream);
	text->pushed[text->depth] = true;
	if (text->flow->depth <= FLOW_FRAMES_MAX)
		*open_paragraphs(text) = 0;
}

static void
hide(struct odf_text *text)
{
	flow_top(text->flow)->is_hidden++;
	text->hides[text->depth] = true;
}

static void
hide_if(struct odf_text *text, const struct xml_element *element)
{
	if (odf_style_hides(text, xml_value(element, "style-name")))
		hide(text);
}

/* One in a paragraph is a box beside it. */
static void
start_paragraph(struct odf_text *text, const struct xml_element *element)
{
	if (*open_paragraphs(text) > 0)
		push(text, FLOW_SHOWN);
	++*open_paragraphs(text);
	hide_if(text, element);
}

static void
put_spaces(struct odf_text *text, const struct xml_element *element)
{
	int64_t n;

	if (bytes_parse_i64(xml_value(element, "c"), 1, SPACES_MAX, &n) != 0)
		n = 1;
	for (; n > 0; n--)
		flow_text(text->flow, BYTES_LIT(" "));
}

static void
set_place(struct odf_text *text, const char *what)
{
	flow_place(text->flow, what);
}

static void
start_page(struct odf_text *text, const struct xml_element *element)
{
	struct arena *arena = format_arena(text->flow->out);
	bool hides = odf_style_hides(text, xml_value(element, "style-name"));
	const char *name = arena_strf(arena, "slide %zu%s", ++text->slides, hides ? " (hidden)" : "");

	if (hides)
		hide(text);
	set_place(text, name);
}

static void
start_notes(struct odf_text *text)
{
	char place[FLOW_PLACE_MAX];

	snprintf(place, sizeof(place), "slide %zu notes", text->slides);
	set_place(text, text->in_master ? "master notes" : place);
}

static void
start_section(struct odf_text *text, const struct xml_element *element)
{
	struct bytes display = xml_value(element, "display");

	if (bytes_eq(display, BYTES_LIT("none")) || bytes_eq(display, BYTES_LIT("condition")))
		hide(text);
}

static void
start_table(struct odf_text *text, const struct xml_element *element)
{
	text->is_sheet = text->in_spreadsheet && text->tables++ == 0;
	if (!text->in_spreadsheet)
		text->tables++;
	if (text->is_sheet)
		odf_sheet_start(text, element);
}

static void
start_cell(struct odf_text *text, const struct xml_element *element)
{
	if (text->is_sheet && text->notes == 0)
		odf_sheet_start_cell(text, element);
	else
		flow_start_cell(text->flow);
}

static void
start_annotation(struct odf_text *text)
{
	text->notes++;
	push(text, FLOW_COMMENTS);
}

static void
capture(struct odf_text *text, enum odf_capture kind)
{
	text->capture = kind;
	buf_reset(&text->captured);
}

static void
start_known(struct odf_text *text, enum element kind, const struct xml_element *element)
{
	switch (kind) {
	case ALTERNATIVE:
		capture(text, ODF_CAPTURE_ALTERNATIVE);
		break;
	case ANNOTATION:
		start_annotation(text);
		break;
	case BREAK:
		flow_text(text->flow, BYTES_LIT("\n"));
		break;
	case CELL:
		start_cell(text, element);
		break;
	case CHANGES:
		push(text, FLOW_DELETED);
		break;
	case DATA:
		capture(text, ODF_CAPTURE_DATA);
		break;
	case FOOTER:
		set_place(text, "footer");
		break;
	case HEADER:
		set_place(text, "header");
		break;
	case HIDDEN_TEXT:
	case RUBY:
		hide(text);
		break;
	case MASTER:
		text->in_master = true;
		set_place(text, "master");
		break;
	case NAME:
		capture(text, ODF_CAPTURE_NAME);
		break;
	case NOTE:
		push(text, FLOW_SHOWN);
		break;
	case NOTES:
		start_notes(text);
		break;
	case NOTHING:
		capture(text, ODF_CAPTURE_NOTHING);
		break;
	case PAGE:
		start_page(text, element);
		break;
	case PARAGRAPH:
		start_paragraph(text, element);
		break;
	case ROW:
		if (text->is_sheet)
			odf_sheet_start_row(text, element);
		break;
	case SECTION:
		start_section(text, element);
		break;
	case SETTING:
		capture(text, ODF_CAPTURE_SETTING);
		break;
	case SPACE:
		put_spaces(text, element);
		break;
	case SPAN:
		hide_if(text, element);
		break;
	case SPREADSHEET:
		text->in_spreadsheet = true;
		break;
	case TAB:
		flow_text(text->flow, BYTES_LIT("\t"));
		break;
	case TABLE:
		start_table(text, element);
		break;
	case NO_ELEMENT:
		break;
	}
}

static void
start(void *context, const struct xml_element *element)
{
	struct odf_text *text = context;

	if (text->depth + 1 < ODF_DEPTH_MAX)
		text->depth++;
	text->hides[text->depth] = text->pushed[text->depth] = false;
	odf_style_start(text, element);
	start_known(text, element_of(element->name), element);
	odf_attributes(text, element);
}

static void
tell_data(struct odf_text *text)
{
	struct buf content;

	buf_init(&content, text->captured.n + 64);
	decode_put(DECODE_BASE64, buf_bytes(&text->captured), &content);
	if (content.n > 0)
		format_tell_file(text->flow->out, BYTES_LIT("binary data"), NULL, buf_bytes(&content));
	buf_wipe_done(&content);
}

/* Of the settings those that may be words; the printer's are long and no text. */
static void
tell_setting(struct odf_text *text)
{
	struct bytes value = buf_bytes(&text->captured);

	if (value.n <= SETTING_MAX && bytes_find_byte(value, ' ') < value.n)
		flow_line(text->flow, FLOW_MARKUP, value);
}

static void
end_capture(struct odf_text *text)
{
	struct bytes captured = buf_bytes(&text->captured);

	switch (text->capture) {
	case ODF_CAPTURE_ALTERNATIVE:
		flow_line(text->flow, FLOW_ALTERNATIVE, captured);
		break;
	case ODF_CAPTURE_NAME:
		flow_line(text->flow, FLOW_NAMES, captured);
		break;
	case ODF_CAPTURE_SETTING:
		tell_setting(text);
		break;
	case ODF_CAPTURE_DATA:
		tell_data(text);
		break;
	case ODF_CAPTURE_MARKUP:
	case ODF_CAPTURE_NOTHING:
		break;
	}
	capture(text, ODF_CAPTURE_MARKUP);
}

static void
end_paragraph(struct odf_text *text)
{
	flow_end_paragraph(text->flow);
	if (*open_paragraphs(text) > 0)
		--*open_paragraphs(text);
}

static void
end_table(struct odf_text *text)
{
	if (text->tables > 0)
		text->tables--;
	if (text->in_spreadsheet && text->tables == 0)
		text->is_sheet = false;
}

static void
end_row(struct odf_text *text)
{
	if (text->is_sheet)
		odf_sheet_end_row(text);
	else
		flow_end_row(text->flow);
}

static void
end_cell(struct odf_text *text)
{
	if (text->is_sheet && text->notes == 0)
		odf_sheet_end_cell(text);
	else
		flow_end_cell(text->flow);
}

static void
end_known(struct odf_text *text, enum element kind)
{
	switch (kind) {
	case ALTERNATIVE:
	case DATA:
	case NAME:
	case NOTHING:
	case SETTING:
		end_capture(text);
		break;
	case ANNOTATION:
		if (text->notes > 0)
			text->notes--;
		break;
	case CELL:
		end_cell(text);
		break;
	case FOOTER:
	case HEADER:
		set_place(text, "text");
		break;
	case MASTER:
		text->in_master = false;
		set_place(text, "text");
		break;
	case PARAGRAPH:
		end_paragraph(text);
		break;
	case ROW:
		end_row(text);
		break;
	case SPREADSHEET:
		text->in_spreadsheet = false;
		break;
	case TABLE:
		end_table(text);
		break;
	default:
		break;
	}
}

/* What the start of the element at this depth did to the flow. */
static void
undo(struct odf_text *text)
{
	struct flow_frame *frame = flow_top(text->flow);

	if (text->hides[text->depth] && frame->is_hidden > 0)
		frame->is_hidden--;
	if (text->pushed[text->depth])
		flow_pop(text->flow);
	text->hides[text->depth] = text->pushed[text->depth] = false;
}

static void
end(void *context, struct bytes name)
{
	struct odf_text *text = context;

	end_known(text, element_of(name));
	odf_style_end(text, name);
	undo(text);
	if (text->depth > 0)
		text->depth--;
}

static void
take_text(void *context, struct bytes piece)
{
	struct odf_text *text = context;

	if (text->capture != ODF_CAPTURE_MARKUP)
		buf_put_bytes(&text->captured, piece);
	else if (*open_paragraphs(text) > 0) {
		if (odf_sheet_takes(text, piece))
			flow_line(text->flow, FLOW_HIDDEN, piece);
		else
			flow_text(text->flow, piece);
	} else if (piece.n > SIGN_MAX)
		flow_line(text->flow, FLOW_MARKUP, piece);
}

static void
take_comment(void *context, struct bytes comment)
{
	struct odf_text *text = context;

	flow_line(text->flow, FLOW_MARKUP, comment);
}

const struct xml_handler odf_text_handler = {
	.start = start, .end = end, .text = take_text, .comment = take_comment};

void
odf_text_end_part(struct odf_text *text)
{
	while (text->flow->depth > 1)
		flow_pop(text->flow);
	flow_top(text->flow)->cells = 0;
	flow_top(text->flow)->is_hidden = 0;
	flow_end_row(text->flow);
	memset(text->hides, 0, sizeof(text->hides));
	memset(text->pushed, 0, sizeof(text->pushed));
	memset(text->paragraphs, 0, sizeof(text->paragraphs));
	text->depth = text->tables = text->notes = 0;
	text->in_spreadsheet = text->in_master = text->is_sheet = text->cell.is_open = text->style_hides =
		false;
	text->hidden_styles.n = text->common_styles;
	capture(text, ODF_CAPTURE_MARKUP);
}
