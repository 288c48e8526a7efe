/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every sign that Unicode calls compatible with ASCII letters and digits (NFKC) is folded to them. Unicode's
 * own data says which: Debian's package unicode-data, or a file named by UNICODE_DATA; skipped without it.
 */
#include <stdlib.h>

#include "lib/base/ascii.h"
#include "lib/base/fd.h"
#include "lib/dlp/fold.h"
#include "tests/support/tap.h"

enum { FILE_MAX = 4 << 20, TEXT_MAX = FOLD_POINT_MAX - 1, TRADE_MARK = 0x2122, SERVICE_MARK = 0x2120 };

/* "<font> 0041", "<square> 006D 0067": the text when it is ASCII letters and digits and nothing else. */
static bool
read_mapping(struct bytes field, char ret_text[FOLD_POINT_MAX])
{
	size_t n = 0, at = bytes_find_byte(field, '>');
	if (at == field.n)
		return false;
	for (at += 2; at < field.n; at += 5) {
		uint32_t c = 0;
		for (size_t i = at; i < at + 4 && i < field.n; i++)
			c = c << 4 | (uint32_t)ascii_hex_value(field.p[i]);
		if (n == TEXT_MAX || c >= 0x80 || !ascii_is_alnum((uint8_t)c))
			return false;
		ret_text[n++] = (char)c;
	}
	ret_text[n] = '\0';
	return n > 0;
}

static uint32_t
read_code_point(struct bytes field)
{
	uint32_t c = 0;
	for (size_t i = 0; i < field.n; i++)
		c = c << 4 | (uint32_t)ascii_hex_value(field.p[i]);
	return c;
}

/* The field of this number in a line, between semicolons. */
static struct bytes
field_of(struct bytes line, int number)
{
	for (; number > 0; number--) {
		size_t n = bytes_find_byte(line, ';');
		line = bytes_sub(line, n < line.n ? n + 1 : n, line.n);
	}
	return bytes_sub(line, 0, bytes_find_byte(line, ';'));
}

static bool
folds_to(uint32_t c, const char *want)
{
	char text[FOLD_POINT_MAX] = {0};
	enum fold_class class = fold_point(c, text);
	if (class != FOLD_ASCII && class != FOLD_LOOKALIKE)
		return false;
	return bytes_eq_nocase(bytes_of_str(text), bytes_of_str(want));
}

/* Compatible forms (field 5) and decimal digits (field 6). */
static void
check_line(struct bytes line, size_t *n)
{
	char want[FOLD_POINT_MAX] = {0};
	uint32_t c = read_code_point(field_of(line, 0));
	struct bytes digit = field_of(line, 6);
	if (c < 0x80 || c == TRADE_MARK || c == SERVICE_MARK)
		return;
	if (digit.n == 1)
		want[0] = (char)digit.p[0];
	else if (!read_mapping(field_of(line, 5), want))
		return;
	++*n;
	if (!folds_to(c, want))
		tap_ok(false, "U+%04X is %s", c, want);
}

int
main(void)
{
	const char *path = getenv("UNICODE_DATA");
	struct buf file;
	struct err err;
	size_t n = 0;
	buf_init(&file, FILE_MAX);
	if (fd_read_file(path ? path : "/usr/share/unicode/UnicodeData.txt", &file, &err) != 0) {
		tap_skip("the package unicode-data is not installed");
		return tap_done();
	}
	struct bytes rest = buf_bytes(&file), line;
	while (bytes_next_line(&rest, &line))
		check_line(line, &n);
	tap_ok(n > 1500, "%zu signs are compatible with ASCII letters and digits", n);
	buf_done(&file);
	return tap_done();
}
