/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/mime/html_text.h"

#include <stdlib.h>

#include "lib/base/mem.h"
#include "tests/support/tap.h"

static const struct {
	const char *name, *html, *visible, *hidden;
} cases[] = {
	{"text", "a b", "a b", ""},
	{"white space folds", "  a \r\n\t b  ", "a b", ""},
	{"inline tags leave nothing", "S<b></b>S<i>N</i> 21<u>9</u>-09", "SSN 219-09", ""},
	{"comments leave nothing", "2<!-- x -->1<!---->9", "219", "x"},
	{"entities", "&#50;1&#x39;&nbsp;x", "219\xC2\xA0x", ""},
	{"zero-width characters stay",
		"1\xE2\x80\x8B"
		"2",
		"1\xE2\x80\x8B"
		"2",
		""},
	{"a break is a line", "a<br>b<BR/>c", "a\nb\nc", ""},
	{"two breaks are an empty line", "a<br><br><br>b", "a\n\nb", ""},
	{"blocks", "a<div>b</div>c", "a\nb\nc", ""},
	{"paragraphs", "<p>a<p>b</p>c", "a\n\nb\n\nc", ""},
	{"a break at the end of a block", "<div>a<br></div>b", "a\nb", ""},
	{"lists", "<ul><li>a<li>b</ul>c", "a\nb\n\nc", ""},
	{"cells and rows", "<table><tr><td>a</td><td>b</td></tr><tr><th>c<th>d</table>e", "a\tb\nc\td\ne",
		""},
	{"empty cells keep their place", "<tr><td>a</td><td></td><td>b</td></tr>", "a\t\tb", ""},
	{"nested tables", "<table><tr><td><table><tr><td>a<td>b</table></td><td>c</table>", "a\tb\n\tc", ""},
	{"preformatted", "<pre>a\n  b</pre>c", "a\n  b\n\nc", ""},
	{"script, style and title", "<title>t</title><style>.x{}</style><script>s=1</script>a", "a",
		"t\ns=1"},
	{"hidden attribute", "a<span hidden>x</span>b", "ab", "x"},
	{"display none", "a<span style=\"color:red; DISPLAY : none\">x</span>b", "ab", "x"},
	{"important", "a<i style='display:none!important'>x</i>b", "ab", "x"},
	{"visibility", "a<i style=visibility:hidden>x</i>b", "ab", "x"},
	{"letters of no size", "a<i style='font-size:0px'>x</i>b<i style='font-size:0.5em'>c</i>", "abc",
		"x"},
	{"letters of a pixel", "a<i style='font-size:1px'>x</i>b", "ab", "x"},
	{"no font at all", "a<i style='font:0/0 a'>x</i>b", "ab", "x"},
	{"far outside", "a<i style='position:absolute;left:-9999px'>x</i>b", "ab", "x"},
	{"in no colour", "a<i style='color:transparent'>x</i>b", "ab", "x"},
	{"a little to the left", "a<i style='margin-left:-2px'>b</i>", "ab", ""},
	{"hidden by its class",
		"<style><!-- /* {} */ p.y, .x { display:none } --></style>a<b class='k x'>x</b>b<p class=y>y",
		"ab", "x\n\ny"},
	{"hidden by its id", "<style>@import 'a'; #x{font-size:0}</style>a<b id=x>x</b>b<b id=y>c</b>", "abc",
		"x"},
	{"hidden on telephones only", "<style>@media print{.x{display:none}} p{a:b}</style>a<b class=x>b</b>",
		"ab", ""},
	{"hidden inside of something else", "<style>.a .x{display:none}</style>a<b class=x>b</b>", "ab", ""},
	{"transparent", "a<i style='opacity:0'>x</i>b<i style='opacity:0.9'>c</i>", "abc", "x"},
	{"Outlook's own", "a<i style='mso-hide:all'>x</i>b", "ab", "x"},
	{"no height", "a<div style='max-height:0;overflow:hidden'>x</div>b", "ab", "x"},
	{"no height without clipping", "a<div style='height:0'>x</div>b", "a\nx\nb", ""},
	{"a string in a style", "a<i style=\"font-family:'display:none'\">x</i>b", "axb", ""},
	{"a comment in a style", "a<i style=\"/* ; */display:/**/none\">x</i>b", "ab", "x"},
	{"a number with hidden pieces", "21<i style=display:none>7</i>9-0<b hidden>1</b>9", "219-09", "7\n1"},
	{"hidden block", "1<div style=display:none><p>x</p>y</div>2", "12", "x\n\ny"},
	{"nested in hidden", "a<div hidden>x<div>y</div>z</div>b", "ab", "x\ny\nz"},
	{"hidden paragraph ends at a block", "<p hidden>x<div>a</div>", "a", "x"},
	{"hidden cell ends at the next", "<table><tr><td hidden>x<td>a</table>", "\ta", "x"},
	{"hidden without an end ends with its cell", "<table><tr><td><b hidden>x</td><td>a</table>", "\ta",
		"x"},
	{"stray end tags", "</div>a</b></p>b", "a\n\nb", ""},
	{"alternative texts", "<img alt='x y' title=z>a", "a", "x y\nz"},
	{"fields", "<input value=a> <input type=hidden value=x>b", "a b", "x"},
	{"conditional comment", "a<!--[if mso]><p>x <b>y</b></p><![endif]-->b", "ab", "x y"},
	{"comment with markup", "a<!-- 2<b>1</b>9 <i hidden>z</i> -->b", "ab", "219\nz"},
	{"downlevel-revealed", "<![if !mso]>a<![endif]>", "a", ""},
	{"a link that drafts a mail", "<a href='mailto:a@b?subject=219%2D09'>a</a>", "a", "?subject=219-09"},
	{"turned round", "a<bdo dir=rtl>cb</bdo>",
		"a\xE2\x80\xAE"
		"cb\xE2\x80\xAC",
		""},
	{"turned round by a style", "<i style='unicode-bidi:bidi-override;direction:rtl'>a</i>",
		"\xE2\x80\xAE"
		"a\xE2\x80\xAC",
		""},
	{"a page in a frame", "<iframe srcdoc='x'>y</iframe>a", "a", "x\ny"},
	{"svg text", "<svg><style>x</style><text>a</text><![CDATA[b]]></svg>c", "abc", "x"},
	{"template is not shown", "<template>x</template>a", "a", "x"},
	{"links keep their text", "<a href='http://x/?q=1'>a</a>", "a", ""},
	{"a NUL shows nothing", "", "", ""},
	{"unknown elements are inline", "1<o:p>2</o:p>3", "123", ""},
	{"soft hyphens and word breaks", "1<wbr>2&shy;3",
		"12\xC2\xAD"
		"3",
		""},
};

