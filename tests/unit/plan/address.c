/* SPDX-License-Identifier: Apache-2.0 */
/* What is an address that everybody reads alike, and its one spelling. */
#include "lib/plan/address.h"

#include "tests/support/tap.h"

/* `want` NULL: not taken. */
static const struct {
	const char *name, *input, *want;
} table[] = {
	{"in brackets", "<b@out.example>", "b@out.example"},
	{"bare", "b@out.example", "b@out.example"},
	{"no domain", "root", "root"},
	{"case stays", "<B@OUT.example>", "B@OUT.example"},
	{"a dot behind the domain", "<b@out.example.>", "b@out.example"},
	{"an extension", "<b+x=y/z@out.example>", "b+x=y/z@out.example"},
	{"dots anywhere", "<.b..c.@out.example>", ".b..c.@out.example"},
	{"percent and bang", "<a%b!c@out.example>", "a%b!c@out.example"},
	{"quotes for nothing", "<\"b.c\"@out.example>", "b.c@out.example"},
	{"a backslash for nothing", "<\"b\\.c\"@out.example>", "b.c@out.example"},
	{"quotes around a percent", "<\"a%b\"@out.example>", "a%b@out.example"},
	{"needed quotes", "<\"b c\"@out.example>", "\"b c\"@out.example"},
	{"a quoted at", "<\"b@x\"@out.example>", "\"b@x\"@out.example"},
	{"a quoted quote", "<\"b\\\"c\"@out.example>", "\"b\\\"c\"@out.example"},
	{"an empty quoted string", "<\"\"@out.example>", "\"\"@out.example"},
	{"beyond ASCII", "<b\xc3\xbc@d\xc3\xb6.example>", "b\xc3\xbc@d\xc3\xb6.example"},
	{"a literal", "<b@[192.0.2.1]>", "b@[192.0.2.1]"},
	{"an IPv6 literal", "<b@[IPv6:2001:db8::1]>", "b@[IPv6:2001:db8::1]"},
	{"nothing", "", NULL},
	{"empty brackets", "<>", NULL},
	{"no local part", "<@out.example>", NULL},
	{"an empty domain", "<b@>", NULL},
	{"a source route", "<@a.example,@b.example:b@out.example>", NULL},
	{"a comment", "<b@out.example(c)>", NULL},
	{"a comment without end", "<b@out.example(@here.example>", NULL},
	{"a comment in front", "<(c)b@out.example>", NULL},
	{"a list", "<b@out.example;>", NULL},
	{"two addresses", "<b@out.example,c@here.example>", NULL},
	{"a group", "<g:b@out.example;>", NULL},
	{"two ats", "<b@out.example@here.example>", NULL},
	{"an escaped at", "<b\\@out.example@here.example>", NULL},
	{"a space inside", "<b @out.example>", NULL},
	{"a space behind", "<b@out.example >", NULL},
	{"a name in front", "B <b@out.example>", NULL},
	{"quotes in the middle", "<b\"c\"@out.example>", NULL},
	{"something behind the quotes", "<\"b\"c@out.example>", NULL},
	{"quotes without end", "<\"b@out.example>", NULL},
	{"a line end in quotes", "<\"b\r\n\"@out.example>", NULL},
	{"an escaped line end in quotes", "<\"b\\\n\"@out.example>", NULL},
	{"a quoted domain", "<b@\"out.example\">", NULL},
	{"a literal without end", "<b@[192.0.2.1>", NULL},
	{"an empty literal", "<b@[]>", NULL},
	{"not UTF-8", "<b\xff@out.example>", NULL},
};

static void
test_too_long(struct arena *arena)
{
	char text[400];
	struct bytes got;

	memset(text, 'b', sizeof(text));
	tap_ok(address_read(arena, bytes_of(text, 320), &got) == 0, "320 bytes are taken");
	tap_ok(address_read(arena, bytes_of(text, 321), &got) < 0, "321 are not");
}

int
main(void)
{
	struct arena arena;

	arena_init(&arena);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct bytes got = {0};
		int ret = address_read(&arena, bytes_of_str(table[i].input), &got);

		tap_ok((ret == 0) == (table[i].want != NULL), "%s: %s", table[i].name,
			table[i].want ? "taken" : "not taken");
		tap_bytes(got, bytes_of_str(table[i].want ? table[i].want : ""), "%s: its spelling",
			table[i].name);
	}
	test_too_long(&arena);
	arena_done(&arena);
	return tap_done();
}
