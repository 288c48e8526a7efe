/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/count/gcra.h"

/* A century: what interval times burst may not pass, so that no sum here leaves 64 bits. */
#define SPAN_MAX (INT64_C(100) * 366 * 24 * 3600 * 1000000000)

bool
gcra_make(int64_t count, int64_t period, int64_t burst, struct gcra *ret_gcra)
{
	int64_t interval = count > 0 ? period / count : 0;

	if (interval < 1 || burst < 1 || burst > SPAN_MAX / interval)
		return false;
	*ret_gcra = (struct gcra){.interval = interval, .burst = burst};
	return true;
}

bool
gcra_fits(const struct gcra *gcra, int64_t tat, int64_t now, int64_t n, int64_t *ret_tat)
{
	int64_t from = tat > now ? tat : now;

	if (n < 0 || n > gcra->burst)
		return false;
	*ret_tat = from + n * gcra->interval;
	return *ret_tat - now <= gcra->burst * gcra->interval;
}

int64_t
gcra_left(const struct gcra *gcra, int64_t tat, int64_t now)
{
	int64_t used = tat > now ? tat - now : 0;
	int64_t left = gcra->burst * gcra->interval - used;

	return left > 0 ? left / gcra->interval : 0;
}
