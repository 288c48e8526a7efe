/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/cell_format.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/ascii.h"
#include "lib/format/cell_date.h"

/* More digits than a double has; longer codes are cut. */
enum { DIGITS_MAX = 40, DECIMALS_MAX = 15, CODE_MAX = 255 };

struct bytes
cell_format_builtin(int64_t id)
{
	/* 18.8.30; 27 to 36 and 50 to 58 are dates of East Asian languages. */
	static const char *const codes[] = {[1] = "0",
		[2] = "0.00",
		[3] = "#,##0",
		[4] = "#,##0.00",
		[9] = "0%",
		[10] = "0.00%",
		[14] = "m/d/yyyy",
		[15] = "d-mmm-yy",
		[16] = "d-mmm",
		[17] = "mmm-yy",
		[18] = "h:mm",
		[19] = "h:mm:ss",
		[20] = "h:mm",
		[21] = "h:mm:ss",
		[22] = "m/d/yyyy h:mm",
		[37] = "#,##0;-#,##0",
		[38] = "#,##0;-#,##0",
		[39] = "#,##0.00;-#,##0.00",
		[40] = "#,##0.00;-#,##0.00",
		[45] = "mm:ss",
		[46] = "[h]:mm:ss",
		[47] = "mm:ss"};

	if ((id >= 27 && id <= 36) || (id >= 50 && id <= 58))
		return BYTES_LIT("yyyy-mm-dd");
	if (id < 0 || (size_t)id >= sizeof(codes) / sizeof(codes[0]))
		return bytes_of(NULL, 0);
	return bytes_of_str(codes[id]);
}

bool
cell_format_parse(struct bytes text, double *ret_value)
{
	char copy[64], *end;

	text = bytes_trim(text);
	if (text.n == 0 || text.n >= sizeof(copy))
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	if (!ascii_is_digit(text.p[0]) && text.p[0] != '-' && text.p[0] != '.' && text.p[0] != '+')
		return false;
	*ret_value = strtod(copy, &end);
	return *end == '\0' && isfinite(*ret_value);
}

static void
put_general(struct buf *out, double value)
{
	if (fabs(value) < 1e15 && value == (double)(int64_t)value)
		buf_putf(out, "%.0f", value);
	else
		buf_putf(out, "%.15g", value);
}

/* Moves over what stands at `at` for itself: "quoted", \x, _x, *x, [Red]. Returns its end, or `at`. */
static size_t
skip_literal(struct bytes code, size_t at)
{
	switch (code.p[at]) {
	case '"':
		return at + 1 + bytes_find_byte(bytes_sub(code, at + 1, code.n), '"') + 1;
	case '[':
		return at + 1 + bytes_find_byte(bytes_sub(code, at + 1, code.n), ']') + 1;
	case '\\':
	case '_':
	case '*':
		return at + 2;
	default:
		return at;
	}
}

/* The next of the sections that semicolons divide. */
static struct bytes
next_section(struct bytes *rest)
{
	struct bytes code = *rest;
	size_t at = 0;

	while (at < code.n && code.p[at] != ';') {
		size_t end = skip_literal(code, at);

		at = end > at ? end : at + 1;
	}
	at = at < code.n ? at : code.n;
	*rest = bytes_sub(code, at < code.n ? at + 1 : code.n, code.n);
	return bytes_sub(code, 0, at);
}

/* A condition in brackets, as telephone numbers have: [<=9999999]. */
static bool
get_condition(struct bytes section, double value, bool *ret_holds)
{
	size_t open = bytes_find_byte(section, '['), at = open + 1;
	double limit;
	bool less, more, equal;

	if (at >= section.n || bytes_find_byte(bytes_of("<>=", 3), section.p[at]) == 3)
		return false;
	less = more = equal = false;
	for (; at < section.n && bytes_find_byte(bytes_of("<>=", 3), section.p[at]) < 3; at++) {
		less |= section.p[at] == '<';
		more |= section.p[at] == '>';
		equal |= section.p[at] == '=';
	}
	section = bytes_sub(section, at, section.n);
	if (!cell_format_parse(bytes_sub(section, 0, bytes_find_byte(section, ']')), &limit))
		return false;
	*ret_holds = (less && value < limit) || (more && value > limit) || (equal && value == limit);
	return true;
}

/* The section for a value: by its condition, or the first for positive, the second for negative, the third
 * for zero. */
static struct bytes
section_for(struct bytes code, double *value)
{
	struct bytes rest = code, first = next_section(&rest), second;
	bool has_second = first.n < code.n, holds;

	if (get_condition(first, *value, &holds)) {
		second = next_section(&rest);
		return holds || !has_second ? first : second;
	}
	second = next_section(&rest);
	if (has_second && *value < 0 && second.n > 0) {
		*value = -*value;
		return second;
	}
	if (has_second && *value == 0 && rest.n > 0)
		return next_section(&rest);
	return first;
}

bool
cell_format_is_date(struct bytes code)
{
	struct bytes rest = code, section = next_section(&rest);
	struct cell_date_fields fields = cell_date_fields(section);

	return fields.has_date || fields.has_time;
}

/* What a section of digits asks for. */
struct shape {
	size_t whole, decimals; /* places before and behind the point */
	bool has_point, grouped, percent, is_plain;
};

