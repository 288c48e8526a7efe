/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/store/code.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/tap.h"
#include "tests/unit/store/site.h"

enum { T0 = 1700000000, TEN_YEARS = 315360000 };

static const struct code_limits limits = {.lifetime = 600, .tries = 5, .lock_time = 900, .mails_per_hour = 4};
static struct site site;
static uint8_t link_id[STORE_ID_SIZE];

/* The hash of code `n`. */
static const uint8_t *
hash_of(uint8_t n)
{
	static _Thread_local uint8_t hash[STORE_HASH_SIZE];

	memset(hash, n, sizeof(hash));
	return hash;
}

/* Each case starts with a link of its own. */
static void
new_link(void)
{
	static uint32_t number = 1;
	struct err err = {0};

	tap_ok(site_put(site.store, number, 10, &err) == 0, "link %u", number);
	site_id(number++, 0, link_id);
}

static int
issue(uint8_t n, int64_t now)
{
	struct err err = {0};
	int ret = code_issue(site.store, link_id, hash_of(n), now, &limits, &err);

	if (ret < 0)
		printf("# %s\n", err.text);
	return ret;
}

static int
redeem(uint8_t n, int64_t now)
{
	struct err err = {0};
	int ret = code_redeem(site.store, link_id, hash_of(n), now, &limits, &err);

	if (ret < 0)
		printf("# %s\n", err.text);
	return ret;
}

static int
redeem_wrong(int times, int64_t now)
{
	int wins = 0;

	for (int i = 0; i < times; i++)
		wins += redeem(99, now);
	return wins;
}

static void
test_once(void)
{
	new_link();
	tap_ok(redeem(1, T0) == 0, "no code yet");
	tap_ok(issue(1, T0) == 1, "issue");
	tap_ok(redeem(2, T0 + 1) == 0, "a wrong code");
	tap_ok(redeem(1, T0 + 2) == 1, "the right one");
	tap_ok(redeem(1, T0 + 3) == 0, "not twice");
	tap_ok(issue(2, T0 + 4) == 1 && issue(3, T0 + 5) == 1, "two more");
	tap_ok(redeem(2, T0 + 6) == 0, "a newer code replaces an older one");
	tap_ok(redeem(3, T0 + 7) == 1, "the newest counts");
	memset(link_id, 0x77, sizeof(link_id));
	tap_ok(issue(1, T0) == 0 && redeem(1, T0) == 0, "an unknown link");
}

static void
test_links_are_apart(void)
{
	uint8_t first[STORE_ID_SIZE];

	new_link();
	memcpy(first, link_id, sizeof(first));
	issue(1, T0);
	new_link();
	tap_ok(redeem(1, T0) == 0, "another link's code");
	issue(2, T0);
	tap_ok(redeem_wrong(5, T0) == 0 && redeem(2, T0) == 0, "this link is locked");
	memcpy(link_id, first, sizeof(first));
	tap_ok(redeem(1, T0) == 1, "the first link is not");
}

static void
test_lock(void)
{
	new_link();
	issue(1, T0);
	tap_ok(redeem_wrong(4, T0 + 1) == 0 && redeem(1, T0 + 1) == 1, "right at the fifth try");
	issue(2, T0 + 2);
	tap_ok(redeem_wrong(5, T0 + 3) == 0, "five wrong ones");
	tap_ok(redeem(2, T0 + 4) == 0, "lock even the right one out");
	tap_ok(issue(3, T0 + 5) == 0, "no new code while locked");
	tap_ok(redeem(2, T0 + 3 + 899) == 0 && issue(3, T0 + 3 + 899) == 0, "until the last second");
	tap_ok(redeem(2, T0 + 3 + 900) == 0, "after it, the old code is dead");
	tap_ok(issue(3, T0 + 3 + 901) == 1 && redeem(3, T0 + 3 + 902) == 1, "a new one works");
}

static void
test_failures_outlive_codes(void)
{
	new_link();
	issue(1, T0);
	tap_ok(redeem_wrong(3, T0) == 0 && issue(2, T0) == 1, "three wrong, then a new code");
	tap_ok(redeem_wrong(2, T0) == 0 && redeem(2, T0) == 0,
		"two more lock: a new code gives no new tries");
}

