/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/mime/html.h"

#include <stdlib.h>

#include "lib/base/mem.h"
#include "tests/support/tap.h"

/* Tokens in brackets: [tag a=1 b=2/], [/tag], (comment), {doctype name|public|system|quirks}, text as it is.
 */
static void
describe(const struct html_token *token, struct buf *out)
{
	switch (token->kind) {
	case HTML_TEXT:
		buf_put_bytes(out, token->text);
		break;
	case HTML_START:
		buf_putf(out, "[%.*s", BYTES_FMT(token->text));
		for (size_t i = 0; i < token->n_attributes; i++)
			buf_putf(out, " %.*s=%.*s", BYTES_FMT(token->attributes[i].name),
				BYTES_FMT(token->attributes[i].value));
		buf_put_str(out, token->self_closing ? "/]" : "]");
		break;
	case HTML_END:
		buf_putf(out, "[/%.*s]", BYTES_FMT(token->text));
		break;
	case HTML_COMMENT:
		buf_putf(out, "(%.*s)", BYTES_FMT(token->text));
		break;
	case HTML_DOCTYPE:
		buf_putf(out, "{%.*s|%.*s|%.*s%s}", BYTES_FMT(token->text), BYTES_FMT(token->public_id),
			BYTES_FMT(token->system_id), token->quirks ? "|quirks" : "");
		break;
	}
}

static void
drain(struct html *html, struct buf *out)
{
	struct html_token token;

	while (html_next(html, &token)) {
		describe(&token, out);
		if (token.kind == HTML_START)
			html_set_content(html, html_content_of(token.text), token.text);
	}
}

/* In pieces of `step` bytes. */
static void
tokenize(struct bytes input, size_t step, struct buf *out)
{
	struct html *html = mem_new(1, sizeof(*html));

	html_init(html, input.n * 4 + 64);
	for (size_t at = 0; at < input.n; at += step) {
		html_feed(html, bytes_sub(input, at, step));
		drain(html, out);
	}
	html_feed(html, bytes_of(NULL, 0));
	html_end(html);
	drain(html, out);
	html_done(html);
	free(html);
}

