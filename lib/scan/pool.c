/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/scan/client.h"

struct scan_pool {
	char *socket_path;
	pthread_mutex_t lock; /* guards all below */
	pthread_cond_t freed;
	size_t max, used;          /* connections handed out */
	struct scan_client **idle; /* `max` places */
	size_t n_idle;
};

struct scan_pool *
scan_pool_new(const char *socket_path, size_t max)
{
	struct scan_pool *pool = mem_new(1, sizeof(*pool));
	pthread_condattr_t attr;

	pool->socket_path = mem_strdup(socket_path);
	pool->max = max > 0 ? max : 1;
	pool->idle = mem_new(pool->max, sizeof(struct scan_client *));
	pthread_mutex_init(&pool->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&pool->freed, &attr);
	pthread_condattr_destroy(&attr);
	return pool;
}

void
scan_pool_free(struct scan_pool *pool)
{
	if (pool == NULL)
		return;
	for (size_t i = 0; i < pool->n_idle; i++)
		scan_client_close(pool->idle[i]);
	pthread_cond_destroy(&pool->freed);
	pthread_mutex_destroy(&pool->lock);
	free(pool->idle);
	free(pool->socket_path);
	free(pool);
}

/* Waits for a place; *ret_client is NULL when the caller has to connect. */
static int
take(struct scan_pool *pool, int64_t deadline_ms, struct scan_client **ret_client, struct err *err)
{
	struct timespec until = {.tv_sec = deadline_ms / 1000, .tv_nsec = deadline_ms % 1000 * 1000000};
	int wait = 0;

	pthread_mutex_lock(&pool->lock);
	while (pool->used == pool->max && wait == 0)
		wait = pthread_cond_timedwait(&pool->freed, &pool->lock, &until);
	if (pool->used < pool->max) {
		wait = 0;
		pool->used++;
		*ret_client = pool->n_idle > 0 ? pool->idle[--pool->n_idle] : NULL;
	}
	pthread_mutex_unlock(&pool->lock);
	return wait == 0 ? 0 : err_set(err, ERR_TEMP, "all connections to postseal-parser are in use");
}

/* NULL: the connection is no more, but its place is free again. */
static void
give_back(struct scan_pool *pool, struct scan_client *client)
{
	pthread_mutex_lock(&pool->lock);
	pool->used--;
	if (client != NULL)
		pool->idle[pool->n_idle++] = client;
	pthread_cond_signal(&pool->freed);
	pthread_mutex_unlock(&pool->lock);
}

static int
scan_once(struct scan_pool *pool, struct scan_client **client, const struct scan_question *question,
	struct arena *arena, struct scan_result *ret_result, struct err *err)
{
	if (*client == NULL && scan_client_connect(pool->socket_path, client, err) != 0)
		return -1;
	if (scan_client_ask(*client, question, arena, ret_result, err) == 0)
		return 0;
	scan_client_close(*client);
	*client = NULL;
	return -1;
}

int
scan_pool_ask(struct scan_pool *pool, const struct scan_question *question, struct arena *arena,
	struct scan_result *ret_result, struct err *err)
{
	struct scan_client *client = NULL;
	bool was_idle;
	int ret;

	if (take(pool, question->deadline_ms, &client, err) != 0)
		return -1;
	was_idle = client != NULL;
	ret = scan_once(pool, &client, question, arena, ret_result, err);
	/* An idle connection may be one to a parser that has been restarted since. */
	if (ret != 0 && was_idle && clock_left_ms(question->deadline_ms) > 0)
		ret = scan_once(pool, &client, question, arena, ret_result, err);
	give_back(pool, client);
	return ret;
}
