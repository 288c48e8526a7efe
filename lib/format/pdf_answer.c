/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/pdf_answer.h"

#include <stdio.h>

#include "lib/base/utf8.h"
#include "lib/format/xml.h"

/* Where the kinds stand, and whether a person who opens the file sees them. */
static const struct {
	const char *where;
	enum segment_view view;
} kinds[] = {
	[PDF_ANNOTATION] = {"annotations", SEGMENT_TEXT},
	[PDF_FIELD] = {"form fields", SEGMENT_TEXT},
	[PDF_OUTLINE] = {"outline", SEGMENT_TEXT},
	[PDF_INFO] = {"document properties", SEGMENT_HIDDEN},
	[PDF_XMP] = {"XMP metadata", SEGMENT_HIDDEN},
	[PDF_SCRIPT] = {"JavaScript", SEGMENT_HIDDEN},
	[PDF_LINK] = {"links", SEGMENT_HIDDEN},
	[PDF_LAYER] = {"layers", SEGMENT_TEXT},
	[PDF_ATTACHMENT] = {"attachments", SEGMENT_TEXT},
	[PDF_ALTERNATIVE] = {"alternative text", SEGMENT_HIDDEN},
	[PDF_OTHER] = {"other strings", SEGMENT_HIDDEN},
};

static const enum unscannable limits[] = {
	[PDF_LIMIT_SIZE] = UNSCANNABLE_SIZE,
	[PDF_LIMIT_MEMORY] = UNSCANNABLE_MEMORY,
	[PDF_LIMIT_DEPTH] = UNSCANNABLE_DEPTH,
};

static void
open_texts(struct pdf_answer *answer)
{
	format_text_init(&answer->pages, answer->out, SEGMENT_TEXT, NULL);
	for (size_t i = 0; i < PDF_KINDS; i++)
		format_text_init(&answer->texts[i], answer->out, kinds[i].view, kinds[i].where);
}

static void
close_texts(struct pdf_answer *answer)
{
	format_text_done(&answer->pages);
	for (size_t i = 0; i < PDF_KINDS; i++)
		format_text_done(&answer->texts[i]);
}

void
pdf_answer_init(struct pdf_answer *answer, struct format_out *out)
{
	*answer = (struct pdf_answer){.out = out};
	open_texts(answer);
}

void
pdf_answer_done(struct pdf_answer *answer)
{
	close_texts(answer);
}

/* What an earlier revision held is told apart from what the file holds now. */
static void
mark_revision(const struct pdf_answer *answer, struct format_text *text)
{
	char place[64];

	if (answer->revision == 0)
		return;
	snprintf(place, sizeof(place), "%u revisions ago", answer->revision);
	format_text_mark(text, place);
}

/* One text for all pages: a name may stand at the foot of one and its diagnosis at the head of the next. */
static int
take_page(struct pdf_answer *answer, struct bytes payload)
{
	struct format_text *pages = &answer->pages;
	uint32_t number = pdf_take_number(&payload);
	char place[64];

	if (answer->revision == 0)
		snprintf(place, sizeof(place), "page %u", number);
	else
		snprintf(place, sizeof(place), "page %u, %u revisions ago", number, answer->revision);
	format_text_mark(pages, place);
	utf8_put_clean(&pages->buf, payload);
	buf_put_byte(&pages->buf, '\n');
	return 0;
}

static void
put_xml_start(void *context, const struct xml_element *element)
{
	for (size_t i = 0; i < element->n_attributes; i++) {
		buf_put_byte(context, '\n');
		buf_put_bytes(context, element->attributes[i].name);
		buf_put_str(context, ": ");
		buf_put_bytes(context, element->attributes[i].value);
	}
	buf_put_byte(context, '\n');
}

static void
put_xml_text(void *context, struct bytes text)
{
	buf_put_bytes(context, text);
}

static int
take_text(struct pdf_answer *answer, struct bytes payload)
{
	static const struct xml_handler handler = {.start = put_xml_start, .text = put_xml_text};
	uint32_t kind = pdf_take_number(&payload);
	struct format_text *text;
	struct bytes name;

	if (kind >= PDF_KINDS || payload.n == 0)
		return -1;
	name = bytes_sub(payload, 1, payload.p[0]);
	payload = bytes_sub(payload, 1 + name.n, payload.n);
	text = &answer->texts[kind];
	mark_revision(answer, text);
	/* XML that breaks off is told as it stands as well. */
	if (kind == PDF_XMP && xml_read(payload, &handler, &text->buf) == XML_READ)
		return 0;
	if (name.n > 0) {
		utf8_put_clean(&text->buf, name);
		buf_put_str(&text->buf, ": ");
	}
	utf8_put_clean(&text->buf, payload);
	buf_put_byte(&text->buf, '\n');
	return 0;
}

static int
take_file(struct pdf_answer *answer, struct bytes payload)
{
	uint32_t n = pdf_take_number(&payload);

	if (n > payload.n)
		return -1;
	format_tell_file(answer->out, bytes_sub(payload, 0, n), NULL, bytes_sub(payload, n, payload.n));
	return 0;
}

static int
take_revision(struct pdf_answer *answer, struct bytes payload)
{
	close_texts(answer);
	open_texts(answer);
	answer->revision = pdf_take_number(&payload);
	return 0;
}

static int
take_locked(struct pdf_answer *answer, struct bytes payload)
{
	(void)payload;
	format_is_locked(answer->out);
	return 0;
}

static int
take_scans(struct pdf_answer *answer, struct bytes payload)
{
	(void)payload;
	format_is_unread(answer->out);
	return 0;
}

static int
take_broken(struct pdf_answer *answer, struct bytes payload)
{
	(void)payload;
	format_flag(answer->out, UNSCANNABLE_FORMAT);
	return 0;
}

static int
take_limit(struct pdf_answer *answer, struct bytes payload)
{
	uint32_t limit = pdf_take_number(&payload);

	if (limit >= PDF_LIMITS)
		return -1;
	format_flag(answer->out, limits[limit]);
	return 0;
}

static int
take_end(struct pdf_answer *answer, struct bytes payload)
{
	(void)payload;
	answer->ended = true;
	return 0;
}

int
pdf_answer_take(struct pdf_answer *answer, uint32_t type, struct bytes payload)
{
	static int (*const takers[])(struct pdf_answer *, struct bytes) = {
		[PDF_PAGE] = take_page,
		[PDF_TEXT] = take_text,
		[PDF_FILE] = take_file,
		[PDF_REVISION] = take_revision,
		[PDF_IS_LOCKED] = take_locked,
		[PDF_HAS_SCANS] = take_scans,
		[PDF_IS_BROKEN] = take_broken,
		[PDF_LIMIT] = take_limit,
		[PDF_END] = take_end,
	};

	if (answer->ended || type >= sizeof(takers) / sizeof(takers[0]) || takers[type] == NULL)
		return -1;
	return takers[type](answer, payload);
}