static const struct {
	const char *name;
	struct bytes input;
	const char *want;
} cases[] = {
	{"text", BYTES_LIT("a < b & c"), "a < b & c"},
	{"tags in any case", BYTES_LIT("<B>x</b >"), "[b]x[/b]"},
	{"attributes of all kinds", BYTES_LIT("<a B=1 c='2' d=\"3\" e f = 4 g>"),
		"[a b=1 c=2 d=3 e= f=4 g=]"},
	{"the first of two attributes", BYTES_LIT("<a b=1 B=2 c=3>"), "[a b=1 c=3]"},
	{"self-closing", BYTES_LIT("<br/><br / ><i a=b/>"), "[br/][br][i a=b/]"},
	{"slashes for spaces", BYTES_LIT("<img/src=x/onerror=y>"), "[img src=x/onerror=y]"},
	{"slashes between names", BYTES_LIT("<img/a/b>"), "[img a= b=]"},
	{"quotes in names", BYTES_LIT("<a \"b'=c>"), "[a \"b'=c]"},
	{"equals sign first", BYTES_LIT("<a =b>"), "[a =b=]"},
	{"a tag that never ends", BYTES_LIT("x<a href='y>z"), "x"},
	{"no tag", BYTES_LIT("<1><><-"), "<1><><-"},
	{"end tag without name", BYTES_LIT("a</>b</ c>d"), "ab( c)d"},
	{"comment", BYTES_LIT("a<!-- b -- c > -->d"), "a( b -- c > )d"},
	{"comment ends early", BYTES_LIT("<!-->a<!--->b<!--c--!>d"), "()a()b(c)d"},
	{"comment in a comment", BYTES_LIT("<!--a<!--b-->c-->"), "(a<!--b)c-->"},
	{"comment cut off", BYTES_LIT("a<!-- b --"), "a( b )"},
	{"bogus comments", BYTES_LIT("<!x><?y?><!-z>"), "(x)(?y?)(-z)"},
	{"CDATA outside of foreign content", BYTES_LIT("<![CDATA[x]]>y"), "([CDATA[x]])y"},
	{"conditional comment", BYTES_LIT("<![if !mso]>x<![endif]>"), "([if !mso])x([endif])"},
	{"doctype", BYTES_LIT("<!DOCTYPE HTML>x"), "{html||}x"},
	{"doctype with identifiers", BYTES_LIT("<!doctype html PUBLIC \"-//W3C\" 'http://x'>"),
		"{html|-//W3C|http://x}"},
	{"doctype with a system identifier", BYTES_LIT("<!doctype html system 'y' z>"), "{html||y}"},
	{"doctype that is none", BYTES_LIT("<!doctype><!doctype x public>"), "{|||quirks}{x|||quirks}"},
	{"decimal reference", BYTES_LIT("&#65;&#066;&#67x"), "ABCx"},
	{"hexadecimal reference", BYTES_LIT("&#x41;&#X4a;&#x4Bz"), "AJKz"},
	{"references to windows-1252", BYTES_LIT("&#150;&#x92;"), "\xE2\x80\x93\xE2\x80\x99"},
	{"references to nothing", BYTES_LIT("&#0;&#xD800;&#x110000;&#99999999999;"),
		"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
	{"no reference", BYTES_LIT("&#;&#x;&;& &#xg;&nosuch;"), "&#;&#x;&;& &#xg;&nosuch;"},
	{"named references", BYTES_LIT("&lt;&nbsp;&eacute;&CounterClockwiseContourIntegral;"),
		"<\xC2\xA0\xC3\xA9\xE2\x88\xB3"},
	{"a reference of two characters", BYTES_LIT("&NotEqualTilde;"), "\xE2\x89\x82\xCC\xB8"},
	{"references without semicolon", BYTES_LIT("&ampx &notit; &eacute9 &hellip"),
		"&x \xC2\xACit; \xC3\xA9"
		"9 &hellip"},
	{"references in attributes", BYTES_LIT("<a b='&amp;&copy=1&copy;&copyx&#49;'>"),
		"[a b=&&copy=1\xC2\xA9&copyx1]"},
	{"references once", BYTES_LIT("&amp;lt;"), "&lt;"},
	{"script is no markup", BYTES_LIT("<script>a<b>'</scrip>'&lt;</script>c"),
		"[script]a<b>'</scrip>'&lt;[/script]c"},
	{"script within a comment", BYTES_LIT("<script><!--<script></script>--></script>x"),
		"[script]<!--<script></script>-->[/script]x"},
	{"script escaped once", BYTES_LIT("<script><!--a</script>b"), "[script]<!--a[/script]b"},
	{"style", BYTES_LIT("<style><b>&lt;</style >x"), "[style]<b>&lt;[/style]x"},
	{"title decodes references", BYTES_LIT("<title><b>&lt;</title>x"), "[title]<b><[/title]x"},
	{"textarea ends at its own tag", BYTES_LIT("<textarea></title></TEXTAREA>x"),
		"[textarea]</title>[/textarea]x"},
	{"plaintext never ends", BYTES_LIT("<plaintext><b></plaintext>"), "[plaintext]<b></plaintext>"},
	{"line ends", BYTES_LIT("a\r\nb\rc\n<i x='\r\n'>"), "a\nb\nc\n[i x=\n]"},
	{"NUL in a name and a value", BYTES_LIT("<a\0b c\0='d\0'>"),
		"[a\xEF\xBF\xBD"
		"b c\xEF\xBF\xBD=d\xEF\xBF\xBD]"},
	{"letters beyond ASCII", BYTES_LIT("<p title=\xC3\xA9>\xE6\x97\xA5</p>"),
		"[p title=\xC3\xA9]\xE6\x97\xA5[/p]"},
};

static void
test_cases(void)
{
	static const size_t steps[] = {SIZE_MAX / 2, 1, 2, 3};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (size_t s = 0; s < sizeof(steps) / sizeof(steps[0]); s++) {
			struct buf got;

			buf_init(&got, 1 << 16);
			tokenize(cases[i].input, steps[s], &got);
			tap_bytes(buf_bytes(&got), bytes_of_str(cases[i].want), "%s, in steps of %zu",
				cases[i].name, steps[s]);
			buf_done(&got);
		}
	}
}

static void
test_limits(void)
{
	struct html *html = mem_new(1, sizeof(*html));
	struct html_token token;
	struct buf input;
	struct bytes last;

	buf_init(&input, 1 << 20);
	buf_put_str(&input, "<a");
	for (int i = 0; i < HTML_ATTRIBUTES_MAX + 10; i++)
		buf_putf(&input, " n%d=%d", i, i);
	buf_put_str(&input, ">x");
	html_init(html, input.n);
	html_feed(html, buf_bytes(&input));
	tap_ok(html_next(html, &token), "a tag with too many attributes is a tag");
	tap_ok(token.n_attributes == HTML_ATTRIBUTES_MAX, "and has as many as are allowed");
	last = html_attribute(&token, BYTES_LIT("n127"));
	tap_bytes(last, BYTES_LIT("127"), "the last that is kept");
	tap_ok(html->dropped, "and says that some are missing");
	html_done(html);

	html_init(html, 4);
	html_feed(html, BYTES_LIT("abcdefgh<b>"));
	while (html_next(html, &token))
		;
	tap_ok(html->dropped, "a buffer that is too small says so");
	html_done(html);
	buf_done(&input);
	free(html);
}

static void
test_foreign(void)
{
	struct html *html = mem_new(1, sizeof(*html));
	struct html_token token;

	html_init(html, 1000);
	html_set_space(html, HTML_SPACE_FOREIGN);
	html_feed(html, BYTES_LIT("<![CDATA[a<b>]]]>c"));
	html_end(html);
	tap_ok(html_next(html, &token), "CDATA in foreign content");
	tap_bytes(token.text, BYTES_LIT("a<b>]c"), "is text");
	html_done(html);
	free(html);
}

int
main(void)
{
	test_cases();
	test_limits();
	test_foreign();
	return tap_done();
}
