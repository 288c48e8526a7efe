/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/mime/sanitize.h"

#include <stdlib.h>

#include "lib/base/ascii.h"
#include "lib/base/mem.h"
#include "tests/support/tap.h"

#define HEAD SANITIZE_HEAD
#define TAIL "</body></html>"
#define LINK_EXTRA " target=\"_blank\" rel=\"noopener noreferrer nofollow\""

static bool
one_picture(void *context, struct bytes content_id, struct buf *out)
{
	(void)context;
	if (!bytes_eq(content_id, BYTES_LIT("logo@x")))
		return false;
	buf_put_str(out, "data:image/png;base64,AAAA");
	return true;
}

static const struct sanitize options = {.picture = one_picture};

static void
test_exact(void)
{
	static const struct {
		const char *name, *html, *want;
	} table[] = {
		{"plain", "Hello", "Hello"},
		{"kept tags", "<p>a <b>b</b></p>", "<p>a <b>b</b></p>"},
		{"tags in upper case", "<P>x</P>", "<p>x</p>"},
		{"references once", "&lt;b&gt; &amp;lt; &#x41;", "&lt;b&gt; &amp;lt; A"},
		{"unknown tag loses only its tags", "<foo>x</foo>", "x"},
		{"left open", "<div><b>x", "<div><b>x</b></div>"},
		{"closed crosswise", "<b><i>x</b>y</i>", "<b><i>x</i></b>y"},
		{"end without start", "</div>x", "x"},
		{"void element", "a<br/>b", "a<br>b"},
		{"comment", "a<!-- <script>x</script> -->b", "ab"},
		{"script", "a<script>alert(1)</script>b", "ab"},
		{"style sheet", "a<style>p{background:url(//x)}</style>b", "ab"},
		{"title", "<title>t</title>x", "x"},
		{"form", "<form action=//x><input name=a>y</form>", "y"},
		{"svg", "a<svg><b>x</b><script>y</script></svg>b", "ab"},
		{"empty svg", "a<svg/>b", "ab"},
		{"nested svg", "a<svg><svg>x</svg>y</svg>b", "ab"},
		{"object with a script that mentions its end",
			"a<object><script>'</object>'</script>x</object>b", "ab"},
		{"link", "<a href=\"https://x/?a=1&amp;b=2\">x</a>",
			"<a href=\"https://x/?a=1&amp;b=2\"" LINK_EXTRA ">x</a>"},
		{"mail link", "<a href=mailto:a@b>x</a>", "<a href=\"mailto:a@b\"" LINK_EXTRA ">x</a>"},
		{"relative link", "<a href=/m/end>x</a>", "<a>x</a>"},
		{"own picture", "<img src=cid:logo@x alt=\"a &quot;b\">",
			"<img src=\"data:image/png;base64,AAAA\" alt=\"a &quot;b\">"},
		{"foreign picture", "<img src=https://x/y.png alt=z>", "<img alt=\"z\">"},
		{"missing picture", "<img src=cid:other width=10>", "<img width=\"10\">"},
		{"data picture of the sender", "<img src=data:image/svg+xml,x>", "<img>"},
		{"style", "<p style=\"Color:red; position:fixed; margin-top: 1em\">x</p>",
			"<p style=\"color:red;margin-top:1em;\">x</p>"},
		{"colour functions", "<p style='color:rgb(1,2,3)'>x</p>",
			"<p style=\"color:rgb(1,2,3);\">x</p>"},
		{"table", "<table width=100% onclick=x><tr><td colspan=2>x</table>",
			"<table width=\"100%\"><tr><td colspan=\"2\">x</td></tr></table>"},
		{"control bytes",
			"a\x01\x7f"
			"b",
			"a\x7f"
			"b"},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct buf out, want;

		buf_init(&out, 10000);
		buf_init(&want, 10000);
		buf_putf(&want, "%s%s%s", HEAD, table[i].want, TAIL);
		tap_ok(sanitize_html(bytes_of_str(table[i].html), &options, &out) == 0, "%s: fits",
			table[i].name);
		tap_bytes(buf_bytes(&out), buf_bytes(&want), "%s", table[i].name);
		buf_done(&out);
		buf_done(&want);
	}
}

