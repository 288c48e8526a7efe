/* SPDX-License-Identifier: Apache-2.0 */
/* Tests text (hex, base64) and utf8. */
#include "lib/base/text.h"

#include "lib/base/utf8.h"
#include "tests/support/tap.h"

/* RFC 4648 section 10, and what section 3.5 forbids. */
static void
test_base64(void)
{
	static const struct {
		const char *plain, *coded, *url;
	} table[] = {
		{"", "", ""},
		{"f", "Zg==", "Zg"},
		{"fo", "Zm8=", "Zm8"},
		{"foo", "Zm9v", "Zm9v"},
		{"foob", "Zm9vYg==", "Zm9vYg"},
		{"\xfb\xff\xfe", "+//+", "-__-"},
	};
	static const char *const bad[] = {"Zh", "Zg=", "Z", "Z+", "Zg\n"};
	uint8_t out[8];

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct bytes plain = bytes_of_str(table[i].plain);
		struct buf buf;

		buf_init(&buf, 100);
		text_put_base64(&buf, plain);
		tap_bytes(buf_bytes(&buf), bytes_of_str(table[i].coded), "base64 %zu", i);
		buf_reset(&buf);
		text_put_base64url(&buf, plain);
		tap_bytes(buf_bytes(&buf), bytes_of_str(table[i].url), "base64url %zu", i);
		tap_ok(text_from_base64url(buf_bytes(&buf), out, plain.n) == 0 &&
				memcmp(out, plain.p, plain.n) == 0,
			"and back %zu", i);
		buf_done(&buf);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		tap_ok(text_from_base64url(bytes_of_str(bad[i]), out, 1) == -1, "refused: bad base64url %zu",
			i);
}

static void
test_base64_lines(void)
{
	uint8_t zeros[58] = {0};
	struct buf buf;

	buf_init(&buf, 200);
	text_put_base64_lines(&buf, bytes_of(zeros, sizeof(zeros)));
	tap_ok(buf.n == 76 + 2 + 4 + 2 && buf.p[76] == '\r' && buf.p[77] == '\n', "76 characters a line");
	buf_done(&buf);
}

static void
test_hex(void)
{
	uint8_t out[3];
	char text[7];

	text_hex(BYTES_LIT("\x00\x9f\xff"), text);
	tap_ok(strcmp(text, "009fff") == 0, "hex");
	tap_ok(text_from_hex(BYTES_LIT("009FfF"), out, 3) == 0 && memcmp(out, "\x00\x9f\xff", 3) == 0,
		"both cases");
	tap_ok(text_from_hex(BYTES_LIT("009ff"), out, 3) == -1, "too short");
	tap_ok(text_from_hex(BYTES_LIT("009fgf"), out, 3) == -1, "not a digit");
}

static void
test_html(void)
{
	struct buf buf;

	buf_init(&buf, 100);
	text_put_html(&buf, BYTES_LIT("<a href=\"x\" title='&'>\t\x01\n\xc3\xa9"));
	tap_bytes(buf_bytes(&buf),
		BYTES_LIT("&lt;a href=&quot;x&quot; title=&#39;&amp;&#39;&gt;\t\n\xc3\xa9"),
		"HTML: references, no control bytes");
	buf_done(&buf);
}

/* Valid, overlong, surrogates, above U+10FFFF, cut short. */
static void
test_utf8(void)
{
	static const struct {
		const char *text, *clean;
		bool valid;
	} table[] = {
		{"abc", "abc", true},
		{"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", true},
		{"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd", false},
		{"\xe0\x80\xaf", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", false},
		{"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", false},
		{"\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", false},
		{"a\xe2\x82", "a\xef\xbf\xbd\xef\xbf\xbd", false},
		{"\x80z", "\xef\xbf\xbdz", false},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct bytes text = bytes_of_str(table[i].text);
		struct buf buf;

		buf_init(&buf, 100);
		utf8_put_clean(&buf, text);
		tap_bytes(buf_bytes(&buf), bytes_of_str(table[i].clean), "cleaned %zu", i);
		tap_ok(utf8_is_valid(text) == table[i].valid, "validity of %zu", i);
		tap_ok(utf8_is_valid(buf_bytes(&buf)), "what is cleaned is valid %zu", i);
		buf_done(&buf);
	}
}

/* Every code point goes out and comes back. */
static void
test_utf8_all(void)
{
	size_t wrong = 0;
	struct buf buf;

	buf_init(&buf, 8);
	for (uint32_t c = 0; c <= 0x10FFFF; c++) {
		size_t at = 0;
		uint32_t want = c >= 0xD800 && c <= 0xDFFF ? UTF8_REPLACEMENT : c;

		buf_reset(&buf);
		utf8_put(&buf, c);
		wrong += utf8_next(buf_bytes(&buf), &at) != want || at != buf.n;
	}
	tap_ok(wrong == 0, "all code points round (%zu wrong)", wrong);
	buf_done(&buf);
}

int
main(void)
{
	test_base64();
	test_base64_lines();
	test_hex();
	test_html();
	test_utf8();
	test_utf8_all();
	return tap_done();
}
