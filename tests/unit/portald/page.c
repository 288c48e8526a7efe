/* SPDX-License-Identifier: Apache-2.0 */
#include "portald/page.h"

#include "tests/support/tap.h"

typedef void (*escape_fn)(struct buf *out, struct bytes text);

static void
check_escape(escape_fn escape, const char *name, struct bytes input, const char *want)
{
	struct buf out;

	buf_init(&out, 4096);
	escape(&out, input);
	tap_bytes(buf_bytes(&out), bytes_of_str(want), "%s", name);
	buf_done(&out);
}

static void
test_escapes(void)
{
	static const struct {
		const char *name;
		escape_fn escape;
		const char *input, *want;
	} table[] = {
		{"text: markup", page_escape_text, "<script>alert('x')&\"</script>",
			"&lt;script&gt;alert(&#39;x&#39;)&amp;&#34;&lt;/script&gt;"},
		{"text: already an entity", page_escape_text, "&lt;", "&amp;lt;"},
		{"text: letters of all kinds stay", page_escape_text, "Müller 東京", "Müller 東京"},
		{"text: CR goes, LF and tab stay", page_escape_text, "a\r\n\tb", "a\n\tb"},
		{"text: controls", page_escape_text, "a\x1b[31m\x7f", "a\xEF\xBF\xBD[31m\xEF\xBF\xBD"},
		{"text: invalid UTF-8", page_escape_text, "a\xFF<", "a\xEF\xBF\xBD&lt;"},
		{"text: overlong <", page_escape_text, "\xC0\xBC", "\xEF\xBF\xBD\xEF\xBF\xBD"},
		{"text: right-to-left override", page_escape_text,
			"x\xE2\x80\xAE"
			"fdp",
			"x\xEF\xBF\xBD"
			"fdp"},
		{"attr: quotes", page_escape_attr, "\" onload=x '", "&#34; onload&#61;x &#39;"},
		{"attr: markup", page_escape_attr, "a><b", "a&#62;&#60;b"},
		{"attr: line end", page_escape_attr, "a\nb",
			"a\xEF\xBF\xBD"
			"b"},
		{"attr: a link's code stays readable", page_escape_attr, "Ab-_9.x", "Ab-_9.x"},
		{"url: everything else", page_escape_url, "a/b?c=d&e#f%\"<\n",
			"a%2Fb%3Fc%3Dd%26e%23f%25%22%3C%0A"},
		{"url: dots can't climb", page_escape_url, "../x", "..%2Fx"},
		{"url: scheme", page_escape_url, "javascript:x", "javascript%3Ax"},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		check_escape(table[i].escape, table[i].name, bytes_of_str(table[i].input), table[i].want);
	check_escape(page_escape_text, "text: NUL", BYTES_LIT("a\0b"),
		"a\xEF\xBF\xBD"
		"b");
}

/* No byte that could end a text or an attribute comes through, whatever came in. */
static void
test_every_byte(void)
{
	bool text_ok = true, attr_ok = true, url_ok = true;

	for (unsigned i = 0; i < 256; i++) {
		uint8_t c = (uint8_t)i;
		struct buf out;

		buf_init(&out, 64);
		page_escape_text(&out, bytes_of(&c, 1));
		text_ok = text_ok && memchr(out.p ? out.p : &c, '<', out.n) == NULL;
		buf_reset(&out);
		page_escape_attr(&out, bytes_of(&c, 1));
		attr_ok = attr_ok && (out.n == 0 || (memchr(out.p, '"', out.n) == NULL &&
							    memchr(out.p, '\'', out.n) == NULL));
		buf_reset(&out);
		page_escape_url(&out, bytes_of(&c, 1));
		for (size_t k = 0; k < out.n; k++)
			url_ok = url_ok && out.p[k] > ' ' && out.p[k] < 0x7F &&
				 strchr("\"'<>&:/?#\\", out.p[k]) == NULL;
		buf_done(&out);
	}
	tap_ok(text_ok, "no byte gives a tag in text");
	tap_ok(attr_ok, "no byte ends an attribute");
	tap_ok(url_ok, "no byte leaves its place in an address");
}

static void
test_templates(void)
{
	static const struct {
		const char *name, *text;
		int ret;
	} table[] = {
		{"no slot", "<p>hello</p>", 0},
		{"each context", "{{text name}}{{attr name}}{{url name}}{{html main}}", 0},
		{"spaces", "{{ text  name }}", 0},
		{"unknown slot", "{{text nobody}}", -1},
		{"unknown context", "{{raw name}}", -1},
		{"no context", "{{name}}", -1},
		{"text slot as HTML", "{{html name}}", -1},
		{"HTML slot as text", "{{text main}}", -1},
		{"not closed", "{{text name", -1},
		{"empty", "{{}}", -1},
	};
	struct pages *pages = pages_new();

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct err err = {0};
		int ret = pages_set(pages, PAGE_FIELD, bytes_of_str(table[i].text), &err);

		tap_ok(ret == table[i].ret, "template: %s", table[i].name);
	}
	pages_free(pages);
}

static void
test_fill(void)
{
	struct pages *pages = pages_new();
	struct page_values values = {0};
	struct err err = {0};
	struct buf out;

	buf_init(&out, 4096);
	values.slot[SLOT_NAME] = BYTES_LIT("<b>");
	values.slot[SLOT_MAIN] = BYTES_LIT("<i>x</i>");
	pages_set(pages, PAGE_FIELD,
		BYTES_LIT("<a title=\"{{attr name}}\" href=\"/{{url name}}\">{{text name}}{{html "
			  "main}}{{text value}}</a>"),
		&err);
	page_fill(pages, PAGE_FIELD, &values, &out);
	tap_bytes(buf_bytes(&out),
		BYTES_LIT("<a title=\"&#60;b&#62;\" href=\"/%3Cb%3E\">&lt;b&gt;<i>x</i></a>"),
		"each context escapes its own way");
	buf_done(&out);
	pages_free(pages);
}

/* The pages that are shipped can be loaded, and hold nothing from elsewhere and no inline script or style. */
static void
test_shipped(void)
{
	static const char *const banned[] = {
		"http:", "https:", "<script>", "javascript:", " style=", " onclick", "<style"};
	const char *root = getenv("top_srcdir");
	struct pages *pages = NULL;
	struct err err = {0};
	char path[4096];

	snprintf(path, sizeof(path), "%s/portald/web", root ? root : ".");
	if (!tap_ok(pages_load(path, &pages, &err) == 0, "the shipped pages load: %s", err.text))
		return;
	for (int t = 0; t < PAGE_TEMPLATES; t++) {
		const struct page_values values = {0};
		struct buf out;
		bool clean = true;

		buf_init(&out, PAGE_FILE_MAX);
		page_fill(pages, (enum page_template)t, &values, &out);
		for (size_t i = 0; i < sizeof(banned) / sizeof(banned[0]); i++)
			clean = clean && bytes_find(buf_bytes(&out), bytes_of_str(banned[i])) == out.n;
		tap_ok(out.n > 0 && clean, "template %d is there and holds nothing foreign or inline", t);
		buf_done(&out);
	}
	tap_ok(bytes_find(page_asset(pages, ASSET_SCRIPT), BYTES_LIT("innerHTML")) ==
			page_asset(pages, ASSET_SCRIPT).n,
		"the script makes no HTML");
	pages_free(pages);
}

int
main(void)
{
	test_escapes();
	test_every_byte();
	test_templates();
	test_fill();
	test_shipped();
	return tap_done();
}
