/* SPDX-License-Identifier: Apache-2.0 */
#include "policyd/near.h"

#include <stdlib.h>

#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/seal/digest.h"
#include "lib/seal/keyed_hash.h"

enum { KEY_MAX = 4096 };

struct near {
	struct near_entry entries[NEAR_MAX];
	uint64_t ids[NEAR_MAX];
	uint8_t secret[KEYED_HASH_KEY]; /* nobody outside chooses whose place to take */
};

struct near *
near_new(void)
{
	struct near *near = mem_new(1, sizeof(*near));

	seal_random(near->secret, sizeof(near->secret));
	for (size_t i = 0; i < NEAR_MAX; i++)
		buf_init(&near->entries[i].key, KEY_MAX);
	return near;
}

void
near_free(struct near *near)
{
	if (near == NULL)
		return;
	for (size_t i = 0; i < NEAR_MAX; i++)
		buf_done(&near->entries[i].key);
	free(near);
}

static void
note(struct near *near, const struct counter_ask *ask, const struct limit *limit, uint64_t id)
{
	struct near_entry *entry = &near->entries[id % NEAR_MAX];

	if (near->ids[id % NEAR_MAX] != id || entry->limit == NULL)
		limit_key_text(ask->key, &entry->key);
	near->ids[id % NEAR_MAX] = id;
	entry->limit = limit;
	entry->tenths = ask->used;
	entry->when = clock_mono_ms();
}

void
near_note(struct near *near, const struct limit_asked *asked)
{
	for (size_t i = 0; i < asked->n; i++)
		if (asked->asks[i].used >= NEAR_TENTHS)
			note(near, &asked->asks[i], asked->limits[i],
				keyed_hash(near->secret, asked->asks[i].key));
}

const struct near_entry *
near_at(const struct near *near, size_t i)
{
	return &near->entries[i];
}

void
near_forget(struct near *near, const struct limit_asked *asked)
{
	for (size_t i = 0; i < asked->n; i++) {
		uint64_t id = keyed_hash(near->secret, asked->asks[i].key);

		if (near->ids[id % NEAR_MAX] == id)
			near->entries[id % NEAR_MAX].limit = NULL;
	}
}
