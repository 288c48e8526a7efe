/* SPDX-License-Identifier: Apache-2.0 */
#include "policyd/named.h"

#include <assert.h>
#include <stdlib.h>

#include "lib/base/mem.h"
#include "lib/seal/digest.h"
#include "lib/seal/keyed_hash.h"

enum { SLOTS_FIRST = 64 };

void
named_init(struct named_table *table)
{
	static_assert(sizeof(table->secret) == KEYED_HASH_KEY, "a key of its own");
	*table = (struct named_table){.mask = SLOTS_FIRST - 1};
	table->slots = mem_new(SLOTS_FIRST, sizeof(struct named *));
	seal_random(table->secret, sizeof(table->secret));
}

void
named_done(struct named_table *table)
{
	free(table->slots);
	table->slots = NULL;
}

static struct named **
place_of(const struct named_table *table, struct bytes name, uint64_t hash)
{
	struct named **place = &table->slots[hash & table->mask];

	while (*place != NULL && ((*place)->hash != hash || !bytes_eq((*place)->name, name)))
		place = &(*place)->next;
	return place;
}

struct named *
named_get(const struct named_table *table, struct bytes name)
{
	return *place_of(table, name, keyed_hash(table->secret, name));
}

static void
grow(struct named_table *table)
{
	struct named **old = table->slots;
	size_t n = table->mask + 1;

	table->slots = mem_new(n * 2, sizeof(struct named *));
	table->mask = n * 2 - 1;
	for (size_t i = 0; i < n; i++)
		for (struct named *named = old[i], *next; named != NULL; named = next) {
			struct named **place = &table->slots[named->hash & table->mask];

			next = named->next;
			named->next = *place;
			*place = named;
		}
	free(old);
}

void
named_put(struct named_table *table, struct named *named)
{
	struct named **place;

	if (table->n > table->mask)
		grow(table);
	named->hash = keyed_hash(table->secret, named->name);
	place = &table->slots[named->hash & table->mask];
	named->next = *place;
	*place = named;
	table->n++;
}

void
named_remove(struct named_table *table, struct named *named)
{
	struct named **place = place_of(table, named->name, named->hash);

	assert(*place == named);
	*place = named->next;
	table->n--;
}

struct named *
named_next(const struct named_table *table, const struct named *named)
{
	size_t slot = 0;

	if (named != NULL) {
		if (named->next != NULL)
			return named->next;
		slot = (named->hash & table->mask) + 1;
	}
	for (; slot <= table->mask; slot++)
		if (table->slots[slot] != NULL)
			return table->slots[slot];
	return NULL;
}
