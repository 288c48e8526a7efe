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
