/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html5lib's tests of the tokenizer, each cut in two at every place and byte by byte. html5lib/convert says
 * what a line of the table is. Parse errors are not compared: our tokenizer reports none.
 */
#include <stdlib.h>

#include "lib/base/ascii.h"
#include "lib/base/err.h"
#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "lib/mime/html.h"
#include "tests/support/tap.h"

/* Cases of the table, and runs of them: some begin in several states. */
enum { CASES = 6806, RUNS = 7032, SHOWN_MAX = 20 };

struct test {
	struct bytes set, states, last_start, input, want;
};

static void
unescape(struct bytes b, struct buf *out)
{
	for (size_t i = 0; i < b.n; i++) {
		if (b.p[i] == '\\' && i + 2 < b.n) {
			buf_put_byte(out,
				(uint8_t)(ascii_hex_value(b.p[i + 1]) << 4 | ascii_hex_value(b.p[i + 2])));
			i += 2;
		} else
			buf_put_byte(out, b.p[i]);
	}
}

static void
escape(struct bytes b, struct buf *out)
{
	for (size_t i = 0; i < b.n; i++) {
		uint8_t c = b.p[i];

		if (c <= ' ' || c == 0x7F || c == '\\' || c == '|')
			buf_putf(out, "\\%02X", c);
		else
			buf_put_byte(out, c);
	}
}

static void
put_field(struct buf *out, struct bytes b)
{
	buf_put_byte(out, '|');
	escape(b, out);
}

static void
put_optional(struct buf *out, struct bytes b, bool is_there)
{
	if (is_there && !bytes_eq(b, BYTES_LIT("-")))
		put_field(out, b);
	else
		buf_put_str(out, is_there ? "|\\2D" : "|-");
}

struct told {
	struct buf *out;
	bool in_text; /* text comes in pieces */
};

static void
tell(struct told *told, const struct html_token *token)
{
	static const char letters[] = {
		[HTML_TEXT] = 'T', [HTML_END] = 'E', [HTML_COMMENT] = 'C', [HTML_DOCTYPE] = 'D'};
	struct buf *out = told->out;

	if (told->in_text && token->kind == HTML_TEXT) {
		escape(token->text, out);
		return;
	}
	told->in_text = token->kind == HTML_TEXT;
	if (out->n > 0)
		buf_put_byte(out, ' ');
	if (token->kind == HTML_DOCTYPE) {
		buf_put_byte(out, 'D');
		put_optional(out, token->text, token->has_name);
		put_optional(out, token->public_id, token->has_public_id);
		put_optional(out, token->system_id, token->has_system_id);
		buf_put_str(out, token->quirks ? "|q" : "|-");
		return;
	}
	if (token->kind == HTML_START)
		buf_put_byte(out, token->self_closing ? 'V' : 'S');
	else
		buf_put_byte(out, (uint8_t)letters[token->kind]);
	put_field(out, token->text);
	for (size_t i = 0; token->kind == HTML_START && i < token->n_attributes; i++) {
		put_field(out, token->attributes[i].name);
		put_field(out, token->attributes[i].value);
	}
}

static void
begin(struct html *html, char state, struct bytes last_start)
{
	static const struct {
		char letter;
		enum html_content content;
	} rows[] = {{'D', HTML_CONTENT_DATA}, {'R', HTML_CONTENT_RCDATA}, {'W', HTML_CONTENT_RAWTEXT},
		{'S', HTML_CONTENT_SCRIPT}, {'P', HTML_CONTENT_PLAINTEXT}, {'C', HTML_CONTENT_CDATA}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].letter == state)
			html_set_content(html, rows[i].content, last_start);
}

static void
drain(struct html *html, struct told *told)
{
	struct html_token token;

	while (html_next(html, &token))
		tell(told, &token);
}

/* The first piece ends at `cut`, all others are of `step` bytes. */
static bool
reads(const struct test *test, char state, struct bytes input, size_t cut, size_t step, struct buf *got)
{
	struct html *html = mem_new(1, sizeof(*html));
	struct told told = {.out = got};

	buf_reset(got);
	html_init(html, input.n * 4 + 64);
	begin(html, state, test->last_start);
	for (size_t at = 0; at < input.n;) {
		size_t n = at < cut ? cut - at : step;

		html_feed(html, bytes_sub(input, at, n));
		drain(html, &told);
		at += n;
	}
	html_feed(html, bytes_of(NULL, 0));
	html_end(html);
	drain(html, &told);
	html_done(html);
	free(html);
	return bytes_eq(buf_bytes(got), test->want);
}

static bool
passes(const struct test *test, char state, struct bytes input, struct buf *got)
{
	if (!reads(test, state, input, 0, 1, got))
		return false;
	for (size_t cut = 1; cut <= input.n; cut++)
		if (!reads(test, state, input, cut, SIZE_MAX / 2, got))
			return false;
	return true;
}

struct counts {
	size_t cases, runs, failed;
};

static void
run(const struct test *test, struct counts *counts)
{
	struct buf input, got;

	buf_init(&input, 1 << 16);
	buf_init(&got, 1 << 18);
	unescape(test->input, &input);
	counts->cases++;
	for (size_t i = 0; i < test->states.n; i++) {
		counts->runs++;
		if (passes(test, (char)test->states.p[i], buf_bytes(&input), &got))
			continue;
		if (counts->failed++ < SHOWN_MAX)
			printf("# %c %.*s\n#  got %.*s\n# want %.*s\n", test->states.p[i],
				BYTES_FMT(test->input), BYTES_FMT(buf_bytes(&got)), BYTES_FMT(test->want));
	}
	buf_done(&input);
	buf_done(&got);
}

static struct bytes
next_field(struct bytes *line)
{
	size_t n = bytes_find_byte(*line, '\t');
	struct bytes field = bytes_sub(*line, 0, n);

	*line = bytes_sub(*line, n + 1, line->n);
	return field;
}

static void
tell_set(struct bytes set, const struct counts *counts)
{
	tap_ok(counts->failed == 0, "%.*s: %zu cases, %zu of %zu runs fail", BYTES_FMT(set), counts->cases,
		counts->failed, counts->runs);
}

static void
run_table(struct bytes rest)
{
	struct counts set = {0}, all = {0};
	struct bytes line, name = {NULL, 0};

	while (bytes_next_line(&rest, &line)) {
		struct test test;

		test.set = next_field(&line);
		test.states = next_field(&line);
		test.last_start = next_field(&line);
		test.input = next_field(&line);
		test.want = line;
		if (!bytes_eq(test.set, name)) {
			if (name.n > 0)
				tell_set(name, &set);
			set = (struct counts){0};
			name = test.set;
		}
		all.cases++;
		all.runs += test.states.n;
		run(&test, &set);
	}
	tell_set(name, &set);
	tap_ok(all.cases == CASES && all.runs == RUNS, "%zu cases, %zu runs", all.cases, all.runs);
}

int
main(void)
{
	const char *top = getenv("top_srcdir");
	struct err err = {0};
	struct buf path, table;

	buf_init(&path, 4096);
	buf_init(&table, 1 << 22);
	buf_putf(&path, "%s/tests/unit/mime/html5lib/tokens.test", top != NULL ? top : ".");
	tap_ok(fd_read_file(buf_cstr(&path), &table, &err) == 0, "the table is there: %s", err.text);
	run_table(buf_bytes(&table));
	buf_done(&path);
	buf_done(&table);
	return tap_done();
}
