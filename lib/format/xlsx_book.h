/* SPDX-License-Identifier: Apache-2.0 */
/* What the sheets of a workbook refer to: shared strings, number formats, the epoch of dates. */
#ifndef POSTSEAL_XLSX_BOOK_H
#define POSTSEAL_XLSX_BOOK_H

#include "lib/format/cell_format.h"
#include "lib/format/ooxml.h"

struct xlsx_sheet {
	struct bytes name;
	struct package_part *part; /* NULL: missing */
	bool is_hidden;
};

struct xlsx_book {
	struct package *package;
	enum cell_epoch epoch;
	struct buf sheets;  /* struct xlsx_sheet */
	struct buf strings; /* all shared strings, one behind the other */
	struct buf ends;    /* uint32_t: where each of them ends */
	struct buf used;    /* uint8_t each: a cell shows it */
	struct buf codes;   /* struct xlsx_code: number formats of the file's own */
	struct buf styles;  /* struct bytes: the code of each cell style */
};

/* Reads the parts of the book; defined names, phonetic and other text goes into the flow. */
void xlsx_book_init(struct xlsx_book *book, struct package *package, struct flow *flow);
void xlsx_book_done(struct xlsx_book *book);

/* Marks it as used. Empty when there is no such string. */
struct bytes xlsx_book_string(struct xlsx_book *book, int64_t number);

/* The code of a cell's style. */
struct bytes xlsx_book_code(const struct xlsx_book *book, int64_t style);

/* Strings that no cell shows: of rows that were deleted, say. */
void xlsx_book_tell_unused(struct xlsx_book *book);

#endif