static bool
is_place(uint8_t c)
{
	return c == '0' || c == '#' || c == '?';
}

/* Exponents, fractions and General are numbers as they are. */
static bool
is_other(struct bytes section, size_t at)
{
	uint8_t c = section.p[at];

	return c == 'E' || c == 'e' || c == '/' || c == '@' ||
	       bytes_starts_nocase(bytes_sub(section, at, section.n), BYTES_LIT("general"));
}

static struct shape
shape_of(struct bytes section)
{
	struct shape shape = {0};

	for (size_t at = 0; at < section.n;) {
		size_t end = skip_literal(section, at);
		uint8_t c = section.p[at];

		if (end > at) {
			at = end;
			continue;
		}
		if (is_place(c)) {
			shape.whole += !shape.has_point;
			shape.decimals += shape.has_point;
		}
		shape.has_point |= c == '.';
		shape.grouped |= c == ',';
		shape.percent |= c == '%';
		shape.is_plain |= is_other(section, at);
		at++;
	}
	if (shape.decimals > DECIMALS_MAX)
		shape.decimals = DECIMALS_MAX;
	return shape;
}

/* Digits that are laid into the places of a section, from the left. */
struct laying {
	struct buf *out;
	char digits[400];
	size_t n_whole, at; /* of the digits */
	size_t places;      /* still to come before the point */
	size_t decimals;    /* of the digits; behind the point */
	bool has_point, grouped;
};

static void
put_whole_digit(struct laying *laying)
{
	size_t left = laying->n_whole - laying->at;

	buf_put_byte(laying->out, (uint8_t)laying->digits[laying->at++]);
	if (laying->grouped && left > 1 && (left - 1) % 3 == 0)
		buf_put_byte(laying->out, ',');
}

/* The first place takes what is too much for the places. */
static void
lay_whole(struct laying *laying, uint8_t place)
{
	size_t left = laying->n_whole - laying->at;

	while (left > laying->places) {
		put_whole_digit(laying);
		left--;
	}
	if (left == laying->places && left > 0)
		put_whole_digit(laying);
	else if (place == '0')
		buf_put_byte(laying->out, '0');
	laying->places--;
}

static void
lay_literal(struct laying *laying, struct bytes literal)
{
	switch (literal.p[0]) {
	case '"':
		buf_put_bytes(laying->out, bytes_sub(literal, 1, literal.n > 2 ? literal.n - 2 : 0));
		break;
	case '\\':
		buf_put_bytes(laying->out, bytes_sub(literal, 1, literal.n));
		break;
	case '_':
		buf_put_byte(laying->out, ' ');
		break;
	default: /* [Red] and *x show nothing */
		break;
	}
}

static void
lay_sign(struct laying *laying, uint8_t c)
{
	if (is_place(c) && !laying->has_point && laying->places > 0)
		lay_whole(laying, c);
	else if (is_place(c)) {
		if (laying->decimals > 0) {
			buf_put_byte(laying->out, (uint8_t)laying->digits[laying->at++]);
			laying->decimals--;
		}
	} else if (c == '.') {
		/* ".5" with no place before the point. */
		while (laying->at < laying->n_whole)
			put_whole_digit(laying);
		laying->has_point = true;
		buf_put_byte(laying->out, '.');
	} else if (c != ',')
		buf_put_byte(laying->out, c);
}

static void
put_digits(struct buf *out, struct bytes section, const struct shape *shape, double value)
{
	struct laying laying = {
		.out = out, .places = shape->whole, .decimals = shape->decimals, .grouped = shape->grouped};
	char *point;
	size_t n;

	snprintf(laying.digits, sizeof(laying.digits), "%.*f", (int)shape->decimals,
		fabs(shape->percent ? value * 100 : value));
	point = strchr(laying.digits, '.');
	n = strlen(laying.digits);
	laying.n_whole = point != NULL ? (size_t)(point - laying.digits) : n;
	if (point != NULL)
		memmove(point, point + 1, n - laying.n_whole);
	/* A single zero needs no place of its own. */
	if (laying.n_whole == 1 && laying.digits[0] == '0')
		laying.at = 1;
	if (value < 0)
		buf_put_byte(out, '-');
	for (size_t at = 0; at < section.n;) {
		size_t end = skip_literal(section, at);

		if (end > at)
			lay_literal(&laying, bytes_sub(section, at, end - at));
		else {
			lay_sign(&laying, section.p[at]);
			end = at + 1;
		}
		at = end;
	}
}

void
cell_format_put(struct buf *out, struct bytes code, double value, enum cell_epoch epoch)
{
	struct cell_date_fields fields;
	struct bytes section;
	struct shape shape;

	code = bytes_sub(code, 0, CODE_MAX);
	section = section_for(code, &value);
	fields = cell_date_fields(section);
	if ((fields.has_date || fields.has_time) && cell_date_put(out, fields, value, epoch))
		return;
	shape = shape_of(section);
	if (code.n == 0 || shape.is_plain || shape.whole + shape.decimals > DIGITS_MAX ||
		fabs(value) >= 1e15 || fields.has_date || fields.has_time)
		put_general(out, value);
	else
		put_digits(out, section, &shape, value);
}
