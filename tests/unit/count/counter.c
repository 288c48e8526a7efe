/* SPDX-License-Identifier: Apache-2.0 */
/* What every kind of counters has to do alike. */
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

static void
test_all_or_nothing(struct counters *counters)
{
	struct counter_ask asks[] = {ask("wide", 10, 1), ask("narrow", 2, 1)};
	int passed = 0;

	for (int i = 0; i < 5; i++)
		passed += counters_spend(counters, asks, 2, NOW);
	tap_ok(passed == 2, "the narrow one lets two of five pass");
	tap_ok(!asks[0].refused && asks[1].refused, "and is the one that refused");
	tap_ok(counters_left(counters, asks[0].key, &asks[0].gcra, NOW) == 8,
		"what it refused cost the wide one nothing");
}

static void
test_watched(struct counters *counters)
{
	struct counter_ask asks[] = {ask("watched", 1, 1), ask("other", 10, 1)};
	int refused = 0;

	asks[0].watched = true;
	for (int i = 0; i < 3; i++) {
		if (!counters_spend(counters, asks, 2, NOW))
			tap_ok(false, "a watched one never refuses");
		refused += asks[0].refused;
	}
	tap_ok(refused == 2, "but says that it would have");
	tap_ok(counters_left(counters, asks[1].key, &asks[1].gcra, NOW) == 7, "the other one was spent");
}

static void
test_reset(struct counters *counters)
{
	struct counter_ask one = ask("reset", 1, 1);

	tap_ok(!counters_reset(counters, one.key), "a key that nobody used is not known");
	counters_spend(counters, &one, 1, NOW);
	tap_ok(!counters_spend(counters, &one, 1, NOW), "it is spent");
	tap_ok(counters_reset(counters, one.key), "reset");
	tap_ok(counters_spend(counters, &one, 1, NOW), "it is whole again");
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
	struct counters *counters;

	seal_init();
	counters = counters_new_memory(1000);
	test_all_or_nothing(counters);
	test_watched(counters);
	test_reset(counters);
	counters_free(counters);
	test_budget();
	test_expiry();
	return tap_done();
}
