/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/mime/flowed.h"

#include "lib/base/ascii.h"

/* How deeply a line is quoted. */
static size_t
quote_depth(struct bytes line)
{
	size_t depth = 0;

	while (depth < line.n && line.p[depth] == '>')
		depth++;
	return depth;
}

/* Section 4.3: a signature separator is never flowed. */
static bool
is_soft(struct bytes line)
{
	return line.n > 0 && line.p[line.n - 1] == ' ' && !bytes_eq(line, BYTES_LIT("-- "));
}

static void
put_flowed(struct bytes text, enum flowed_mode mode, struct buf *out)
{
	struct bytes line;
	bool joins = false, started = false;
	size_t last_depth = 0;

	while (bytes_next_line(&text, &line)) {
		size_t depth = quote_depth(line);
		bool soft;

		line = bytes_sub(line, depth, line.n);
		if (line.n > 0 && line.p[0] == ' ')
			line = bytes_sub(line, 1, line.n);
		if (bytes_eq(line, BYTES_LIT("-- ")) || depth != last_depth)
			joins = false;
		if (!joins) {
			if (started)
				buf_put_byte(out, '\n');
			started = true;
			for (size_t i = 0; i < depth; i++)
				buf_put_byte(out, '>');
			if (depth > 0)
				buf_put_byte(out, ' ');
		}
		soft = is_soft(line);
		if (soft && mode == FLOWED_DELSP)
			line.n--;
		buf_put_bytes(out, line);
		joins = soft;
		last_depth = depth;
	}
}

void
flowed_put(struct bytes text, enum flowed_mode mode, struct buf *out)
{
	if (mode != FLOWED_OFF) {
		put_flowed(text, mode, out);
		return;
	}
	for (size_t at = 0; at < text.n;) {
		size_t n = bytes_find_byte(bytes_sub(text, at, text.n), '\r');

		buf_put_bytes(out, bytes_sub(text, at, n));
		at += n;
		if (at < text.n) {
			if (at + 1 >= text.n || text.p[at + 1] != '\n')
				buf_put_byte(out, '\n');
			at++;
		}
	}
}

/* "begin 644 name": three or four octal digits. */
static bool
is_begin(struct bytes line, struct bytes *ret_name)
{
	size_t n = 6;

	if (!bytes_starts_nocase(line, BYTES_LIT("begin ")))
		return false;
	while (n < line.n && line.p[n] >= '0' && line.p[n] <= '7')
		n++;
	if (n < 9 || n > 10 || n >= line.n || line.p[n] != ' ')
		return false;
	*ret_name = bytes_trim(bytes_sub(line, n, line.n));
	return ret_name->n > 0;
}

/* The first character says how many bytes the line holds: enough characters must follow. */
static bool
is_uu_line(struct bytes line)
{
	size_t count;

	if (line.n == 0 || line.p[0] < ' ' || line.p[0] > '`')
		return false;
	count = (line.p[0] - 32U) & 63U;
	for (size_t i = 1; i < line.n; i++) {
		if (line.p[i] < ' ' || line.p[i] > '`')
			return false;
	}
	/* Trailing spaces, which mean zeros, get lost on the way. */
	return line.n <= 1 + (count + 2) / 3 * 4 + 2 && count <= 45;
}

static bool
is_end(struct bytes line)
{
	return bytes_eq(bytes_trim(line), BYTES_LIT("end"));
}

int
uu_find(struct bytes text, size_t from, struct uu_block *ret_block)
{
	struct bytes rest = bytes_sub(text, from, text.n), line, name;

	while (bytes_next_line(&rest, &line)) {
		struct bytes inner = rest, last = line;
		size_t lines = 0;

		if (!is_begin(line, &name))
			continue;
		while (bytes_next_line(&inner, &last) && !is_end(last) && is_uu_line(last))
			lines++;
		/* A file that was cut off before its end still says much. */
		if (lines == 0 || (!is_end(last) && lines < 3))
			continue;
		ret_block->name = name;
		ret_block->at = (size_t)(line.p - text.p);
		ret_block->encoded = bytes_of(line.p, (size_t)((last.p + last.n) - line.p));
		return 0;
	}
	return 1;
}
