/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/bytes.h"

#include "tests/support/tap.h"

static void
test_lines(void)
{
	struct bytes rest = BYTES_LIT("one\r\ntwo\n\nlast"), line;
	static const char *const want[] = {"one", "two", "", "last"};

	for (size_t i = 0; i < 4; i++) {
		tap_ok(bytes_next_line(&rest, &line), "line %zu is there", i);
		tap_bytes(line, bytes_of_str(want[i]), "line %zu", i);
	}
	tap_ok(!bytes_next_line(&rest, &line), "no line behind the last");
}

static void
test_numbers(void)
{
	static const struct {
		const char *text;
		int ret;
		int64_t value;
	} table[] = {
		{"0", 0, 0},
		{"-5", 0, -5},
		{"100", 0, 100},
		{"101", -1, 0},
		{"", -1, 0},
		{"-", -1, 0},
		{"1 ", -1, 0},
		{"0x1", -1, 0},
		{"99999999999999999999", -1, 0},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		int64_t value = 0;
		int ret = bytes_parse_i64(bytes_of_str(table[i].text), -10, 100, &value);

		tap_ok(ret == table[i].ret && value == table[i].value, "number '%s'", table[i].text);
	}
}

static void
test_search(void)
{
	tap_ok(bytes_find(BYTES_LIT("abcabd"), BYTES_LIT("abd")) == 3, "found");
	tap_ok(bytes_find(BYTES_LIT("abc"), BYTES_LIT("abcd")) == 3, "longer than the text");
	tap_ok(bytes_starts_nocase(BYTES_LIT("X-Postseal-Id"), BYTES_LIT("x-postseal-")), "prefix");
	tap_ok(bytes_ends_nocase(BYTES_LIT("a@Example.COM"), BYTES_LIT("example.com")), "suffix");
	tap_bytes(bytes_trim(BYTES_LIT(" \t a b\r\n")), BYTES_LIT("a b"), "trimmed");
	tap_bytes(bytes_sub(BYTES_LIT("abc"), 5, 1), BYTES_LIT(""), "sub beyond the end");
}

int
main(void)
{
	test_lines();
	test_numbers();
	test_search();
	return tap_done();
}
