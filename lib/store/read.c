/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/clock.h"
#include "lib/base/secret.h"
#include "lib/seal/digest.h"
#include "lib/store/blob.h"
#include "lib/store/internal.h"

/* Objects read at once by store_list(); its callback runs without the lock and may use the store. */
enum { LIST_PAGE = 128, RECIPIENTS_FIRST = 8 };

int
store_attempt(struct store *store, const uint8_t attempt[STORE_HASH_SIZE],
	const uint8_t address_hash[STORE_HASH_SIZE], int64_t window, enum store_state *ret_state,
	bool *ret_same_boot, struct err *err)
{
	struct db *db = &store->reader;
	sqlite3_stmt *find;
	int ret;

	pthread_mutex_lock(&store->reader_mutex);
	find = db_get(db, DB_FIND_ATTEMPT);
	db_bind_bytes(find, 1, bytes_of(attempt, STORE_HASH_SIZE));
	db_bind_bytes(find, 2, bytes_of(address_hash, STORE_HASH_SIZE));
	sqlite3_bind_int64(find, 3, clock_wall() - window);
	ret = db_row(db, DB_FIND_ATTEMPT, err);
	if (ret == 1) {
		*ret_state = (enum store_state)sqlite3_column_int(find, 0);
		*ret_same_boot = bytes_eq(db_bytes(find, 1), bytes_of(store->boot, BOOT_ID_SIZE));
		db_reset(db, DB_FIND_ATTEMPT);
	}
	pthread_mutex_unlock(&store->reader_mutex);
	return ret;
}

static void
get_object(sqlite3_stmt *row, int64_t *ret_seq, struct store_object *ret_object)
{
	*ret_object = (struct store_object){0};
	*ret_seq = sqlite3_column_int64(row, 0);
	db_copy(row, 1, ret_object->id, STORE_ID_SIZE);
	db_copy(row, 2, ret_object->attempt, STORE_HASH_SIZE);
	ret_object->created = sqlite3_column_int64(row, 3);
	ret_object->expires = sqlite3_column_int64(row, 4);
	ret_object->size = (size_t)sqlite3_column_int64(row, 5);
}

static void
get_recipient(sqlite3_stmt *row, struct arena *arena, const uint8_t object_id[STORE_ID_SIZE],
	struct store_recipient *to)
{
	db_copy(row, 0, to->link_id, STORE_ID_SIZE);
	memcpy(to->object_id, object_id, STORE_ID_SIZE);
	db_copy(row, 1, to->address_hash, STORE_HASH_SIZE);
	db_copy(row, 2, to->proof_hash, STORE_HASH_SIZE);
	to->sealed_address = arena_bytes(arena, db_bytes(row, 3));
	to->state = (enum store_state)sqlite3_column_int(row, 4);
	to->opened = sqlite3_column_int64(row, 5);
}

static int
get_recipients(struct db *db, struct arena *arena, int64_t seq, struct store_object *object, struct err *err)
{
	sqlite3_stmt *list = db_get(db, DB_LIST_RECIPIENTS);
	struct store_recipient *recipients = arena_array(arena, RECIPIENTS_FIRST, sizeof(*recipients));
	size_t n = 0, room = RECIPIENTS_FIRST;
	int ret;

	sqlite3_bind_int64(list, 1, seq);
	while ((ret = db_row(db, DB_LIST_RECIPIENTS, err)) == 1) {
		if (n == room) {
			struct store_recipient *more = arena_array(arena, 2 * room, sizeof(*more));

			memcpy(more, recipients, n * sizeof(*more));
			recipients = more;
			room *= 2;
		}
		get_recipient(list, arena, object->id, &recipients[n++]);
	}
	object->recipients = recipients;
	object->n_recipients = n;
	return ret;
}

/* The object of one row of `which`, with its recipients. The caller holds the lock. */
static int
find_object(struct db *db, enum db_statement which, const uint8_t id[STORE_ID_SIZE], struct arena *arena,
	struct store_object *ret_object, struct err *err)
{
	sqlite3_stmt *find = db_get(db, which);
	struct store_object object;
	int64_t seq;
	int ret;

	db_bind_bytes(find, 1, bytes_of(id, STORE_ID_SIZE));
	ret = db_row(db, which, err);
	if (ret != 1)
		return ret;
	get_object(find, &seq, &object);
	db_reset(db, which);
	if (get_recipients(db, arena, seq, &object, err) != 0)
		return -1;
	*ret_object = object;
	return 1;
}

static int
find(struct store *store, enum db_statement which, const uint8_t id[STORE_ID_SIZE], struct arena *arena,
	struct store_object *ret_object, struct err *err)
{
	int ret;

	pthread_mutex_lock(&store->reader_mutex);
	ret = find_object(&store->reader, which, id, arena, ret_object, err);
	pthread_mutex_unlock(&store->reader_mutex);
	return ret;
}

int
store_find_object(struct store *store, struct arena *arena, const uint8_t object_id[STORE_ID_SIZE],
	struct store_object *ret_object, struct err *err)
{
	return find(store, DB_FIND_OBJECT, object_id, arena, ret_object, err);
}

