/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/mime/html_hidden.h"

#include "lib/base/ascii.h"

/* Skips a comment, a string or what stands in parentheses; else one byte. */
static size_t
style_step(struct bytes css, size_t at)
{
	uint8_t c = css.p[at], until = c == '(' ? ')' : c;
	bool is_comment = c == '/' && at + 1 < css.n && css.p[at + 1] == '*';
	size_t n;

	if (is_comment) {
		n = bytes_find(bytes_sub(css, at + 2, css.n), BYTES_LIT("*/"));
		return at + 2 + n + 2 < css.n ? at + 2 + n + 2 : css.n;
	}
	if (c == '\\')
		return at + 2 < css.n ? at + 2 : css.n;
	if (c != '"' && c != '\'' && c != '(')
		return at + 1;
	n = bytes_find_byte(bytes_sub(css, at + 1, css.n), until);
	return at + 1 + n + 1 < css.n ? at + 1 + n + 1 : css.n;
}

static struct bytes
without_comment(struct bytes b)
{
	b = bytes_trim(b);
	while (b.n >= 4 && b.p[0] == '/' && b.p[1] == '*') {
		size_t n = bytes_find(bytes_sub(b, 2, b.n), BYTES_LIT("*/"));

		b = bytes_trim(bytes_sub(b, 2 + n + 2, b.n));
	}
	return b;
}

bool
html_next_style(struct bytes *rest, struct bytes *ret_name, struct bytes *ret_value)
{
	while (rest->n > 0) {
		struct bytes css = *rest;
		size_t at = 0, colon = css.n;

		while (at < css.n && css.p[at] != ';') {
			if (css.p[at] == ':' && colon == css.n)
				colon = at;
			at = style_step(css, at);
		}
		*rest = bytes_sub(css, at + 1, css.n);
		if (colon < at) {
			*ret_name = without_comment(bytes_sub(css, 0, colon));
			*ret_value = without_comment(bytes_sub(css, colon + 1, at - colon - 1));
			return true;
		}
	}
	return false;
}

/* A length, in hundredths of its unit; false when the value is none. */
static bool
parse_length(struct bytes value, int64_t *ret_length, struct bytes *ret_unit)
{
	bool negative = value.n > 0 && value.p[0] == '-', after_dot = false;
	int64_t length = 0, fraction = 100;
	size_t i = negative, digits = 0;

	for (; i < value.n && digits < 12; i++) {
		if (value.p[i] == '.' && !after_dot)
			after_dot = true;
		else if (!ascii_is_digit(value.p[i]))
			break;
		else if (after_dot) {
			fraction /= 10;
			length += (value.p[i] - '0') * fraction;
			digits++;
		} else {
			length = length * 10 + (value.p[i] - '0') * 100;
			digits++;
		}
	}
	*ret_length = negative ? -length : length;
	*ret_unit = bytes_sub(value, i, value.n);
	return digits > 0;
}

static bool
is_zero(struct bytes value)
{
	struct bytes unit;
	int64_t length;

	return parse_length(value, &length, &unit) && length == 0;
}

/* Letters of a pixel or less can't be read. */
static bool
is_tiny(struct bytes value)
{
	struct bytes unit;
	int64_t length;

	if (!parse_length(value, &length, &unit) || length < 0)
		return false;
	return length == 0 || (length <= 100 && (bytes_starts_nocase(unit, BYTES_LIT("px")) ||
							bytes_starts_nocase(unit, BYTES_LIT("pt"))));
}

/* Outside of any window. */
static bool
is_far(struct bytes value)
{
	struct bytes unit;
	int64_t length;

	return parse_length(value, &length, &unit) && length <= -50000;
}

static bool
is_none(struct bytes value)
{
	return bytes_starts_nocase(value, BYTES_LIT("none"));
}

static bool
is_hidden_word(struct bytes value)
{
	return bytes_starts_nocase(value, BYTES_LIT("hidden")) ||
	       bytes_starts_nocase(value, BYTES_LIT("collapse"));
}

static bool
is_all(struct bytes value)
{
	return bytes_starts_nocase(value, BYTES_LIT("all"));
}

static bool
is_transparent(struct bytes value)
{
	return bytes_starts_nocase(value, BYTES_LIT("transparent"));
}

static bool
is_nothing_left(struct bytes value)
{
	return bytes_starts_nocase(value, BYTES_LIT("rect(0")) ||
	       bytes_starts_nocase(value, BYTES_LIT("scale(0)"));
}

static bool
declaration_hides(struct bytes name, struct bytes value)
{
	static const struct {
		struct bytes name;
		bool (*hides)(struct bytes value);
	} rows[] = {
		{BYTES_LIT("display"), is_none},
		{BYTES_LIT("visibility"), is_hidden_word},
		{BYTES_LIT("mso-hide"), is_all},
		{BYTES_LIT("font-size"), is_tiny},
		{BYTES_LIT("font"), is_zero},
		{BYTES_LIT("opacity"), is_zero},
		{BYTES_LIT("max-height"), is_zero},
		{BYTES_LIT("max-width"), is_zero},
		{BYTES_LIT("color"), is_transparent},
		{BYTES_LIT("clip"), is_nothing_left},
		{BYTES_LIT("transform"), is_nothing_left},
		{BYTES_LIT("left"), is_far},
		{BYTES_LIT("top"), is_far},
		{BYTES_LIT("text-indent"), is_far},
		{BYTES_LIT("margin-left"), is_far},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (bytes_eq_nocase(name, rows[i].name))
			return rows[i].hides(value);
	}
	return false;
}

bool
html_style_hides(struct bytes css)
{
	struct bytes name, value;
	bool is_small = false, clips = false;

	while (html_next_style(&css, &name, &value)) {
		if (declaration_hides(name, value))
			return true;
		/* Height and width alone mean little (layout tables); with overflow hidden they hide. */
		if (bytes_eq_nocase(name, BYTES_LIT("height")) || bytes_eq_nocase(name, BYTES_LIT("width")))
			is_small = is_small || is_zero(value);
		if (bytes_eq_nocase(name, BYTES_LIT("overflow")))
			clips = bytes_starts_nocase(value, BYTES_LIT("hidden"));
	}
	return is_small && clips;
}

bool
html_is_hidden(const struct html_token *token)
{
	struct bytes style = html_attribute(token, BYTES_LIT("style"));

	if (html_attribute(token, BYTES_LIT("hidden")).p != NULL)
		return true;
	return style.n > 0 && html_style_hides(style);
}
