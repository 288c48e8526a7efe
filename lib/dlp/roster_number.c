/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values that begin with a number. Mail is full of numbers, and hardly any is somebody's: what cannot be a
 * value is refused by its first characters, before anything is copied or hashed.
 */
#include "lib/dlp/digits.h"
#include "lib/dlp/roster_finder.h"

enum {
	GROUPS_MAX = 4, /* of a record number or a phone number */
	RECORD_TEXT = 24,
	PHONE_DIGITS_MIN = 10,
	PHONE_DIGITS_MAX = 13,
	DATE_TEXT = 32,
	ADDRESS_TEXT = 80,
	MONTH_TEXT = 9,
};

/* Letters and digits with a digit in them; its first run of digits. */
struct token {
	size_t from, end;
	size_t digit, digits;
	bool lonely; /* no other digits are so near behind these that they could belong together */
};

static size_t
token_end(struct bytes text, size_t at)
{
	while (at < text.n && ascii_is_alnum(text.p[at]))
		at++;
	return at;
}

/* What may stand between the parts of a value, or begin the next part of a date: a number, a month, "of". */
enum { IN_RECORD = 1, IN_PHONE = 2, BEFORE_DAY = 4, IN_DATE = 8, DATE_PART = 16, DATE_JOINED = 32 };

static bool
is_sign(struct bytes text, size_t at, uint8_t where)
{
	static const uint8_t signs[128] = {
		[' '] = IN_RECORD | IN_PHONE | BEFORE_DAY | IN_DATE,
		['-'] = IN_RECORD | IN_PHONE | BEFORE_DAY | IN_DATE,
		['.'] = IN_RECORD | IN_PHONE | BEFORE_DAY | IN_DATE,
		['/'] = IN_RECORD | IN_PHONE | IN_DATE,
		['('] = IN_PHONE,
		[')'] = IN_PHONE,
		[','] = BEFORE_DAY | IN_DATE,
		['\n'] = BEFORE_DAY | IN_DATE,
		['\''] = IN_DATE,
		['0' ... '9'] = DATE_PART,
		['a'] = DATE_PART | DATE_JOINED,
		['d'] = DATE_PART | DATE_JOINED,
		['f'] = DATE_PART | DATE_JOINED,
		['j'] = DATE_PART | DATE_JOINED,
		['m'] = DATE_PART | DATE_JOINED,
		['n'] = DATE_PART | DATE_JOINED, /* "2nd" */
		['o'] = DATE_PART | DATE_JOINED,
		['r'] = DATE_JOINED, /* "3rd" */
		['s'] = DATE_PART | DATE_JOINED,
		['t'] = DATE_JOINED, /* "4th" */
	};
	uint8_t c = at < text.n ? ascii_lower(text.p[at]) : 0;

	return c < sizeof(signs) && (signs[c] & where) != 0;
}

/* Its length is one that record numbers have. */
static void
look_up_record(const struct finder *f, size_t from, size_t end)
{
	struct roster_value value;

	if (roster_record_number(&value, bytes_sub(f->text, from, end - from)))
		finder_look_up(f, from, end, ROSTER_RECORD_NUMBER, &value);
}

/* How long a record number is, whose part before these letters and digits is `length` long: without leading
 * zeros. */
static size_t
longer(struct bytes text, size_t length, size_t at, size_t end)
{
	while (length == 0 && at < end && text.p[at] == '0')
		at++;
	return length + end - at;
}

/* Most numbers have another length than those of the roster. */
static bool
has_length(const struct finder *f, size_t length)
{
	return length > 0 && length < RECORD_TEXT && (f->record_lengths & roster_length_bit(length)) != 0;
}

/* Alone, and as "12-345-67": groups with the same sign between them. A date is not read so. */
static void
look_for_record(const struct finder *f, const struct token *token, bool is_date)
{
	size_t end = token->end, length = longer(f->text, 0, token->from, end);
	uint8_t sign = end < f->text.n ? f->text.p[end] : 0;

	if (has_length(f, length))
		look_up_record(f, token->from, end);
	if (is_date || token->lonely)
		return;
	for (unsigned group = 2; group <= GROUPS_MAX && is_sign(f->text, end, IN_RECORD); group++) {
		size_t next = token_end(f->text, end + 1);

		if (f->text.p[end] != sign || next - end < 3 || next - token->from > RECORD_TEXT ||
			digits_next(bytes_sub(f->text, 0, next), end) == next)
			return;
		length = longer(f->text, length, end + 1, next);
		if (has_length(f, length))
			look_up_record(f, token->from, next);
		end = next;
	}
}

