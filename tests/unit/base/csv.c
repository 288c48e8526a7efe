/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/csv.h"

#include "lib/base/buf.h"
#include "tests/support/tap.h"

/* Rows as "line[field|field]", malformed ones as "line!". */
static void
read_all(const char *text, struct buf *out)
{
	static struct csv_row row;
	struct csv csv;
	int ret;

	csv_init(&csv, bytes_of_str(text));
	while ((ret = csv_next(&csv, &row)) != 0) {
		buf_putf(out, "%zu%s", row.line, ret < 0 ? "!" : "[");
		for (size_t i = 0; ret > 0 && i < row.n; i++) {
			buf_put_str(out, i > 0 ? "|" : "");
			buf_put_bytes(out, row.fields[i]);
		}
		buf_put_str(out, ret > 0 ? "]" : "");
	}
	csv_done(&csv);
}

int
main(void)
{
	static const struct {
		const char *name, *text, *want;
	} table[] = {
		{"nothing", "", ""},
		{"a row", "a,b,c\n", "1[a|b|c]"},
		{"without a last line end", "a,b", "1[a|b]"},
		{"CR LF", "a,b\r\nc,d\r\n", "1[a|b]2[c|d]"},
		{"a mark", "\xEF\xBB\xBFname,b\n1,2", "1[name|b]2[1|2]"},
		{"empty fields", ",,\n", "1[||]"},
		{"empty lines", "a\n\n\r\nb\n", "1[a]4[b]"},
		{"quotes", "\"a,b\",c\n", "1[a,b|c]"},
		{"doubled quotes", "\"a \"\"b\"\"\",c\n", "1[a \"b\"|c]"},
		{"only doubled quotes", "\"\"\"\"\n", "1[\"]"},
		{"an empty quoted field", "\"\",x\n", "1[|x]"},
		{"a line break in quotes", "\"a\nb\",c\nd,e\n", "1[a\nb|c]3[d|e]"},
		{"bars", "a|b|c,d\n1|2|3\n", "1[a|b|c,d]2[1|2|3]"},
		{"semicolons", "a;b,c;d\n1;2;3\n", "1[a|b,c|d]2[1|2|3]"},
		{"tabs", "a\tb\n1\t2\n", "1[a|b]2[1|2]"},
		{"commas in a quoted title", "\"a,b,c\";d;e\n1;2;3\n", "1[a,b,c|d|e]2[1|2|3]"},
		{"a quote inside", "a\"b,c\nd,e\n", "1!2[d|e]"},
		{"text behind a quote", "\"a\"b,c\nd\n", "1!2[d]"},
		{"an open quote", "\"a,b\nc,d\n", "1!2[c|d]"},
		{"a lone CR", "a\rb,c\n", "1[a\rb|c]"},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct buf out;

		buf_init(&out, 1000);
		read_all(table[i].text, &out);
		tap_bytes(buf_bytes(&out), bytes_of_str(table[i].want), "%s", table[i].name);
		buf_done(&out);
	}

	static char many[2 * CSV_FIELD_MAX + 10];
	struct buf out;

	memset(many, ',', CSV_FIELDS_MAX);
	many[CSV_FIELDS_MAX] = '\n';
	many[CSV_FIELDS_MAX + 1] = 'x';
	buf_init(&out, 1000);
	read_all(many, &out);
	tap_bytes(buf_bytes(&out), BYTES_LIT("1!2[x]"), "too many fields");
	memset(many, 'a', CSV_FIELD_MAX + 5);
	many[CSV_FIELD_MAX + 5] = '\n';
	many[CSV_FIELD_MAX + 6] = 'x';
	buf_reset(&out);
	read_all(many, &out);
	tap_bytes(buf_bytes(&out), BYTES_LIT("1!2[x]"), "a field that is too long");
	buf_done(&out);
	return tap_done();
}
