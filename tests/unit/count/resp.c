/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/count/resp.h"

#include <string.h>

#include "tests/support/tap.h"

/* Replies, and what they are once read; -1: refused. */
static const struct {
	const char *name, *text;
	int got;
	enum resp_kind kind;
	const char *value;
} rows[] = {
	{"status", "+OK\r\n", 1, RESP_STATUS, "OK"},
	{"error", "-OOM no room\r\n", 1, RESP_ERROR, "OOM no room"},
	{"integer", ":42\r\n", 1, RESP_INTEGER, ""},
	{"string", "$5\r\na\r\nbc\r\n", 1, RESP_STRING, "a\r\nbc"},
	{"an empty string", "$0\r\n\r\n", 1, RESP_STRING, ""},
	{"nil", "$-1\r\n", 1, RESP_NIL, ""},
	{"no array", "*-1\r\n", 1, RESP_NIL, ""},
	{"array", "*2\r\n$1\r\na\r\n:1\r\n", 1, RESP_ARRAY, ""},
	{"arrays in arrays", "*2\r\n*1\r\n$1\r\na\r\n*0\r\n", 1, RESP_ARRAY, ""},
	{"half a line", "+O", 0, 0, NULL},
	{"half a string", "$5\r\nab", 0, 0, NULL},
	{"half an array", "*2\r\n:1\r\n", 0, 0, NULL},
	{"an array of a thousand million", "*1000000000\r\n", -1, 0, NULL},
	{"arrays that multiply", "*4000\r\n*4000\r\n", -1, 0, NULL},
	{"a string of a gigabyte", "$1000000000\r\n", -1, 0, NULL},
	{"a string of 65537 bytes", "$65537\r\n", -1, 0, NULL},
	{"a length that is none", "$x\r\n", -1, 0, NULL},
	{"a length below none", "*-2\r\n", -1, 0, NULL},
	{"a length beyond numbers", "*99999999999999999999999999999999\r\n", -1, 0, NULL},
	{"another type", "%1\r\n+a\r\n+b\r\n", -1, 0, NULL},
	{"HTTP", "HTTP/1.1 400 Bad Request\r\n", -1, 0, NULL},
	{"a line without CR", "+OK\n", -1, 0, NULL},
	{"nothing", "\r\n", -1, 0, NULL},
};

static int
read_in(struct bytes text, size_t step, struct resp **ret_reply)
{
	struct resp_reader *reader = resp_reader_new();
	int got = 0;

	for (size_t at = 0; at < text.n && got == 0; at += step) {
		got = resp_feed(reader, bytes_sub(text, at, step), NULL);
		if (got == 0)
			got = resp_next(reader, ret_reply, NULL);
	}
	resp_reader_free(reader);
	return got;
}

/* Whole, and byte by byte. */
static void
test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t step = 1; step < 1000; step += 998) {
			struct resp *reply = NULL;
			int got = read_in(bytes_of_str(rows[i].text), step, &reply);
			bool good = got == rows[i].got;

			if (good && got == 1)
				good = resp_kind_of(reply) == rows[i].kind &&
				       bytes_eq(resp_text(reply), bytes_of_str(rows[i].value));
			tap_ok(good, "%s, %zu bytes at once", rows[i].name, step);
			resp_free(reply);
		}
}

static void
test_long_line(void)
{
	struct resp_reader *reader = resp_reader_new();
	int got = resp_feed(reader, BYTES_LIT("-"), NULL);

	for (size_t i = 0; i < RESP_LINE_MAX && got == 0; i++)
		got = resp_feed(reader, BYTES_LIT("x"), NULL);
	tap_ok(got == -1, "a line without end is refused");
	resp_reader_free(reader);
}

static void
test_many(void)
{
	struct resp_reader *reader = resp_reader_new();
	struct resp *reply = NULL;
	int n = 0;

	for (int i = 0; i < 10000; i++) {
		n += resp_feed(reader, BYTES_LIT("*3\r\n:1\r\n$2\r\nab\r\n*-1\r\n"), NULL) == 0 &&
		     resp_next(reader, &reply, NULL) == 1;
		resp_free(reply);
		reply = NULL;
	}
	tap_ok(n == 10000, "what one reply may hold is not the sum of all");
	resp_reader_free(reader);
}

static void
test_command(void)
{
	const struct bytes args[] = {BYTES_LIT("SET"), BYTES_LIT("a\r\n$1"), BYTES_LIT("")};
	struct buf out;

	buf_init(&out, 1000);
	resp_put_command(&out, args, 3);
	tap_bytes(buf_bytes(&out), BYTES_LIT("*3\r\n$3\r\nSET\r\n$5\r\na\r\n$1\r\n$0\r\n\r\n"),
		"a command is binary-safe");
	buf_done(&out);
}

int
main(void)
{
	test_rows();
	test_long_line();
	test_many();
	test_command();
	return tap_done();
}
