/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/mime/lenient.h"

/* The line that is being written. */
struct lines {
	struct buf *out;
	size_t start; /* of the line, in `out` */
	bool touched; /* it is another one than without the change */
	bool in_header, structure;
};

static bool
is_bare_cr(struct bytes b, size_t at)
{
	return b.p[at] == '\r' && (at + 1 == b.n || b.p[at + 1] != '\n');
}

/* Where most lines end with CR alone, all our readings take it for that (caps.c). */
static bool
differs(struct bytes message)
{
	size_t bare = 0, lines = 0;

	for (size_t at = 0; at < message.n; at++) {
		at += bytes_find_byte(bytes_sub(message, at, message.n), '\r');
		if (at < message.n && is_bare_cr(message, at))
			bare++;
		else if (at < message.n)
			lines++;
	}
	if (bare > 0 && lines == 0)
		for (size_t at = 0; at < message.n; at++)
			lines += message.p[at] == '\n';
	return (bare > 0 && bare <= lines) || bytes_find_byte(message, '\0') < message.n;
}

static void
end_line(struct lines *lines, bool next_is_touched)
{
	struct bytes line = bytes_sub(buf_bytes(lines->out), lines->start, lines->out->n);

	if (lines->touched && (lines->in_header || bytes_starts_nocase(line, BYTES_LIT("--")) ||
				      bytes_starts_nocase(line, BYTES_LIT("content-"))))
		lines->structure = true;
	if (bytes_trim(line).n == 0)
		lines->in_header = false;
	lines->start = lines->out->n;
	lines->touched = next_is_touched;
}

enum lenient_change
lenient_put(struct bytes message, struct buf *out)
{
	struct lines lines = {.out = out, .start = out->n, .in_header = true};

	if (!differs(message))
		return LENIENT_NOTHING;
	for (size_t at = 0; at < message.n; at++) {
		if (message.p[at] == '\0')
			lines.touched = true;
		else if (is_bare_cr(message, at)) {
			lines.touched = true;
			buf_put_byte(out, '\n');
			end_line(&lines, true);
		} else {
			buf_put_byte(out, message.p[at]);
			if (message.p[at] == '\n')
				end_line(&lines, false);
		}
	}
	end_line(&lines, false);
	return lines.structure ? LENIENT_STRUCTURE : LENIENT_TEXT;
}
