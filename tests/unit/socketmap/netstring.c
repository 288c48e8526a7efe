/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/socketmap/netstring.h"

#include "tests/support/tap.h"

enum { MAX = 12 };

static const struct {
	const char *name, *text;
	enum netstring_result result;
	const char *content, *rest;
} rows[] = {
	{"one", "5:a bcd,", NETSTRING_READ, "a bcd", ""},
	{"an empty one", "0:,", NETSTRING_READ, "", ""},
	{"one and half of the next", "1:x,2:y", NETSTRING_READ, "x", "2:y"},
	{"a comma inside", "3:,,,,", NETSTRING_READ, ",,,", ""},
	{"the longest", "12:abcdefghijkl,", NETSTRING_READ, "abcdefghijkl", ""},
	{"nothing", "", NETSTRING_PARTIAL, NULL, NULL},
	{"a digit", "1", NETSTRING_PARTIAL, NULL, NULL},
	{"no end yet", "2:ab", NETSTRING_PARTIAL, NULL, NULL},
	{"too long, seen before its end", "13:", NETSTRING_MALFORMED, NULL, NULL},
	{"far too long", "99999999999999999999999999999999", NETSTRING_MALFORMED, NULL, NULL},
	{"a zero in front", "01:x,", NETSTRING_MALFORMED, NULL, NULL},
	{"no length", ":x,", NETSTRING_MALFORMED, NULL, NULL},
	{"a sign", "-1:x,", NETSTRING_MALFORMED, NULL, NULL},
	{"a space", " 1:x,", NETSTRING_MALFORMED, NULL, NULL},
	{"another end", "1:x;", NETSTRING_MALFORMED, NULL, NULL},
	{"longer than it says", "1:xy,", NETSTRING_MALFORMED, NULL, NULL},
	{"HTTP", "GET / HTTP/1.1\r\n", NETSTRING_MALFORMED, NULL, NULL},
	{"TLS", "\x16\x03\x01", NETSTRING_MALFORMED, NULL, NULL},
};

static void
test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bytes rest = bytes_of_str(rows[i].text), content = {0};
		enum netstring_result result = netstring_next(&rest, MAX, &content);

		tap_ok(result == rows[i].result, "%s: result %d", rows[i].name, (int)result);
		if (result == NETSTRING_READ) {
			tap_bytes(content, bytes_of_str(rows[i].content), "%s: content", rows[i].name);
			tap_bytes(rest, bytes_of_str(rows[i].rest), "%s: rest", rows[i].name);
		} else {
			tap_bytes(rest, bytes_of_str(rows[i].text), "%s: untouched", rows[i].name);
		}
	}
}

/* Cut at every place it is partial, never malformed and never read early. */
static void
test_cuts(void)
{
	static const char text[] = "12:0123456789ab,";
	size_t wrong = 0;

	for (size_t n = 0; n < sizeof(text); n++) {
		struct bytes rest = bytes_of(text, n), content;

		wrong += netstring_next(&rest, MAX, &content) !=
			 (n < sizeof(text) - 1 ? NETSTRING_PARTIAL : NETSTRING_READ);
	}
	tap_ok(wrong == 0, "cut at every place");
}

static void
test_requests(void)
{
	struct bytes map, key;

	tap_ok(socketmap_parse_request(BYTES_LIT("tls-policy [a.example]:25"), &map, &key) == 0, "a request");
	tap_bytes(map, BYTES_LIT("tls-policy"), "its map");
	tap_bytes(key, BYTES_LIT("[a.example]:25"), "its key");
	tap_ok(socketmap_parse_request(BYTES_LIT("m a b"), &map, &key) == 0, "a space in the key");
	tap_bytes(key, BYTES_LIT("a b"), "it stays");
	tap_ok(socketmap_parse_request(BYTES_LIT("m "), &map, &key) == 0 && key.n == 0, "an empty key");
	tap_ok(socketmap_parse_request(BYTES_LIT("m"), &map, &key) < 0, "no key");
	tap_ok(socketmap_parse_request(BYTES_LIT(" k"), &map, &key) < 0, "no map");
	tap_ok(socketmap_parse_request(BYTES_LIT(""), &map, &key) < 0, "nothing");
}

static void
test_answers(void)
{
	static const struct {
		const char *text;
		enum socketmap_status status;
		const char *rest;
	} answers[] = {{"OK may", SOCKETMAP_OK, "may"}, {"NOTFOUND ", SOCKETMAP_NOTFOUND, ""},
		{"NOTFOUND", SOCKETMAP_NOTFOUND, ""}, {"TEMP not yet", SOCKETMAP_TEMP, "not yet"},
		{"TIMEOUT x", SOCKETMAP_TIMEOUT, "x"}, {"PERM x", SOCKETMAP_PERM, "x"}};
	enum socketmap_status status;
	struct bytes text, content;
	struct buf out;

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		tap_ok(socketmap_parse_answer(bytes_of_str(answers[i].text), &status, &text) == 0 &&
				status == answers[i].status,
			"%s", answers[i].text);
		tap_bytes(text, bytes_of_str(answers[i].rest), "its text");
	}
	tap_ok(socketmap_parse_answer(BYTES_LIT("OKAY x"), &status, &text) < 0, "another word");
	tap_ok(socketmap_parse_answer(BYTES_LIT(""), &status, &text) < 0, "none");

	buf_init(&out, 100);
	socketmap_put_answer(&out, SOCKETMAP_NOTFOUND, BYTES_LIT(""));
	tap_bytes(buf_bytes(&out), BYTES_LIT("9:NOTFOUND ,"), "NOTFOUND is written with its space");
	content = buf_bytes(&out);
	tap_ok(netstring_next(&content, MAX, &text) == NETSTRING_READ && content.n == 0, "and read again");
	buf_reset(&out);
	netstring_put(&out, BYTES_LIT("m k"));
	tap_bytes(buf_bytes(&out), BYTES_LIT("3:m k,"), "a request is written");
	buf_done(&out);
}

static void
test_attributes(void)
{
	struct bytes text = BYTES_LIT("level=verified source=mta-sts age=123  until=9 x");

	tap_bytes(socketmap_attribute(text, "level"), BYTES_LIT("verified"), "the first");
	tap_bytes(socketmap_attribute(text, "until"), BYTES_LIT("9"), "a later one");
	tap_ok(socketmap_attribute(text, "x").n == 0, "a word without =");
	tap_ok(socketmap_attribute(text, "evel").n == 0, "no part of a name");
	tap_ok(socketmap_attribute(text, "ag").n == 0, "no beginning of a name");
	tap_ok(socketmap_attribute(bytes_of(NULL, 0), "level").n == 0, "nothing at all");
}

int
main(void)
{
	test_rows();
	test_cuts();
	test_requests();
	test_answers();
	test_attributes();
	return tap_done();
}
