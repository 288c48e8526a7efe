/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/mime/html_sheet.h"

#include "lib/base/ascii.h"
#include "lib/mime/html_hidden.h"

static uint32_t
hash_of(uint8_t kind, struct bytes name)
{
	uint32_t hash = (2166136261U ^ kind) * 16777619U;

	for (size_t i = 0; i < name.n; i++)
		hash = (hash ^ ascii_lower(name.p[i])) * 16777619U;
	return hash;
}

static bool
is_name(uint8_t c)
{
	return ascii_is_alnum(c) || c == '-' || c == '_' || c >= 0x80;
}

/* ".x", "p.x", "#y": an element's last word, with nothing that could keep it from matching. */
static void
take_selector(struct html_sheet *sheet, struct bytes selector)
{
	size_t at = 0, n;
	uint8_t kind;

	selector = bytes_trim(selector);
	while (at < selector.n && is_name(selector.p[at]))
		at++;
	if (at >= selector.n || (selector.p[at] != '.' && selector.p[at] != '#'))
		return;
	kind = selector.p[at++];
	for (n = 0; at + n < selector.n && is_name(selector.p[at + n]); n++)
		;
	if (n > 0 && at + n == selector.n && sheet->n < HTML_SHEET_MAX)
		sheet->hidden[sheet->n++] = hash_of(kind, bytes_sub(selector, at, n));
}

static void
take_rule(struct html_sheet *sheet, struct bytes selectors, struct bytes declarations)
{
	if (!html_style_hides(declarations))
		return;
	while (selectors.n > 0) {
		size_t n = bytes_find_byte(selectors, ',');

		take_selector(sheet, bytes_sub(selectors, 0, n));
		selectors = bytes_sub(selectors, n + 1, selectors.n);
	}
}

/* Comments, and the brackets that hide a sheet from very old programs. */
static struct bytes
skip_between(struct bytes css)
{
	for (;;) {
		css = bytes_trim(css);
		if (bytes_starts_nocase(css, BYTES_LIT("/*")))
			css = bytes_sub(
				css, 2 + bytes_find(bytes_sub(css, 2, css.n), BYTES_LIT("*/")) + 2, css.n);
		else if (bytes_starts_nocase(css, BYTES_LIT("<!--")))
			css = bytes_sub(css, 4, css.n);
		else if (bytes_starts_nocase(css, BYTES_LIT("-->")))
			css = bytes_sub(css, 3, css.n);
		else
			return css;
	}
}

/* Behind the block that starts at `at`, blocks inside of it counted. */
static size_t
block_end(struct bytes css, size_t at)
{
	size_t depth = 0;

	for (; at < css.n; at++) {
		if (css.p[at] == '{')
			depth++;
		else if (css.p[at] == '}' && --depth == 0)
			return at + 1;
	}
	return css.n;
}

/* Up to the block's bracket; an at-rule may end without one. */
static size_t
prelude_length(struct bytes css)
{
	size_t n = 0;

	while (n < css.n && css.p[n] != '{' && !(css.p[n] == ';' && css.p[0] == '@'))
		n++;
	return n;
}

void
html_sheet_read(struct html_sheet *sheet, struct bytes css)
{
	for (css = skip_between(css); css.n > 0; css = skip_between(css)) {
		size_t open = prelude_length(css), end;

		if (open < css.n && css.p[open] == ';') {
			css = bytes_sub(css, open + 1, css.n);
			continue;
		}
		end = block_end(css, open);
		if (css.p[0] != '@' && open + 2 <= end)
			take_rule(sheet, bytes_sub(css, 0, open), bytes_sub(css, open + 1, end - open - 2));
		css = bytes_sub(css, end, css.n);
	}
}

static bool
has(const struct html_sheet *sheet, uint8_t kind, struct bytes name)
{
	uint32_t hash = hash_of(kind, name);

	for (size_t i = 0; i < sheet->n; i++) {
		if (sheet->hidden[i] == hash)
			return true;
	}
	return false;
}

bool
html_sheet_hides(const struct html_sheet *sheet, const struct html_token *token)
{
	struct bytes classes;

	if (sheet->n == 0 || token->n_attributes == 0)
		return false;
	if (has(sheet, '#', bytes_trim(html_attribute(token, BYTES_LIT("id")))))
		return true;
	classes = html_attribute(token, BYTES_LIT("class"));
	while (classes.n > 0) {
		size_t n = 0;

		while (n < classes.n && !ascii_is_space(classes.p[n]))
			n++;
		if (n > 0 && has(sheet, '.', bytes_sub(classes, 0, n)))
			return true;
		classes = bytes_sub(classes, n + 1, classes.n);
	}
	return false;
}