static struct html_text *
read_html(struct bytes html, size_t step)
{
	struct html_text *text = mem_new(1, sizeof(*text));

	html_text_init(text, html.n * 3 + 64);
	for (size_t at = 0; at < html.n; at += step)
		html_text_feed(text, bytes_sub(html, at, step));
	html_text_end(text);
	return text;
}

static void
check(const char *name, struct bytes html, const char *visible, const char *hidden)
{
	static const size_t steps[] = {SIZE_MAX / 2, 1};

	for (size_t s = 0; s < 2; s++) {
		struct html_text *text = read_html(html, steps[s]);

		tap_bytes(buf_bytes(&text->visible.buf), bytes_of_str(visible), "%s: seen", name);
		tap_bytes(bytes_trim(buf_bytes(&text->hidden.buf)), bytes_of_str(hidden), "%s: hidden", name);
		html_text_done(text);
		free(text);
	}
}

static void
test_depth(void)
{
	struct buf html;
	struct html_text *text;

	buf_init(&html, 1 << 20);
	for (int i = 0; i < 300; i++)
		buf_put_str(&html, "<div>");
	buf_put_str(&html, "219-09-9999");
	for (int i = 0; i < 300; i++)
		buf_put_str(&html, "</div>");
	buf_put_str(&html, "<b hidden>x</b>y");
	text = read_html(buf_bytes(&html), html.n);
	tap_bytes(buf_bytes(&text->visible.buf), BYTES_LIT("219-09-9999\ny"), "300 levels hide nothing");
	html_text_done(text);
	free(text);
	buf_done(&html);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check(cases[i].name, bytes_of_str(cases[i].html), cases[i].visible, cases[i].hidden);
	check("a NUL in the text",
		BYTES_LIT("12\0"
			  "3"),
		"123", "");
	test_depth();
	return tap_done();
}
