/* SPDX-License-Identifier: Apache-2.0 */
/* The tokenizer gives the same tokens however its input is cut; the text view is clean and knows its bounds.
 */
#include "lib/mime/html_text.h"

#include <stdlib.h>

#include "lib/base/mem.h"
#include "lib/base/utf8.h"
#include "tests/fuzz/fuzz.h"

static void
put_token(const struct html_token *token, struct buf *out)
{
	if (token->kind != HTML_TEXT)
		buf_putf(out, "\n%d ", (int)token->kind);
	buf_put_bytes(out, token->text);
	for (size_t i = 0; i < token->n_attributes; i++) {
		buf_put_byte(out, '\1');
		buf_put_bytes(out, token->attributes[i].name);
		buf_put_byte(out, '\2');
		buf_put_bytes(out, token->attributes[i].value);
	}
	if (token->kind != HTML_TEXT)
		buf_put_byte(out, '\n');
}

static void
tokenize(struct bytes input, size_t step, struct buf *out)
{
	struct html *html = mem_new(1, sizeof(*html));
	struct html_token token;

	html_init(html, input.n * 3 + 64);
	for (size_t at = 0; at <= input.n; at += step) {
		html_feed(html, bytes_sub(input, at, step));
		if (input.n - at < step)
			html_end(html);
		while (html_next(html, &token)) {
			put_token(&token, out);
			if (token.kind == HTML_START)
				html_set_content(html, html_content_of(token.text), token.text);
		}
	}
	html_done(html);
	free(html);
}

void
fuzz_one(struct bytes input)
{
	struct html_text *text = mem_new(1, sizeof(*text));
	struct buf whole, cut, clean;

	buf_init(&whole, input.n * 16 + 1024);
	buf_init(&cut, whole.max);
	tokenize(input, input.n + 1, &whole);
	tokenize(input, 1, &cut);
	fuzz_must(!buf_full(&whole) && bytes_eq(buf_bytes(&whole), buf_bytes(&cut)));
	buf_done(&whole);
	buf_done(&cut);

	buf_init(&clean, input.n * 3 + 64);
	utf8_put_clean(&clean, input);
	html_text_init(text, clean.n * 3 + 64);
	html_text_feed(text, buf_bytes(&clean));
	html_text_end(text);
	fuzz_must(utf8_is_valid(buf_bytes(&text->visible.buf)));
	fuzz_must(utf8_is_valid(buf_bytes(&text->hidden.buf)));
	html_text_done(text);
	buf_done(&clean);
	free(text);
}
