/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/roster_row.h"

#include "lib/base/ascii.h"
#include "lib/dlp/roster_names.h"

const char *
roster_column_name(enum roster_column column)
{
	static const char *const names[ROSTER_COLUMNS] = {"name", "first-name", "middle-name", "last-name",
		"birth-date", "record-number", "address", "email", "phone"};

	return column < ROSTER_COLUMNS ? names[column] : NULL;
}

struct reader {
	const struct roster_reading *reading;
	const struct roster_sink *sink;
	struct roster_row *row;
};

static void
give(const struct reader *r, enum roster_type type, const struct roster_value *value)
{
	r->sink->value(r->sink->context, type, value);
	r->row->types |= 1U << type;
}

/* Of the days that a date may mean, the one that the file's order and today say. */
static bool
choose_day(const struct roster_reading *reading, const struct roster_dates *dates,
	struct roster_value *ret_value)
{
	bool found = false;

	for (int matching = 1; matching >= 0 && !found; matching--)
		for (size_t i = 0; i < dates->n; i++) {
			int date =
				dates->days[i].year * 10000 + dates->days[i].month * 100 + dates->days[i].day;

			if ((dates->days[i].day_first == (reading->order == ROSTER_DAY_FIRST)) !=
					(matching == 1) ||
				date > reading->today)
				continue;
			roster_date(ret_value, dates->days[i].year, dates->days[i].month, dates->days[i].day);
			found = true; /* of two centuries the later */
		}
	return found;
}

static bool
read_birth_date(const struct reader *r, struct bytes text)
{
	struct roster_dates dates;
	struct roster_value value;

	if (!roster_read_dates(text, &dates))
		return false;
	if (dates.end < text.n && ascii_lower(text.p[dates.end]) != 't' && text.p[dates.end] != ' ')
		return false; /* a time of day may follow */
	if (!choose_day(r->reading, &dates, &value))
		return false;
	give(r, ROSTER_BIRTH_DATE, &value);
	return true;
}

/* A number with letters before it is also found without them. */
static bool
read_record_number(const struct reader *r, struct bytes text)
{
	struct roster_value value;
	size_t letters = 0;

	if (!roster_record_number(&value, text))
		return false;
	give(r, ROSTER_RECORD_NUMBER, &value);
	while (letters < text.n && !ascii_is_digit(text.p[letters]))
		letters++;
	if (letters > 0 && text.n - letters > ROSTER_RECORD_DIGITS &&
		roster_record_number(&value, bytes_sub(text, letters, text.n)))
		give(r, ROSTER_RECORD_NUMBER, &value);
	return true;
}

static bool
read_address(const struct reader *r, struct bytes text)
{
	struct roster_value value;

	if (!roster_address(&value, text, NULL))
		return false;
	give(r, ROSTER_ADDRESS, &value);
	return true;
}

static bool
read_email(const struct reader *r, struct bytes text)
{
	struct roster_value value;

	if (!roster_email(&value, text))
		return false;
	give(r, ROSTER_EMAIL, &value);
	return true;
}

/* Without the extension. */
static bool
read_phone(const struct reader *r, struct bytes text)
{
	struct roster_value value;
	size_t digits = 0, end = 0;

	for (; end < text.n && (digits < 7 || !ascii_is_alpha(text.p[end])); end++)
		digits += ascii_is_digit(text.p[end]);
	if (!roster_phone(&value, bytes_sub(text, 0, end)))
		return false;
	give(r, ROSTER_PHONE, &value);
	return true;
}

static void
give_pair(void *context, const struct roster_word *a, const struct roster_word *b)
{
	const struct reader *r = context;
	struct roster_value value;

	roster_name(&value, a, b);
	give(r, ROSTER_NAME, &value);
	roster_single(&value, a);
	r->sink->word(r->sink->context, &value);
	roster_single(&value, b);
	r->sink->word(r->sink->context, &value);
}

static bool
is_name(enum roster_column column)
{
	return column <= COLUMN_LAST_NAME;
}

static bool
read_other(const struct reader *r, enum roster_column column, struct bytes text)
{
	static bool (*const readers[ROSTER_COLUMNS])(const struct reader *, struct bytes) = {
		[COLUMN_BIRTH_DATE] = read_birth_date,
		[COLUMN_RECORD_NUMBER] = read_record_number,
		[COLUMN_ADDRESS] = read_address,
		[COLUMN_EMAIL] = read_email,
		[COLUMN_PHONE] = read_phone,
	};

	return readers[column](r, text);
}

void
roster_read_row(const struct roster_reading *reading, const struct roster_field *fields, size_t n,
	const struct roster_sink *sink, struct roster_row *ret_row)
{
	struct reader r = {reading, sink, ret_row};
	struct bytes names[4] = {{NULL, 0}};
	bool any_name = false;

	*ret_row = (struct roster_row){0, 0};
	for (size_t i = 0; i < n; i++) {
		struct folded folded;
		struct bytes text;

		fold_text(reading->fold, reading->arena, fields[i].text, FOLD_TERM, &folded);
		text = bytes_trim(folded.text);
		if (text.n == 0)
			continue;
		if (is_name(fields[i].column)) {
			names[fields[i].column] = text;
			any_name = true;
		} else if (!read_other(&r, fields[i].column, text)) {
			ret_row->faults |= 1U << fields[i].column;
		}
	}
	if (any_name &&
		!roster_split_name(names[COLUMN_NAME], names[COLUMN_FIRST_NAME], names[COLUMN_MIDDLE_NAME],
			names[COLUMN_LAST_NAME], &(struct roster_pairs){give_pair, &r}))
		ret_row->faults |= 1U << (names[COLUMN_NAME].n > 0 ? COLUMN_NAME : COLUMN_LAST_NAME);
}
