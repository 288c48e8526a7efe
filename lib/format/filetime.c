/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/filetime.h"

enum shown { DATE, DATE_AND_TIME };

#define DAY 86400
#define UNIX_IN_1601 11644473600 /* seconds from 1601 to 1970 */

static void
put_seconds(struct buf *out, int64_t seconds, enum shown shown)
{
	/* Days to a date by Howard Hinnant's civil_from_days, with eras of 400 years that begin in March. */
	int64_t days = (seconds - ((seconds % DAY) + DAY) % DAY) / DAY, rest = seconds - days * DAY;
	int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, year = yoe + era * 400;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
	int month = (int)(mp < 10 ? mp + 3 : mp - 9), day = (int)(doy - (153 * mp + 2) / 5 + 1);

	year += month <= 2;
	if (year < 0 || year > 9999)
		return;
	buf_putf(out, "%04d-%02d-%02d", (int)year, month, day);
	if (shown == DATE_AND_TIME)
		buf_putf(out, " %02d:%02d:%02d", (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60));
}

void
filetime_put(struct buf *out, uint64_t filetime)
{
	int64_t seconds = (int64_t)(filetime / 10000000) - UNIX_IN_1601;

	if (filetime == 0)
		return;
	put_seconds(out, seconds, (seconds % DAY + DAY) % DAY == 0 ? DATE : DATE_AND_TIME);
}
