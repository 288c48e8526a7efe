/* SPDX-License-Identifier: Apache-2.0 */
#include "portald/watch.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "lib/base/mem.h"

struct watch_entry {
	int fd; /* -1: free */
	int64_t deadline_ms;
	struct watch_entry *next_free;
};

struct watch {
	pthread_mutex_t lock;
	size_t max;
	struct watch_entry *free;
	struct watch_entry entries[];
};

struct watch *
watch_new(size_t max)
{
	struct watch *watch = mem_new(1, sizeof(*watch) + max * sizeof(watch->entries[0]));

	pthread_mutex_init(&watch->lock, NULL);
	watch->max = max;
	for (size_t i = max; i-- > 0;) {
		watch->entries[i] = (struct watch_entry){.fd = -1, .next_free = watch->free};
		watch->free = &watch->entries[i];
	}
	return watch;
}

void
watch_free(struct watch *watch)
{
	if (watch == NULL)
		return;
	pthread_mutex_destroy(&watch->lock);
	free(watch);
}

struct watch_entry *
watch_add(struct watch *watch, int fd, int64_t deadline_ms)
{
	pthread_mutex_lock(&watch->lock);
	struct watch_entry *entry = watch->free;

	if (entry != NULL) {
		watch->free = entry->next_free;
		*entry = (struct watch_entry){.fd = fd, .deadline_ms = deadline_ms};
	}
	pthread_mutex_unlock(&watch->lock);
	return entry;
}

void
watch_set(struct watch *watch, struct watch_entry *entry, int64_t deadline_ms)
{
	pthread_mutex_lock(&watch->lock);
	entry->deadline_ms = deadline_ms;
	pthread_mutex_unlock(&watch->lock);
}

void
watch_remove(struct watch *watch, struct watch_entry *entry)
{
	pthread_mutex_lock(&watch->lock);
	*entry = (struct watch_entry){.fd = -1, .next_free = watch->free};
	watch->free = entry;
	pthread_mutex_unlock(&watch->lock);
}

size_t
watch_sweep(struct watch *watch, int64_t now_ms)
{
	size_t n = 0;

	pthread_mutex_lock(&watch->lock);
	for (size_t i = 0; i < watch->max; i++) {
		struct watch_entry *entry = &watch->entries[i];

		if (entry->fd < 0 || now_ms < entry->deadline_ms)
			continue;
		(void)shutdown(entry->fd, SHUT_RDWR);
		entry->deadline_ms = INT64_MAX;
		n++;
	}
	pthread_mutex_unlock(&watch->lock);
	return n;
}
