/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hash table with open addressing that doubles until its budget is reached. A key is kept as its keyed
 * hash: 16 bytes a slot, whatever its length, and nobody outside can make two keys meet. An entry whose burst
 * is whole again is the same as none: it is left out whenever the table is made anew.
 */
#include "lib/count/counter.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "lib/seal/digest.h"
#include "lib/seal/keyed_hash.h"

enum { SLOTS_FIRST = 1024, SAMPLE = 512, LARGE = 8 << 20 };

struct entry {
	uint64_t id; /* 0: free */
	int64_t tat;
};

/* What one ask means for the table: its entry and some others, all found before any is changed. */
enum { OTHERS_MAX = COUNTER_MEMBERS_MAX + 1 };

struct step {
	uint64_t id, others[OTHERS_MAX]; /* members; then since when the key is known */
	int64_t tat, tats[OTHERS_MAX];
	size_t n;
};

struct counters {
	struct entry *entries;
	size_t mask; /* slots, less one */
	size_t n;
	size_t max_slots;
	size_t n_evicted;
	uint8_t secret[KEYED_HASH_KEY];
	struct step steps[COUNTER_ASKED_MAX]; /* of the request that is judged: too much for a stack that is
						 wiped */
};

struct counters *
counters_new_memory(size_t max_keys)
{
	struct counters *counters = mem_new(1, sizeof(*counters));

	counters->mask = SLOTS_FIRST - 1;
	counters->entries = mem_new(SLOTS_FIRST, sizeof(*counters->entries));
	for (counters->max_slots = SLOTS_FIRST; counters->max_slots / 2 < max_keys;)
		counters->max_slots *= 2;
	seal_random(counters->secret, sizeof(counters->secret));
	return counters;
}

void
counters_free(struct counters *counters)
{
	if (counters == NULL)
		return;
	free(counters->entries);
	free(counters);
}

static uint64_t
id_of(const struct counters *counters, struct bytes key)
{
	uint64_t id = keyed_hash(counters->secret, bytes_sub(key, 0, COUNTER_KEY_MAX));

	return id != 0 ? id : 1;
}

/* The key's entry, or the free one where it belongs: there always is one. */
static struct entry *
find(const struct counters *counters, uint64_t id)
{
	size_t at = id & counters->mask;

	while (counters->entries[at].id != 0 && counters->entries[at].id != id)
		at = (at + 1) & counters->mask;
	return &counters->entries[at];
}

/* Zeroed. A large table is looked at in places far apart: with small pages each would cost two memory
 * accesses more. */
static struct entry *
new_entries(size_t slots)
{
	size_t size = slots * sizeof(struct entry), page = (size_t)sysconf(_SC_PAGESIZE);
	struct entry *entries = mem_new(slots, sizeof(*entries));
	uintptr_t start = ((uintptr_t)entries + page - 1) / page * page;

	if (size >= LARGE)
		(void)madvise((void *)start, size - page, MADV_HUGEPAGE);
	return entries;
}

/* Into a table of so many slots, without those whose time is up at `limit`. */
static void
rebuild(struct counters *counters, size_t slots, int64_t limit)
{
	struct entry *old = counters->entries;
	size_t n_old = counters->mask + 1;

	counters->entries = new_entries(slots);
	counters->mask = slots - 1;
	counters->n = 0;
	for (size_t i = 0; i < n_old; i++) {
		if (old[i].id == 0 || old[i].tat <= limit)
			continue;
		*find(counters, old[i].id) = old[i];
		counters->n++;
	}
	free(old);
}

