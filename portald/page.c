/* SPDX-License-Identifier: Apache-2.0 */
#include "portald/page.h"

#include "lib/base/ascii.h"
#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "lib/base/utf8.h"

enum { PIECES_MAX = 64 };

enum context { CONTEXT_TEXT, CONTEXT_ATTR, CONTEXT_URL, CONTEXT_HTML };

/* A run of plain template text and what follows it; the last piece of a template has no slot. */
struct piece {
	struct bytes literal;
	enum context context;
	int slot; /* enum page_slot, or -1 */
};

struct template
{
	struct buf text;
	struct piece pieces[PIECES_MAX];
	size_t n;
};

struct pages {
	struct template templates[PAGE_TEMPLATES];
	struct buf assets[PAGE_ASSETS];
};

static const char *const template_files[PAGE_TEMPLATES] = {
	[PAGE_SHELL] = "shell.html",
	[PAGE_START] = "start.html",
	[PAGE_CODE] = "code.html",
	[PAGE_CODE_FORM] = "code-form.html",
	[PAGE_MESSAGE] = "message.html",
	[PAGE_FIELD] = "field.html",
	[PAGE_BODY_FRAME] = "body-frame.html",
	[PAGE_BODY_TEXT] = "body-text.html",
	[PAGE_PARTS] = "parts.html",
	[PAGE_PART] = "part.html",
	[PAGE_INCOMPLETE] = "incomplete.html",
	[PAGE_UNREADABLE] = "unreadable.html",
	[PAGE_REFUSED] = "refused.html",
	[PAGE_ENDED] = "ended.html",
	[PAGE_PROBLEM] = "problem.html",
};

static const char *const asset_files[PAGE_ASSETS] = {
	[ASSET_STYLE] = "style.css",
	[ASSET_SCRIPT] = "portal.js",
};

static const struct {
	const char *name;
	bool html; /* holds a piece made by page_fill() */
} slots[PAGE_SLOTS] = {
	[SLOT_ORGANISATION] = {"organisation", false},
	[SLOT_TITLE] = {"title", false},
	[SLOT_MAIN] = {"main", true},
	[SLOT_LINK] = {"link", false},
	[SLOT_MINUTES] = {"minutes", false},
	[SLOT_TRIES] = {"tries", false},
	[SLOT_LOCK_MINUTES] = {"lock-minutes", false},
	[SLOT_SUBJECT] = {"subject", false},
	[SLOT_FIELDS] = {"fields", true},
	[SLOT_BODY] = {"body", true},
	[SLOT_PARTS] = {"parts", true},
	[SLOT_INCOMPLETE] = {"incomplete", true},
	[SLOT_NAME] = {"name", false},
	[SLOT_VALUE] = {"value", false},
	[SLOT_NUMBER] = {"number", false},
	[SLOT_SIZE] = {"size", false},
	[SLOT_SENTENCE] = {"sentence", false},
	[SLOT_FORM] = {"form", true},
};

static const char *const context_names[] = {
	[CONTEXT_TEXT] = "text",
	[CONTEXT_ATTR] = "attr",
	[CONTEXT_URL] = "url",
	[CONTEXT_HTML] = "html",
};

/* The text between the braces: a context, a space, a slot. */
static int
parse_tag(struct bytes tag, struct piece *piece, struct err *err)
{
	tag = bytes_trim(tag);
	size_t space = bytes_find_byte(tag, ' ');
	struct bytes context = bytes_sub(tag, 0, space), name = bytes_trim(bytes_sub(tag, space, tag.n));
	size_t c = 0, s = 0;

	while (c <= CONTEXT_HTML && !bytes_eq(context, bytes_of_str(context_names[c])))
		c++;
	while (s < PAGE_SLOTS && !bytes_eq(name, bytes_of_str(slots[s].name)))
		s++;
	if (c > CONTEXT_HTML || s == PAGE_SLOTS)
		return err_set(err, ERR_CONFIG, "{{%.*s}}: expected {{text|attr|url|html NAME}}",
			BYTES_FMT(bytes_sub(tag, 0, 40)));
	if (slots[s].html != (c == CONTEXT_HTML))
		return err_set(err, ERR_CONFIG, "{{%.*s}}: that value is %s", BYTES_FMT(tag),
			slots[s].html ? "made of HTML" : "text, and must be escaped");
	piece->context = (enum context)c;
	piece->slot = (int)s;
	return 0;
}

static int
compile(struct template *template, struct err *err)
{
	struct bytes rest = buf_bytes(&template->text);

	template->n = 0;
	for (;;) {
		size_t open = bytes_find(rest, BYTES_LIT("{{"));
		struct bytes behind = bytes_sub(rest, open + 2, rest.n);
		size_t close = bytes_find(behind, BYTES_LIT("}}"));

		if (template->n == PIECES_MAX)
			return err_set(err, ERR_CONFIG, "more than %d places to fill", PIECES_MAX - 1);
		struct piece *piece = &template->pieces[template->n++];

		*piece = (struct piece){.literal = bytes_sub(rest, 0, open), .slot = -1};
		if (open == rest.n)
			return 0;
		if (close == behind.n)
			return err_set(err, ERR_CONFIG, "{{ without }}");
		if (parse_tag(bytes_sub(behind, 0, close), piece, err) < 0)
			return -1;
		rest = bytes_sub(behind, close + 2, behind.n);
	}
}

