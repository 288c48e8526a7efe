/* SPDX-License-Identifier: Apache-2.0 */
/* Counters in memory: how many are kept, and which are forgotten. backends.c has what all kinds do alike. */
#include "lib/count/counter.h"

#include <stdio.h>

#include "lib/seal/digest.h"
#include "tests/support/tap.h"

#define SECOND INT64_C(1000000000)
#define NOW (1000000 * SECOND)

enum { MANY = 200000 };

static struct counter_ask
ask(const char *key, int64_t count, int64_t n)
{
	struct counter_ask ask = {.key = bytes_of_str(key), .n = n};

	gcra_make(count, 3600 * SECOND, count, &ask.gcra);
	return ask;
}

/* More keys than there is room for, all of which wait: the number kept stays within the budget. */
static void
test_budget(void)
{
	struct counters *counters = counters_new_memory(MANY / 10);
	char key[32];
	size_t wrong = 0;

	for (int i = 0; i < MANY; i++) {
		struct counter_ask one;

		snprintf(key, sizeof(key), "key %d", i);
		one = ask(key, 1 + i % 7, 1);
		wrong += !counters_spend(counters, &one, 1, NOW + i);
	}
	tap_ok(wrong == 0, "the first of each key passes");
	tap_ok(counters_n(counters) < MANY / 2, "%zu of %d keys are kept", counters_n(counters), MANY);
	tap_ok(counters_n_evicted(counters) > 0, "that some were forgotten early is told");
	counters_free(counters);
}

/* Keys whose time is up make room by themselves, and nobody is forgotten early. */
static void
test_expiry(void)
{
	struct counters *counters = counters_new_memory(MANY / 10);
	struct counter_ask held = ask("held", 1, 1);
	char key[32];

	counters_spend(counters, &held, 1, NOW + 3600 * SECOND * 50);
	for (int i = 0; i < MANY; i++) {
		struct counter_ask one;

		snprintf(key, sizeof(key), "key %d", i);
		one = ask(key, 3600, 1);
		counters_spend(counters, &one, 1, NOW + i * SECOND / 100);
	}
	tap_ok(counters_n_evicted(counters) == 0, "none was forgotten early");
	tap_ok(counters_n(counters) <= MANY / 10, "%zu keys are kept", counters_n(counters));
	tap_ok(!counters_spend(counters, &held, 1, NOW), "one that waits is there still");
	counters_free(counters);
}

int
main(void)
{
	seal_init();
	test_budget();
	test_expiry();
	return tap_done();
}
