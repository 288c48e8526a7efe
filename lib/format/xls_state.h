/* SPDX-License-Identifier: Apache-2.0 */
/* A workbook ([MS-XLS], and its ancestor in Excel 5) while it is read: what its files share. */
#ifndef POSTSEAL_XLS_STATE_H
#define POSTSEAL_XLS_STATE_H

#include "lib/format/cell_format.h"
#include "lib/format/ole.h"

enum { XLS_CONTINUE = 0x003C, XLS_FORMATS = 4096, XLS_RECORD = 4 };

/* The body of one record and, as far as they are asked for, of the CONTINUE records behind it. */
struct xls_reader {
	struct bytes in;
	size_t at, end; /* of the record in which `at` is */
};

struct xls_sheet {
	uint32_t at; /* of its first record */
	bool is_hidden;
	const char *name;
};

struct xls_cell {
	uint16_t row, column;
	bool is_shared; /* `at` is a number of a shared string; else a place in `values` */
	uint32_t at, n;
};

/* Text that belongs to a drawn object: a comment, when a note says so. */
struct xls_text {
	uint16_t object;
	uint32_t at, n; /* in `values` */
};

struct xls_note {
	uint16_t object, row, column;
};

struct xls {
	struct ole *ole;
	uint32_t storage;
	struct bytes in;
	bool is_old; /* Excel 5: strings of 8 bits */
	unsigned codepage;
	enum cell_epoch epoch;
	struct buf strings, string_ends; /* shared strings, and uint32_t where each ends */
	struct buf format_of;            /* uint16_t of each cell format: its number format */
	struct buf sheets;               /* struct xls_sheet */
	bool is_sorted;
	struct bytes formats[XLS_FORMATS]; /* codes of number formats by their numbers */

	/* Of the current sheet. */
	const struct xls_sheet *sheet;
	unsigned n_sheets, depth;
	struct buf cells, values, notes, texts;
	struct xls_cell formula; /* waits for its string */
	uint16_t object;
	struct format_text headers;
	struct format_text names, formulas, others; /* of the whole workbook */
};

/* xls_string.c: what lies beyond the last CONTINUE reads as zero. */
uint8_t xls_get_8(struct xls_reader *reader);
uint16_t xls_get_16(struct xls_reader *reader);
uint32_t xls_get_32(struct xls_reader *reader);
bool xls_at_end(const struct xls_reader *reader);

/* Characters without their length: `flags` 1: UTF-16. They may go on in CONTINUE records. */
void xls_put_characters(
	struct xls *xls, struct xls_reader *reader, size_t n, unsigned flags, struct buf *out);

/* A string with its length of one byte or of two, its flags, and what stands before and behind it. */
enum xls_length { XLS_SHORT, XLS_LONG };
void xls_put_string(struct xls *xls, struct xls_reader *reader, enum xls_length length, struct buf *out);

/* xls_number.c */
void xls_take_format(struct xls *xls, struct xls_reader *reader);
void xls_put_number(struct xls *xls, unsigned cell_format, double number, struct buf *out);
double xls_number(struct bytes b, size_t at);
double xls_packed_number(uint32_t rk);

/* xls_cells.c: cells of the current sheet, and the texts that come of it. */
void xls_add_cell(struct xls *xls, uint16_t row, uint16_t column, uint32_t start);
void xls_add_shared(struct xls *xls, uint16_t row, uint16_t column, uint32_t string);
void xls_tell_sheet(struct xls *xls);

/* xls_record.c: a record that says something of a cell, a sheet, the workbook. False: none that it knows. */
bool xls_take_cell(struct xls *xls, unsigned type, struct xls_reader *reader);
bool xls_take_other(struct xls *xls, unsigned type, struct xls_reader *reader);

#endif
