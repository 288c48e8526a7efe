/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/store/db.h"

#include <unistd.h>

#include "lib/store/schema.h"

enum { BUSY_TIMEOUT_MS = 10000 };

static const char *const sources[DB_STATEMENTS] = {
	[DB_BEGIN] = "BEGIN IMMEDIATE",
	[DB_COMMIT] = "COMMIT",
	[DB_ROLLBACK] = "ROLLBACK",
	[DB_SAVEPOINT] = "SAVEPOINT one",
	[DB_RELEASE] = "RELEASE one",
	[DB_ROLLBACK_TO] = "ROLLBACK TO one",
	[DB_PUT_OBJECT] = "INSERT INTO object (id, attempt, created, expires, size, checksum, sealed)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
	[DB_PUT_RECIPIENT] = "INSERT INTO recipient (object, link_id, address_hash, proof_hash,"
			     " sealed_address, state, opened, boot) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	[DB_SET_STATE] = "UPDATE recipient SET state = ?3, boot = coalesce(?4, boot),"
			 " opened = CASE WHEN opened = 0 THEN ?5 ELSE opened END"
			 " WHERE link_id = ?1 AND state = ?2",
	[DB_GET_STATE] = "SELECT state FROM recipient WHERE link_id = ?1",
	[DB_FIND_ATTEMPT] = "SELECT r.state, r.boot FROM object AS o JOIN recipient AS r ON r.object = o.seq"
			    " WHERE o.attempt = ?1 AND r.address_hash = ?2 AND o.created >= ?3"
			    " ORDER BY r.seq DESC LIMIT 1",
	[DB_FIND_LINK] = "SELECT o.seq, o.id, o.attempt, o.created, o.expires, o.size FROM recipient AS r"
			 " JOIN object AS o ON o.seq = r.object WHERE r.link_id = ?1",
	[DB_FIND_OBJECT] = "SELECT seq, id, attempt, created, expires, size FROM object WHERE id = ?1",
	[DB_LIST_OBJECTS] = "SELECT seq, id, attempt, created, expires, size FROM object WHERE seq < ?1"
			    " ORDER BY seq DESC LIMIT ?2",
	[DB_LIST_RECIPIENTS] = "SELECT link_id, address_hash, proof_hash, sealed_address, state, opened"
			       " FROM recipient WHERE object = ?1 ORDER BY seq",
	[DB_READ_OBJECT] = "SELECT size, checksum, sealed FROM object WHERE id = ?1",
	[DB_COPY_FORGET] = "DELETE FROM copy WHERE created < ?1",
	[DB_COPY_PUT] = "INSERT INTO copy (attempt, address_hash, created) VALUES (?1, ?2, ?3)"
			" ON CONFLICT (attempt, address_hash) DO UPDATE SET created = excluded.created",
	[DB_COPY_FIND] = "SELECT 1 FROM copy WHERE attempt = ?1 AND address_hash = ?2 AND created >= ?3",
	[DB_CODE_END_LOCK] = "UPDATE code SET locked = NULL, failures = 0, hash = NULL WHERE recipient ="
			     " (SELECT seq FROM recipient WHERE link_id = ?1) AND locked <= ?2 - ?3",
	[DB_CODE_HOLD_LOCK] = "UPDATE code SET locked = ?2 WHERE recipient ="
			      " (SELECT seq FROM recipient WHERE link_id = ?1) AND locked > ?2",
	[DB_CODE_EXPIRE] = "UPDATE code SET hash = NULL WHERE recipient ="
			   " (SELECT seq FROM recipient WHERE link_id = ?1) AND locked IS NULL"
			   " AND (?2 >= expires OR boot <> ?3 OR ?4 >= mono_expires)",
	[DB_CODE_IS_LOCKED] = "SELECT 1 FROM code WHERE recipient ="
			      " (SELECT seq FROM recipient WHERE link_id = ?1) AND locked IS NOT NULL",
	[DB_CODE_FORGET_MAILS] = "DELETE FROM code_mail WHERE recipient ="
				 " (SELECT seq FROM recipient WHERE link_id = ?1) AND sent <= ?2 - 3600",
	[DB_CODE_COUNT_MAILS] = "SELECT count(*) FROM code_mail WHERE recipient ="
				" (SELECT seq FROM recipient WHERE link_id = ?1)",
	[DB_CODE_PUT_MAIL] = "INSERT INTO code_mail (recipient, sent)"
			     " SELECT seq, ?2 FROM recipient WHERE link_id = ?1",
	[DB_CODE_PUT] = "INSERT INTO code (recipient, hash, expires, boot, mono_expires)"
			" SELECT seq, ?2, ?3, ?4, ?5 FROM recipient WHERE link_id = ?1"
			" ON CONFLICT (recipient) DO UPDATE SET hash = excluded.hash,"
			" expires = excluded.expires, boot = excluded.boot,"
			" mono_expires = excluded.mono_expires",
	[DB_CODE_COUNT_TRY] = "UPDATE code SET failures = failures + 1,"
			      " locked = CASE WHEN failures + 1 >= ?3 THEN ?2 END WHERE recipient ="
			      " (SELECT seq FROM recipient WHERE link_id = ?1)"
			      " AND hash IS NOT NULL AND locked IS NULL",
	[DB_CODE_SPEND] = "UPDATE code SET hash = NULL, failures = 0, locked = NULL WHERE recipient ="
			  " (SELECT seq FROM recipient WHERE link_id = ?1) AND hash = ?2",
};