/* Every one of these must come out with nothing that a browser would run or fetch. */
static const char *const attacks[] = {
	"<script>alert(1)</script>",
	"<SCRIPT SRC=//x/y.js></SCRIPT>",
	"<script/x>alert(1)</script>",
	"<scr<script>ipt>alert(1)</scr</script>ipt>",
	"<img src=x onerror=alert(1)>",
	"<img/src=x/onerror=alert(1)>",
	"<img src=`x`onerror=alert(1)>",
	"<img \"\"\"><script>alert(1)</script>\">",
	"<img src=x onerror\n=alert(1)>",
	"<img src='x' alt='\"><script>alert(1)</script>'>",
	"<body onload=alert(1)>",
	"<svg onload=alert(1)>",
	"<svg><script>alert(1)</script></svg>",
	"<svg><style><img src=x onerror=alert(1)></style></svg>",
	"<svg><animate onbegin=alert(1) attributeName=x></svg>",
	"<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
	"<svg><![CDATA[><img src=x onerror=alert(1)>]]></svg>",
	"<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 "
	"onerror=alert(1)&gt;\">",
	"<math><a xlink:href=javascript:alert(1)>x</a></math>",
	"<a href=javascript:alert(1)>x</a>",
	"<a href=\"java\nscript:alert(1)\">x</a>",
	"<a href=\"\x01javascript:alert(1)\">x</a>",
	"<a href=\"&#106;avascript:alert(1)\">x</a>",
	"<a href=\"javascript&colon;alert(1)\">x</a>",
	"<a href=JaVaScRiPt:alert(1)>x</a>",
	"<a href=vbscript:x>x</a>",
	"<a href=data:text/html,<script>alert(1)</script>>x</a>",
	"<a href=//x>x</a>",
	"<a href=\"https://x\" onclick=alert(1)>x</a>",
	"<a href='https://x\"onmouseover=alert(1)'>x</a>",
	"<iframe src=javascript:alert(1)></iframe>",
	"<iframe srcdoc='<script>alert(1)</script>'></iframe>",
	"<object data=javascript:alert(1)></object>",
	"<embed src=javascript:alert(1)>",
	"<applet code=x></applet>",
	"<form action=javascript:alert(1)><button>x</button></form>",
	"<button formaction=javascript:alert(1)>x</button>",
	"<input onfocus=alert(1) autofocus>",
	"<select onfocus=alert(1) autofocus></select>",
	"<textarea onfocus=alert(1) autofocus></textarea>",
	"<keygen onfocus=alert(1) autofocus>",
	"<video src=x onerror=alert(1)></video>",
	"<audio src=x onerror=alert(1)></audio>",
	"<video><source onerror=alert(1)></video>",
	"<details open ontoggle=alert(1)>x</details>",
	"<marquee onstart=alert(1)>x</marquee>",
	"<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
	"<base href=javascript:alert(1)//>",
	"<link rel=stylesheet href=//x>",
	"<style>@import '//x';</style>",
	"<style><img src=\"</style><img src=x onerror=alert(1)>\">",
	"<div style=\"background:url(//x)\">x</div>",
	"<div style=\"background:url(javascript:alert(1))\">x</div>",
	"<div style=\"width:expression(alert(1))\">x</div>",
	"<div style=\"wi\\64th:1px;x:expres\\sion(alert(1))\">x</div>",
	"<div style=\"color:red;/*x*/behavior:url(x)\">x</div>",
	"<div style=\"-moz-binding:url(//x#y)\">x</div>",
	"<div style=\"background-color:var(--x)\">x</div>",
	"<div style=\"position:fixed;top:0;z-index:9\">x</div>",
	"<p style='font-family:\"</p><script>alert(1)</script>'>x</p>",
	"<template><script>alert(1)</script></template>",
	"<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
	"<noembed><img src=x onerror=alert(1)></noembed>",
	"<xmp><img src=x onerror=alert(1)></xmp>",
	"<plaintext><img src=x onerror=alert(1)>",
	"<title><img src=x onerror=alert(1)></title>",
	"<!--><img src=x onerror=alert(1)>-->",
	"<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
	"<![CDATA[<img src=x onerror=alert(1)>]]>",
	"<?xml version=1?><script>alert(1)</script>",
	"<table background=javascript:alert(1)><td background=//x>x</table>",
	"<bgsound src=javascript:alert(1)>",
	"<image src=x onerror=alert(1)>",
	"<isindex action=javascript:alert(1) type=image>",
	"<img srcset='//x/y.png 1x'>",
	"<picture><source srcset=//x/y.png></picture>",
	"<img src=cid:x\" onerror=alert(1)>",
	"<b title=\"x\" onmouseover='alert(1)' x=\">\">x</b>",
	"<p lang=\"en\"onclick=alert(1)>x</p>",
	"<x onclick=alert(1)>x</x>",
	"<a ping=//x href=https://x>x</a>",
	"<frameset onload=alert(1)><frame src=//x></frameset>",
};

