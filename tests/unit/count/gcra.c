/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/count/gcra.h"

#include <stddef.h>

#include "tests/support/tap.h"

#define SECOND INT64_C(1000000000)
#define HOUR (3600 * SECOND)

static void
test_exact(void)
{
	struct gcra gcra;
	int64_t tat = 0, next = 0, passed = 0;

	tap_ok(gcra_make(200, HOUR, 200, &gcra), "200 an hour");
	for (int i = 0; i < 300; i++)
		if (gcra_fits(&gcra, tat, HOUR * 500000, 1, &next)) {
			tat = next;
			passed++;
		}
	tap_ok(passed == 200, "of 300 at once 200 pass: %lld", (long long)passed);
	tap_ok(!gcra_fits(&gcra, tat, HOUR * 500000 + 17 * SECOND, 1, &next), "17 s later none has room");
	tap_ok(gcra_fits(&gcra, tat, HOUR * 500000 + 18 * SECOND, 1, &next), "18 s later one has");
	tap_ok(gcra_left(&gcra, tat, HOUR * 500000 + HOUR / 2) == 100, "half an hour later, 100 are left");
	tap_ok(gcra_left(&gcra, tat, HOUR * 500002) == 200, "in the end, all");
}

static const struct {
	const char *name;
	int64_t count, period, burst;
	bool good;
} rows[] = {
	{"one a week", 1, 7 * 24 * HOUR, 1, true},
	{"a gibibyte a day", INT64_C(1) << 30, 24 * HOUR, INT64_C(1) << 30, true},
	{"none", 0, HOUR, 1, false},
	{"no time", 1, 0, 1, false},
	{"no burst", 1, HOUR, 0, false},
	{"more than one a nanosecond", 2, 1, 1, false},
	{"a burst that would take more than a century", 1, 1000 * 24 * HOUR, 1000, false},
};

static void
test_bounds(void)
{
	struct gcra gcra;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		tap_ok(gcra_make(rows[i].count, rows[i].period, rows[i].burst, &gcra) == rows[i].good, "%s",
			rows[i].name);
}

static void
test_many_at_once(void)
{
	struct gcra gcra;
	int64_t next = -1;

	gcra_make(10, 10 * SECOND, 50, &gcra);
	tap_ok(gcra_fits(&gcra, 0, HOUR, 50, &next) && next == HOUR + 50 * SECOND, "50 of a burst of 50");
	tap_ok(!gcra_fits(&gcra, 0, HOUR, 51, &next), "51 never fit");
	tap_ok(!gcra_fits(&gcra, 0, HOUR, INT64_MAX, &next), "nor do so many that sums would overflow");
	tap_ok(gcra_fits(&gcra, HOUR + 9 * SECOND, HOUR, -4, &next) && next == HOUR + 5 * SECOND,
		"four are given back");
	tap_ok(gcra_fits(&gcra, HOUR + 9 * SECOND, HOUR, INT64_MIN, &next) && next == HOUR,
		"no more is given back than was spent");
	tap_ok(gcra_fits(&gcra, 0, HOUR, 0, &next) && next == HOUR, "none cost nothing");
}

int
main(void)
{
	test_exact();
	test_bounds();
	test_many_at_once();
	return tap_done();
}
