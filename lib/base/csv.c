/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/csv.h"

/* The sign that stands most often in the first line, outside quotes. */
static uint8_t
find_separator(struct bytes content)
{
	static const uint8_t signs[] = {',', ';', '\t', '|'};
	size_t counts[sizeof(signs)] = {0}, best = 0;
	bool quoted = false;

	for (size_t i = 0; i < content.n && (quoted || content.p[i] != '\n') && i < CSV_FIELD_MAX; i++) {
		quoted = quoted != (content.p[i] == '"');
		for (size_t j = 0; j < sizeof(signs) && !quoted; j++)
			counts[j] += content.p[i] == signs[j];
	}
	for (size_t j = 1; j < sizeof(signs); j++)
		if (counts[j] > counts[best])
			best = j;
	return signs[best];
}

void
csv_init(struct csv *csv, struct bytes content)
{
	if (bytes_starts_nocase(content, BYTES_LIT("\xEF\xBB\xBF")))
		content = bytes_sub(content, 3, content.n);
	*csv = (struct csv){.rest = content, .separator = find_separator(content), .next_line = 1};
	arena_init(&csv->arena);
}

void
csv_done(struct csv *csv)
{
	arena_reset(&csv->arena);
	arena_done(&csv->arena);
}

/* The length of the line end at `at`; 0: there is none. */
static size_t
line_end(struct bytes b, size_t at)
{
	if (at < b.n && b.p[at] == '\n')
		return 1;
	return at + 1 < b.n && b.p[at] == '\r' && b.p[at + 1] == '\n' ? 2 : 0;
}

/* A field may end here. */
static bool
is_end(const struct csv *csv, size_t at)
{
	return at == csv->rest.n || csv->rest.p[at] == csv->separator || line_end(csv->rest, at) > 0;
}

static int
read_plain(const struct csv *csv, size_t *at, struct bytes *ret_field)
{
	size_t from = *at;

	while (!is_end(csv, *at) && csv->rest.p[*at] != '"' && *at - from <= CSV_FIELD_MAX)
		++*at;
	*ret_field = bytes_sub(csv->rest, from, *at - from);
	return is_end(csv, *at) ? 0 : -1;
}

/* *at is behind the first quote. */
static int
read_quoted(struct csv *csv, size_t *at, struct bytes *ret_field)
{
	size_t from = *at, doubled = 0, n = 0;
	struct bytes raw;
	uint8_t *text;

	for (;; ++*at) {
		if (*at >= csv->rest.n || *at - from > CSV_FIELD_MAX)
			return -1;
		if (csv->rest.p[*at] != '"')
			continue;
		if (*at + 1 >= csv->rest.n || csv->rest.p[*at + 1] != '"')
			break;
		doubled++;
		++*at;
	}
	raw = bytes_sub(csv->rest, from, *at - from);
	++*at;
	*ret_field = raw;
	if (doubled > 0) {
		text = arena_alloc(&csv->arena, raw.n);
		for (size_t i = 0; i < raw.n; i++) {
			text[n++] = raw.p[i];
			i += raw.p[i] == '"';
		}
		*ret_field = bytes_of(text, n);
	}
	return is_end(csv, *at) ? 0 : -1;
}

static int
read_row(struct csv *csv, size_t *at, struct csv_row *row)
{
	for (row->n = 0; row->n < CSV_FIELDS_MAX; ++*at) {
		struct bytes *field = &row->fields[row->n++];
		bool quoted = *at < csv->rest.n && csv->rest.p[*at] == '"';

		*at += quoted;
		if ((quoted ? read_quoted(csv, at, field) : read_plain(csv, at, field)) < 0)
			return -1;
		if (*at == csv->rest.n || line_end(csv->rest, *at) > 0) {
			*at += line_end(csv->rest, *at);
			return 0;
		}
	}
	return -1;
}

static void
pass(struct csv *csv, size_t n)
{
	for (size_t i = 0; i < n; i++)
		csv->next_line += csv->rest.p[i] == '\n';
	csv->rest = bytes_sub(csv->rest, n, csv->rest.n);
}

int
csv_next(struct csv *csv, struct csv_row *ret_row)
{
	size_t at = 0;

	arena_reset(&csv->arena);
	while (line_end(csv->rest, 0) > 0)
		pass(csv, line_end(csv->rest, 0));
	ret_row->line = csv->next_line;
	ret_row->n = 0;
	if (csv->rest.n == 0)
		return 0;
	if (read_row(csv, &at, ret_row) == 0) {
		pass(csv, at);
		return 1;
	}
	ret_row->n = 0;
	at = bytes_find_byte(csv->rest, '\n');
	pass(csv, at < csv->rest.n ? at + 1 : csv->rest.n);
	return -1;
}
