/* SPDX-License-Identifier: Apache-2.0 */
/* Characters to text: what Word shows, and apart from it what it does not. */
#include "lib/base/utf8.h"
#include "lib/format/doc_state.h"
#include "lib/format/little.h"
#include "lib/format/utf16.h"

/* [MS-DOC] 2.4.1: characters that are no text. */
enum special {
	CELL_END = 0x07,
	TAB = 0x09,
	LINE = 0x0B,
	PAGE_END = 0x0C,
	PARAGRAPH = 0x0D,
	COLUMN_END = 0x0E,
	FIELD_BEGIN = 0x13,
	FIELD_RESULT = 0x14,
	FIELD_END = 0x15,
	FIXED_HYPHEN = 0x1E,
	SOFT_HYPHEN = 0x1F,
};

static struct buf *
target(struct doc *doc)
{
	if (doc->field_codes != 0)
		return &doc->fields.buf;
	if ((doc->flags & DOC_DELETED) != 0)
		return &doc->deleted.buf;
	if ((doc->flags & DOC_HIDDEN) != 0)
		return &doc->hidden.buf;
	return &doc->texts[doc->part].buf;
}

/* The pieces of a text that is told apart do not belong together. */
static struct buf *
turn(struct doc *doc)
{
	struct buf *out = target(doc);

	if (doc->out != out && doc->out != NULL && doc->out != &doc->texts[doc->part].buf && doc->out->n > 0)
		buf_put_byte(doc->out, '\n');
	doc->out = out;
	return out;
}

static void
flush(struct doc *doc)
{
	if (doc->pending.n > 0)
		codepage_put(&doc->ole->pages, turn(doc), doc->codepage, buf_bytes(&doc->pending));
	buf_reset(&doc->pending);
}

static void
end_cell(struct doc *doc, unsigned paragraph)
{
	bool is_row_end = doc->paragraphs.n > 0 ? (paragraph & DOC_ROW_END) != 0 : doc->after_cell;

	buf_put_byte(turn(doc), is_row_end ? '\n' : '\t');
	doc->after_cell = !is_row_end;
}

static void
take_field(struct doc *doc, unsigned c)
{
	if (c == FIELD_BEGIN) {
		if (doc->field_depth < DOC_FIELDS_DEEP)
			doc->field_codes |= (uint64_t)1 << doc->field_depth;
		doc->field_depth++;
		return;
	}
	if (doc->field_depth == 0)
		return;
	if (doc->field_depth <= DOC_FIELDS_DEEP)
		doc->field_codes &= ~((uint64_t)1 << (doc->field_depth - 1));
	if (c == FIELD_END)
		doc->field_depth--;
}

static void
put_special(struct doc *doc, unsigned c, unsigned paragraph)
{
	flush(doc);
	switch (c) {
	case CELL_END:
		end_cell(doc, paragraph);
		return;
	case TAB:
		buf_put_byte(turn(doc), '\t');
		break;
	case PARAGRAPH:
	case LINE:
		/* Several paragraphs of a cell are one cell. */
		buf_put_byte(turn(doc), (paragraph & DOC_IN_TABLE) != 0 ? ' ' : '\n');
		break;
	case PAGE_END:
	case COLUMN_END:
		buf_put_byte(turn(doc), '\n');
		break;
	case FIXED_HYPHEN:
		buf_put_byte(turn(doc), '-');
		break;
	case FIELD_BEGIN:
	case FIELD_RESULT:
	case FIELD_END:
		take_field(doc, c);
		break;
	default: /* an optional hyphen, a picture, a note's number */
		break;
	}
	doc->after_cell = false;
}

static void
put_character(struct doc *doc, const struct doc_piece *piece, uint32_t at, unsigned paragraph)
{
	unsigned c = piece->is_wide ? little_16(doc->main, at) : little_8(doc->main, at);

	if (c < 0x20) {
		put_special(doc, c, paragraph);
		return;
	}
	if (piece->is_wide)
		utf16_put_unit(turn(doc), &doc->high, (uint16_t)c);
	else
		buf_put_byte(&doc->pending, (uint8_t)c);
	doc->after_cell = false;
}

/* The flags of `at`, which only grows: *next is the span that may hold it. */
static unsigned
flags_at(const struct buf *spans, size_t *next, uint32_t at)
{
	const struct doc_span *all = (const struct doc_span *)(const void *)spans->p;
	size_t n = spans->n / sizeof(*all);

	while (*next < n && all[*next].to <= at)
		(*next)++;
	return *next < n && all[*next].from <= at ? all[*next].flags : 0;
}

static void
put_piece(struct doc *doc, const struct doc_piece *piece)
{
	size_t character = doc_find_span(&doc->characters, piece->at);
	size_t paragraph = doc_find_span(&doc->paragraphs, piece->at);

	for (uint32_t i = 0; i < piece->n; i++) {
		uint32_t at = piece->at + i * (piece->is_wide ? 2 : 1);
		unsigned flags = flags_at(&doc->characters, &character, at);

		if (flags != doc->flags || piece->cp + i >= doc->part_ends[doc->part]) {
			flush(doc);
			doc->flags = flags;
			while (doc->part < DOC_BEYOND && piece->cp + i >= doc->part_ends[doc->part]) {
				doc->part++;
				doc->field_codes = doc->field_depth = 0;
			}
		}
		put_character(doc, piece, at, flags_at(&doc->paragraphs, &paragraph, at));
	}
	flush(doc);
}

void
doc_tell_text(struct doc *doc)
{
	static const char *const places[DOC_PARTS] = {"text", "footnotes", "headers and footers", "macros",
		"comments", "endnotes", "text boxes", "text boxes of headers", "beyond the text"};
	const struct doc_piece *pieces = (const struct doc_piece *)(const void *)doc->pieces.p;
	struct format_out *out = doc->ole->out;

	for (size_t i = 0; i < DOC_PARTS; i++)
		format_text_init(&doc->texts[i], out,
			i == DOC_MACROS || i == DOC_BEYOND ? SEGMENT_HIDDEN : SEGMENT_TEXT,
			ole_where(doc->ole, doc->storage, places[i]));
	format_text_init(&doc->hidden, out, SEGMENT_HIDDEN, ole_where(doc->ole, doc->storage, "hidden text"));
	format_text_init(
		&doc->deleted, out, SEGMENT_HIDDEN, ole_where(doc->ole, doc->storage, "deleted text"));
	format_text_init(&doc->fields, out, SEGMENT_HIDDEN, ole_where(doc->ole, doc->storage, "fields"));
	buf_init(&doc->pending, doc->main.n);
	for (size_t i = 0; i < doc->pieces.n / sizeof(*pieces); i++) {
		if (!format_spend(out, (size_t)pieces[i].n * (pieces[i].is_wide ? 2 : 1)))
			break;
		put_piece(doc, &pieces[i]);
	}
	buf_wipe_done(&doc->pending);
	for (size_t i = 0; i < DOC_PARTS; i++)
		format_text_done(&doc->texts[i]);
	format_text_done(&doc->hidden);
	format_text_done(&doc->deleted);
	format_text_done(&doc->fields);
}
