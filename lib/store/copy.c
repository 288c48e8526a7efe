/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/clock.h"
#include "lib/store/internal.h"

struct copy {
	const uint8_t *attempt, *address_hash;
	int64_t oldest;
};

static int
put(struct db *db, void *context, struct err *err)
{
	const struct copy *copy = context;
	sqlite3_stmt *insert = db_get(db, DB_COPY_PUT), *forget = db_get(db, DB_COPY_FORGET);

	sqlite3_bind_int64(forget, 1, copy->oldest);
	if (db_run(db, DB_COPY_FORGET, err) != 0)
		return -1;
	db_bind_bytes(insert, 1, bytes_of(copy->attempt, STORE_HASH_SIZE));
	db_bind_bytes(insert, 2, bytes_of(copy->address_hash, STORE_HASH_SIZE));
	sqlite3_bind_int64(insert, 3, clock_wall());
	return db_run(db, DB_COPY_PUT, err);
}

int
store_put_copy(struct store *store, const uint8_t attempt[STORE_HASH_SIZE],
	const uint8_t address_hash[STORE_HASH_SIZE], int64_t oldest, struct err *err)
{
	struct copy copy = {attempt, address_hash, oldest};

	return store_change(store, put, &copy, err) == 0 ? 0 : err_add(err, "copy");
}

int
store_find_copy(struct store *store, const uint8_t attempt[STORE_HASH_SIZE],
	const uint8_t address_hash[STORE_HASH_SIZE], int64_t window, struct err *err)
{
	struct db *db = &store->reader;
	sqlite3_stmt *find;
	int ret;

	pthread_mutex_lock(&store->reader_mutex);
	find = db_get(db, DB_COPY_FIND);
	db_bind_bytes(find, 1, bytes_of(attempt, STORE_HASH_SIZE));
	db_bind_bytes(find, 2, bytes_of(address_hash, STORE_HASH_SIZE));
	sqlite3_bind_int64(find, 3, clock_wall() - window);
	ret = db_row(db, DB_COPY_FIND, err);
	if (ret == 1)
		db_reset(db, DB_COPY_FIND);
	pthread_mutex_unlock(&store->reader_mutex);
	return ret;
}
