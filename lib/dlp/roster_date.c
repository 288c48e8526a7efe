/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/roster_value.h"

#include "lib/base/ascii.h"

/* One of the three pieces of a date. */
struct piece {
	int value;
	size_t digits; /* 0: a month's name */
};

/* By the first three letters; the others must be the name's. */
static int
month_of(struct bytes word)
{
	static const char names[12][10] = {"january", "february", "march", "april", "may", "june", "july",
		"august", "september", "october", "november", "december"};
	uint8_t start[3];

	if (word.n < sizeof(start))
		return 0;
	for (size_t i = 0; i < sizeof(start); i++)
		start[i] = ascii_lower(word.p[i]);
	for (int i = 0; i < 12; i++)
		if (memcmp(start, names[i], sizeof(start)) == 0)
			return bytes_starts_nocase(bytes_of_str(names[i]), word) ? i + 1 : 0;
	return 0;
}

bool
roster_is_month(struct bytes word)
{
	return month_of(word) != 0;
}

static bool
read_number(struct bytes text, size_t *at, struct piece *piece)
{
	size_t from = *at;
	int value = 0;

	while (*at < text.n && ascii_is_digit(text.p[*at]) && *at - from <= 8)
		value = value * 10 + (text.p[(*at)++] - '0');
	*piece = (struct piece){value, *at - from};
	return piece->digits <= 2 || piece->digits == 4 || piece->digits == 8;
}

static size_t
letters_at(struct bytes text, size_t at)
{
	size_t n = 0;

	while (at + n < text.n && ascii_is_alpha(text.p[at + n]))
		n++;
	return n;
}

static bool
read_piece(struct bytes text, size_t *at, struct piece *piece)
{
	size_t letters;

	if (ascii_is_digit(text.p[*at]))
		return read_number(text, at, piece);
	letters = letters_at(text, *at);
	*piece = (struct piece){month_of(bytes_sub(text, *at, letters)), 0};
	*at += letters;
	return piece->value != 0;
}

static bool
is_between(uint8_t c)
{
	return c == ' ' || c == '/' || c == '-' || c == '.' || c == ',' || c == '\n' || c == '\'';
}

/* "4th" */
static size_t
ordinal_at(struct bytes text, size_t at)
{
	static const char *const words[] = {"st", "nd", "rd", "th"};

	if (letters_at(text, at) != 2)
		return 0;
	for (size_t i = 0; i < 4; i++)
		if (bytes_eq_nocase(bytes_sub(text, at, 2), bytes_of_str(words[i])))
			return 2;
	return 0;
}

/* "th", "of", and up to three signs. Returns false when nothing may follow. */
static bool
pass_between(struct bytes text, size_t *at)
{
	size_t from = *at, signs = 0;
	bool joined = from < text.n && ascii_is_alpha(text.p[from]);

	*at += joined ? ordinal_at(text, from) : 0;
	for (; *at < text.n && signs < 3 && is_between(text.p[*at]); signs++)
		++*at;
	if (*at < text.n && ascii_lower(text.p[*at]) == 'o' &&
		bytes_starts_nocase(bytes_sub(text, *at, 3), BYTES_LIT("of ")))
		*at += 3;
	return *at > from || joined || ascii_is_alpha(text.p[from > 0 ? from - 1 : 0]);
}

static void
add_day(struct roster_dates *dates, struct piece year, int month, int day, bool day_first)
{
	int centuries[2] = {0, 0};
	size_t n = 1;

	if (year.digits == 2) {
		centuries[0] = 1900;
		centuries[1] = 2000;
		n = 2;
	} else if (year.digits != 4) {
		return;
	}
	for (size_t i = 0; i < n && dates->n < ROSTER_DATES_MAX; i++) {
		int full = year.value + centuries[i];

		if (!roster_day_exists(full, month, day))
			continue;
		dates->days[dates->n].year = full;
		dates->days[dates->n].month = month;
		dates->days[dates->n].day = day;
		dates->days[dates->n].day_first = day_first;
		dates->days[dates->n++].short_year = year.digits == 2;
	}
}

static void
add_numbers(struct roster_dates *dates, const struct piece p[3])
{
	if (p[0].digits == 4) {
		add_day(dates, p[0], p[1].value, p[2].value, false);
		return;
	}
	if (p[0].digits > 2 || p[1].digits > 2)
		return;
	add_day(dates, p[2], p[0].value, p[1].value, false);
	if (p[0].value != p[1].value)
		add_day(dates, p[2], p[1].value, p[0].value, true);
}

static void
add_named(struct roster_dates *dates, const struct piece p[3])
{
	size_t month = p[0].digits == 0 ? 0 : 1;
	struct piece day = p[month == 0 ? 1 : 0], year = p[2];

	if (month == 1 && p[0].digits == 4) { /* 1961 March 4 */
		day = p[2];
		year = p[0];
	}
	if (day.digits == 1 || day.digits == 2)
		add_day(dates, year, p[month].value, day.value, true);
}

/* 19610304, 03041961, 04031961. */
static void
add_compact(struct roster_dates *dates, int value)
{
	struct piece first = {value / 10000, 4}, last = {value % 10000, 4};

	add_day(dates, first, last.value / 100, last.value % 100, false);
	add_day(dates, last, first.value / 100, first.value % 100, false);
	add_day(dates, last, first.value % 100, first.value / 100, true);
}

bool
roster_read_dates(struct bytes text, struct roster_dates *ret_dates)
{
	struct piece pieces[3];
	size_t at = 0, named = 0;

	*ret_dates = (struct roster_dates){.n = 0};
	for (size_t i = 0; i < 3; i++) {
		if ((i > 0 && !pass_between(text, &at)) || at >= text.n || !read_piece(text, &at, &pieces[i]))
			return false;
		named += pieces[i].digits == 0;
		ret_dates->end = at;
		if (i == 0 && pieces[i].digits == 8) {
			add_compact(ret_dates, pieces[i].value);
			return ret_dates->n > 0;
		}
	}
	if (at < text.n && ascii_is_digit(text.p[at]))
		return false;
	if (named == 0)
		add_numbers(ret_dates, pieces);
	else if (named == 1 && pieces[2].digits > 0)
		add_named(ret_dates, pieces);
	return ret_dates->n > 0;
}
