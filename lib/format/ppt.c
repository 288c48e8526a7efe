/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Presentations ([MS-PPT]): records within records. Each text belongs to the innermost record around it that
 * says what it is: a slide, its notes, a comment. Slides that an earlier save left behind are told as well.
 */
#include <stdlib.h>

#include "lib/base/mem.h"
#include "lib/format/inflate.h"
#include "lib/format/little.h"
#include "lib/format/ole.h"
#include "lib/format/runs.h"
#include "lib/format/utf16.h"

enum { HEADER = 8, DEPTH_MAX = 100, SPEND_EVERY = 0x3FF, HIDDEN_SLIDE = 4 };

/* [MS-PPT] 2.13.24 */
enum record {
	DOCUMENT = 1000,
	SLIDE = 1006,
	NOTES = 1008,
	SLIDE_PERSIST = 1011,
	MASTER = 1016,
	SLIDE_INFO = 1017,
	TEXT_CHARACTERS = 4000,
	TEXT_BYTES = 4008,
	STRING = 4026,
	HANDOUT = 4041,
	HEADERS = 4057,
	TEXT_LIST = 4080,
	OBJECT_STORAGE = 4113,
	COMMENT = 12000,
	ENCRYPTION = 12052,
};

enum place { OTHERS, SLIDES, HIDDEN_SLIDES, NOTES_PAGES, MASTERS, COMMENTS, HEADERS_FOOTERS, PLACES };

struct level {
	size_t end;
	enum place place;
};

struct ppt {
	struct ole *ole;
	struct bytes in;
	struct format_text texts[PLACES];
	struct level levels[DEPTH_MAX];
	size_t depth;
	enum place place;
	unsigned n_slides, n_notes, n_listed;
};

struct ppt_record {
	unsigned version, instance, type;
	struct bytes body;
};

static void
mark(struct ppt *ppt, enum place place, const char *what, unsigned number)
{
	struct format_text *text = &ppt->texts[place];
	char name[40];

	snprintf(name, sizeof(name), "%s %u%s", what, number, place == HIDDEN_SLIDES ? " (hidden)" : "");
	if (text->buf.n > 0)
		buf_put_byte(&text->buf, '\n');
	format_text_mark(text, name);
}

/* What a record makes of the text in it. */
static void
enter(struct ppt *ppt, const struct ppt_record *record)
{
	static const enum place lists[] = {SLIDES, MASTERS, NOTES_PAGES};

	switch (record->type) {
	case SLIDE:
		ppt->place = SLIDES;
		mark(ppt, SLIDES, "slide", ++ppt->n_slides);
		break;
	case NOTES:
		ppt->place = NOTES_PAGES;
		mark(ppt, NOTES_PAGES, "notes", ++ppt->n_notes);
		break;
	case MASTER:
	case HANDOUT:
		ppt->place = MASTERS;
		break;
	case COMMENT:
		ppt->place = COMMENTS;
		break;
	case HEADERS:
		ppt->place = HEADERS_FOOTERS;
		break;
	case TEXT_LIST:
		ppt->place = record->instance < 3 ? lists[record->instance] : OTHERS;
		ppt->n_listed = 0;
		break;
	case ENCRYPTION:
		format_is_locked(ppt->ole->out);
		break;
	default:
		break;
	}
}

/* Line ends are CR, and VT within a paragraph. */
static void
put_text(struct buf *out, struct bytes text, unsigned type)
{
	size_t start = out->n;

	if (type == TEXT_BYTES)
		for (size_t i = 0; i < text.n; i++)
			utf16_put(out, bytes_of((uint8_t[]){text.p[i], 0}, 2));
	else
		utf16_put(out, text);
	for (size_t i = start; i < out->n; i++)
		if (out->p[i] < 0x20 && out->p[i] != '\t')
			out->p[i] = '\n';
	buf_put_byte(out, '\n');
}

/* An embedded document, most often packed: its size, then zlib's form. */
static void
take_object(struct ppt *ppt, const struct ppt_record *record)
{
	struct buf content;

	if (record->instance == 0) {
		format_tell_file(ppt->ole->out, BYTES_LIT("object"), NULL, record->body);
		return;
	}
	buf_init(&content, format_bytes_left(ppt->ole->out));
	inflate_put(ppt->ole->out, bytes_sub(record->body, 4, record->body.n), &content);
	if (content.n == 0)
		format_flag(ppt->ole->out, UNSCANNABLE_FORMAT);
	format_tell_file(ppt->ole->out, BYTES_LIT("object"), NULL, buf_bytes(&content));
	buf_wipe_done(&content);
}

