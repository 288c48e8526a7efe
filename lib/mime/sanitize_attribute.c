/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/mime/sanitize_attribute.h"

#include "lib/base/ascii.h"
#include "lib/base/text.h"

enum { STYLE_MAX = 4096, URL_MAX = 4096 };

static void
put_quoted(struct buf *out, struct bytes name, struct bytes value)
{
	buf_putf(out, " %.*s=\"", BYTES_FMT(name));
	text_put_html(out, value);
	buf_put_byte(out, '"');
}

/* Each of these judges a value: true when it may stand as it is. */
static bool
is_text(struct bytes value)
{
	return value.n <= 1000;
}

static bool
is_length(struct bytes value)
{
	for (size_t i = 0; i < value.n; i++)
		if (!ascii_is_digit(value.p[i]) && !(i + 1 == value.n && value.p[i] == '%'))
			return false;
	return value.n > 0 && value.n <= 5;
}

static bool
is_number(struct bytes value)
{
	int64_t number;

	return bytes_parse_i64(value, -7, 10000, &number) == 0;
}

static bool
is_word(struct bytes value)
{
	for (size_t i = 0; i < value.n; i++)
		if (!ascii_is_alnum(value.p[i]) && value.p[i] != '-')
			return false;
	return value.n > 0 && value.n <= 20;
}

static bool
is_color(struct bytes value)
{
	if (value.n > 0 && value.p[0] == '#')
		value = bytes_sub(value, 1, SIZE_MAX);
	return is_word(value);
}

static bool
is_font(struct bytes value)
{
	for (size_t i = 0; i < value.n; i++)
		if (!ascii_is_alnum(value.p[i]) && memchr(" -,'\"", value.p[i], 5) == NULL)
			return false;
	return value.n > 0 && value.n <= 200;
}

/* The functions that a style value may call; all that fetch or compute are missing. */
static bool
is_color_call(struct bytes value, size_t paren)
{
	static const char *const calls[] = {"rgb", "rgba", "hsl", "hsla"};
	size_t start = paren;

	while (start > 0 && ascii_is_alpha(value.p[start - 1]))
		start--;
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (bytes_eq_nocase(bytes_sub(value, start, paren - start), bytes_of_str(calls[i])))
			return true;
	return false;
}

static bool
is_style_value(struct bytes value)
{
	for (size_t i = 0; i < value.n; i++) {
		uint8_t c = value.p[i];

		if (c == '(' && !is_color_call(value, i))
			return false;
		if (!ascii_is_alnum(c) && memchr(" #%.,-+!()'\"", c, 12) == NULL)
			return false;
	}
	return value.n > 0 && value.n <= 200;
}

static bool
is_style_property(struct bytes name)
{
	/* What sets a text's look and flow. Nothing that lays one thing over another or names a resource. */
	static const char *const properties[] = {"background-color", "border", "border-bottom",
		"border-bottom-color", "border-bottom-style", "border-bottom-width", "border-collapse",
		"border-color", "border-left", "border-radius", "border-right", "border-spacing",
		"border-style", "border-top", "border-top-color", "border-top-style", "border-top-width",
		"border-width", "color", "display", "font", "font-family", "font-size", "font-style",
		"font-variant", "font-weight", "height", "letter-spacing", "line-height", "list-style-type",
		"margin-bottom", "margin-left", "margin-right", "margin-top", "max-width", "min-width",
		"padding", "padding-bottom", "padding-left", "padding-right", "padding-top", "table-layout",
		"text-align", "text-decoration", "text-indent", "text-transform", "vertical-align",
		"white-space", "width", "word-break", "word-wrap"};

	for (size_t i = 0; i < sizeof(properties) / sizeof(properties[0]); i++)
		if (bytes_eq_nocase(name, bytes_of_str(properties[i])))
			return true;
	return false;
}

static void
put_declaration(struct buf *style, struct bytes declaration)
{
	size_t colon = bytes_find_byte(declaration, ':');
	struct bytes name = bytes_trim(bytes_sub(declaration, 0, colon));
	struct bytes value = bytes_trim(bytes_sub(declaration, colon + 1, SIZE_MAX));

	if (!is_style_property(name) || !is_style_value(value))
		return;
	for (size_t i = 0; i < name.n; i++)
		buf_put_byte(style, ascii_lower(name.p[i]));
	buf_putf(style, ":%.*s;", BYTES_FMT(value));
}

/* A style that uses escapes, comments or at-rules hides something: it is dropped whole, not repaired. */
static void
put_style(struct buf *out, struct bytes name, struct bytes value)
{
	struct buf style;

	if (value.n > STYLE_MAX || bytes_find_byte(value, '\\') < value.n ||
		bytes_find_byte(value, '@') < value.n || bytes_find(value, BYTES_LIT("/*")) < value.n)
		return;
	buf_init(&style, STYLE_MAX * 2);
	while (value.n > 0) {
		size_t end = bytes_find_byte(value, ';');

		put_declaration(&style, bytes_sub(value, 0, end));
		value = bytes_sub(value, end + 1, SIZE_MAX);
	}
	if (style.n > 0 && !buf_full(&style))
		put_quoted(out, name, buf_bytes(&style));
	buf_done(&style);
}

