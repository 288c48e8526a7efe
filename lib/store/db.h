/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One SQLite connection with the statements of the house, all prepared when it opens; values are only ever
 * bound. Not thread-safe: its owner (writer.c, store.c) holds a lock around every use.
 */
#ifndef POSTSEAL_STORE_DB_H
#define POSTSEAL_STORE_DB_H

#include <sqlite3.h>

#include "lib/base/arena.h"
#include "lib/base/err.h"

enum db_statement {
	DB_BEGIN,
	DB_COMMIT,
	DB_ROLLBACK,
	DB_SAVEPOINT,
	DB_RELEASE,
	DB_ROLLBACK_TO,
	DB_PUT_OBJECT,
	DB_PUT_RECIPIENT,
	DB_SET_STATE,
	DB_GET_STATE,
	DB_FIND_ATTEMPT,
	DB_FIND_LINK,
	DB_FIND_OBJECT,
	DB_LIST_OBJECTS,
	DB_LIST_RECIPIENTS,
	DB_READ_OBJECT,
	DB_COPY_FORGET,
	DB_COPY_PUT,
	DB_COPY_FIND,
	DB_CODE_END_LOCK,
	DB_CODE_HOLD_LOCK,
	DB_CODE_EXPIRE,
	DB_CODE_IS_LOCKED,
	DB_CODE_FORGET_MAILS,
	DB_CODE_COUNT_MAILS,
	DB_CODE_PUT_MAIL,
	DB_CODE_PUT,
	DB_CODE_COUNT_TRY,
	DB_CODE_SPEND,
	DB_STATEMENTS
};

struct db {
	sqlite3 *connection;
	sqlite3_stmt *statements[DB_STATEMENTS];
};

enum db_mode { DB_READ_ONLY, DB_READ_WRITE };

/* Opens an index that schema_create() made. A foreign, damaged or newer one is ERR_CONFIG. */
int db_open(const char *path, enum db_mode mode, struct db *ret_db, struct err *err);
void db_close(struct db *db);

/* Ready for binding. */
sqlite3_stmt *db_get(struct db *db, enum db_statement which);

/* What is bound must live until the statement has run. */
void db_bind_bytes(sqlite3_stmt *statement, int at, struct bytes b);

/* Runs a statement that gives no rows. */
int db_run(struct db *db, enum db_statement which, struct err *err);

/* Returns 1 with a row to read, 0 behind the last (the statement is then reset), -1. */
int db_row(struct db *db, enum db_statement which, struct err *err);
void db_reset(struct db *db, enum db_statement which);

/* A column of the row: borrowed until the next step, or copied; or exactly n bytes, zeros when it has not. */
struct bytes db_bytes(sqlite3_stmt *statement, int column);
void db_copy(sqlite3_stmt *statement, int column, uint8_t *to, size_t n);

/* SQLite's words for what happened last; never values. */
int db_err(struct err *err, sqlite3 *connection, enum err_class class, const char *what);

/* A bare connection with the settings of the house, for schema.c. */
int db_connect(const char *path, int flags, sqlite3 **ret_connection, struct err *err);

#endif