/* An area code, all of a number, the 1 of North America, or what a + announces. */
static bool
starts_phone(struct bytes text, const struct token *token)
{
	return token->digits >= 3 || (token->digits == 1 && text.p[token->from] == '1') ||
	       (token->from > 0 && text.p[token->from - 1] == '+');
}

static void
look_up_phone(const struct finder *f, size_t from, size_t end)
{
	struct roster_value value;

	if (roster_phone(&value, bytes_sub(f->text, from, end - from)) &&
		(f->phone_lengths & roster_length_bit(value.n - 1)))
		finder_look_up(f, from, end, ROSTER_PHONE, &value);
}

/* Without what roster_phone() takes away, some numbers on the roster have so many digits. */
static bool
may_be_phone(const struct finder *f, uint8_t first, size_t digits)
{
	return digits >= PHONE_DIGITS_MIN &&
	       ((f->phone_lengths & roster_length_bit(digits)) != 0 || first == '1' || first == '0');
}

static void
look_for_phone(const struct finder *f, const struct token *token)
{
	size_t at = token->from, digits = 0;

	if (!starts_phone(f->text, token) || (token->lonely && token->digits < PHONE_DIGITS_MIN))
		return;
	for (unsigned group = 0; group <= GROUPS_MAX && digits < PHONE_DIGITS_MAX; group++) {
		size_t start = at, signs = 0;

		at = digits_end(f->text, at);
		digits += at - start;
		if (at == start || digits > PHONE_DIGITS_MAX)
			return;
		if (may_be_phone(f, f->text.p[token->from], digits))
			look_up_phone(f, token->from, at);
		while (signs < 3 && is_sign(f->text, at + signs, IN_PHONE))
			signs++;
		at += signs;
	}
}

/* A day, a month, a year. */
static bool
is_part_of_date(struct bytes text, const struct token *token)
{
	unsigned value = 0;

	if (token->digits == 3 || token->digits > 4)
		return false;
	for (size_t i = 0; i < token->digits; i++)
		value = value * 10 + (text.p[token->from + i] - '0');
	return token->digits == 4 ? value >= 1880 && value <= 2100 : value <= 31;
}

static bool
may_begin_date(struct bytes text, const struct token *token)
{
	size_t at = token->from + token->digits, signs = 0;

	if (token->digits == 8)
		return true;
	if (token->lonely || !is_part_of_date(text, token))
		return false;
	while (signs < 3 && is_sign(text, at + signs, IN_DATE))
		signs++;
	return is_sign(text, at + signs, signs > 0 ? DATE_PART : DATE_JOINED);
}

/* Where a date begins of which the number at `from` is the first: perhaps at a month's name before it. */
static size_t
date_start(struct bytes text, const struct token *token)
{
	size_t at = token->from, end;

	if (token->digits > 2)
		return at;
	while (at > 0 && token->from - at < 2 && is_sign(text, at - 1, BEFORE_DAY))
		at--;
	end = at;
	while (at > 0 && end - at < MONTH_TEXT && ascii_is_alpha(text.p[at - 1]))
		at--;
	if (at > 0 && ascii_is_alnum(text.p[at - 1]))
		return token->from;
	return roster_is_month(bytes_sub(text, at, end - at)) ? at : token->from;
}

/* Nobody has a birth date behind the day on which the roster was made: an appointment is none. */
static bool
is_born_later(const struct finder *f, const struct roster_dates *dates)
{
	for (size_t i = 0; i < dates->n; i++)
		if (dates->days[i].year * 10000 + dates->days[i].month * 100 + dates->days[i].day <=
			f->last_day)
			return false;
	return true;
}