/* Reads our own output back: names of tags and attributes as an independent, simple reader sees them. */
static bool
tag_is_harmless(struct bytes tag)
{
	static const char *const never[] = {"script", "style", "iframe", "object", "embed", "form", "input",
		"svg", "math", "base", "link", "frame", "button", "template", "video", "audio", "source",
		"/script"};
	size_t n = 0;

	while (n < tag.n && tag.p[n] != ' ' && tag.p[n] != '>')
		n++;
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		if (bytes_eq_nocase(bytes_sub(tag, 0, n), bytes_of_str(never[i])))
			return false;
	/* All our attributes stand in double quotes, so outside of quotes only names are left. */
	for (bool quoted = false; n < tag.n; n++) {
		struct bytes rest = bytes_sub(tag, n, SIZE_MAX);

		quoted ^= tag.p[n] == '"';
		if (!quoted &&
			(bytes_starts_nocase(rest, BYTES_LIT(" on")) || tag.p[n] == '\'' || tag.p[n] == '<'))
			return false;
		if (bytes_starts_nocase(rest, BYTES_LIT("=\"javascript")) ||
			bytes_starts_nocase(rest, BYTES_LIT("=\"//")) ||
			bytes_starts_nocase(rest, BYTES_LIT("=\"vbscript")) ||
			bytes_starts_nocase(rest, BYTES_LIT("url(")) ||
			bytes_starts_nocase(rest, BYTES_LIT(" src=\"http")))
			return false;
	}
	return true;
}

static bool
is_harmless(struct bytes out)
{
	while (out.n > 0) {
		size_t start = bytes_find_byte(out, '<'), end;

		out = bytes_sub(out, start + 1, SIZE_MAX);
		end = bytes_find_byte(out, '>');
		if (out.n > 0 && !tag_is_harmless(bytes_sub(out, 0, end)))
			return false;
		out = bytes_sub(out, end, SIZE_MAX);
	}
	return true;
}

static void
test_attacks(void)
{
	tap_ok(!is_harmless(BYTES_LIT("<p><img src=\"x\" onerror=\"y\">")), "the reader sees a handler");
	tap_ok(!is_harmless(BYTES_LIT("<a href=\"javascript:x\">")), "and a script link");
	for (size_t i = 0; i < sizeof(attacks) / sizeof(attacks[0]); i++) {
		struct buf out;

		buf_init(&out, 10000);
		sanitize_html(bytes_of_str(attacks[i]), &options, &out);
		out.n -= sizeof(TAIL) - 1;
		tap_ok(is_harmless(bytes_sub(buf_bytes(&out), sizeof(HEAD) - 1, SIZE_MAX)),
			"harmless: attack %zu", i);
		buf_done(&out);
	}
}

/* Deep, and a lot: the cap holds, the time is linear. */
static void
test_depth(void)
{
	enum { LEVELS = 200000 };
	char *html = mem_new(LEVELS * 5 + 1, 1);
	size_t divs = 0;
	struct buf out;

	for (size_t i = 0; i < LEVELS; i++)
		memcpy(html + i * 5, "<div>", 5);
	buf_init(&out, 1000000);
	tap_ok(sanitize_html(bytes_of_str(html), &options, &out) == 0, "200,000 levels");
	for (struct bytes rest = buf_bytes(&out); bytes_find(rest, BYTES_LIT("<div>")) < rest.n; divs++)
		rest = bytes_sub(rest, bytes_find(rest, BYTES_LIT("<div>")) + 5, SIZE_MAX);
	tap_ok(divs == SANITIZE_DEPTH_MAX, "%zu of them written", divs);
	buf_done(&out);
	buf_init(&out, 50);
	tap_ok(sanitize_html(BYTES_LIT("x"), &options, &out) == -1, "too small a buffer is said");
	buf_done(&out);
	free(html);
}

int
main(void)
{
	test_exact();
	test_attacks();
	test_depth();
	return tap_done();
}
