/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"
#include "lib/seal/digest.h"
#include "lib/store/blob.h"
#include "lib/store/internal.h"
#include "lib/store/schema.h"

static const char index_name[] = "index.sqlite", blobs_name[] = "blobs";

const char *
store_state_name(enum store_state state)
{
	static const char *const names[] = {
		[STORE_PENDING] = "pending",
		[STORE_SENDING] = "sending",
		[STORE_ACTIVE] = "active",
		[STORE_OPENED] = "opened",
		[STORE_REVOKED] = "revoked",
		[STORE_EXPIRED] = "expired",
	};

	return (size_t)state < sizeof(names) / sizeof(names[0]) ? names[state] : "unknown";
}

/* SQLite refuses symbolic links anywhere in a path, so they are resolved here, where root set them. */
static int
index_path(const char *directory, char path[PATH_MAX], struct err *err)
{
	char *real = realpath(directory, NULL);
	int n;

	if (real == NULL)
		return err_sys(err, ERR_CONFIG, "%s", directory);
	n = snprintf(path, PATH_MAX, "%s/%s", real, index_name);
	free(real);
	return n < PATH_MAX ? 0 : err_set(err, ERR_CONFIG, "%s: the path is too long", directory);
}

/*
 * -wal and -shm take their mode and owner from this file. It must not be opened again by us while SQLite has
 * it open: closing a second descriptor drops SQLite's locks.
 */
static int
make_index_file(int folder, struct err *err)
{
	int fd = openat(folder, index_name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0660);
	int ret = 0;

	if (fd < 0)
		return errno == EEXIST ? 0 : err_sys(err, ERR_CONFIG, "create %s", index_name);
	if (fchmod(fd, 0660) != 0 || fsync(fd) != 0 || fsync(folder) != 0)
		ret = err_sys(err, ERR_TEMP, "create %s", index_name);
	fd_close(&fd);
	return ret;
}

static int
make_tables(const char *directory, struct err *err)
{
	char path[PATH_MAX];
	sqlite3 *connection;
	int ret;

	if (index_path(directory, path, err) != 0 ||
		db_connect(path, SQLITE_OPEN_READWRITE, &connection, err) != 0)
		return -1;
	ret = schema_create(connection, err);
	sqlite3_close(connection);
	return ret;
}

static int
make_blob_folders(int folder, struct err *err)
{
	int blobs, ret;

	if (blob_make_folder(folder, blobs_name, err) != 0)
		return -1;
	blobs = openat(folder, blobs_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (blobs < 0)
		return err_sys(err, ERR_CONFIG, "open %s", blobs_name);
	ret = blob_make_folders(blobs, err);
	fd_close(&blobs);
	return ret;
}

int
store_create(const char *directory, struct err *err)
{
	int folder = -1, ret = -1;

	if (blob_make_folder(AT_FDCWD, directory, err) != 0)
		goto out;
	folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0) {
		err_sys(err, ERR_CONFIG, "open");
		goto out;
	}
	if (make_blob_folders(folder, err) == 0 && make_index_file(folder, err) == 0 &&
		make_tables(directory, err) == 0)
		ret = 0;
out:
	fd_close(&folder);
	return ret == 0 ? 0 : err_add(err, "store %s", directory);
}

/* 36 characters: hexadecimal digits with hyphens between. */
static int
read_boot_id(uint8_t boot[BOOT_ID_SIZE], struct err *err)
{
	char digits[2 * BOOT_ID_SIZE];
	struct buf text;
	size_t n = 0;
	int ret;

	buf_init(&text, 64);
	ret = fd_read_file("/proc/sys/kernel/random/boot_id", &text, err);
	for (size_t i = 0; ret == 0 && i < text.n && n < sizeof(digits); i++) {
		if (text.p[i] != '-')
			digits[n++] = (char)text.p[i];
	}
	buf_done(&text);
	if (ret == 0 && text_from_hex(bytes_of(digits, n), boot, BOOT_ID_SIZE) != 0)
		ret = err_set(err, ERR_CONFIG, "no boot id in /proc");
	return ret;
}

