/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/count/gcra.h"

/* What interval times burst may not pass: no sum here leaves 64 bits, none in Redis the 53 bits of a double.
 */
#define SPAN_MAX (INT64_C(20) * 366 * 24 * 3600 * 1000000000)

bool
gcra_make(int64_t count, int64_t period, int64_t burst, struct gcra *ret_gcra)
{
	int64_t interval = count > 0 ? period / count : 0;

	if (interval < 1 || burst < 1 || burst > SPAN_MAX / interval)
		return false;
	*ret_gcra = (struct gcra){.interval = interval, .burst = burst};
	return true;
}

/* Fewer units in the same window: each takes more of it. */
static struct gcra
with_burst(const struct gcra *gcra, int64_t burst)
{
	if (burst < 1)
		burst = 1;
	return (struct gcra){.interval = gcra_window(gcra) / burst, .burst = burst};
}

struct gcra
gcra_share(const struct gcra *gcra, int64_t percent)
{
	return with_burst(gcra, gcra->burst / 100 * percent + gcra->burst % 100 * percent / 100);
}

struct gcra
gcra_ramp(const struct gcra *gcra, int64_t first, int64_t age, int64_t whole)
{
	double grown = whole > 0 ? (double)age / (double)whole : 1;

	if (grown >= 1 || first >= gcra->burst)
		return *gcra;
	return with_burst(gcra, first + (int64_t)((double)(gcra->burst - first) * grown));
}

int64_t
gcra_cost(const struct gcra *gcra, int64_t n)
{
	if (n > gcra->burst)
		return gcra_window(gcra) + 1;
	return (n < -gcra->burst ? -gcra->burst : n) * gcra->interval;
}

int64_t
gcra_window(const struct gcra *gcra)
{
	return gcra->burst * gcra->interval;
}

bool
gcra_fits(const struct gcra *gcra, int64_t tat, int64_t now, int64_t n, int64_t *ret_tat)
{
	int64_t from = tat > now ? tat : now, until = from + gcra_cost(gcra, n);

	if (n > 0 && until - now > gcra_window(gcra))
		return false;
	*ret_tat = until > now ? until : now;
	return true;
}

int64_t
gcra_left(const struct gcra *gcra, int64_t tat, int64_t now)
{
	int64_t used = tat > now ? tat - now : 0;
	int64_t left = gcra_window(gcra) - used;

	return left > 0 ? left / gcra->interval : 0;
}