/* Returns whether there is a date with its whole year: then the numbers are nothing else. */
static bool
note_date(const struct finder *f, const struct token *token)
{
	struct roster_dates dates;
	size_t start = date_start(f->text, token);

	if (!roster_read_dates(bytes_sub(f->text, start, DATE_TEXT), &dates))
		return false;
	if (is_born_later(f, &dates))
		return false;
	struct roster_found found = {
		.from = (uint32_t)start, .to = (uint32_t)(start + dates.end), .type = ROSTER_BIRTH_DATE};
	buf_put(f->found, &found, sizeof(found));
	return token->digits != 8 && !dates.days[0].short_year;
}

void
finder_date_at(const struct finder *f, size_t from)
{
	struct roster_dates dates;
	struct roster_value value;

	(void)roster_read_dates(bytes_sub(f->text, from, DATE_TEXT), &dates);
	for (size_t i = 0; i < dates.n; i++)
		if (roster_date(&value, dates.days[i].year, dates.days[i].month, dates.days[i].day))
			finder_look_up(f, from, from + dates.end, ROSTER_BIRTH_DATE, &value);
}

/* "Box 12" */
static void
look_up_box(const struct finder *f, const struct token *token)
{
	struct roster_value value;
	size_t from = token->from - 4;

	if (bytes_eq_nocase(bytes_sub(f->text, from, 4), BYTES_LIT("box ")) &&
		roster_address(&value, bytes_sub(f->text, from, token->end - from), NULL))
		finder_look_up(f, from, token->end, ROSTER_ADDRESS, &value);
}

/* "12 Main", "12 5th" */
static void
look_up_street(const struct finder *f, const struct token *token)
{
	struct roster_value value;
	size_t length;

	if (roster_address(&value, bytes_sub(f->text, token->from, ADDRESS_TEXT), &length))
		finder_look_up(f, token->from, token->from + length, ROSTER_ADDRESS, &value);
}

static bool
is_behind_box(struct bytes text, size_t from)
{
	return from >= 4 && text.p[from - 1] == ' ' && ascii_lower(text.p[from - 2]) == 'x';
}

static void
look_for_address(const struct finder *f, const struct token *token)
{
	size_t next = token->end + 1;

	if (is_behind_box(f->text, token->from))
		look_up_box(f, token);
	if (next >= f->text.n || f->text.p[next - 1] != ' ')
		return;
	while (next < f->text.n && next < token->end + 4 && ascii_is_digit(f->text.p[next]))
		next++;
	if (next < f->text.n && roster_is_letter(f->text.p[next]))
		look_up_street(f, token);
}

/* "98%", "10:30": too short for a record number, and part of nothing longer. */
static bool
stands_alone(struct bytes text, const struct token *token)
{
	return token->end - token->from < ROSTER_RECORD_DIGITS &&
	       !is_sign(text, token->end, IN_RECORD | IN_PHONE | IN_DATE) &&
	       !is_behind_box(text, token->from);
}

static void
look_at_token(const struct finder *f, const struct token *token)
{
	bool begins = token->from == token->digit, is_date = false;

	if (stands_alone(f->text, token))
		return;
	if (begins && may_begin_date(f->text, token))
		is_date = note_date(f, token);
	if (f->record_lengths != 0)
		look_for_record(f, token, is_date);
	if (is_date || !begins)
		return;
	look_for_phone(f, token);
	look_for_address(f, token);
}

void
finder_numbers(const struct finder *f, const struct digit_run *runs, size_t n)
{
	struct bytes text = f->text;
	size_t low = 0;

	for (size_t i = 0; i < n; i++) {
		struct token token = {.from = runs[i].from, .digit = runs[i].from, .digits = runs[i].n};

		if (token.from < low)
			continue; /* in the last token */
		token.lonely = i + 1 == n || runs[i + 1].from - (token.from + token.digits) > RECORD_TEXT;
		token.end = token_end(text, token.digit + token.digits);
		while (token.from > low && token.digit - token.from < RECORD_TEXT &&
			ascii_is_alnum(text.p[token.from - 1]))
			token.from--;
		look_at_token(f, &token);
		low = token.end;
	}
}
