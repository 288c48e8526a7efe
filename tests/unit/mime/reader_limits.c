/* SPDX-License-Identifier: Apache-2.0 */
/* Messages made to cost much: each is read to an end, soon, and says what was not read. */
#include "lib/mime/reader.h"

#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/text.h"
#include "tests/support/tap.h"

enum { BIG = 64 << 20, SOON_US = 20 * 1000 * 1000 };

static const struct mime_limits limits = {.depth = 30, .parts = 1000, .headers = 2000, .text = 32 << 20};

static void
many_parts(struct buf *out)
{
	buf_put_str(out, "Content-Type: multipart/mixed; boundary=b\n\n");
	for (int i = 0; i < 100000; i++)
		buf_put_str(out, "--b\nContent-Type: text/plain\n\nx\n");
}

static void
many_empty_parts(struct buf *out)
{
	buf_put_str(out, "Content-Type: multipart/mixed; boundary=b\n\n");
	for (int i = 0; i < 100000; i++)
		buf_put_str(out, "--b\n");
}

static void
many_boundaries(struct buf *out)
{
	buf_put_str(out, "Content-Type: multipart/mixed; boundary=b\n\n");
	for (int i = 0; i < 20000; i++)
		buf_putf(out, "--b\nContent-Type: multipart/mixed; boundary=c%d\n\n--c%d\n\nx\n--c%d--\n", i,
			i, i);
}

static void
nested_multiparts(struct buf *out)
{
	for (int i = 0; i < 3000; i++)
		buf_putf(out, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i);
	buf_put_str(out, "\ndeep\n");
}

static void
nested_a_little(struct buf *out)
{
	for (int i = 0; i < 40; i++)
		buf_putf(out, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i);
	buf_put_str(out, "\ndeep\n");
}

static void
nested_messages(struct buf *out)
{
	for (int i = 0; i < 3000; i++)
		buf_put_str(out, "Content-Type: message/rfc822\n\n");
	buf_put_str(out, "Subject: deep\n\ndeep\n");
}

static void
nested_encoded_messages(struct buf *out)
{
	struct buf inner;

	buf_init(&inner, BIG);
	buf_put_str(out, "Subject: deep\nFrom: x\n\ndeep\n");
	for (int i = 0; i < 35; i++) {
		buf_reset(&inner);
		buf_put_bytes(&inner, buf_bytes(out));
		buf_reset(out);
		buf_put_str(out, "From: a\nSubject: x\nContent-Type: message/rfc822\n"
				 "Content-Transfer-Encoding: base64\n\n");
		text_put_base64_lines(out, buf_bytes(&inner));
		if (out->n > 4 << 20)
			break;
	}
	buf_done(&inner);
}

static void
many_fields(struct buf *out)
{
	for (int i = 0; i < 200000; i++)
		buf_putf(out, "X-%d: y\n", i);
	buf_put_str(out, "Content-Type: text/html\n\n2<b></b>1\n");
}

static void
many_fields_of_a_part(struct buf *out)
{
	buf_put_str(out, "Content-Type: multipart/mixed; boundary=b\n\n--b\n");
	for (int i = 0; i < 50000; i++)
		buf_putf(out, "X-%d: y\n", i);
	buf_put_str(out, "\nx\n--b--\n");
}

static void
many_recipients(struct buf *out)
{
	buf_put_str(out, "To: a@b.example");
	for (int i = 0; i < 20000; i++)
		buf_putf(out, ",\n u%d@b.example", i);
	buf_put_str(out, "\n\nx");
}

static void
groups_in_groups(struct buf *out)
{
	buf_put_str(out, "To: ");
	for (int i = 0; i < 200000; i++)
		buf_put_str(out, "a:");
	buf_put_str(out, "\n\nx");
}

static void
groups_in_an_enclosed_message(struct buf *out)
{
	buf_put_str(out, "Content-Type: message/rfc822\n\n");
	groups_in_groups(out);
}

static void
words_without_end(struct buf *out)
{
	buf_put_str(out, "Subject: ");
	for (int i = 0; i < 200000; i++)
		buf_put_str(out, "=?a?q?x ");
	buf_put_str(out, "\n\nx");
}

static void
bare_addresses(struct buf *out)
{
	buf_put_str(out, "Cc: ");
	for (int i = 0; i < 40000; i++)
		buf_put_str(out, "a, ");
	buf_put_str(out, "\n\nx");
}

static void
many_parameters(struct buf *out)
{
	buf_put_str(out, "Content-Disposition: attachment");
	for (int i = 0; i < 10000; i++)
		buf_putf(out, ";\n filename*%d=x", i);
	buf_put_str(out, "\n\nx");
}