struct pages *
pages_new(void)
{
	struct pages *pages = mem_new(1, sizeof(*pages));

	for (size_t i = 0; i < PAGE_TEMPLATES; i++)
		buf_init(&pages->templates[i].text, PAGE_FILE_MAX);
	for (size_t i = 0; i < PAGE_ASSETS; i++)
		buf_init(&pages->assets[i], PAGE_FILE_MAX);
	return pages;
}

void
pages_free(struct pages *pages)
{
	if (pages == NULL)
		return;
	for (size_t i = 0; i < PAGE_TEMPLATES; i++)
		buf_done(&pages->templates[i].text);
	for (size_t i = 0; i < PAGE_ASSETS; i++)
		buf_done(&pages->assets[i]);
	free(pages);
}

int
pages_set(struct pages *pages, enum page_template template, struct bytes text, struct err *err)
{
	struct template *t = &pages->templates[template];

	buf_reset(&t->text);
	buf_put_bytes(&t->text, text);
	return compile(t, err);
}

static int
read_file(const char *directory, const char *name, struct buf *out, struct err *err)
{
	char path[4096];
	int n = snprintf(path, sizeof(path), "%s/%s", directory, name);

	if (n < 0 || (size_t)n >= sizeof(path))
		return err_set(err, ERR_CONFIG, "web_directory: path too long");
	return fd_read_file(path, out, err);
}

int
pages_load(const char *directory, struct pages **ret_pages, struct err *err)
{
	struct pages *pages = pages_new();

	for (size_t i = 0; i < PAGE_TEMPLATES; i++) {
		if (read_file(directory, template_files[i], &pages->templates[i].text, err) < 0)
			goto fail;
		if (compile(&pages->templates[i], err) < 0) {
			err_add(err, "%s/%s", directory, template_files[i]);
			goto fail;
		}
	}
	for (size_t i = 0; i < PAGE_ASSETS; i++)
		if (read_file(directory, asset_files[i], &pages->assets[i], err) < 0)
			goto fail;
	*ret_pages = pages;
	return 0;
fail:
	pages_free(pages);
	return -1;
}

struct bytes
page_asset(const struct pages *pages, enum page_asset asset)
{
	return buf_bytes(&pages->assets[asset]);
}

void
page_fill(const struct pages *pages, enum page_template template, const struct page_values *values,
	struct buf *out)
{
	const struct template *t = &pages->templates[template];

	for (size_t i = 0; i < t->n; i++) {
		const struct piece *piece = &t->pieces[i];

		buf_put_bytes(out, piece->literal);
		if (piece->slot < 0)
			continue;
		struct bytes value = values->slot[piece->slot];

		switch (piece->context) {
		case CONTEXT_TEXT:
			page_escape_text(out, value);
			break;
		case CONTEXT_ATTR:
			page_escape_attr(out, value);
			break;
		case CONTEXT_URL:
			page_escape_url(out, value);
			break;
		case CONTEXT_HTML:
			buf_put_bytes(out, value);
			break;
		}
	}
}

/*
 * Characters that change what a person reads without being seen: bidirectional overrides and isolates could
 * turn "fdp.exe" into "exe.pdf" on the page.
 */
static bool
is_invisible_trick(uint32_t c)
{
	return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F ||
	       c == 0x061C || c == 0xFEFF;
}

static bool
is_control(uint32_t c)
{
	return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c < 0xA0);
}

static const char *
entity(uint32_t c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&#34;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void
page_escape_text(struct buf *out, struct bytes text)
{
	for (size_t at = 0; at < text.n;) {
		uint32_t c = utf8_next(text, &at);
		const char *e = entity(c);

		if (e != NULL)
			buf_put_str(out, e);
		else if (c == '\r') /* a line end is CR LF in mail; LF alone is enough here */
			continue;
		else if (is_control(c) || is_invisible_trick(c))
			utf8_put(out, UTF8_REPLACEMENT);
		else
			utf8_put(out, c);
	}
}

/* Attribute values always stand in double quotes; what is not plain is written as a number all the same. */
void
page_escape_attr(struct buf *out, struct bytes text)
{
	for (size_t at = 0; at < text.n;) {
		uint32_t c = utf8_next(text, &at);

		if (c < 0x80 && (ascii_is_alnum((uint8_t)c) || c == ' ' || c == '.' || c == '-' || c == '_'))
			buf_put_byte(out, (uint8_t)c);
		else if (is_control(c) || c == '\n' || c == '\t' || is_invisible_trick(c))
			utf8_put(out, UTF8_REPLACEMENT);
		else
			buf_putf(out, "&#%u;", (unsigned)c);
	}
}

void
page_escape_url(struct buf *out, struct bytes text)
{
	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.p[i];

		if (ascii_is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~')
			buf_put_byte(out, c);
		else
			buf_putf(out, "%%%02X", c);
	}
}
