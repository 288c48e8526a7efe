/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/store/schema.h"

#include <stdbool.h>

#include "lib/store/db.h"

/* "PSEA"; in the pragmas below too. */
enum { APPLICATION_ID = 0x50534541, INDEX_VERSION = 2 };

/*
 * seq gives the order of arrival whatever the clock does. sealed comes last: lists then never touch its
 * pages. mono_expires is of the
 * monotonic clock and means something in the boot named beside it only.
 */
#define COPY_TABLE                                                                                           \
	"CREATE TABLE copy ("                                                                                \
	" attempt BLOB NOT NULL CHECK (length(attempt) = 32),"                                               \
	" address_hash BLOB NOT NULL CHECK (length(address_hash) = 32),"                                     \
	" created INTEGER NOT NULL,"                                                                         \
	" PRIMARY KEY (attempt, address_hash)"                                                               \
	") STRICT, WITHOUT ROWID;"                                                                           \
	"CREATE INDEX copy_created ON copy (created);"

static const char tables[] = "CREATE TABLE object ("
			     " seq INTEGER PRIMARY KEY AUTOINCREMENT,"
			     " id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),"
			     " attempt BLOB NOT NULL CHECK (length(attempt) = 32),"
			     " created INTEGER NOT NULL,"
			     " expires INTEGER NOT NULL,"
			     " size INTEGER NOT NULL CHECK (size >= 0),"
			     " checksum BLOB NOT NULL CHECK (length(checksum) = 32),"
			     " sealed BLOB" /* NULL: in the blob folder */
			     ") STRICT;"
			     "CREATE INDEX object_attempt ON object (attempt);"
			     "CREATE TABLE recipient ("
			     " seq INTEGER PRIMARY KEY AUTOINCREMENT,"
			     " object INTEGER NOT NULL REFERENCES object (seq) ON DELETE CASCADE,"
			     " link_id BLOB NOT NULL UNIQUE CHECK (length(link_id) = 16),"
			     " address_hash BLOB NOT NULL CHECK (length(address_hash) = 32),"
			     " proof_hash BLOB NOT NULL CHECK (length(proof_hash) = 32),"
			     " sealed_address BLOB NOT NULL,"
			     " state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 5),"
			     " opened INTEGER NOT NULL DEFAULT 0,"
			     " boot BLOB CHECK (length(boot) = 16)"
			     ") STRICT;"
			     "CREATE INDEX recipient_object ON recipient (object);"
			     "CREATE TABLE code ("
			     " recipient INTEGER PRIMARY KEY REFERENCES recipient (seq) ON DELETE CASCADE,"
			     " hash BLOB CHECK (length(hash) = 32)," /* NULL: spent */
			     " expires INTEGER NOT NULL,"
			     " boot BLOB NOT NULL CHECK (length(boot) = 16),"
			     " mono_expires INTEGER NOT NULL,"
			     " failures INTEGER NOT NULL DEFAULT 0,"
			     " locked INTEGER" /* since when */
			     ") STRICT;"
			     "CREATE TABLE code_mail ("
			     " recipient INTEGER NOT NULL REFERENCES recipient (seq) ON DELETE CASCADE,"
			     " sent INTEGER NOT NULL"
			     ") STRICT;"
			     "CREATE INDEX code_mail_recipient ON code_mail (recipient);" COPY_TABLE
			     "PRAGMA application_id = 0x50534541;"
			     "PRAGMA user_version = 2;";

/* Version 1 knew no copies. */
static const char tables_since_1[] = COPY_TABLE "PRAGMA user_version = 2;";

static int
ask(sqlite3 *connection, const char *question, sqlite3_int64 *ret_answer, struct err *err)
{
	sqlite3_stmt *statement = NULL;
	int ret = -1;

	if (sqlite3_prepare_v2(connection, question, -1, &statement, NULL) == SQLITE_OK &&
		sqlite3_step(statement) == SQLITE_ROW) {
		*ret_answer = sqlite3_column_int64(statement, 0);
		ret = 0;
	} else {
		db_err(err, connection, ERR_CONFIG, "not a usable index");
	}
	sqlite3_finalize(statement);
	return ret;
}

struct marks {
	sqlite3_int64 application_id, version, tables;
};

static int
read_marks(sqlite3 *connection, struct marks *ret_marks, struct err *err)
{
	struct marks marks;

	if (ask(connection, "PRAGMA application_id", &marks.application_id, err) != 0 ||
		ask(connection, "PRAGMA user_version", &marks.version, err) != 0 ||
		ask(connection, "SELECT count(*) FROM sqlite_schema", &marks.tables, err) != 0)
		return -1;
	*ret_marks = marks;
	return 0;
}

static int
check_marks(const struct marks *marks, struct err *err)
{
	if (marks->tables == 0)
		return err_set(err, ERR_CONFIG, "the index is empty: `postseal setup` makes it");
	if (marks->application_id != APPLICATION_ID)
		return err_set(err, ERR_CONFIG, "a database of something else, not a Postseal index");
	if (marks->version > 0 && marks->version < INDEX_VERSION)
		return err_set(err, ERR_CONFIG,
			"index of version %lld: `postseal setup` brings it to version %d",
			(long long)marks->version, INDEX_VERSION);
	if (marks->version != INDEX_VERSION)
		return err_set(err, ERR_CONFIG, "index of version %lld, this program knows version %d",
			(long long)marks->version, INDEX_VERSION);
	return 0;
}

int
schema_check(sqlite3 *connection, struct err *err)
{
	struct marks marks;

	return read_marks(connection, &marks, err) == 0 ? check_marks(&marks, err) : -1;
}

/* An index of the first version, which only lacks what came later. */
static bool
is_older(const struct marks *marks)
{
	return marks->application_id == APPLICATION_ID && marks->version == 1;
}

/* Inside the transaction: another process may be making the same tables. */
static int
create_missing(sqlite3 *connection, struct err *err)
{
	const char *missing = tables;
	struct marks marks;

	if (read_marks(connection, &marks, err) != 0)
		return -1;
	if (is_older(&marks))
		missing = tables_since_1;
	else if (marks.tables > 0 || marks.application_id != 0 || marks.version != 0)
		return check_marks(&marks, err);
	if (sqlite3_exec(connection, missing, NULL, NULL, NULL) != SQLITE_OK)
		return db_err(err, connection, ERR_TEMP, "make the tables");
	return 0;
}

/* A foreign database is left as it is, down to its journal mode. */
int
schema_create(sqlite3 *connection, struct err *err)
{
	struct marks marks;

	if (read_marks(connection, &marks, err) != 0 ||
		(marks.tables > 0 && !is_older(&marks) && check_marks(&marks, err) != 0))
		return -1;
	if (sqlite3_exec(connection, "PRAGMA journal_mode = WAL", NULL, NULL, NULL) != SQLITE_OK)
		return db_err(err, connection, ERR_CONFIG, "not a usable index");
	if (sqlite3_exec(connection, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK)
		return db_err(err, connection, ERR_TEMP, "begin");
	if (create_missing(connection, err) != 0) {
		(void)sqlite3_exec(connection, "ROLLBACK", NULL, NULL, NULL);
		return -1;
	}
	if (sqlite3_exec(connection, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) {
		db_err(err, connection, ERR_TEMP, "commit the tables");
		(void)sqlite3_exec(connection, "ROLLBACK", NULL, NULL, NULL);
		return -1;
	}
	return 0;
}