int
store_find_link(struct store *store, struct arena *arena, const uint8_t link_id[STORE_ID_SIZE],
	struct store_recipient *ret_recipient, struct store_object *ret_object, struct err *err)
{
	struct store_object object;
	int ret = find(store, DB_FIND_LINK, link_id, arena, &object, err);

	if (ret != 1)
		return ret;
	/* Between the two statements of find() the recipient may have gone: then there is no such link. */
	for (size_t i = 0; i < object.n_recipients; i++) {
		if (memcmp(object.recipients[i].link_id, link_id, STORE_ID_SIZE) != 0)
			continue;
		*ret_recipient = object.recipients[i];
		*ret_object = object;
		return 1;
	}
	return 0;
}

struct content {
	size_t size;
	uint8_t checksum[DIGEST_SIZE];
	bool in_index;
};

/* What the index knows; the content too when it is kept there. The caller holds the lock. */
static int
read_row(struct db *db, const uint8_t id[STORE_ID_SIZE], struct content *content, struct buf *out,
	struct err *err)
{
	sqlite3_stmt *read = db_get(db, DB_READ_OBJECT);
	int ret;

	db_bind_bytes(read, 1, bytes_of(id, STORE_ID_SIZE));
	ret = db_row(db, DB_READ_OBJECT, err);
	if (ret != 1)
		return ret;
	content->size = (size_t)sqlite3_column_int64(read, 0);
	db_copy(read, 1, content->checksum, DIGEST_SIZE);
	content->in_index = sqlite3_column_type(read, 2) != SQLITE_NULL;
	if (content->in_index)
		buf_put_bytes(out, db_bytes(read, 2));
	db_reset(db, DB_READ_OBJECT);
	return 1;
}

static int
check_content(const struct content *content, struct bytes got, struct err *err)
{
	uint8_t checksum[DIGEST_SIZE];

	seal_checksum(got, checksum);
	if (got.n != content->size ||
		!secret_eq(bytes_of(checksum, DIGEST_SIZE), bytes_of(content->checksum, DIGEST_SIZE)))
		return err_set(err, ERR_PERM, "damaged: not the bytes that were stored");
	return 1;
}

int
store_read(struct store *store, const uint8_t object_id[STORE_ID_SIZE], struct buf *out, struct err *err)
{
	struct content content = {0};
	size_t before = out->n;
	int ret;

	pthread_mutex_lock(&store->reader_mutex);
	ret = read_row(&store->reader, object_id, &content, out, err);
	pthread_mutex_unlock(&store->reader_mutex);
	if (ret == 1 && !content.in_index)
		ret = blob_read(store->blobs, object_id, content.size, out, err) == 0 ? 1 : -1;
	if (ret == 1 && buf_full(out))
		ret = err_set(err, ERR_PERM, "larger than %zu bytes", out->max);
	if (ret == 1)
		ret = check_content(&content, bytes_sub(buf_bytes(out), before, SIZE_MAX), err);
	if (ret < 0) {
		out->n = before;
		err_add(err, "stored object");
	}
	return ret;
}

struct page {
	struct store_object objects[LIST_PAGE];
	int64_t seqs[LIST_PAGE];
	size_t n;
};

/* The caller holds the lock. */
static int
read_page(struct db *db, struct arena *arena, int64_t before, struct page *page, struct err *err)
{
	sqlite3_stmt *list = db_get(db, DB_LIST_OBJECTS);
	int ret;

	page->n = 0;
	sqlite3_bind_int64(list, 1, before);
	sqlite3_bind_int64(list, 2, LIST_PAGE);
	while (page->n < LIST_PAGE && (ret = db_row(db, DB_LIST_OBJECTS, err)) == 1) {
		get_object(list, &page->seqs[page->n], &page->objects[page->n]);
		page->n++;
	}
	db_reset(db, DB_LIST_OBJECTS);
	if (page->n < LIST_PAGE && ret < 0)
		return -1;
	for (size_t i = 0; i < page->n; i++) {
		if (get_recipients(db, arena, page->seqs[i], &page->objects[i], err) != 0)
			return -1;
	}
	return 0;
}

static bool
visit_page(const struct page *page, store_visit_fn visit, void *context)
{
	for (size_t i = 0; i < page->n; i++) {
		if (!visit(context, &page->objects[i]))
			return false;
	}
	return page->n == LIST_PAGE;
}

int
store_list(struct store *store, store_visit_fn visit, void *context, struct err *err)
{
	int64_t before = INT64_MAX;
	struct page page;
	struct arena arena;
	bool more;
	int ret;

	arena_init(&arena);
	do {
		arena_reset(&arena);
		pthread_mutex_lock(&store->reader_mutex);
		ret = read_page(&store->reader, &arena, before, &page, err);
		pthread_mutex_unlock(&store->reader_mutex);
		more = ret == 0 && visit_page(&page, visit, context);
		if (more)
			before = page.seqs[page.n - 1];
	} while (more);
	arena_done(&arena);
	return ret;
}