static void
test_mails(void)
{
	new_link();
	for (uint8_t i = 0; i < 4; i++)
		tap_ok(issue(i, T0 + i * 60) == 1, "mail %d", i + 1);
	tap_ok(issue(9, T0 + 300) == 0, "not a fifth within the hour");
	tap_ok(redeem(3, T0 + 301) == 1, "what was sent stays good");
	tap_ok(issue(9, T0 + 3599) == 0, "not before the first is an hour old");
	tap_ok(issue(9, T0 + 3600) == 1, "then one");
	tap_ok(issue(9, T0 + 3601) == 0, "and one only");
}

static void
test_clock(void)
{
	new_link();
	issue(1, T0);
	tap_ok(redeem(1, T0 + 600) == 0, "too old");
	tap_ok(redeem(1, T0 + 10) == 0, "the clock set back revives nothing");
	new_link();
	issue(1, T0);
	tap_ok(redeem(1, T0 - 86400) == 1, "set back a day: still good within its real life");
	new_link();
	issue(1, T0 + TEN_YEARS);
	redeem_wrong(5, T0 + TEN_YEARS);
	issue(2, T0 + 10);
	tap_ok(redeem(2, T0 + 11) == 0, "locked when the clock was ten years ahead: locked");
	tap_ok(issue(2, T0 + 10 + 900) == 1, "but not for ten years");
	tap_ok(redeem(2, T0 + 10 + 901) == 1, "the new code works");
}

struct racer {
	uint8_t code;
	int wins, errors;
};

static void *
race(void *context)
{
	struct racer *racer = context;

	for (int i = 0; i < 25; i++) {
		int ret = redeem(racer->code, T0 + 1);

		racer->wins += ret == 1;
		racer->errors += ret < 0;
	}
	return NULL;
}

/* 8 threads of 25 tries. */
static void
race_all(uint8_t code, int *ret_wins, int *ret_errors)
{
	struct racer racers[8];
	pthread_t threads[8];

	*ret_wins = *ret_errors = 0;
	for (size_t i = 0; i < 8; i++) {
		racers[i] = (struct racer){.code = code};
		pthread_create(&threads[i], NULL, race, &racers[i]);
	}
	for (size_t i = 0; i < 8; i++) {
		pthread_join(threads[i], NULL);
		*ret_wins += racers[i].wins;
		*ret_errors += racers[i].errors;
	}
}

static void
test_race(void)
{
	int wins, errors;

	for (int round = 0; round < 5; round++) {
		new_link();
		issue(1, T0);
		race_all(1, &wins, &errors);
		tap_ok(wins == 1 && errors == 0, "of 200 parallel right tries, %d won", wins);
	}
	new_link();
	issue(1, T0);
	race_all(2, &wins, &errors);
	tap_ok(wins == 0 && redeem(1, T0 + 2) == 0, "200 parallel wrong tries lock it");
}

/* A process that races with others, each with a store of its own. Its exit status is its wins. */
static pid_t
start_racer(void)
{
	pid_t pid = fork();
	int wins = 0;

	if (pid != 0)
		return pid;
	site_open(&site);
	for (int i = 0; i < 50; i++)
		wins += redeem(1, T0 + 1) == 1;
	store_close(site.store);
	_exit(wins);
}

static void
test_race_of_processes(void)
{
	pid_t pids[4];
	int wins = 0, status;

	new_link();
	issue(1, T0);
	/* SQLite's locks do not survive a fork: the children start with no store open. */
	store_close(site.store);
	site.store = NULL;
	for (size_t i = 0; i < 4; i++)
		pids[i] = start_racer();
	for (size_t i = 0; i < 4; i++) {
		if (waitpid(pids[i], &status, 0) == pids[i] && WIFEXITED(status))
			wins += WEXITSTATUS(status);
		else
			wins += 100;
	}
	site_open(&site);
	tap_ok(wins == 1, "of 200 tries in four processes, %d won", wins);
}

int
main(void)
{
	site_init(&site);
	test_once();
	test_links_are_apart();
	test_lock();
	test_failures_outlive_codes();
	test_mails();
	test_clock();
	test_race();
	test_race_of_processes();
	site_done(&site);
	return tap_done();
}
