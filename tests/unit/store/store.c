/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/store/store.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "tests/support/tap.h"
#include "tests/unit/store/site.h"

static struct site site;

static void
test_put_and_read(void)
{
	static const size_t sizes[] = {
		0, 1, SITE_SMALL, SITE_INLINE_LIMIT, SITE_INLINE_LIMIT + 1, SITE_LARGE};
	uint8_t id[STORE_ID_SIZE];
	struct err err = {0};
	char path[160];
	struct buf out;

	for (uint32_t i = 0; i < 6; i++) {
		tap_ok(site_put(site.store, 100 + i, sizes[i], &err) == 0, "put %zu bytes: %s", sizes[i],
			err.text);
		tap_ok(site_has(site.store, 100 + i, sizes[i]), "they are there");
		site_blob_path(&site, 100 + i, path);
		tap_ok((access(path, F_OK) == 0) == (sizes[i] > SITE_INLINE_LIMIT),
			"a blob file only above the limit");
	}
	tap_ok(site_put(site.store, 100, 5, &err) == -1 && err.class == ERR_TEMP, "not twice: %s", err.text);
	tap_ok(site_has(site.store, 100, 0), "the first one stays");
	buf_init(&out, 100);
	buf_put_str(&out, "before");
	site_id(999999, 0xee, id);
	tap_ok(store_read(site.store, id, &out, &err) == 0, "an unknown object");
	site_id(105, 0xee, id);
	tap_ok(store_read(site.store, id, &out, &err) == -1 && out.n == 6, "no room for a blob: %s",
		err.text);
	buf_reset(&out);
	buf_put_str(&out, "before");
	site_id(102, 0xee, id);
	tap_ok(store_read(site.store, id, &out, &err) == -1 && out.n == 6, "no room for an inline one: %s",
		err.text);
	buf_done(&out);
}

static void
test_find(void)
{
	uint8_t id[STORE_ID_SIZE];
	struct store_recipient recipient;
	struct store_object object;
	struct err err = {0};
	struct arena arena;

	arena_init(&arena);
	site_id(102, 0, id);
	tap_ok(store_find_link(site.store, &arena, id, &recipient, &object, &err) == 1, "find a link");
	tap_bytes(recipient.sealed_address, BYTES_LIT("sealed\0address"), "its sealed address");
	tap_ok(recipient.proof_hash[5] == 0xb0 && recipient.address_hash[31] == 0xa0, "its hashes");
	tap_ok(recipient.state == STORE_PENDING && recipient.opened == 0, "its state");
	tap_ok(memcmp(recipient.object_id, object.id, STORE_ID_SIZE) == 0 && object.size == SITE_SMALL &&
			object.expires == object.created + 86400,
		"its object");
	tap_ok(memcmp(recipient.link_id, id, STORE_ID_SIZE) == 0, "its id");
	site_id(102, 0xee, id);
	tap_ok(store_find_link(site.store, &arena, id, &recipient, &object, &err) == 0,
		"an object's id is no link");
	tap_ok(store_find_object(site.store, &arena, id, &object, &err) == 1 && object.n_recipients == 2 &&
			object.recipients[1].link_id[5] == 1 && object.recipients[1].sealed_address.n == 0,
		"find an object with its recipients");
	site_id(102, 1, id);
	tap_ok(store_find_object(site.store, &arena, id, &object, &err) == 0, "a link's id is no object");
	arena_done(&arena);
}

static enum store_state
state_of(uint32_t number, int64_t *ret_opened)
{
	uint8_t id[STORE_ID_SIZE];
	struct store_recipient recipient = {.state = STORE_EXPIRED};
	struct store_object object;
	struct arena arena;

	arena_init(&arena);
	site_id(number, 0, id);
	(void)store_find_link(site.store, &arena, id, &recipient, &object, NULL);
	arena_done(&arena);
	if (ret_opened != NULL)
		*ret_opened = recipient.opened;
	return recipient.state;
}

