/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/store/code.h"

#include "lib/base/clock.h"
#include "lib/store/internal.h"

/*
 * A code's life is measured twice: by wall time, and by the monotonic clock of the boot it was made in. It is
 * over when either says so, and its hash is then taken away: a clock set back revives nothing.
 */
struct code_change {
	const struct store *store;
	const uint8_t *link_id, *code_hash;
	int64_t now, mono;
	const struct code_limits *limits;
};

static sqlite3_stmt *
get_for(struct db *db, enum db_statement which, const struct code_change *change)
{
	sqlite3_stmt *statement = db_get(db, which);

	db_bind_bytes(statement, 1, bytes_of(change->link_id, STORE_ID_SIZE));
	return statement;
}

/*
 * Ends what is over: a lock that has lasted, and the code from before it; a code past its life. A lock from
 * the future, left by a clock that was ahead, starts again now.
 */
static int
catch_up(struct db *db, const struct code_change *change, struct err *err)
{
	sqlite3_stmt *update = get_for(db, DB_CODE_END_LOCK, change);

	sqlite3_bind_int64(update, 2, change->now);
	sqlite3_bind_int64(update, 3, change->limits->lock_time);
	if (db_run(db, DB_CODE_END_LOCK, err) != 0)
		return -1;
	update = get_for(db, DB_CODE_HOLD_LOCK, change);
	sqlite3_bind_int64(update, 2, change->now);
	if (db_run(db, DB_CODE_HOLD_LOCK, err) != 0)
		return -1;
	update = get_for(db, DB_CODE_EXPIRE, change);
	sqlite3_bind_int64(update, 2, change->now);
	db_bind_bytes(update, 3, bytes_of(change->store->boot, BOOT_ID_SIZE));
	sqlite3_bind_int64(update, 4, change->mono);
	return db_run(db, DB_CODE_EXPIRE, err);
}

/* Returns 1 when one more code may be mailed. */
static int
may_issue(struct db *db, const struct code_change *change, struct err *err)
{
	sqlite3_stmt *forget, *count;
	int64_t mails;
	int ret;

	get_for(db, DB_CODE_IS_LOCKED, change);
	ret = db_row(db, DB_CODE_IS_LOCKED, err);
	db_reset(db, DB_CODE_IS_LOCKED);
	if (ret != 0)
		return ret < 0 ? -1 : 0;
	forget = get_for(db, DB_CODE_FORGET_MAILS, change);
	sqlite3_bind_int64(forget, 2, change->now);
	if (db_run(db, DB_CODE_FORGET_MAILS, err) != 0)
		return -1;
	count = get_for(db, DB_CODE_COUNT_MAILS, change);
	if (db_row(db, DB_CODE_COUNT_MAILS, err) != 1)
		return -1;
	mails = sqlite3_column_int64(count, 0);
	db_reset(db, DB_CODE_COUNT_MAILS);
	return mails < change->limits->mails_per_hour;
}

static int
issue(struct db *db, void *context, struct err *err)
{
	const struct code_change *change = context;
	sqlite3_stmt *put;
	int ret;

	if (catch_up(db, change, err) != 0)
		return -1;
	ret = may_issue(db, change, err);
	if (ret != 1)
		return ret;
	put = get_for(db, DB_CODE_PUT_MAIL, change);
	sqlite3_bind_int64(put, 2, change->now);
	if (db_run(db, DB_CODE_PUT_MAIL, err) != 0)
		return -1;
	put = get_for(db, DB_CODE_PUT, change);
	db_bind_bytes(put, 2, bytes_of(change->code_hash, STORE_HASH_SIZE));
	sqlite3_bind_int64(put, 3, change->now + change->limits->lifetime);
	db_bind_bytes(put, 4, bytes_of(change->store->boot, BOOT_ID_SIZE));
	sqlite3_bind_int64(put, 5, change->mono + change->limits->lifetime * 1000);
	if (db_run(db, DB_CODE_PUT, err) != 0)
		return -1;
	return sqlite3_changes(db->connection); /* 0: no such link */
}

int
code_issue(struct store *store, const uint8_t link_id[STORE_ID_SIZE],
	const uint8_t code_hash[STORE_HASH_SIZE], int64_t now, const struct code_limits *limits,
	struct err *err)
{
	struct code_change change = {.store = store,
		.link_id = link_id,
		.code_hash = code_hash,
		.now = now,
		.mono = clock_mono_ms(),
		.limits = limits};

	return store_change(store, issue, &change, err);
}

/* Returns 1 when this try counts and may be compared. */
static int
count_try(struct db *db, void *context, struct err *err)
{
	const struct code_change *change = context;
	sqlite3_stmt *count;

	if (catch_up(db, change, err) != 0)
		return -1;
	count = get_for(db, DB_CODE_COUNT_TRY, change);
	sqlite3_bind_int64(count, 2, change->now);
	sqlite3_bind_int64(count, 3, change->limits->tries);
	if (db_run(db, DB_CODE_COUNT_TRY, err) != 0)
		return -1;
	return sqlite3_changes(db->connection);
}

static int
spend(struct db *db, void *context, struct err *err)
{
	const struct code_change *change = context;
	sqlite3_stmt *update = get_for(db, DB_CODE_SPEND, change);

	db_bind_bytes(update, 2, bytes_of(change->code_hash, STORE_HASH_SIZE));
	if (db_run(db, DB_CODE_SPEND, err) != 0)
		return -1;
	return sqlite3_changes(db->connection);
}

/* Two commits: the try is counted on disk before anyone knows whether it was right. */
int
code_redeem(struct store *store, const uint8_t link_id[STORE_ID_SIZE],
	const uint8_t code_hash[STORE_HASH_SIZE], int64_t now, const struct code_limits *limits,
	struct err *err)
{
	struct code_change change = {.store = store,
		.link_id = link_id,
		.code_hash = code_hash,
		.now = now,
		.mono = clock_mono_ms(),
		.limits = limits};
	int ret = store_change(store, count_try, &change, err);

	return ret == 1 ? store_change(store, spend, &change, err) : ret;
}
