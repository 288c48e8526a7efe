/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/cell_date.h"

#include "lib/base/ascii.h"

enum {
	DAY_MAX = 2958465,   /* the last of the year 9999 */
	DAYS_1904 = 1462,    /* from one epoch to the other */
	DAYS_1970 = 25569,   /* from 1899-12-30 */
	FALSE_LEAP_DAY = 60, /* 1900-02-29, which never was; all days before are one less */
	SECONDS_A_DAY = 24 * 60 * 60,
	DAY_SURELY = 366, /* as a time of day it would be more than a year */
};

struct cell_date_fields
cell_date_fields(struct bytes section)
{
	struct cell_date_fields fields = {0};
	bool has_month = false;

	for (size_t i = 0; i < section.n; i++) {
		uint8_t c = ascii_lower(section.p[i]);

		if (c == '"')
			i += 1 + bytes_find_byte(bytes_sub(section, i + 1, section.n), '"');
		else if (c == '\\' || c == '_' || c == '*')
			i++;
		else if (c == '[') {
			size_t n = bytes_find_byte(bytes_sub(section, i + 1, section.n), ']');
			uint8_t unit = i + 1 < section.n ? ascii_lower(section.p[i + 1]) : 0;

			fields.is_elapsed |= n <= 2 && (unit == 'h' || unit == 'm' || unit == 's');
			fields.has_time |= fields.is_elapsed;
			i += n + 1;
		} else if (bytes_starts_nocase(bytes_sub(section, i, section.n), BYTES_LIT("general")))
			return (struct cell_date_fields){0};
		else if (c == '0' || c == '#' || c == '?') {
			/* "ss.00" shows parts of a second; otherwise it is a number. */
			if (!fields.has_time)
				return (struct cell_date_fields){0};
		} else {
			fields.has_date |= c == 'y' || c == 'd' || c == 'e';
			fields.has_time |= c == 'h' || c == 's';
			fields.has_seconds |= c == 's';
			has_month |= c == 'm';
		}
	}
	/* An m beside hours or seconds is minutes. */
	fields.has_date |= has_month && !fields.has_time;
	return fields;
}

/* Days since 1970-01-01, in the calendar of Gregory carried back. */
static void
put_civil(struct buf *out, int64_t days)
{
	int64_t z = days + 719468, era = z / 146097, day = z - era * 146097;
	int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	int64_t of_year = day - (365 * year + year / 4 - year / 100), shifted = (5 * of_year + 2) / 153;
	int64_t month = shifted < 10 ? shifted + 3 : shifted - 9;

	buf_putf(out, "%04d-%02d-%02d", (int)(year + era * 400 + (month <= 2)), (int)month,
		(int)(of_year - (153 * shifted + 2) / 5 + 1));
}

static void
put_clock(struct buf *out, struct cell_date_fields fields, int64_t seconds)
{
	buf_putf(out, "%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60));
	if (fields.has_seconds)
		buf_putf(out, ":%02d", (int)(seconds % 60));
}

bool
cell_date_put(struct buf *out, struct cell_date_fields fields, double value, enum cell_epoch epoch)
{
	int64_t day, seconds;

	if (epoch == CELL_EPOCH_1904 && fields.has_date)
		value += DAYS_1904;
	if (!(value >= 0 && value < DAY_MAX + 1))
		return false;
	day = (int64_t)value;
	seconds = (int64_t)((value - (double)day) * SECONDS_A_DAY + 0.5);
	if (fields.is_elapsed) {
		put_clock(out, fields, day * SECONDS_A_DAY + seconds);
		return true;
	}
	if (seconds == SECONDS_A_DAY) {
		day++;
		seconds = 0;
	}
	fields.has_date |= day > DAY_SURELY;
	if (fields.has_date)
		put_civil(out, day - DAYS_1970 + (day < FALSE_LEAP_DAY));
	if (fields.has_time && (seconds > 0 || !fields.has_date)) {
		if (fields.has_date)
			buf_put_byte(out, ' ');
		put_clock(out, fields, seconds);
	}
	return true;
}
