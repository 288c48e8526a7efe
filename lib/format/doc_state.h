/* SPDX-License-Identifier: Apache-2.0 */
/* A document of Word 97 to 2003 ([MS-DOC]), or of Word 6 and 95, while it is read: what its files share. */
#ifndef POSTSEAL_DOC_STATE_H
#define POSTSEAL_DOC_STATE_H

#include "lib/format/ole.h"

/* The texts of a document, which follow each other in one count of characters ([MS-DOC] 2.4.1). */
enum doc_part {
	DOC_MAIN,
	DOC_FOOTNOTES,
	DOC_HEADERS,
	DOC_MACROS,
	DOC_COMMENTS,
	DOC_ENDNOTES,
	DOC_BOXES,
	DOC_HEADER_BOXES,
	DOC_BEYOND, /* characters that no text claims */
	DOC_PARTS,
};

/* A run of characters that lie together in the file. */
struct doc_piece {
	uint32_t cp, n, at;
	bool is_wide;
};

enum doc_flag {
	DOC_HIDDEN = 1,
	DOC_DELETED = 2,
	DOC_IN_TABLE = 4,
	DOC_ROW_END = 8,
};

/* What is said of the bytes from ... to - 1 of the file. */
struct doc_span {
	uint32_t from, to;
	uint8_t flags; /* enum doc_flag */
};

enum { DOC_FIELDS_DEEP = 64 };

struct doc {
	struct ole *ole;
	uint32_t storage;
	struct bytes main, table;
	bool is_old;
	unsigned codepage;
	size_t numbers, offsets; /* where the FIB has its counts of characters, its places and lengths */
	uint32_t part_ends[DOC_PARTS];
	struct buf pieces;     /* struct doc_piece */
	struct buf characters; /* struct doc_span, in order */
	struct buf paragraphs;

	/* While the text is written. */
	struct format_text texts[DOC_PARTS], hidden, deleted, fields;
	struct buf pending; /* 8-bit text that waits for its code page */
	struct buf *out;    /* where the last character went */
	enum doc_part part;
	unsigned flags;
	uint64_t field_codes; /* a bit for each open field: in its code still */
	unsigned field_depth;
	uint16_t high;
	bool after_cell;
};

/* Place and length of a structure by its number in the FIB, as far as the table stream has it. */
struct bytes doc_structure(const struct doc *doc, size_t number);

/* doc_pieces.c: where the text lies. */
void doc_load_pieces(struct doc *doc);
int doc_add_pieces(struct doc *doc, struct bytes clx);

/* doc_spans.c: which of it is hidden, deleted, in tables. */
void doc_load_spans(struct doc *doc);

/* The first span that ends behind `at`; the number of spans when there is none. */
size_t doc_find_span(const struct buf *spans, uint32_t at);

/* doc_text.c */
void doc_tell_text(struct doc *doc);

#endif
