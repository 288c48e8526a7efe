/* SPDX-License-Identifier: Apache-2.0 */
#include "milter/troubles.h"

#include "tests/support/tap.h"

static struct trouble difference = {.rule = "us-ssn", .kind = TROUBLE_DIFFERENCE};
static struct trouble phone = {.rule = "phone", .kind = TROUBLE_LIMIT};
static struct trouble both = {.rule = "us-ssn", .kind = TROUBLE_LIMIT, .next = &phone};

static void
test_once_a_minute(void)
{
	struct troubles *troubles = troubles_new();
	struct trouble_count due[TROUBLES_MAX];

	tap_ok(troubles_take(troubles, NULL, 0, due) == 0, "nothing happened");
	tap_ok(troubles_take(troubles, &phone, 1000, due) == 1 && due[0].count == 1 &&
			strcmp(due[0].rule, "phone") == 0 && due[0].kind == TROUBLE_LIMIT,
		"the first is told at once");
	for (int i = 0; i < 17; i++)
		tap_ok(troubles_take(troubles, &phone, 2000 + i, due) == 0, "more within the minute are not");
	tap_ok(troubles_take(troubles, &both, 3000, due) == 1 && strcmp(due[0].rule, "us-ssn") == 0,
		"another rule is told at once");
	tap_ok(troubles_take(troubles, &difference, 3001, due) == 1 && due[0].kind == TROUBLE_DIFFERENCE,
		"and so is another trouble of the same");
	tap_ok(troubles_take(troubles, NULL, 60999, due) == 0, "not yet");
	tap_ok(troubles_take(troubles, NULL, 61000, due) == 1 && due[0].count == 18,
		"after the minute, by any message, with how often");
	tap_ok(troubles_take(troubles, NULL, 200000, due) == 0, "and then no more");
	troubles_free(troubles);
}

/* A parser that was taken over names ever new rules. */
static void
test_bound(void)
{
	struct troubles *troubles = troubles_new();
	struct trouble_count due[TROUBLES_MAX];
	size_t told = 0, later;

	for (int i = 0; i < 1000; i++) {
		char name[200];
		struct trouble trouble = {.rule = name};

		snprintf(name, sizeof(name), "rule-%d-%0150d", i, 0);
		told += troubles_take(troubles, &trouble, 5, due);
	}
	tap_ok(told == TROUBLES_MAX, "at most %d are told at once (%zu)", TROUBLES_MAX, told);
	later = troubles_take(troubles, &phone, 5 + TROUBLES_EVERY_MS, due);
	tap_ok(later == 1 && strcmp(due[0].rule, "phone") == 0, "what is quiet makes room");
	troubles_free(troubles);
}

int
main(void)
{
	test_once_a_minute();
	test_bound();
	return tap_done();
}