static void
test_states(void)
{
	static const struct {
		enum store_state from, to;
		int want;
		enum err_class class;
	} steps[] = {
		{STORE_ACTIVE, STORE_OPENED, -1, ERR_TEMP}, /* it is pending */
		{STORE_PENDING, STORE_SENDING, 0, ERR_NONE}, {STORE_PENDING, STORE_SENDING, -1, ERR_TEMP},
		{STORE_SENDING, STORE_ACTIVE, 0, ERR_NONE}, {STORE_ACTIVE, STORE_OPENED, 0, ERR_NONE},
		{STORE_ACTIVE, STORE_OPENED, 0, ERR_NONE}, /* opened twice */
		{STORE_OPENED, STORE_OPENED, 0, ERR_NONE}, {STORE_OPENED, STORE_REVOKED, 0, ERR_NONE},
		{STORE_ACTIVE, STORE_OPENED, -1, ERR_TEMP}, /* revoked stays revoked */
	};
	int64_t first = 0, opened = 0;
	uint8_t id[STORE_ID_SIZE];
	struct err err;

	site_put(site.store, 200, 10, &err);
	site_id(200, 0, id);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		err = (struct err){0};
		tap_ok(store_set_state(site.store, id, steps[i].from, steps[i].to, &err) == steps[i].want &&
				err.class == steps[i].class,
			"step %zu, %s to %s: %s", i, store_state_name(steps[i].from),
			store_state_name(steps[i].to), err.text);
		if (i == 4)
			tap_ok(state_of(200, &first) == STORE_OPENED &&
					llabs((long long)(first - clock_wall())) < 60,
				"the first opening is noted");
	}
	tap_ok(state_of(200, &opened) == STORE_REVOKED && opened == first, "and stays as it was");
	site_id(201, 0, id);
	tap_ok(store_set_state(site.store, id, STORE_PENDING, STORE_ACTIVE, &err) == -1 &&
			err.class == ERR_PERM,
		"an unknown link: %s", err.text);
}

static int
find_attempt(
	uint32_t number, uint8_t address, int64_t window, enum store_state *ret_state, bool *ret_same_boot)
{
	uint8_t attempt[STORE_HASH_SIZE], hash[STORE_HASH_SIZE];
	struct err err;

	memset(attempt, 0xaa, sizeof(attempt));
	memcpy(attempt, &number, sizeof(number));
	memset(hash, address, sizeof(hash));
	return store_attempt(site.store, attempt, hash, window, ret_state, ret_same_boot, &err);
}

static void
test_attempt(void)
{
	enum store_state state = STORE_EXPIRED;
	uint8_t id[STORE_ID_SIZE];
	bool same_boot = true;
	struct err err;

	site_put(site.store, 300, 10, &err);
	site_id(300, 0, id);
	tap_ok(find_attempt(300, 0xa0, 60, &state, &same_boot) == 1 && state == STORE_PENDING && !same_boot,
		"an attempt that is pending");
	store_set_state(site.store, id, STORE_PENDING, STORE_SENDING, &err);
	tap_ok(find_attempt(300, 0xa0, 60, &state, &same_boot) == 1 && state == STORE_SENDING && same_boot,
		"sending, in this boot");
	tap_ok(find_attempt(300, 0xa1, 60, &state, &same_boot) == 1 && state == STORE_PENDING,
		"the other recipient is pending");
	tap_ok(find_attempt(300, 0xa2, 60, &state, &same_boot) == 0, "a recipient it had not");
	tap_ok(find_attempt(301, 0xa0, 60, &state, &same_boot) == 0, "another message");
	tap_ok(find_attempt(300, 0xa0, -60, &state, &same_boot) == 0, "older than the window");
}

struct seen {
	uint32_t numbers[400];
	size_t n, stop;
	bool nested;
};

static bool
see(void *context, const struct store_object *object)
{
	struct seen *seen = context;

	memcpy(&seen->numbers[seen->n++], object->id + 1, sizeof(uint32_t));
	seen->nested =
		site_has(site.store, seen->numbers[seen->n - 1], object->size) && object->n_recipients == 2;
	return seen->n != seen->stop;
}

static void
test_list(void)
{
	struct seen seen = {0};
	struct err err = {0};
	bool newest_first = true;

	for (uint32_t i = 0; i < 300; i++)
		(void)site_put(site.store, 1000 + i, 20, &err);
	tap_ok(store_list(site.store, see, &seen, &err) == 0 && seen.n >= 300, "list %zu objects", seen.n);
	for (size_t i = 0; i < 300; i++)
		newest_first = newest_first && seen.numbers[i] == 1299 - i;
	tap_ok(newest_first, "newest first, none twice");
	tap_ok(seen.nested, "the callback may use the store");
	seen = (struct seen){.stop = 5};
	tap_ok(store_list(site.store, see, &seen, &err) == 0 && seen.n == 5, "the callback stops it");
}

static void
flip_in_file(const char *path, off_t at)
{
	int fd = open(path, O_RDWR);
	uint8_t byte;

	if (fd < 0 || pread(fd, &byte, 1, at) != 1)
		exit(99);
	byte ^= 1;
	if (pwrite(fd, &byte, 1, at) != 1)
		exit(99);
	close(fd);
}