static void
many_names(struct buf *out)
{
	buf_put_str(out, "Content-Disposition: attachment");
	for (int i = 0; i < 10000; i++)
		buf_putf(out, ";\n filename=x%d", i);
	buf_put_str(out, "\n\nx");
}

static void
deep_html(struct buf *out)
{
	buf_put_str(out, "Content-Type: text/html\n\n");
	for (int i = 0; i < 200000; i++)
		buf_put_str(out, "<table><tr><td><b>");
	buf_put_str(out, "x");
}

static void
many_attributes(struct buf *out)
{
	buf_put_str(out, "Content-Type: text/html\n\nx<a");
	for (int i = 0; i < 200000; i++)
		buf_putf(out, " a%d=1", i);
	buf_put_str(out, ">");
}

static void
many_files_in_text(struct buf *out)
{
	buf_put_str(out, "\n");
	for (int i = 0; i < 50000; i++)
		buf_put_str(out, "begin 644 a\n#0V%T\n`\nend\n");
}

static void
much_text(struct buf *out)
{
	buf_put_str(out, "\n");
	for (int i = 0; i < 40 << 10; i++)
		buf_putf(out, "%01023d\n", i);
}

static void
lines_of_dashes(struct buf *out)
{
	buf_put_str(out, "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n");
	for (int i = 0; i < 20000; i++)
		buf_put_str(out, "------------\n");
	buf_put_str(out, "--b--\n");
}

static const struct {
	const char *name;
	void (*make)(struct buf *out);
	unsigned want;
} cases[] = {
	{"100,000 parts", many_parts, UNSCANNABLE_PARTS},
	{"100,000 empty parts", many_empty_parts, UNSCANNABLE_PARTS},
	{"20,000 multiparts side by side", many_boundaries, UNSCANNABLE_PARTS},
	{"3,000 levels", nested_multiparts, UNSCANNABLE_PARTS},
	{"40 levels", nested_a_little, UNSCANNABLE_DEPTH},
	{"3,000 enclosed messages", nested_messages, UNSCANNABLE_DEPTH},
	{"encoded messages in each other", nested_encoded_messages, UNSCANNABLE_DEPTH},
	{"200,000 fields", many_fields, UNSCANNABLE_HEADERS},
	{"50,000 fields of a part", many_fields_of_a_part, UNSCANNABLE_HEADERS},
	{"20,000 recipients", many_recipients, 0},
	{"groups in groups", groups_in_groups, UNSCANNABLE_HEADERS},
	{"groups in groups further in", groups_in_an_enclosed_message, UNSCANNABLE_HEADERS},
	{"encoded words without end", words_without_end, UNSCANNABLE_HEADERS},
	{"addresses without a domain", bare_addresses, UNSCANNABLE_HEADERS},
	{"10,000 parameters", many_parameters, UNSCANNABLE_HEADERS},
	{"10,000 names", many_names, UNSCANNABLE_HEADERS},
	{"deep HTML", deep_html, 0},
	{"200,000 attributes", many_attributes, UNSCANNABLE_SIZE},
	{"50,000 files in a text", many_files_in_text, UNSCANNABLE_PARTS},
	{"more text than is read", much_text, UNSCANNABLE_SIZE},
	{"20,000 lines of dashes", lines_of_dashes, 0},
};

static size_t
size_of(const struct message_text *text)
{
	size_t n = 0;

	for (const struct segment *s = text->segments; s != NULL; s = s->next)
		n += s->text.n;
	return n;
}

int
main(void)
{
	struct arena arena;
	struct buf message;

	mime_init(NULL);
	arena_init(&arena);
	buf_init(&message, BIG);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct message_text text;
		int64_t start = clock_cpu_us();

		buf_reset(&message);
		cases[i].make(&message);
		tap_ok(!buf_full(&message), "%s: made", cases[i].name);
		mime_read(&arena, buf_bytes(&message), &limits, &text);
		tap_ok((text.unscannable & cases[i].want) == cases[i].want &&
				(cases[i].want != 0 || text.unscannable == 0),
			"%s: flags %#x", cases[i].name, text.unscannable);
		tap_ok(size_of(&text) <= limits.text && text.parts <= limits.parts, "%s: within the limits",
			cases[i].name);
		tap_ok(clock_cpu_us() - start < SOON_US, "%s: soon", cases[i].name);
		arena_reset(&arena);
	}
	buf_done(&message);
	arena_done(&arena);
	return tap_done();
}
