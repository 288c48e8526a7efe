/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/tally.h"

#include <stdlib.h>

void
tally_init(struct tally *tally)
{
	*tally = (struct tally){.n_rows = 0};
	arena_init(&tally->arena);
}

void
tally_done(struct tally *tally)
{
	arena_done(&tally->arena);
}

/* FNV-1a. Senders choose domains: who makes many meet in a bucket slows a report of ours, no mail. */
static size_t
bucket_of(struct bytes name)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < name.n; i++)
		hash = (hash ^ name.p[i]) * UINT64_C(1099511628211);
	return (size_t)(hash % TALLY_BUCKETS);
}

struct tally_row *
tally_get(struct tally *tally, struct bytes name)
{
	struct tally_row **bucket = &tally->buckets[bucket_of(name)], *row = *bucket;

	while (row != NULL && !bytes_eq(row->name, name))
		row = row->next;
	if (row != NULL)
		return row;
	row = arena_alloc(&tally->arena, sizeof(*row));
	*row = (struct tally_row){.name = arena_bytes(&tally->arena, name), .next = *bucket};
	*bucket = row;
	tally->n_rows++;
	return row;
}

static int
compare_rows(const void *a, const void *b)
{
	const struct tally_row *x = *(struct tally_row *const *)a, *y = *(struct tally_row *const *)b;
	size_t changes_x = x->n[TALLY_CAUGHT] + x->n[TALLY_MISSED];
	size_t changes_y = y->n[TALLY_CAUGHT] + y->n[TALLY_MISSED];
	size_t n = x->name.n < y->name.n ? x->name.n : y->name.n;
	int order;

	if (changes_x != changes_y)
		return changes_x > changes_y ? -1 : 1;
	order = n > 0 ? memcmp(x->name.p, y->name.p, n) : 0;
	return order != 0 ? order : (x->name.n > y->name.n) - (x->name.n < y->name.n);
}

struct tally_row **
tally_sorted(struct tally *tally)
{
	struct tally_row **rows = arena_array(&tally->arena, tally->n_rows + 1, sizeof(struct tally_row *));
	size_t n = 0;

	for (size_t i = 0; i < TALLY_BUCKETS; i++)
		for (struct tally_row *row = tally->buckets[i]; row != NULL; row = row->next)
			rows[n++] = row;
	if (n > 0)
		qsort(rows, n, sizeof(struct tally_row *), compare_rows);
	return rows;
}
