/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hash table with open addressing that doubles until its budget is reached. A key is kept as its keyed
 * hash: 16 bytes a slot, whatever its length, and nobody outside can make two keys meet. An entry whose burst
 * is whole again is the same as none: it is left out whenever the table is made anew.
 */
#include "lib/count/counter.h"

#include <stdlib.h>

#include "lib/base/mem.h"
#include "lib/seal/digest.h"
#include "lib/seal/keyed_hash.h"

enum { SLOTS_FIRST = 1024 };

struct entry {
	uint64_t id; /* 0: free */
	int64_t tat;
};

struct counters {
	struct entry *entries;
	size_t mask; /* slots, less one */
	size_t n;
	size_t max_slots;
	size_t n_evicted;
	uint8_t secret[KEYED_HASH_KEY];
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

/* Into a table of so many slots, without those whose time is up at `limit`. */
static void
rebuild(struct counters *counters, size_t slots, int64_t limit)
{
	struct entry *old = counters->entries;
	size_t n_old = counters->mask + 1;

	counters->entries = mem_new(slots, sizeof(*counters->entries));
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

static size_t
count_live(const struct counters *counters, int64_t now, int64_t *ret_latest)
{
	size_t n = 0;

	*ret_latest = now;
	for (size_t i = 0; i <= counters->mask; i++) {
		if (counters->entries[i].id == 0 || counters->entries[i].tat <= now)
			continue;
		n++;
		if (counters->entries[i].tat > *ret_latest)
			*ret_latest = counters->entries[i].tat;
	}
	return n;
}

/*
 * At most half of the slots are ever taken. Full of keys that all still wait, the table forgets those that
 * wait least: half of the longest wait is the line.
 */
static void
make_room(struct counters *counters, size_t wanted, int64_t now)
{
	size_t slots = counters->mask + 1, live;
	int64_t latest, limit = now;

	if (counters->n + wanted < slots / 2)
		return;
	live = count_live(counters, now, &latest);
	if (live >= slots / 4 && slots < counters->max_slots)
		slots *= 2;
	while (live + wanted >= slots / 2) {
		size_t before = live;

		limit += (latest - limit) / 2 + 1;
		rebuild(counters, slots, limit);
		live = counters->n;
		counters->n_evicted += before - live;
	}
	rebuild(counters, slots, limit);
}

/*
 * The entry of a ramp ends so long after the key was first seen. One that has its whole rate is moved along
 * whenever it is heard of, so that an address in use never begins anew.
 */
#define RAMP_KEPT (INT64_C(90) * COUNTER_DAY)

static struct gcra
ramp_gcra(const struct counter_ask *ask, int64_t until, int64_t now, int64_t *ret_until)
{
	int64_t first = until > now ? until - RAMP_KEPT : now, whole = ask->ramp.days * COUNTER_DAY;
	int64_t age = now - first < whole ? now - first : whole;

	*ret_until = now - age + RAMP_KEPT;
	return gcra_ramp(&ask->gcra, ask->ramp.first, age, whole);
}

/* What one ask means for the table: up to two entries, found before any is changed. */
struct step {
	uint64_t id, other; /* other: of the member, or of the day when the key was first seen; 0: none */
	int64_t tat, other_tat;
};

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
		steps[i].other = 0;
		if (asks[i].member.p != NULL)
			steps[i].other = id_of(counters, asks[i].member);
		else if (asks[i].ramp.first > 0)
			steps[i].other = ~steps[i].id | 1;
	}
}

/* Returns false when the ask has no room. */
static bool
judge(const struct counters *counters, const struct counter_ask *ask, int64_t now, struct step *step)
{
	int64_t tat = tat_of(counters, step->id), window = gcra_window(&ask->gcra);
	int64_t other = step->other != 0 ? tat_of(counters, step->other) : 0;
	struct gcra gcra = ask->gcra;
	int64_t n = ask->n;

	if (ask->member.p != NULL) {
		n = other > now ? 0 : n;
		step->other_tat = other > now ? other : now + window;
	} else if (step->other != 0)
		gcra = ramp_gcra(ask, other, now, &step->other_tat);
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
	struct step steps[COUNTER_ASKED_MAX];
	bool fits = true;

	if (n > COUNTER_ASKED_MAX)
		n = COUNTER_ASKED_MAX;
	make_room(counters, 2 * n, now);
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
		if (steps[i].other != 0)
			put(counters, steps[i].other, steps[i].other_tat);
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
