/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever a message holds, the document made of it is balanced and holds nothing that runs or fetches. The
 * input is taken as a message, and as the HTML of one.
 */
#include "lib/mime/view.h"

#include <stdlib.h>

#include "lib/base/mem.h"
#include "lib/base/utf8.h"
#include "lib/mime/html.h"
#include "lib/mime/sanitize.h"
#include "tests/fuzz/fuzz.h"

static const struct mime_limits limits = {.depth = 8, .parts = 40, .headers = 60, .text = 1 << 20};

static void
check_attribute(const struct html_attribute *attribute)
{
	struct bytes value = attribute->value;

	fuzz_must(!bytes_starts_nocase(attribute->name, BYTES_LIT("on")));
	if (bytes_eq(attribute->name, BYTES_LIT("href")))
		fuzz_must(bytes_starts_nocase(value, BYTES_LIT("http://")) ||
			  bytes_starts_nocase(value, BYTES_LIT("https://")) ||
			  bytes_starts_nocase(value, BYTES_LIT("mailto:")));
	if (bytes_eq(attribute->name, BYTES_LIT("src")))
		fuzz_must(bytes_starts_nocase(value, BYTES_LIT("data:image/")));
	if (bytes_eq(attribute->name, BYTES_LIT("style")))
		fuzz_must(bytes_find(value, BYTES_LIT("url")) == value.n ||
			  bytes_find_byte(value, '(') == value.n);
}

static void
check_start(const struct html_token *token)
{
	static const char *const never[] = {"script", "style", "svg", "math", "form", "input", "button",
		"meta", "base", "link", "object", "embed", "iframe", "frame", "frameset", "template", "title",
		"textarea", "select", "option", "noscript", "noembed", "noframes", "xmp", "plaintext",
		"audio", "video", "applet"};

	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		fuzz_must(!bytes_eq(token->text, bytes_of_str(never[i])));
	for (size_t i = 0; i < token->n_attributes; i++)
		check_attribute(&token->attributes[i]);
}

static bool
is_void(struct bytes name)
{
	return bytes_eq(name, BYTES_LIT("br")) || bytes_eq(name, BYTES_LIT("hr")) ||
	       bytes_eq(name, BYTES_LIT("img")) || bytes_eq(name, BYTES_LIT("col"));
}

static void
check_document(struct bytes document)
{
	struct html *html = mem_new(1, sizeof(*html));
	struct html_token token;
	size_t depth = 0;

	fuzz_must(bytes_starts_nocase(document, bytes_of_str(SANITIZE_HEAD)) && utf8_is_valid(document));
	document = bytes_sub(document, sizeof(SANITIZE_HEAD) - 1, document.n);
	fuzz_must(bytes_ends_nocase(document, BYTES_LIT("</body></html>")));
	document.n -= sizeof("</body></html>") - 1;
	html_init(html, document.n + 64);
	html_feed(html, document);
	html_end(html);
	while (html_next(html, &token)) {
		fuzz_must(token.kind != HTML_COMMENT && token.kind != HTML_DOCTYPE);
		if (token.kind == HTML_START) {
			check_start(&token);
			depth += !is_void(token.text);
		} else if (token.kind == HTML_END)
			fuzz_must(depth-- > 0);
		fuzz_must(depth <= SANITIZE_DEPTH_MAX);
	}
	fuzz_must(depth == 0);
	html_done(html);
	free(html);
}

static void
check_message(struct bytes message)
{
	struct message_view view;
	struct arena arena;
	struct buf part;

	arena_init(&arena);
	view_read(&arena, message, &limits, &view);
	fuzz_must(utf8_is_valid(view.subject) && utf8_is_valid(view.from) && utf8_is_valid(view.text));
	fuzz_must(bytes_find_byte(view.subject, '\n') == view.subject.n);
	if (view.html.n > 0)
		check_document(view.html);
	for (const struct view_part *p = view.parts; p != NULL; p = p->next) {
		fuzz_must(p->name[0] != '\0' && strpbrk(p->name, "/\\\r\n\"") == NULL);
		buf_init(&part, 1 << 24);
		fuzz_must(view_read_part(message, &limits, p->number, &part) == 0 && part.n == p->size);
		buf_done(&part);
	}
	arena_done(&arena);
}

void
fuzz_one(struct bytes input)
{
	struct buf message;

	mime_init(NULL);
	check_message(input);
	buf_init(&message, input.n + 64);
	buf_put_str(&message, "Content-Type: text/html\n\n");
	buf_put_bytes(&message, input);
	check_message(buf_bytes(&message));
	buf_done(&message);
}