/*
 * Browsers ignore tabs, newlines and control characters within a scheme, so a URL that holds any is refused;
 * so is one without a scheme, which would be relative to the portal.
 */
static bool
is_link(struct bytes url)
{
	static const char *const schemes[] = {"http://", "https://", "mailto:"};

	for (size_t i = 0; i < url.n; i++)
		if (url.p[i] <= 32 || url.p[i] == 127)
			return false;
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (url.n <= URL_MAX && bytes_starts_nocase(url, bytes_of_str(schemes[i])))
			return true;
	return false;
}

static void
put_link(struct buf *out, struct bytes name, struct bytes value)
{
	value = bytes_trim(value);
	if (!is_link(value))
		return;
	put_quoted(out, name, value);
	buf_put_str(out, " target=\"_blank\" rel=\"noopener noreferrer nofollow\"");
}

static void
put_picture(struct buf *out, struct bytes name, struct bytes value, const struct sanitize *options)
{
	size_t before = out->n;

	value = bytes_trim(value);
	if (!bytes_starts_nocase(value, BYTES_LIT("cid:")) || options->picture == NULL)
		return;
	buf_putf(out, " %.*s=\"", BYTES_FMT(name));
	if (options->picture(options->context, bytes_sub(value, 4, SIZE_MAX), out))
		buf_put_byte(out, '"');
	else
		out->n = before;
}

enum attribute_kind { ATTRIBUTE_PLAIN, ATTRIBUTE_STYLE, ATTRIBUTE_LINK, ATTRIBUTE_PICTURE };

static const struct attribute_row {
	struct bytes name;
	unsigned groups;
	enum attribute_kind kind;
	bool (*good)(struct bytes value);
} rows[] = {
	{BYTES_LIT("align"), GROUP_ALL, ATTRIBUTE_PLAIN, is_word},
	{BYTES_LIT("alt"), GROUP_PICTURE, ATTRIBUTE_PLAIN, is_text},
	{BYTES_LIT("bgcolor"), GROUP_TABLE | GROUP_CELL, ATTRIBUTE_PLAIN, is_color},
	{BYTES_LIT("border"), GROUP_TABLE | GROUP_PICTURE, ATTRIBUTE_PLAIN, is_length},
	{BYTES_LIT("cellpadding"), GROUP_TABLE, ATTRIBUTE_PLAIN, is_length},
	{BYTES_LIT("cellspacing"), GROUP_TABLE, ATTRIBUTE_PLAIN, is_length},
	{BYTES_LIT("color"), GROUP_FONT, ATTRIBUTE_PLAIN, is_color},
	{BYTES_LIT("colspan"), GROUP_CELL, ATTRIBUTE_PLAIN, is_length},
	{BYTES_LIT("dir"), GROUP_ALL, ATTRIBUTE_PLAIN, is_word},
	{BYTES_LIT("face"), GROUP_FONT, ATTRIBUTE_PLAIN, is_font},
	{BYTES_LIT("height"), GROUP_TABLE | GROUP_CELL | GROUP_PICTURE, ATTRIBUTE_PLAIN, is_length},
	{BYTES_LIT("href"), GROUP_LINK, ATTRIBUTE_LINK, NULL},
	{BYTES_LIT("lang"), GROUP_ALL, ATTRIBUTE_PLAIN, is_word},
	{BYTES_LIT("rowspan"), GROUP_CELL, ATTRIBUTE_PLAIN, is_length},
	{BYTES_LIT("size"), GROUP_FONT, ATTRIBUTE_PLAIN, is_number},
	{BYTES_LIT("src"), GROUP_PICTURE, ATTRIBUTE_PICTURE, NULL},
	{BYTES_LIT("start"), GROUP_LIST, ATTRIBUTE_PLAIN, is_number},
	{BYTES_LIT("style"), GROUP_ALL, ATTRIBUTE_STYLE, NULL},
	{BYTES_LIT("title"), GROUP_ALL, ATTRIBUTE_PLAIN, is_text},
	{BYTES_LIT("type"), GROUP_LIST, ATTRIBUTE_PLAIN, is_word},
	{BYTES_LIT("valign"), GROUP_TABLE | GROUP_CELL, ATTRIBUTE_PLAIN, is_word},
	{BYTES_LIT("width"), GROUP_TABLE | GROUP_CELL | GROUP_PICTURE, ATTRIBUTE_PLAIN, is_length},
};

static const struct attribute_row *
find_row(unsigned groups, struct bytes name)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if ((rows[i].groups & (groups | GROUP_ALL)) != 0 && bytes_eq(rows[i].name, name))
			return &rows[i];
	return NULL;
}

void
sanitize_put_attribute(struct buf *out, unsigned groups, struct bytes name, struct bytes value,
	const struct sanitize *options)
{
	const struct attribute_row *row = find_row(groups, name);

	if (row == NULL)
		return;
	switch (row->kind) {
	case ATTRIBUTE_PLAIN:
		value = bytes_trim(value);
		if (row->good(value))
			put_quoted(out, row->name, value);
		break;
	case ATTRIBUTE_STYLE:
		put_style(out, row->name, value);
		break;
	case ATTRIBUTE_LINK:
		put_link(out, row->name, value);
		break;
	case ATTRIBUTE_PICTURE:
		put_picture(out, row->name, value, options);
		break;
	}
}
