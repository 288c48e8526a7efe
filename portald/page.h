/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages: the templates of web_directory, read and checked once at the start, filled for each answer.
 * In a template `{{text name}}`, `{{attr name}}` and `{{url name}}` put a value through the one escape
 * function of that context; `{{html name}}` puts a piece that was itself made by page_fill(). The names are
 * the slots below: an unknown name or context, or a slot of the wrong kind, stops the program at its start.
 * A struct pages is immutable once loaded and shared by all threads.
 */
#ifndef PORTALD_PAGE_H
#define PORTALD_PAGE_H

#include "lib/base/buf.h"
#include "lib/base/err.h"

/* What page_fill() can fill, and the two files that are sent as they are. */
enum page_template {
	PAGE_SHELL, /* the document around each page */
	PAGE_START,
	PAGE_CODE,      /* for people without script: the second step */
	PAGE_CODE_FORM, /* its form, also under "that did not work" */
	PAGE_MESSAGE,
	PAGE_FIELD,      /* one header field of the message */
	PAGE_BODY_FRAME, /* its HTML body, in a frame */
	PAGE_BODY_TEXT,
	PAGE_PARTS, /* the list of attachments */
	PAGE_PART,
	PAGE_INCOMPLETE, /* "the original holds more" */
	PAGE_UNREADABLE, /* shown in place of a message that the renderer could not read */
	PAGE_REFUSED,    /* wrong link, proof or code */
	PAGE_ENDED,      /* signed out, or the session is over */
	PAGE_PROBLEM,    /* everything else: a title and a sentence */
	PAGE_TEMPLATES,
};

enum page_asset { ASSET_STYLE, ASSET_SCRIPT, PAGE_ASSETS };

enum page_slot {
	SLOT_ORGANISATION,
	SLOT_TITLE,
	SLOT_MAIN,
	SLOT_LINK,
	SLOT_MINUTES, /* how long a code is good */
	SLOT_TRIES,
	SLOT_LOCK_MINUTES,
	SLOT_SUBJECT,
	SLOT_FIELDS,
	SLOT_BODY,
	SLOT_PARTS,
	SLOT_INCOMPLETE,
	SLOT_NAME,
	SLOT_VALUE,
	SLOT_NUMBER,
	SLOT_SIZE,
	SLOT_SENTENCE,
	SLOT_FORM,
	PAGE_SLOTS,
};

/* Empty where nothing was set. */
struct page_values {
	struct bytes slot[PAGE_SLOTS];
};

enum { PAGE_FILE_MAX = 256 * 1024, PAGE_MAX = 32 * 1024 * 1024 };

struct pages;

int pages_load(const char *directory, struct pages **ret_pages, struct err *err);
void pages_free(struct pages *pages);

/* For tests: one template from memory. */
int pages_set(struct pages *pages, enum page_template template, struct bytes text, struct err *err);
struct pages *pages_new(void);

void page_fill(const struct pages *pages, enum page_template template, const struct page_values *values,
	struct buf *out);
struct bytes page_asset(const struct pages *pages, enum page_asset asset);

/* One function per context; each appends. Text is cleaned of control characters and invalid UTF-8 too. */
void page_escape_text(struct buf *out, struct bytes text);
void page_escape_attr(struct buf *out, struct bytes text);

/* A segment of a path or the value of a query: everything but RFC 3986's unreserved characters as %XX. */
void page_escape_url(struct buf *out, struct bytes text);

#endif
