/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/mime/words.h"

#include "lib/mime/charset.h"
#include "tests/support/tap.h"

static const struct {
	const char *name;
	struct bytes raw;
	const char *want;
} cases[] = {
	{"plain", BYTES_LIT(" hello "), "hello"},
	{"folded", BYTES_LIT("a\r\n b\r\n\tc"), "a b\tc"},
	{"broken line", BYTES_LIT("a\nb"), "a b"},
	{"q", BYTES_LIT("=?utf-8?Q?caf=C3=A9_x?="), "caf\xC3\xA9 x"},
	{"b", BYTES_LIT("=?UTF-8?B?Y2Fmw6k=?="), "caf\xC3\xA9"},
	{"with a language", BYTES_LIT("=?us-ascii*en?q?a?="), "a"},
	{"space between words vanishes", BYTES_LIT("=?utf-8?q?21?= \r\n =?utf-8?q?9?="), "219"},
	{"space around stays", BYTES_LIT("a =?utf-8?q?b?= c"), "a b c"},
	{"inside a word", BYTES_LIT("a=?utf-8?q?b?=c"), "abc"},
	{"without a space between", BYTES_LIT("=?utf-8?q?a?==?utf-8?q?b?="), "ab"},
	{"a character in two", BYTES_LIT("=?utf-8?b?Y2Fmww==?= =?utf-8?b?qQ==?="), "caf\xC3\xA9"},
	{"two charsets", BYTES_LIT("=?koi8-r?q?=C4?= =?utf-8?q?x?="), "\xD0\xB4x"},
	{"spaces in the text", BYTES_LIT("=?utf-8?q?a b?= c"), "a b c"},
	{"no end", BYTES_LIT("=?utf-8?q?abc def"), "abc def"},
	{"in quotes", BYTES_LIT("\"=?utf-8?q?a?=\" <x@y>"), "\"a\" <x@y>"},
	{"unknown charset", BYTES_LIT("=?x-none?q?a=E9?="), "a\xC3\xA9"},
	{"unknown encoding", BYTES_LIT("=?utf-8?x?a?="), "=?utf-8?x?a?="},
	{"no word", BYTES_LIT("=? =?? ?="), "=? =?? ?="},
	{"an equals sign as text", BYTES_LIT("=?utf-8?q?=?="), "="},
	{"8 bit", BYTES_LIT("caf\xE9"), "caf\xC3\xA9"},
	{"UTF-16", BYTES_LIT("=?utf-16be?b?AGEAYg==?="), "ab"},
	{"ISO-2022-JP", BYTES_LIT("=?ISO-2022-JP?B?GyRCJDMkbBsoQg==?="), "\xE3\x81\x93\xE3\x82\x8C"},
	{"empty word",
		BYTES_LIT("a=?utf-8?q?"
			  "?=b"),
		"ab"},
};

int
main(void)
{
	charset_init();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf out;

		buf_init(&out, 1000);
		words_decode(cases[i].raw, &out);
		tap_bytes(buf_bytes(&out), bytes_of_str(cases[i].want), "%s", cases[i].name);
		buf_done(&out);
	}
	return tap_done();
}
