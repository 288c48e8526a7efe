/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/validate_checks.h"

#include "lib/base/ascii.h"

struct number {
	int value;
	int digits;
};

/* yyyymmdd */
struct date_range {
	int first, last;
};

/* What a date is made of, in its order: up to three numbers and perhaps a month's name. */
struct pieces {
	struct number numbers[3];
	int n;
	int month; /* 1..12, 0 = none by name */
};

static const char *const months[] = {
	"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};

static const char *const month_names[] = {"january", "february", "march", "april", "may", "june", "july",
	"august", "september", "october", "november", "december"};

/* "mar", "march", "sept": three letters or more of the name. */
static int
month_by_name(struct bytes word)
{
	if (word.n < 3)
		return 0;
	for (int i = 0; i < 12; i++)
		if (bytes_starts_nocase(bytes_of_str(month_names[i]), word) &&
			bytes_starts_nocase(word, bytes_of_str(months[i])))
			return i + 1;
	return 0;
}

static bool
is_filler(struct bytes word)
{
	static const char *const fillers[] = {"st", "nd", "rd", "th", "of"};
	for (size_t i = 0; i < sizeof(fillers) / sizeof(fillers[0]); i++)
		if (bytes_eq_nocase(word, bytes_of_str(fillers[i])))
			return true;
	return false;
}

static bool
add_word(struct pieces *pieces, struct bytes word)
{
	if (is_filler(word))
		return pieces->n > 0;
	int month = month_by_name(word);
	if (month == 0 || pieces->month != 0)
		return false;
	pieces->month = month;
	return true;
}

static bool
add_number(struct pieces *pieces, struct bytes digits)
{
	int64_t value;
	if (pieces->n == 3 || digits.n > 8 || bytes_parse_i64(digits, 0, 99999999, &value) < 0)
		return false;
	pieces->numbers[pieces->n++] = (struct number){(int)value, (int)digits.n};
	return true;
}

static bool
split(struct bytes value, struct pieces *pieces)
{
	size_t at = 0;
	while (at < value.n) {
		size_t from = at;
		if (ascii_is_digit(value.p[at])) {
			while (at < value.n && ascii_is_digit(value.p[at]))
				at++;
			if (!add_number(pieces, bytes_sub(value, from, at - from)))
				return false;
		} else if (ascii_is_alpha(value.p[at])) {
			while (at < value.n && ascii_is_alpha(value.p[at]))
				at++;
			if (!add_word(pieces, bytes_sub(value, from, at - from)))
				return false;
		} else if (strchr(" \n,./-'", value.p[at]) && value.p[at] != '\0') {
			at++;
		} else {
			return false;
		}
	}
	return true;
}

static bool
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static bool
day_exists(int year, int month, int day)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	if (month < 1 || month > 12 || day < 1)
		return false;
	return day <= days[month - 1] + (month == 2 && is_leap(year));
}

/* Two digits are the latest such year that is not after today's. */
static int
full_year(struct number year, int today)
{
	if (year.digits == 4)
		return year.value;
	if (year.digits != 2)
		return 0;
	int this_year = today / 10000;
	int full = this_year - this_year % 100 + year.value;
	return full > this_year ? full - 100 : full;
}

struct
try {
	struct date_range range;
	int today;
};

static bool
is_day(const struct try *try, struct number year, int month, int day)
{
	int full = full_year(year, try->today);
	if (full == 0 || !day_exists(full, month, day))
		return false;
	int date = full * 10000 + month * 100 + day;
	return date >= try->range.first && date <= try->range.last;
}

static bool
is_day_by_name(const struct try *try, const struct pieces *p)
{
	if (p->n != 2)
		return false;
	if (p->numbers[0].digits > 2)
		return is_day(try, p->numbers[0], p->month, p->numbers[1].value);
	return is_day(try, p->numbers[1], p->month, p->numbers[0].value);
}

static bool
is_day_of_three(const struct try *try, const struct number n[3])
{
	if (n[0].digits == 4)
		return is_day(try, n[0], n[1].value, n[2].value);
	if (n[0].digits > 2 || n[1].digits > 2)
		return false;
	return is_day(try, n[2], n[0].value, n[1].value) || is_day(try, n[2], n[1].value, n[0].value);
}

/* 19610304, 03041961, 04031961. */
static bool
is_day_of_one(const struct try *try, struct number n)
{
	if (n.digits != 8)
		return false;
	struct number first = {n.value / 10000, 4}, last = {n.value % 10000, 4};
	return is_day(try, first, last.value / 100, last.value % 100) ||
	       is_day(try, last, first.value / 100, first.value % 100) ||
	       is_day(try, last, first.value % 100, first.value / 100);
}

static bool
is_date_in(struct bytes value, struct date_range range, int today)
{
	struct pieces pieces = {0};
	struct try try = {range, today};
	if (!split(value, &pieces))
		return false;
	if (pieces.month != 0)
		return is_day_by_name(&try, &pieces);
	if (pieces.n == 3)
		return is_day_of_three(&try, pieces.numbers);
	return pieces.n == 1 && is_day_of_one(&try, pieces.numbers[0]);
}

bool
validate_date(struct bytes value, int today)
{
	return is_date_in(value, (struct date_range){18500101, 21001231}, today);
}

bool
validate_birth(struct bytes value, int today)
{
	return is_date_in(value, (struct date_range){19000101, today}, today);
}
