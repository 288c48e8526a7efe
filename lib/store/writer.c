/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/store/writer.h"

#include <pthread.h>
#include <stdlib.h>

#include "lib/base/mem.h"

/* Bounds the time that the first of a batch waits for the last. */
enum { BATCH_MAX = 64 };

struct request {
	writer_change_fn change;
	void *context;
	struct err own_err;
	int ret;
	bool done;
	struct request *next;
};

struct writer {
	struct db db; /* belongs to the leader while `busy` */
	pthread_mutex_t mutex;
	pthread_cond_t finished;
	bool busy;
	struct request *first, **end;
};

int
writer_open(const char *path, struct writer **ret_writer, struct err *err)
{
	struct writer *writer = mem_new(1, sizeof(*writer));

	if (db_open(path, DB_READ_WRITE, &writer->db, err) != 0) {
		free(writer);
		return -1;
	}
	pthread_mutex_init(&writer->mutex, NULL);
	pthread_cond_init(&writer->finished, NULL);
	writer->end = &writer->first;
	*ret_writer = writer;
	return 0;
}

void
writer_close(struct writer *writer)
{
	if (writer == NULL)
		return;
	db_close(&writer->db);
	pthread_cond_destroy(&writer->finished);
	pthread_mutex_destroy(&writer->mutex);
	free(writer);
}

/* A full disk can end the whole transaction in the middle. */
static bool
in_transaction(struct writer *writer)
{
	return sqlite3_get_autocommit(writer->db.connection) == 0;
}

static void
apply(struct writer *writer, struct request *request)
{
	struct db *db = &writer->db;
	struct err *err = &request->own_err;

	request->ret = -1;
	if (db_run(db, DB_SAVEPOINT, err) != 0)
		return;
	request->ret = request->change(db, request->context, err);
	if (request->ret < 0 && in_transaction(writer))
		(void)db_run(db, DB_ROLLBACK_TO, NULL);
	if (in_transaction(writer) && db_run(db, DB_RELEASE, request->ret < 0 ? NULL : err) != 0)
		request->ret = -1;
}

static void
fail_all(struct request *batch, const struct err *err)
{
	for (; batch != NULL; batch = batch->next) {
		if (batch->ret >= 0)
			batch->own_err = *err;
		batch->ret = -1;
	}
}

/*
 * After a commit that failed, SQLite takes back the frames it wrote: the next commit writes over them, so
 * nothing is believed that one fsync failed on. The callers hear ERR_TEMP.
 */
static void
run_batch(struct writer *writer, struct request *batch)
{
	struct err err = {0};

	if (db_run(&writer->db, DB_BEGIN, &err) != 0) {
		fail_all(batch, &err);
		return;
	}
	for (struct request *request = batch; request != NULL && in_transaction(writer);
		request = request->next)
		apply(writer, request);
	if (!in_transaction(writer)) {
		err_set(&err, ERR_TEMP, "index: the transaction ended early: disk full or failing");
		fail_all(batch, &err);
	} else if (db_run(&writer->db, DB_COMMIT, &err) != 0) {
		err_add(&err, "commit");
		fail_all(batch, &err);
		if (in_transaction(writer))
			(void)db_run(&writer->db, DB_ROLLBACK, NULL);
	}
}

static struct request *
take_batch(struct writer *writer)
{
	struct request *batch = writer->first, **end = &writer->first;

	for (size_t n = 0; n < BATCH_MAX && *end != NULL; n++)
		end = &(*end)->next;
	writer->first = *end;
	*end = NULL;
	if (writer->first == NULL)
		writer->end = &writer->first;
	return batch;
}

/* With the mutex held; gives it up for the work. */
static void
lead(struct writer *writer)
{
	struct request *batch = take_batch(writer), *next;

	writer->busy = true;
	pthread_mutex_unlock(&writer->mutex);
	run_batch(writer, batch);
	pthread_mutex_lock(&writer->mutex);
	for (; batch != NULL; batch = next) {
		next = batch->next; /* whoever is done may be gone at once */
		batch->done = true;
	}
	writer->busy = false;
	pthread_cond_broadcast(&writer->finished);
}

int
writer_do(struct writer *writer, writer_change_fn change, void *context, struct err *err)
{
	struct request request = {.change = change, .context = context};

	pthread_mutex_lock(&writer->mutex);
	*writer->end = &request;
	writer->end = &request.next;
	while (!request.done) {
		if (writer->busy)
			pthread_cond_wait(&writer->finished, &writer->mutex);
		else
			lead(writer);
	}
	pthread_mutex_unlock(&writer->mutex);
	if (request.ret < 0 && err != NULL)
		*err = request.own_err;
	return request.ret;
}
