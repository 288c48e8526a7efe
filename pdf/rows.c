/* SPDX-License-Identifier: Apache-2.0 */
#include "pdf/rows.h"

#include <stdbool.h>
#include <stdlib.h>

/* Both halves of a line of two columns of prose are longer than that; so many lines of them make a page. */
enum { PROSE_LETTERS = 30, PROSE_ROWS = 8 };

/* A gap that is wider than its letters are high, in tenths, stands between cells. */
enum { CELL_GAP_TENTHS = 12 };

/* g_utf8_next_char() takes `const` away. */
static const char *
next(const char *at)
{
	return at + g_utf8_skip[(guchar)*at];
}

/* Of one line of the reading order. */
struct piece {
	const char *from, *to;
	guint first; /* the place of its first character */
	guint letters;
	double left, top, bottom;
	unsigned row;
};

static GArray *
cut(const char *text, const PopplerRectangle *places, guint n)
{
	GArray *pieces = g_array_new(FALSE, FALSE, sizeof(struct piece));
	struct piece piece = {.from = text};
	guint i = 0;

	for (const char *at = text; *at != '\0' && i < n; at = next(at), i++) {
		const PopplerRectangle *place = &places[i];

		if (*at == '\n') {
			if (piece.letters > 0) {
				piece.to = at;
				g_array_append_val(pieces, piece);
			}
			piece = (struct piece){.from = next(at), .first = i + 1};
			continue;
		}
		if (piece.letters == 0)
			piece.left = place->x1, piece.top = place->y1, piece.bottom = place->y2;
		if (place->y1 < piece.top)
			piece.top = place->y1;
		if (place->y2 > piece.bottom)
			piece.bottom = place->y2;
		piece.letters++;
		piece.to = next(at);
	}
	if (piece.letters > 0)
		g_array_append_val(pieces, piece);
	return pieces;
}

static double
middle(const struct piece *piece)
{
	return (piece->top + piece->bottom) / 2;
}

static int
by_height(const void *a, const void *b)
{
	const struct piece *p = a, *q = b;

	if (middle(p) != middle(q))
		return middle(p) < middle(q) ? -1 : 1;
	return p->from < q->from ? -1 : p->from > q->from;
}

static int
by_row(const void *a, const void *b)
{
	const struct piece *p = a, *q = b;

	if (p->row != q->row)
		return p->row < q->row ? -1 : 1;
	if (p->left != q->left)
		return p->left < q->left ? -1 : 1;
	return p->from < q->from ? -1 : p->from > q->from;
}

/* A piece belongs to a row when its middle is within the first piece of it. */
static void
order(GArray *pieces)
{
	struct piece *p = (struct piece *)(void *)pieces->data;
	double bottom = 0;
	unsigned row = 0;

	qsort(p, pieces->len, sizeof(*p), by_height);
	for (guint i = 0; i < pieces->len; i++) {
		if (i == 0 || middle(&p[i]) > bottom) {
			row++;
			bottom = p[i].bottom;
		}
		p[i].row = row;
	}
	qsort(p, pieces->len, sizeof(*p), by_row);
}

static bool
is_prose(const GArray *pieces)
{
	const struct piece *p = (const struct piece *)(const void *)pieces->data;
	guint pairs = 0, rows = 0;

	for (guint i = 0; i < pieces->len; i++) {
		rows += i == 0 || p[i].row != p[i - 1].row;
		pairs += i > 0 && p[i].row == p[i - 1].row && p[i].letters > PROSE_LETTERS &&
			 p[i - 1].letters > PROSE_LETTERS;
	}
	return pairs >= PROSE_ROWS && pairs * 3 > rows;
}

static void
put_piece(GString *out, const struct piece *piece, const PopplerRectangle *places, guint n)
{
	double height = piece->bottom - piece->top, last = 0;
	bool had_space = false;
	guint i = piece->first;

	for (const char *at = piece->from; at < piece->to && i < n; at = next(at), i++) {
		if (*at == ' ') {
			had_space = true;
			continue;
		}
		if (had_space)
			g_string_append_c(
				out, places[i].x1 - last > height * CELL_GAP_TENTHS / 10 ? '\t' : ' ');
		g_string_append_len(out, at, next(at) - at);
		last = places[i].x2;
		had_space = false;
	}
}

char *
rows_of(const char *text, const PopplerRectangle *places, guint n)
{
	GArray *pieces = cut(text, places, n);
	const struct piece *p;
	GString *out = NULL;

	order(pieces);
	if (!is_prose(pieces)) {
		out = g_string_new(NULL);
		p = (const struct piece *)(const void *)pieces->data;
		for (guint i = 0; i < pieces->len; i++) {
			if (i > 0)
				g_string_append_c(out, p[i].row == p[i - 1].row ? '\t' : '\n');
			put_piece(out, &p[i], places, n);
		}
	}
	g_array_unref(pieces);
	return out != NULL ? g_string_free(out, FALSE) : NULL;
}