int
db_err(struct err *err, sqlite3 *connection, enum err_class class, const char *what)
{
	int code = connection ? sqlite3_extended_errcode(connection) : SQLITE_NOMEM;
	int sys = connection ? sqlite3_system_errno(connection) : 0;

	err_set(err, class, "%s: SQLite: %s (%d%s%s)", what, sqlite3_errstr(code), code, sys ? ", " : "",
		sys ? strerrordesc_np(sys) : "");
	if (err != NULL)
		err->sys_errno = sys;
	return -1;
}

/* The defensive switches: nothing in the file can make SQL run, and no SQL can damage the file. */
static int
harden(sqlite3 *connection)
{
	static const struct {
		int option, value;
	} options[] = {
		{SQLITE_DBCONFIG_DEFENSIVE, 1},
		{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
		{SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
		{SQLITE_DBCONFIG_ENABLE_VIEW, 0},
		{SQLITE_DBCONFIG_ENABLE_FKEY, 1},
	};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (sqlite3_db_config(connection, options[i].option, options[i].value, NULL) != SQLITE_OK)
			return -1;
	}
	sqlite3_limit(connection, SQLITE_LIMIT_ATTACHED, 0);
	return sqlite3_exec(connection,
		       "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;"
		       "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;"
		       "PRAGMA wal_autocheckpoint = 2000; PRAGMA journal_size_limit = 67108864;",
		       NULL, NULL, NULL) == SQLITE_OK
		       ? 0
		       : -1;
}

/* Readers write beside the index, too. On a read-only file system SQLite says that a file is not there. */
static void
open_err(struct err *err, sqlite3 *connection, const char *path)
{
	if (access(path, F_OK) == 0 && access(path, W_OK) != 0)
		err_sys(err, ERR_CONFIG, "open %s", path);
	else
		db_err(err, connection, ERR_CONFIG, "open");
}

int
db_connect(const char *path, int flags, sqlite3 **ret_connection, struct err *err)
{
	sqlite3 *connection = NULL;

	if (sqlite3_open_v2(path, &connection, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW, NULL) !=
			SQLITE_OK ||
		sqlite3_busy_timeout(connection, BUSY_TIMEOUT_MS) != SQLITE_OK || harden(connection) != 0) {
		open_err(err, connection, path);
		sqlite3_close(connection);
		return err_add(err, "index");
	}
	sqlite3_extended_result_codes(connection, 1);
	*ret_connection = connection;
	return 0;
}

static int
prepare_all(struct db *db, struct err *err)
{
	for (size_t i = 0; i < DB_STATEMENTS; i++) {
		if (sqlite3_prepare_v3(db->connection, sources[i], -1, SQLITE_PREPARE_PERSISTENT,
			    &db->statements[i], NULL) != SQLITE_OK)
			return db_err(err, db->connection, ERR_CONFIG, "not a usable index");
	}
	return 0;
}

int
db_open(const char *path, enum db_mode mode, struct db *ret_db, struct err *err)
{
	struct db db = {0};
	int flags = mode == DB_READ_ONLY ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;

	if (db_connect(path, flags, &db.connection, err) != 0)
		return -1;
	/* SQLite opens for reading what it may not write, and says so only at the first change. */
	if (mode == DB_READ_WRITE && sqlite3_db_readonly(db.connection, "main") != 0) {
		db_close(&db);
		return err_set(err, ERR_CONFIG, "index: this user can't write it");
	}
	if (schema_check(db.connection, err) != 0 || prepare_all(&db, err) != 0) {
		db_close(&db);
		return err_add(err, "index");
	}
	*ret_db = db;
	return 0;
}

void
db_close(struct db *db)
{
	for (size_t i = 0; i < DB_STATEMENTS; i++)
		sqlite3_finalize(db->statements[i]);
	sqlite3_close(db->connection);
	*db = (struct db){0};
}

sqlite3_stmt *
db_get(struct db *db, enum db_statement which)
{
	db_reset(db, which);
	return db->statements[which];
}

/* A NULL pointer would bind NULL; an empty blob is none. */
void
db_bind_bytes(sqlite3_stmt *statement, int at, struct bytes b)
{
	if (b.n == 0)
		sqlite3_bind_zeroblob(statement, at, 0);
	else
		sqlite3_bind_blob64(statement, at, b.p, b.n, SQLITE_STATIC);
}

int
db_run(struct db *db, enum db_statement which, struct err *err)
{
	int ret = db_row(db, which, err);

	db_reset(db, which);
	return ret < 0 ? -1 : 0;
}

int
db_row(struct db *db, enum db_statement which, struct err *err)
{
	int code = sqlite3_step(db->statements[which]);

	if (code == SQLITE_ROW)
		return 1;
	if (code != SQLITE_DONE)
		db_err(err, db->connection, ERR_TEMP, "index");
	db_reset(db, which);
	return code == SQLITE_DONE ? 0 : -1;
}

void
db_reset(struct db *db, enum db_statement which)
{
	(void)sqlite3_reset(db->statements[which]);
	(void)sqlite3_clear_bindings(db->statements[which]);
}

struct bytes
db_bytes(sqlite3_stmt *statement, int column)
{
	const void *p = sqlite3_column_blob(statement, column);

	return bytes_of(p, p ? (size_t)sqlite3_column_bytes(statement, column) : 0);
}

void
db_copy(sqlite3_stmt *statement, int column, uint8_t *to, size_t n)
{
	struct bytes b = db_bytes(statement, column);

	memset(to, 0, n);
	if (b.n == n)
		memcpy(to, b.p, n);
}
