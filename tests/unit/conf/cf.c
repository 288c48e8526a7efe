/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/conf/cf.h"

#include <stdlib.h>

#include "lib/base/buf.h"
#include "tests/support/tap.h"

/* Entries as `name=value;`, or the faults as they are printed. */
static void
show(struct bytes content, struct buf *out)
{
	struct cf_entry *entry = NULL;
	struct faults faults;
	struct arena arena;

	arena_init(&arena);
	faults_init(&faults);
	if (cf_parse(&arena, "f", content, &entry, &faults) == 0)
		for (; entry != NULL; entry = entry->next)
			buf_putf(out, "%s=%s;", entry->name, entry->value);
	for (size_t i = 0; i < faults.n; i++)
		buf_putf(out, "%d:%d %s;", faults.list[i].line, faults.list[i].column, faults.list[i].text);
	faults_done(&faults);
	arena_done(&arena);
}

static void
test_syntax(void)
{
	static const struct {
		const char *name;
		struct bytes input;
		const char *want;
	} table[] = {
		{"nothing", BYTES_LIT(""), ""},
		{"plain", BYTES_LIT("a = b\n"), "a=b;"},
		{"no spaces", BYTES_LIT("a=b"), "a=b;"},
		{"empty value", BYTES_LIT("a =\n"), "a=;"},
		{"equals in the value", BYTES_LIT("a = b=c = d\n"), "a=b=c = d;"},
		{"a hash in the value", BYTES_LIT("a = b # c\n"), "a=b # c;"},
		{"CR LF", BYTES_LIT("a = b\r\nc = d\r\n"), "a=b;c=d;"},
		{"continued", BYTES_LIT("a = b,\n  c\n\td\n"), "a=b, c d;"},
		{"continued from an empty first line", BYTES_LIT("a =\n b\n c\n"), "a=b c;"},
		{"comment between", BYTES_LIT("a = b\n# c\n   # d\n\n e\n"), "a=b e;"},
		{"twice", BYTES_LIT("a = b\na = c\n"), "a=b;a=c;"},
		{"no equals", BYTES_LIT("a = b\nc d\n"), "2:1 expected 'name = value';"},
		{"no name", BYTES_LIT("= b\n"), "1:1 expected a name of letters, digits and '_' before '=';"},
		{"a bad name", BYTES_LIT("a-b = c\n"),
			"1:2 expected a name of letters, digits and '_' before '=';"},
		{"two names", BYTES_LIT("a b = c\n"),
			"1:2 expected a name of letters, digits and '_' before '=';"},
		{"continues nothing", BYTES_LIT(" a = b\n"),
			"1:1 a line that starts with white space continues nothing here;"},
		{"NUL", BYTES_LIT("a = b\0c\n"), "1:6 a control character;"},
		{"not UTF-8", BYTES_LIT("a = b\nc = \xff\n"), "2:0 not UTF-8;"},
		{"two faults", BYTES_LIT("a\nb\n"),
			"1:1 expected 'name = value';2:1 expected 'name = value';"},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct buf out;

		buf_init(&out, 4096);
		show(table[i].input, &out);
		tap_bytes(buf_bytes(&out), bytes_of_str(table[i].want), "syntax: %s", table[i].name);
		buf_done(&out);
	}
}

static const char *
lookup(const void *context, struct bytes name)
{
	(void)context;
	if (bytes_eq(name, BYTES_LIT("a")))
		return "A";
	if (bytes_eq(name, BYTES_LIT("b")))
		return "<$a>";
	if (bytes_eq(name, BYTES_LIT("circle")))
		return "$circle";
	if (bytes_eq(name, BYTES_LIT("bomb9")))
		return "";
	if (name.n == 5 && bytes_starts_nocase(name, BYTES_LIT("bomb")))
		return name.p[4] == '1'   ? "$bomb2$bomb2$bomb2$bomb2"
		       : name.p[4] == '2' ? "$bomb3$bomb3$bomb3$bomb3"
		       : name.p[4] == '3' ? "$bomb4$bomb4$bomb4$bomb4"
		       : name.p[4] == '4' ? "$bomb5$bomb5$bomb5$bomb5"
					  : "$bomb9$bomb9$bomb9$bomb9";
	return NULL;
}

static void
test_expansion(void)
{
	static const struct {
		const char *input;
		int ret;
		const char *want; /* the value, or the fault */
	} table[] = {
		{"plain", 0, "plain"},
		{"$a", 0, "A"},
		{"${a}b", 0, "Ab"},
		{"x$a.y", 0, "xA.y"},
		{"$b$b", 0, "<A><A>"},
		{"$$a", 0, "$a"},
		{"$", -1, "o: expected a name behind '$' ('$$' is a dollar)"},
		{"${a", -1, "o: expected a name behind '$' ('$$' is a dollar)"},
		{"$-", -1, "o: expected a name behind '$' ('$$' is a dollar)"},
		{"$none", -1, "o: there is no option $none"},
		{"$circle", -1, "o: goes in a circle through $circle"},
		{"$bomb1$bomb1$bomb1", -1, "o: too long once expanded, at $bomb9"},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		static const struct cf_entry entry = {.name = "o", .file = "f", .line = 3, .value_column = 5};
		struct faults faults;
		struct buf out;
		int ret;

		buf_init(&out, CF_MAX_VALUE);
		faults_init(&faults);
		ret = cf_expand(&(struct cf_expansion){.lookup = lookup, .entry = &entry, .faults = &faults},
			table[i].input, &out);
		tap_ok(ret == table[i].ret, "expand '%s' returns %d", table[i].input, ret);
		tap_bytes(ret == 0 ? buf_bytes(&out) : bytes_of_str(faults.list[0].text),
			bytes_of_str(table[i].want), "expand '%s'", table[i].input);
		if (ret != 0)
			tap_ok(faults.list[0].line == 3 && faults.list[0].column == 5, "the fault's place");
		faults_done(&faults);
		buf_done(&out);
	}
}

int
main(void)
{
	test_syntax();
	test_expansion();
	return tap_done();
}
