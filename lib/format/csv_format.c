/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables as text (RFC 4180 and its cousins with tabs, semicolons and bars): each record as a line of
 * "field: value", since what a column is called stands far above what is in it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/ascii.h"
#include "lib/base/csv.h"
#include "lib/base/mem.h"
#include "lib/format/formats.h"
#include "lib/format/labelled.h"

enum {
	SAMPLE_ROWS = 8,
	SAMPLE_BYTES = 64 * 1024,
	NAME_MAX_BYTES = 48,
	TITLE_ROWS = 3, /* what may stand above the header: a title, a date */
	SHARE = 4,      /* of the message's budget: the plain text is read too */
};

/* Something that a column may be called. */
static bool
is_name(struct bytes field)
{
	size_t letters = 0, digits = 0;

	field = bytes_trim(field);
	if (field.n == 0)
		return true;
	if (field.n > NAME_MAX_BYTES)
		return false;
	for (size_t i = 0; i < field.n; i++) {
		letters += ascii_is_alpha(field.p[i]) || field.p[i] >= 0x80;
		digits += ascii_is_digit(field.p[i]);
	}
	return letters > 0 && digits <= 3 && field.p[field.n - 1] != '.' && field.p[field.n - 1] != '!';
}

static bool
is_header(const struct csv_row *row)
{
	size_t named = 0;

	for (size_t i = 0; i < row->n; i++) {
		if (!is_name(row->fields[i]))
			return false;
		named += bytes_trim(row->fields[i]).n > 0;
	}
	return named >= 2 && named * 2 > row->n;
}

/* Prose has commas too, with a space behind them. */
static bool
is_prose(const struct csv *csv, const struct csv_row *row)
{
	size_t spaced = 0;

	if (csv->separator != ',')
		return false;
	for (size_t i = 1; i < row->n; i++)
		spaced += row->fields[i].n > 0 && row->fields[i].p[0] == ' ';
	return spaced * 2 >= row->n;
}

/* Of as many columns each, from the one that gives their number on. */
static bool
is_table(struct bytes content)
{
	struct csv_row *row = mem_new(1, sizeof(*row));
	size_t columns = 0, same = 0, other = 0, titles = 0;
	struct csv csv;
	int ret;

	csv_init(&csv, content);
	while (same + other < SAMPLE_ROWS && (ret = csv_next(&csv, row)) != 0) {
		if (columns == 0 && ret > 0 && is_header(row) && !is_prose(&csv, row)) {
			columns = row->n;
			continue;
		}
		if (columns == 0 && ++titles > TITLE_ROWS)
			break;
		if (columns > 0 && ret > 0 && row->n == columns && !is_prose(&csv, row))
			same++;
		else if (columns > 0)
			other++;
	}
	csv_done(&csv);
	free(row);
	/* Two columns are less of a sign than three. */
	return columns > 0 && same >= (columns > 2 ? 1U : 2U) && same >= other * 3;
}

static bool
is_csv(struct bytes content)
{
	struct bytes sample = bytes_sub(content, 0, SAMPLE_BYTES);
	struct bytes head = bytes_trim(bytes_sub(sample, 0, 256));

	/* The row that the sample cuts is no row. */
	if (sample.n < content.n)
		while (sample.n > 0 && sample.p[sample.n - 1] != '\n')
			sample.n--;
	if (head.n == 0 || head.p[0] == '<' || head.p[0] == '{' || head.p[0] == '[')
		return false;
	return is_table(sample);
}

struct table {
	struct format_text text;
	struct labelled_name name;
	struct buf names; /* of the columns, each with a NUL behind it */
	size_t at[CSV_FIELDS_MAX];
	size_t n;
};

static void
take_header(struct table *table, const struct csv_row *row)
{
	table->n = row->n;
	for (size_t i = 0; i < row->n; i++) {
		struct bytes name = bytes_sub(bytes_trim(row->fields[i]), 0, NAME_MAX_BYTES);

		table->at[i] = table->names.n;
		labelled_put_words(&table->names, name);
		buf_put_byte(&table->names, '\0');
	}
}

static const char *
name_of(const struct table *table, size_t column)
{
	return column < table->n ? (const char *)table->names.p + table->at[column] : "";
}

/* On one line: a record is one. */
static void
put_value(struct buf *out, struct bytes value)
{
	for (size_t i = 0; i < value.n; i++)
		buf_put_byte(out, value.p[i] == '\n' || value.p[i] == '\r' ? ' ' : value.p[i]);
}

static void
put_row(struct table *table, const struct csv_row *row)
{
	struct buf *out = &table->text.buf;

	labelled_name_reset(&table->name);
	for (size_t i = 0; i < row->n; i++) {
		struct bytes value = bytes_trim(row->fields[i]);
		const char *name = name_of(table, i);
		char place[96];

		if (value.n == 0)
			continue;
		snprintf(place, sizeof(place), "row %zu, column %s", row->line, name);
		format_text_mark(&table->text, place);
		if (name[0] != '\0') {
			buf_put_str(out, name);
			buf_put_str(out, ": ");
		}
		put_value(out, value);
		buf_put_str(out, "; ");
		labelled_name_take(&table->name, &table->text, NULL, bytes_of_str(name), value);
	}
	buf_put_byte(out, '\n');
}

static void
read_rows(struct table *table, struct bytes content)
{
	struct csv_row *row = mem_new(1, sizeof(*row));
	struct csv csv;
	int ret;

	csv_init(&csv, content);
	while ((ret = csv_next(&csv, row)) != 0 && table->text.buf.n < table->text.buf.max / SHARE) {
		if (ret < 0)
			continue;
		if (table->n > 0)
			put_row(table, row);
		else if (is_header(row))
			take_header(table, row);
		if (row->line % 1024 == 0 && !format_spend(table->text.out, 0))
			break;
	}
	csv_done(&csv);
	free(row);
}

static void
read_csv(struct format_out *out, struct bytes content)
{
	struct table *table = mem_new(1, sizeof(*table));

	labelled_name_init(&table->name);
	buf_init(&table->names, CSV_FIELDS_MAX * (NAME_MAX_BYTES * 2 + 1));
	format_text_init(&table->text, out, SEGMENT_TEXT, "table");
	read_rows(table, content);
	format_text_done(&table->text);
	buf_wipe_done(&table->names);
	labelled_name_done(&table->name);
	free(table);
}

const struct format csv_format = {
	.name = "csv",
	.types = (const char *const[]){"text/csv", "text/tab-separated-values", "application/csv",
		"application/vnd.ms-excel", "text/comma-separated-values", "text/x-csv", "application/x-csv",
		"text/tsv", "text/html", "text/psv", NULL},
	.extensions = (const char *const[]){"csv", "tsv", "psv", "tab", "dat", "xls", "log", NULL},
	.is_text = true,
	.is = is_csv,
	.read = read_csv,
};