static void
take_atom(struct ppt *ppt, const struct ppt_record *record)
{
	struct format_text *text = &ppt->texts[ppt->place];

	switch (record->type) {
	case TEXT_CHARACTERS:
	case TEXT_BYTES:
	case STRING:
		put_text(&text->buf, record->body, record->type);
		break;
	case SLIDE_PERSIST:
		if (ppt->place == SLIDES || ppt->place == NOTES_PAGES)
			mark(ppt, ppt->place, ppt->place == SLIDES ? "slide" : "notes", ++ppt->n_listed);
		break;
	case SLIDE_INFO:
		if (ppt->place == SLIDES && (little_16(record->body, 10) & HIDDEN_SLIDE) != 0) {
			ppt->place = HIDDEN_SLIDES;
			mark(ppt, HIDDEN_SLIDES, "slide", ppt->n_slides);
		}
		break;
	case OBJECT_STORAGE:
		take_object(ppt, record);
		break;
	default:
		runs_put(&ppt->texts[OTHERS].buf, record->body);
	}
}

/* Where the next record begins: in this one, when it holds records. */
static size_t
take_record(struct ppt *ppt, size_t at, size_t end)
{
	struct ppt_record record = {.version = little_16(ppt->in, at) & 15,
		.instance = (unsigned)little_16(ppt->in, at) >> 4,
		.type = little_16(ppt->in, at + 2)};
	size_t size = little_32(ppt->in, at + 4);

	if (size > end - at - HEADER) {
		format_flag(ppt->ole->out, UNSCANNABLE_FORMAT);
		size = end - at - HEADER;
	}
	record.body = bytes_sub(ppt->in, at + HEADER, size);
	if (record.version == 15 && ppt->depth < DEPTH_MAX) {
		ppt->levels[ppt->depth++] = (struct level){.end = at + HEADER + size, .place = ppt->place};
		enter(ppt, &record);
		return at + HEADER;
	}
	if (record.version == 15)
		format_flag(ppt->ole->out, UNSCANNABLE_DEPTH);
	take_atom(ppt, &record);
	return at + HEADER + size;
}

static void
read_records(struct ppt *ppt)
{
	size_t at = 0, n = 0;

	for (;;) {
		size_t end;

		/* Less than a record's header at the end of one is padding. */
		while (ppt->depth > 0 && at + HEADER > ppt->levels[ppt->depth - 1].end) {
			at = ppt->levels[--ppt->depth].end;
			ppt->place = ppt->levels[ppt->depth].place;
		}
		end = ppt->depth > 0 ? ppt->levels[ppt->depth - 1].end : ppt->in.n;
		if (at + HEADER > end || ((++n & SPEND_EVERY) == 0 && !format_spend(ppt->ole->out, 0)))
			return;
		at = take_record(ppt, at, end);
	}
}

/* "Current User" says whether the presentation is encrypted, and who saved it. */
static bool
is_encrypted(struct ole *ole, uint32_t storage)
{
	enum { TOKEN = 12 };
	static const uint32_t encrypted = 0xF3D1C4DF;
	uint32_t stream = cfb_find(&ole->cfb, storage, CFB_STREAM, "Current User");
	struct buf content;
	bool yes = false;

	if (ole_load(ole, stream, &content)) {
		yes = little_32(buf_bytes(&content), TOKEN) == encrypted;
		ole_tell_runs(ole, stream, buf_bytes(&content));
	}
	buf_wipe_done(&content);
	return yes;
}

void
ppt_read(struct ole *ole, uint32_t storage, uint32_t stream)
{
	static const struct {
		enum segment_view view;
		const char *where;
	} places[PLACES] = {
		[OTHERS] = {SEGMENT_HIDDEN, "other records"},
		[SLIDES] = {SEGMENT_TEXT, "slides"},
		[HIDDEN_SLIDES] = {SEGMENT_HIDDEN, "slides"},
		[NOTES_PAGES] = {SEGMENT_TEXT, "notes"},
		[MASTERS] = {SEGMENT_TEXT, "masters"},
		[COMMENTS] = {SEGMENT_TEXT, "comments"},
		[HEADERS_FOOTERS] = {SEGMENT_TEXT, "headers and footers"},
	};
	struct ppt *ppt = mem_new(1, sizeof(*ppt));
	struct buf content;
	bool is_loaded = ole_load(ole, stream, &content);

	ppt->ole = ole;
	for (size_t i = 0; i < PLACES; i++)
		format_text_init(
			&ppt->texts[i], ole->out, places[i].view, ole_where(ole, storage, places[i].where));
	if (is_encrypted(ole, storage))
		format_is_locked(ole->out);
	else if (is_loaded) {
		ppt->in = buf_bytes(&content);
		read_records(ppt);
	}
	for (size_t i = 0; i < PLACES; i++)
		format_text_done(&ppt->texts[i]);
	buf_wipe_done(&content);
	free(ppt);
}
