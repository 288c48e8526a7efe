/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/conf/yaml.h"

#include <string.h>

#include "lib/base/buf.h"
#include "tests/support/tap.h"

static void
show_node(const struct yaml_node *node, struct buf *out)
{
	if (node->key.n > 0)
		buf_putf(out, "%.*s=", BYTES_FMT(node->key));
	if (node->kind == YAML_SCALAR) {
		buf_putf(out, node->plain ? "%.*s" : "'%.*s'", BYTES_FMT(node->text));
		return;
	}
	buf_put_byte(out, node->kind == YAML_MAPPING ? '{' : '[');
	for (const struct yaml_node *child = node->children; child != NULL; child = child->next) {
		show_node(child, out);
		buf_put_byte(out, ' ');
	}
	buf_put_byte(out, node->kind == YAML_MAPPING ? '}' : ']');
}

static void
show(struct bytes content, struct buf *out)
{
	struct yaml_node *root = NULL;
	struct faults faults;
	struct arena arena;

	arena_init(&arena);
	faults_init(&faults);
	if (yaml_parse(&arena, "f", content, &root, &faults) == 0)
		show_node(root, out);
	for (size_t i = 0; i < faults.n && i < FAULTS_MAX; i++)
		buf_putf(out, "%d:%d %s;", faults.list[i].line, faults.list[i].column, faults.list[i].text);
	faults_done(&faults);
	arena_done(&arena);
}

static void
test_forms(void)
{
	static const struct {
		const char *name;
		struct bytes input;
		const char *want;
	} table[] = {
		{"scalar", BYTES_LIT("abc\n"), "abc"},
		{"quoted", BYTES_LIT("'a\\b'\n"), "'a\\b'"},
		{"mapping", BYTES_LIT("a: 1\nb: two words\n"), "{a=1 b=two words }"},
		{"nested", BYTES_LIT("a:\n  - x\n  - {c: d}\n"), "{a=[x {c=d } ] }"},
		{"empty value", BYTES_LIT("a:\nb: ''\n"), "{a= b='' }"},
		{"flow", BYTES_LIT("{a: [1, 2], b: {}}"), "{a=[1 2 ] b={} }"},
		{"comment only", BYTES_LIT("# nothing\n"), "1:1 the file is empty;"},
		{"empty", BYTES_LIT(""), "1:1 the file is empty;"},
		{"duplicate key", BYTES_LIT("a: 1\nb: 2\na: 3\n"),
			"3:1 key 'a' stands here twice, first on line 1;"},
		{"alias", BYTES_LIT("a: &x 1\nb: *x\n"), "1:4 anchors (&name) are not allowed here;"},
		{"alias alone", BYTES_LIT("b: *x\n"), "1:4 aliases (*name) are not allowed here;"},
		{"tag", BYTES_LIT("a: !!int 1\n"), "1:4 tags (!name) are not allowed here;"},
		{"tag on a list", BYTES_LIT("a: !x [1]\n"), "1:4 tags (!name) are not allowed here;"},
		{"two documents", BYTES_LIT("a: 1\n---\nb: 2\n"),
			"2:1 a second document: one file holds one;"},
		{"key that is a list", BYTES_LIT("? [a]\n: b\n"), "1:3 expected a key that is a plain text;"},
		{"NUL", BYTES_LIT("a: \"x\\0y\"\n"), "1:4 a text with a NUL character;"},
		{"tab", BYTES_LIT("a:\n\tb: 1\n"),
			"2:1 found character that cannot start any token, while scanning for the next "
			"token;"},
		{"open list", BYTES_LIT("a: [1\n"),
			"2:1 did not find expected ',' or ']', while parsing a flow sequence;"},
		{"not UTF-8", BYTES_LIT("a: \xff\n"), "1:0 invalid leading UTF-8 octet;"},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct buf out;

		buf_init(&out, 4096);
		show(table[i].input, &out);
		tap_bytes(buf_bytes(&out), bytes_of_str(table[i].want), "%s", table[i].name);
		buf_done(&out);
	}
}

static void
test_bounds(void)
{
	static const struct bytes opens = BYTES_LIT("["), keys = BYTES_LIT("k: 1\n");
	struct buf content, out;

	buf_init(&content, YAML_MAX_BYTES + 1);
	buf_init(&out, 65536);
	for (int i = 0; i < 200000; i++)
		buf_put_bytes(&content, opens);
	show(buf_bytes(&content), &out);
	tap_bytes(buf_bytes(&out), BYTES_LIT("1:33 nested too deeply;"), "200,000 open brackets");

	buf_reset(&content);
	buf_reset(&out);
	for (int i = 0; i < 100000; i++)
		buf_put_bytes(&content, keys);
	show(buf_bytes(&content), &out);
	tap_ok(bytes_starts_nocase(buf_bytes(&out), BYTES_LIT("2:1 key 'k' stands here twice")),
		"100,000 equal keys");

	buf_reset(&content);
	buf_reset(&out);
	while (!buf_full(&content))
		buf_put_byte(&content, '#');
	show(buf_bytes(&content), &out);
	tap_bytes(buf_bytes(&out), BYTES_LIT("0:0 longer than 4194304 bytes;"), "a file too long");
	buf_done(&out);
	buf_done(&content);
}

static void
test_readers(void)
{
	static const char *const known[] = {"number", "text", "list", NULL};
	static const struct bytes content = BYTES_LIT("number: 12\ntext: a b\nlst: [1]\n");
	struct yaml_node *root = NULL;
	struct bytes text = {0};
	struct faults faults;
	struct arena arena;
	int64_t value = 0;

	arena_init(&arena);
	faults_init(&faults);
	tap_ok(yaml_parse(&arena, "f", content, &root, &faults) == 0 && root->n_children == 3, "parsed");
	tap_ok(yaml_int(yaml_get(root, "number"), "f", 1, 20, &value, &faults) == 0 && value == 12, "number");
	tap_ok(yaml_str(yaml_get(root, "text"), "f", &text, &faults) == 0, "text");
	tap_bytes(text, BYTES_LIT("a b"), "its value");
	tap_ok(yaml_get(root, "none") == NULL, "a key that is not there");
	tap_ok(yaml_get(yaml_get(root, "text"), "x") == NULL, "a key of no mapping");
	tap_ok(faults.n == 0, "no fault so far");

	tap_ok(yaml_int(yaml_get(root, "number"), "f", 1, 10, &value, &faults) == -1, "number too large");
	tap_ok(yaml_int(yaml_get(root, "text"), "f", 1, 10, &value, &faults) == -1, "no number");
	tap_ok(yaml_int(yaml_get(root, "lst"), "f", 1, 10, &value, &faults) == -1, "a list for a number");
	tap_ok(yaml_str(yaml_get(root, "lst"), "f", &text, &faults) == -1, "a list for a text");
	tap_ok(yaml_known_keys(root, "f", known, &faults) == -1, "an unknown key");
	tap_ok(yaml_known_keys(yaml_get(root, "lst"), "f", known, &faults) == -1, "no mapping");
	tap_ok(faults.n == 6 && faults.list[0].line == 1 && faults.list[0].column == 9, "place of the first");
	tap_bytes(bytes_of_str(faults.list[0].text),
		BYTES_LIT("expected a whole number from 1 to 10, found '12'"), "text of the first");
	tap_bytes(bytes_of_str(faults.list[4].text), BYTES_LIT("unknown key 'lst'; did you mean 'list'?"),
		"text of the unknown key");
	faults_done(&faults);
	arena_done(&arena);
}

int
main(void)
{
	test_forms();
	test_bounds();
	test_readers();
	return tap_done();
}