static int
open_parts(const struct store_options *options, struct store *store, struct err *err)
{
	char path[PATH_MAX];
	int folder, ret = -1;

	if (read_boot_id(store->boot, err) != 0 || index_path(options->directory, path, err) != 0)
		return -1;
	folder = open(options->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder >= 0)
		store->blobs = openat(folder, blobs_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (store->blobs < 0)
		err_sys(err, ERR_CONFIG, "open %s", blobs_name);
	else if ((options->read_only || writer_open(path, &store->writer, err) == 0) &&
		 db_open(path, DB_READ_ONLY, &store->reader, err) == 0)
		ret = 0;
	fd_close(&folder);
	return ret;
}

int
store_open(const struct store_options *options, struct store **ret_store, struct err *err)
{
	struct store *store = mem_new(1, sizeof(*store));

	seal_init();
	store->blobs = -1;
	store->inline_limit = options->inline_limit;
	pthread_mutex_init(&store->reader_mutex, NULL);
	if (open_parts(options, store, err) != 0) {
		store_close(store);
		return err_add(err, "store %s", options->directory);
	}
	if (store->writer != NULL)
		blob_sweep(store->blobs);
	*ret_store = store;
	return 0;
}

void
store_close(struct store *store)
{
	if (store == NULL)
		return;
	db_close(&store->reader);
	writer_close(store->writer);
	fd_close(&store->blobs);
	pthread_mutex_destroy(&store->reader_mutex);
	free(store);
}

int
store_change(struct store *store, writer_change_fn change, void *context, struct err *err)
{
	if (store->writer == NULL)
		return err_set(err, ERR_CONFIG, "the store is open for reading only");
	return writer_do(store->writer, change, context, err);
}

struct put {
	const struct store *store;
	const struct store_object *object;
	uint8_t checksum[DIGEST_SIZE];
	bool in_index;
};

static int
put_recipient(struct db *db, const struct put *put, const struct store_recipient *recipient, int64_t object,
	struct err *err)
{
	sqlite3_stmt *insert = db_get(db, DB_PUT_RECIPIENT);

	sqlite3_bind_int64(insert, 1, object);
	db_bind_bytes(insert, 2, bytes_of(recipient->link_id, STORE_ID_SIZE));
	db_bind_bytes(insert, 3, bytes_of(recipient->address_hash, STORE_HASH_SIZE));
	db_bind_bytes(insert, 4, bytes_of(recipient->proof_hash, STORE_HASH_SIZE));
	db_bind_bytes(insert, 5, recipient->sealed_address);
	sqlite3_bind_int(insert, 6, (int)recipient->state);
	sqlite3_bind_int64(insert, 7, recipient->opened);
	if (recipient->state == STORE_SENDING)
		db_bind_bytes(insert, 8, bytes_of(put->store->boot, BOOT_ID_SIZE));
	return db_run(db, DB_PUT_RECIPIENT, err);
}

static int
put_rows(struct db *db, void *context, struct err *err)
{
	const struct put *put = context;
	const struct store_object *object = put->object;
	sqlite3_stmt *insert = db_get(db, DB_PUT_OBJECT);
	int64_t seq;

	db_bind_bytes(insert, 1, bytes_of(object->id, STORE_ID_SIZE));
	db_bind_bytes(insert, 2, bytes_of(object->attempt, STORE_HASH_SIZE));
	sqlite3_bind_int64(insert, 3, object->created);
	sqlite3_bind_int64(insert, 4, object->expires);
	sqlite3_bind_int64(insert, 5, (int64_t)object->sealed.n);
	db_bind_bytes(insert, 6, bytes_of(put->checksum, DIGEST_SIZE));
	if (put->in_index)
		db_bind_bytes(insert, 7, object->sealed);
	if (db_run(db, DB_PUT_OBJECT, err) != 0)
		return -1;
	seq = sqlite3_last_insert_rowid(db->connection);
	for (size_t i = 0; i < object->n_recipients; i++) {
		if (put_recipient(db, put, &object->recipients[i], seq, err) != 0)
			return -1;
	}
	return 0;
}

/*
 * A blob stays when the index could not be written: a commit whose fsync failed may still turn up after a
 * power cut, and must then find its blob.
 */
int
store_put(struct store *store, const struct store_object *object, struct err *err)
{
	struct put put = {.store = store, .object = object};

	if (store->writer == NULL)
		return err_set(err, ERR_CONFIG, "the store is open for reading only");
	put.in_index = object->sealed.n <= store->inline_limit;
	seal_checksum(object->sealed, put.checksum);
	if (!put.in_index && blob_write(store->blobs, object->id, object->sealed, err) != 0)
		return err_add(err, "store");
	return store_change(store, put_rows, &put, err) == 0 ? 0 : err_add(err, "store");
}

struct state_change {
	const struct store *store;
	const uint8_t *link_id;
	enum store_state from, to;
};

/* Why no row changed: 0 when it is as wanted already. */
static int
explain_state(struct db *db, const struct state_change *change, struct err *err)
{
	sqlite3_stmt *get = db_get(db, DB_GET_STATE);
	enum store_state state;
	int ret;

	db_bind_bytes(get, 1, bytes_of(change->link_id, STORE_ID_SIZE));
	ret = db_row(db, DB_GET_STATE, err);
	if (ret < 0)
		return -1;
	if (ret == 0)
		return err_set(err, ERR_PERM, "no such link");
	state = (enum store_state)sqlite3_column_int(get, 0);
	db_reset(db, DB_GET_STATE);
	if (state == STORE_OPENED && change->to == STORE_OPENED)
		return 0;
	return err_set(err, ERR_TEMP, "the recipient's state is %s, not %s", store_state_name(state),
		store_state_name(change->from));
}

static int
set_state(struct db *db, void *context, struct err *err)
{
	const struct state_change *change = context;
	sqlite3_stmt *update = db_get(db, DB_SET_STATE);

	db_bind_bytes(update, 1, bytes_of(change->link_id, STORE_ID_SIZE));
	sqlite3_bind_int(update, 2, (int)change->from);
	sqlite3_bind_int(update, 3, (int)change->to);
	if (change->to == STORE_SENDING)
		db_bind_bytes(update, 4, bytes_of(change->store->boot, BOOT_ID_SIZE));
	sqlite3_bind_int64(update, 5, change->to == STORE_OPENED ? clock_wall() : 0);
	if (db_run(db, DB_SET_STATE, err) != 0)
		return -1;
	return sqlite3_changes(db->connection) == 1 ? 0 : explain_state(db, change, err);
}

int
store_set_state(struct store *store, const uint8_t link_id[STORE_ID_SIZE], enum store_state from,
	enum store_state to, struct err *err)
{
	struct state_change change = {.store = store, .link_id = link_id, .from = from, .to = to};

	return store_change(store, set_state, &change, err) == 0 ? 0 : err_add(err, "change of state");
}