static int
compare_times(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* How many wait at `now`; and when the time of the first quarter of them is up, by a sample. */
static size_t
count_live(const struct counters *counters, int64_t now, int64_t *ret_quarter)
{
	int64_t sample[SAMPLE];
	size_t n = 0, n_sample = 0, every = (counters->mask + 1) / SAMPLE;

	for (size_t i = 0; i <= counters->mask; i++) {
		if (counters->entries[i].id == 0 || counters->entries[i].tat <= now)
			continue;
		n++;
		if ((i + 1) / every > n_sample && n_sample < SAMPLE)
			sample[n_sample++] = counters->entries[i].tat;
	}
	qsort(sample, n_sample, sizeof(*sample), compare_times);
	*ret_quarter = n_sample > 0 ? sample[n_sample / 4] : now;
	return n;
}

/* At most half of the slots are ever taken. Full of keys that all still wait, the table forgets a quarter, of
 * those that wait least. */
static void
make_room(struct counters *counters, size_t wanted, int64_t now)
{
	size_t slots = counters->mask + 1, live;
	int64_t quarter, limit = now;

	if (counters->n + wanted < slots / 2)
		return;
	live = count_live(counters, now, &quarter);
	if (live >= slots / 4 && slots < counters->max_slots)
		slots *= 2;
	while (live + wanted >= slots / 2) {
		size_t before = live;

		limit = quarter > limit ? quarter : limit + 1;
		rebuild(counters, slots, limit);
		live = count_live(counters, limit, &quarter);
		counters->n_evicted += before - live;
	}
	rebuild(counters, slots, limit);
}

/*
 * The entry that tells since when a key is known ends so long after its first day. That of a key which is new
 * no more is moved along whenever it is heard of, so that an address in use never begins anew.
 */
#define START_KEPT (INT64_C(90) * COUNTER_DAY)

static int64_t
tat_of(const struct counters *counters, uint64_t id)
{
	const struct entry *entry = find(counters, id);

	return entry->id != 0 ? entry->tat : 0;
}

static void
put(struct counters *counters, uint64_t id, int64_t tat)
{
	struct entry *entry = find(counters, id);

	counters->n += entry->id == 0;
	*entry = (struct entry){id, tat};
}

/* The entries of a large table are far apart in memory: all are asked for before the first is looked at. */
static void
find_ids(const struct counters *counters, const struct counter_ask *asks, size_t n, struct step *steps)
{
	for (size_t i = 0; i < n; i++) {
		steps[i].id = id_of(counters, asks[i].key);
		__builtin_prefetch(&counters->entries[steps[i].id & counters->mask]);
		steps[i].n = asks[i].n_members;
		for (size_t k = 0; k < asks[i].n_members; k++)
			steps[i].others[k] = id_of(counters, asks[i].members[k].key);
		if (asks[i].start.new != NEW_AS_ALL)
			steps[i].others[steps[i].n++] = ~steps[i].id | 1;
	}
}

/* How many members are not remembered. */
static int64_t
judge_members(const struct counters *counters, const struct counter_ask *ask, int64_t now, struct step *step)
{
	int64_t unknown = 0;

	for (size_t k = 0; k < ask->n_members; k++) {
		int64_t until = tat_of(counters, step->others[k]);

		unknown += until <= now;
		step->tats[k] = until > now ? until : now + ask->members[k].keep;
	}
	return unknown;
}

/* How old the key is, up to when it is new no more; its entry is moved along then. */
static int64_t
judge_age(const struct counters *counters, const struct counter_ask *ask, int64_t now, struct step *step)
{
	int64_t until = tat_of(counters, step->others[step->n - 1]), whole = ask->start.days * COUNTER_DAY;
	int64_t first = until > now ? until - START_KEPT : now;
	int64_t age = now - first < whole ? now - first : whole;

	step->tats[step->n - 1] = now - age + START_KEPT;
	return age;
}

/* Returns false when the ask has no room. */
static bool
judge(const struct counters *counters, const struct counter_ask *ask, int64_t now, struct step *step)
{
	int64_t tat = tat_of(counters, step->id), whole = ask->start.days * COUNTER_DAY, n = ask->n, age;
	struct gcra gcra = ask->gcra;

	if (ask->n_members > 0)
		n *= judge_members(counters, ask, now, step);
	if (ask->start.new != NEW_AS_ALL) {
		age = judge_age(counters, ask, now, step);
		if (ask->start.new == NEW_RAMP)
			gcra = gcra_ramp(&ask->gcra, ask->start.first, age, whole);
		else if (age < whole)
			n = 0;
	}
	return gcra_fits(&gcra, tat, now, n, &step->tat);
}

static uint8_t
tenths(const struct counter_ask *ask, int64_t tat, int64_t now)
{
	return (uint8_t)(tat > now ? (tat - now) / (gcra_window(&ask->gcra) / 10 + 1) : 0);
}

bool
counters_spend(struct counters *counters, struct counter_ask *asks, size_t n, int64_t now)
{
	struct step *steps = counters->steps;
	bool fits = true;

	if (n > COUNTER_ASKED_MAX)
		n = COUNTER_ASKED_MAX;
	make_room(counters, (1 + OTHERS_MAX) * n, now);
	find_ids(counters, asks, n, steps);
	for (size_t i = 0; i < n; i++) {
		asks[i].refused = !judge(counters, &asks[i], now, &steps[i]);
		asks[i].used = asks[i].refused ? 10 : tenths(&asks[i], steps[i].tat, now);
		fits = fits && (!asks[i].refused || asks[i].watched);
	}
	for (size_t i = 0; fits && i < n; i++) {
		if (asks[i].refused)
			continue;
		put(counters, steps[i].id, steps[i].tat);
		for (size_t k = 0; k < steps[i].n; k++)
			put(counters, steps[i].others[k], steps[i].tats[k]);
	}
	return fits;
}

int64_t
counters_left(struct counters *counters, struct bytes key, const struct gcra *gcra, int64_t now)
{
	const struct entry *entry = find(counters, id_of(counters, key));

	return gcra_left(gcra, entry->id != 0 ? entry->tat : 0, now);
}

bool
counters_reset(struct counters *counters, struct bytes key)
{
	struct entry *entry = find(counters, id_of(counters, key));

	if (entry->id == 0)
		return false;
	entry->tat = 0; /* whole again; its slot is swept at the next rebuild */
	return true;
}

size_t
counters_n(const struct counters *counters)
{
	return counters->n;
}

size_t
counters_n_evicted(const struct counters *counters)
{
	return counters->n_evicted;
}
