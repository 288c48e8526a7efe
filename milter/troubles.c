/* SPDX-License-Identifier: Apache-2.0 */
#include "milter/troubles.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/mem.h"

struct entry {
	struct trouble_count trouble;
	int64_t due_ms;
};

struct troubles {
	pthread_mutex_t lock; /* of all below */
	struct entry entries[TROUBLES_MAX];
	size_t n;
};

struct troubles *
troubles_new(void)
{
	struct troubles *troubles = mem_new(1, sizeof(*troubles));

	pthread_mutex_init(&troubles->lock, NULL);
	return troubles;
}

void
troubles_free(struct troubles *troubles)
{
	if (troubles == NULL)
		return;
	pthread_mutex_destroy(&troubles->lock);
	free(troubles);
}

/* A rule that was quiet for so long that it might be logged at once makes room. */
static struct entry *
free_entry(struct troubles *troubles, int64_t now_ms)
{
	if (troubles->n < TROUBLES_MAX)
		return &troubles->entries[troubles->n++];
	for (size_t i = 0; i < troubles->n; i++)
		if (troubles->entries[i].trouble.count == 0 && troubles->entries[i].due_ms <= now_ms)
			return &troubles->entries[i];
	return NULL;
}

static void
count(struct troubles *troubles, const struct trouble *trouble, int64_t now_ms)
{
	struct entry *entry;

	for (size_t i = 0; i < troubles->n; i++) {
		struct trouble_count *known = &troubles->entries[i].trouble;

		if (known->kind == trouble->kind &&
			strncmp(known->rule, trouble->rule, TROUBLES_RULE_MAX - 1) == 0) {
			known->count++;
			return;
		}
	}
	entry = free_entry(troubles, now_ms);
	if (entry == NULL)
		return;
	*entry = (struct entry){.trouble = {.kind = trouble->kind, .count = 1}, .due_ms = now_ms};
	snprintf(entry->trouble.rule, sizeof(entry->trouble.rule), "%s", trouble->rule);
}

size_t
troubles_take(struct troubles *troubles, const struct trouble *list, int64_t now_ms,
	struct trouble_count ret_due[TROUBLES_MAX])
{
	size_t n = 0;

	pthread_mutex_lock(&troubles->lock);
	for (; list != NULL; list = list->next)
		count(troubles, list, now_ms);
	for (size_t i = 0; i < troubles->n; i++) {
		struct entry *entry = &troubles->entries[i];

		if (entry->trouble.count == 0 || entry->due_ms > now_ms)
			continue;
		ret_due[n++] = entry->trouble;
		entry->trouble.count = 0;
		entry->due_ms = now_ms + TROUBLES_EVERY_MS;
	}
	pthread_mutex_unlock(&troubles->lock);
	return n;
}