static void
test_damage(void)
{
	uint8_t id[STORE_ID_SIZE];
	struct err err = {0};
	char path[160];
	struct buf out;

	buf_init(&out, 1 << 20);
	site_put(site.store, 400, SITE_LARGE, &err);
	site_blob_path(&site, 400, path);
	site_id(400, 0xee, id);
	flip_in_file(path, SITE_LARGE / 2);
	tap_ok(store_read(site.store, id, &out, &err) == -1 && err.class == ERR_PERM && out.n == 0,
		"a flipped bit: %s", err.text);
	flip_in_file(path, SITE_LARGE / 2);
	tap_ok(store_read(site.store, id, &out, &err) == 1, "flipped back");
	buf_reset(&out);
	if (truncate(path, SITE_LARGE - 1) != 0)
		exit(99);
	tap_ok(store_read(site.store, id, &out, &err) == -1 && err.class == ERR_PERM && out.n == 0,
		"cut short: %s", err.text);
	(void)unlink(path);
	tap_ok(store_read(site.store, id, &out, &err) == -1 && err.class == ERR_PERM && out.n == 0,
		"missing: %s", err.text);
	if (symlink("/etc/passwd", path) != 0)
		exit(99);
	tap_ok(store_read(site.store, id, &out, &err) == -1 && out.n == 0, "a symbolic link: %s", err.text);
	buf_done(&out);
}

static unsigned
mode_of(const char *name)
{
	struct stat st;
	char path[160];

	site_path(&site, name, path);
	return stat(path, &st) == 0 ? st.st_mode & 07777 : 0;
}

static void
test_modes(void)
{
	static const struct {
		const char *name;
		unsigned want;
	} files[] = {
		{".", 02770},
		{"blobs", 02770},
		{"index.sqlite", 0660},
		{"index.sqlite-wal", 0660},
		{"index.sqlite-shm", 0660},
	};
	struct stat st;
	char path[160];

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		tap_ok(mode_of(files[i].name) == files[i].want, "mode of %s: %04o", files[i].name,
			mode_of(files[i].name));
	site_blob_path(&site, 105, path);
	tap_ok(stat(path, &st) == 0 && (st.st_mode & 07777) == 0660, "mode of a blob");
	*strrchr(path, '/') = '\0';
	tap_ok(stat(path, &st) == 0 && (st.st_mode & 07777) == 02770, "mode of its folder");
}

static void
test_sweep(void)
{
	const struct timeval old[2] = {{.tv_sec = clock_wall() - 4000}, {.tv_sec = clock_wall() - 4000}};
	char path[160], fresh[160], stale[170];
	struct err err;

	site_put(site.store, 500, SITE_LARGE, &err);
	site_blob_path(&site, 500, path);
	utimes(path, old);
	snprintf(stale, sizeof(stale), "%s.tmp", path);
	fd_write_file(stale, BYTES_LIT("x"), 0600, &err);
	utimes(stale, old);
	site_blob_path(&site, 500, fresh);
	*strrchr(fresh, '/') = '\0';
	snprintf(fresh + strlen(fresh), 20, "/fresh.tmp");
	fd_write_file(fresh, BYTES_LIT("x"), 0600, &err);
	store_close(site.store);
	site_open(&site);
	tap_ok(access(stale, F_OK) != 0, "an old temporary file goes when the store opens");
	tap_ok(access(fresh, F_OK) == 0 && site_has(site.store, 500, SITE_LARGE),
		"a fresh one and old blobs stay");
	(void)unlink(fresh);
}

static void
test_read_only(void)
{
	const struct store_options options = {.directory = site.directory, .read_only = true};
	uint8_t id[STORE_ID_SIZE];
	struct store *store = NULL;
	struct err err = {0};

	store_close(site.store);
	site.store = NULL;
	tap_ok(store_open(&options, &store, &err) == 0, "open for reading: %s", err.text);
	tap_ok(site_has(store, 102, SITE_SMALL) && site_has(store, 105, SITE_LARGE), "it reads");
	tap_ok(site_put(store, 600, 10, &err) == -1 && err.class == ERR_CONFIG, "it does not put: %s",
		err.text);
	site_id(102, 0, id);
	tap_ok(store_set_state(store, id, STORE_PENDING, STORE_ACTIVE, &err) == -1, "nor change a state");
	store_close(store);
	site_open(&site);
	tap_ok(state_of(102, NULL) == STORE_PENDING, "nothing changed");
}

