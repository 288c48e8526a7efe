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

bool
counters_spend(struct counters *counters, struct counter_ask *asks, size_t n, int64_t now)
{
	uint64_t ids[COUNTER_ASKED_MAX];
	int64_t tats[COUNTER_ASKED_MAX];
	bool fits = true;

	if (n > COUNTER_ASKED_MAX)
		n = COUNTER_ASKED_MAX;
	make_room(counters, n, now);
	for (size_t i = 0; i < n; i++) {
		const struct entry *entry;

		ids[i] = id_of(counters, asks[i].key);
		entry = find(counters, ids[i]);
		asks[i].refused =
			!gcra_fits(&asks[i].gcra, entry->id != 0 ? entry->tat : 0, now, asks[i].n, &tats[i]);
		fits = fits && (!asks[i].refused || asks[i].watched);
	}
	for (size_t i = 0; fits && i < n; i++) {
		struct entry *entry = find(counters, ids[i]);

		if (asks[i].refused)
			continue;
		counters->n += entry->id == 0;
		*entry = (struct entry){ids[i], tats[i]};
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