static int
try_open(struct err *err)
{
	const struct store_options options = {.directory = site.directory};
	struct store *store = NULL;
	int ret = store_open(&options, &store, err);

	store_close(store);
	return ret;
}

static void
test_unusable(void)
{
	/* The fields of SQLite's file header: user_version's last byte, application_id's, the magic. */
	static const struct {
		const char *name;
		off_t at;
	} flips[] = {{"of another version", 63}, {"of another application", 71}, {"no database at all", 3}};
	struct err err = {0};
	char path[160];

	store_close(site.store);
	site.store = NULL;
	site_path(&site, "index.sqlite", path);
	tap_ok(store_create(site.directory, &err) == 0, "making it again is fine: %s", err.text);
	for (size_t i = 0; i < sizeof(flips) / sizeof(flips[0]); i++) {
		flip_in_file(path, flips[i].at);
		tap_ok(try_open(&err) == -1 && err.class == ERR_CONFIG, "an index %s: %s", flips[i].name,
			err.text);
		tap_ok(store_create(site.directory, &err) == -1 && err.class == ERR_CONFIG,
			"nor is it made over: %s", err.text);
		flip_in_file(path, flips[i].at);
	}
	tap_ok(try_open(&err) == 0, "it was not touched");
	if (truncate(path, 5000) != 0)
		exit(99);
	tap_ok(try_open(&err) == -1 && err.class == ERR_CONFIG, "a cut index: %s", err.text);
	fd_write_file(path, (struct bytes){0}, 0660, &err);
	tap_ok(try_open(&err) == -1 && err.class == ERR_CONFIG, "an empty index: %s", err.text);
	tap_ok(store_create(site.directory, &err) == 0 && try_open(&err) == 0, "is made anew");
	(void)unlink(path);
	tap_ok(try_open(&err) == -1 && err.class == ERR_CONFIG, "no index: %s", err.text);
	tap_ok(strcmp(store_state_name((enum store_state)77), "unknown") == 0, "a state that is none");
}

static void
test_copies(void)
{
	const uint8_t attempt[STORE_HASH_SIZE] = {1}, address[STORE_HASH_SIZE] = {2},
		      other[STORE_HASH_SIZE] = {3};
	int64_t now = clock_wall();
	struct err err = {0};

	tap_ok(store_find_copy(site.store, attempt, address, 100, &err) == 0, "no copy yet");
	tap_ok(store_put_copy(site.store, attempt, address, now - 100, &err) == 0, "a copy is noted: %s",
		err.text);
	tap_ok(store_find_copy(site.store, attempt, address, 100, &err) == 1, "and found");
	tap_ok(store_find_copy(site.store, attempt, other, 100, &err) == 0 &&
			store_find_copy(site.store, other, address, 100, &err) == 0,
		"for its recipient and its message only");
	tap_ok(store_find_copy(site.store, attempt, address, -100, &err) == 0, "not when it is too old");
	tap_ok(store_put_copy(site.store, attempt, address, now - 100, &err) == 0, "noted again: fine");
	store_close(site.store);
	site_open(&site);
	tap_ok(store_find_copy(site.store, attempt, address, 100, &err) == 1, "found after a restart");
	tap_ok(store_put_copy(site.store, other, address, now + 100, &err) == 0 &&
			store_find_copy(site.store, attempt, address, 100, &err) == 0,
		"an old one is forgotten");
}

/* An index as the first version made it. */
static void
test_upgrade(void)
{
	sqlite3 *db = NULL;
	struct err err = {0};
	char path[160];

	store_close(site.store);
	site.store = NULL;
	site_path(&site, "index.sqlite", path);
	tap_ok(sqlite3_open(path, &db) == SQLITE_OK &&
			sqlite3_exec(db, "DROP TABLE copy; PRAGMA user_version = 1", NULL, NULL, NULL) ==
				SQLITE_OK,
		"an index of version 1");
	sqlite3_close(db);
	tap_ok(try_open(&err) == -1 && err.class == ERR_CONFIG, "is not opened: %s", err.text);
	tap_ok(store_create(site.directory, &err) == 0 && try_open(&err) == 0, "but brought up to date: %s",
		err.text);
	site_open(&site);
	tap_ok(site_has(site.store, 102, SITE_SMALL), "with all that was in it");
}

int
main(void)
{
	umask(077);
	site_init(&site);
	test_put_and_read();
	test_find();
	test_states();
	test_attempt();
	test_list();
	test_damage();
	test_modes();
	test_sweep();
	test_read_only();
	test_copies();
	test_upgrade();
	test_unusable();
	site_done(&site);
	return tap_done();
}
