/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold when processes die, disks fill up, and several write at once. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/run/sandbox.h"
#include "lib/seal/digest.h"
#include "lib/store/store.h"
#include "tests/support/tap.h"
#include "tests/unit/store/site.h"

static struct site site;

static size_t
size_of(uint32_t number)
{
	return number % 3 == 0 ? SITE_LARGE : SITE_SMALL;
}

/* What a writer tells about: object `number` is put, or its state is changed. */
struct ack {
	uint32_t number;
	enum store_state state;
};

struct worker {
	uint32_t first, step, n;
	int acks; /* a pipe, or -1 */
	uint32_t done;
};

static void
tell(int acks, uint32_t number, enum store_state state)
{
	const struct ack ack = {.number = number, .state = state};

	if (acks >= 0)
		(void)fd_write_all(acks, bytes_of(&ack, sizeof(ack)), NULL);
}

static void *
work(void *context)
{
	struct worker *worker = context;

	for (uint32_t i = 0; i < worker->n; i++) {
		uint32_t number = worker->first + i * worker->step;
		uint8_t id[STORE_ID_SIZE];
		struct err err = {0};

		if (site_put(site.store, number, size_of(number), &err) != 0) {
			printf("# put %u: %s\n", number, err.text);
			return NULL;
		}
		tell(worker->acks, number, STORE_PENDING);
		site_id(number, 0, id);
		if (store_set_state(site.store, id, STORE_PENDING, STORE_ACTIVE, &err) != 0) {
			printf("# state %u: %s\n", number, err.text);
			return NULL;
		}
		tell(worker->acks, number, STORE_ACTIVE);
		worker->done++;
	}
	return NULL;
}

/* Four threads put n objects each; returns how many they finished. */
static uint32_t
work_in_threads(uint32_t first, uint32_t n, int acks)
{
	struct worker workers[4];
	pthread_t threads[4];
	uint32_t done = 0;

	for (uint32_t i = 0; i < 4; i++) {
		workers[i] = (struct worker){.first = first + i, .step = 4, .n = n, .acks = acks};
		pthread_create(&threads[i], NULL, work, &workers[i]);
	}
	for (uint32_t i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		done += workers[i].done;
	}
	return done;
}

static bool
has_state(uint32_t number, enum store_state want)
{
	struct store_recipient recipient;
	struct store_object object;
	uint8_t id[STORE_ID_SIZE];
	struct arena arena;
	bool has;

	arena_init(&arena);
	site_id(number, 0, id);
	has = store_find_link(site.store, &arena, id, &recipient, &object, NULL) == 1 &&
	      recipient.state >= want;
	arena_done(&arena);
	return has;
}

static void
test_threads(void)
{
	int64_t start = clock_mono_ms(), taken;
	uint32_t done = work_in_threads(0, 100, -1), whole = 0;

	taken = clock_mono_ms() - start;
	for (uint32_t i = 0; i < 400; i++)
		whole += site_has(site.store, i, size_of(i)) && has_state(i, STORE_ACTIVE);
	tap_ok(done == 400 && whole == 400, "four threads: %u put, %u whole", done, whole);
	printf("# 400 puts and 400 changes of state in %lld ms\n", (long long)taken);
}

static pid_t
start_writer(uint32_t first, uint32_t n, int acks)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	site_open(&site);
	_exit(work_in_threads(first, n, acks) == 4 * n ? 0 : 1);
}

static void
test_processes(void)
{
	pid_t pids[2];
	uint32_t whole = 0;
	int status, failed = 0;

	store_close(site.store);
	site.store = NULL;
	for (uint32_t i = 0; i < 2; i++)
		pids[i] = start_writer(10000 + i * 1000, 40, -1);
	for (uint32_t i = 0; i < 2; i++)
		failed += waitpid(pids[i], &status, 0) != pids[i] || status != 0;
	site_open(&site);
	for (uint32_t i = 0; i < 320; i++) {
		uint32_t number = 10000 + i / 160 * 1000 + i % 160;

		whole += site_has(site.store, number, size_of(number)) && has_state(number, STORE_ACTIVE);
	}
	tap_ok(failed == 0 && whole == 320, "two processes of four threads: %u of 320 whole", whole);
}

/* Lets a writer run until it acknowledged `after` changes, kills it, and counts what is missing of all it
 * told. */
static void
kill_one(uint32_t first, size_t after)
{
	static struct ack acks[20000];
	size_t n = 0, missing = 0;
	int pipes[2], status;
	pid_t pid;

	store_close(site.store);
	site.store = NULL;
	if (pipe(pipes) != 0)
		exit(99);
	pid = start_writer(first, 1000, pipes[1]);
	close(pipes[1]);
	while (n < after && fd_read_exact(pipes[0], &acks[n], sizeof(acks[n]), NULL) == 0)
		n++;
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	/* The pipe still holds what it told before it died. */
	while (n < 20000 && fd_read_exact(pipes[0], &acks[n], sizeof(acks[n]), NULL) == 0)
		n++;
	close(pipes[0]);
	site_open(&site);
	for (size_t i = 0; i < n; i++)
		missing += !site_has(site.store, acks[i].number, size_of(acks[i].number)) ||
			   !has_state(acks[i].number, acks[i].state);
	tap_ok(WIFSIGNALED(status) && n >= after && missing == 0, "killed: %zu acknowledged, %zu missing", n,
		missing);
}

static bool
no_torn_object(void *context, const struct store_object *object)
{
	uint32_t number;
	size_t *torn = context;

	memcpy(&number, object->id + 1, sizeof(number));
	*torn += !site_has(site.store, number, object->size) || object->n_recipients != 2;
	return true;
}

static void
test_kill(void)
{
	size_t torn = 0;
	struct err err = {0};

	for (uint32_t i = 0; i < 6; i++)
		kill_one(1000000 + i * 100000, 1 + i * 40);
	tap_ok(store_list(site.store, no_torn_object, &torn, &err) == 0 && torn == 0,
		"every object that the index names is whole");
}

/* Runs `task` in a child with no store open in the parent. Returns its exit status. */
static int
run_child(int (*task)(void))
{
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(task());
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

/* Files may not grow beyond a limit: writes fail as on a full disk. In a child, which is what has the limit.
 */
static int
put_under_limit(void)
{
	const struct rlimit limit = {.rlim_cur = 20000, .rlim_max = 20000};
	struct err err = {0};
	char path[160];

	site_open(&site);
	signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
		return 2;
	site_blob_path(&site, 9000000, path);
	if (site_put(site.store, 9000000, SITE_LARGE, &err) != -1 || err.class != ERR_TEMP ||
		access(path, F_OK) == 0)
		return 3;
	if (site_put(site.store, 9000001, SITE_SMALL, &err) != -1 || err.class != ERR_TEMP)
		return 4;
	return site_has(site.store, 0, size_of(0)) ? 0 : 5;
}

static void
test_file_limit(void)
{
	uint8_t id[STORE_ID_SIZE];
	struct store_object object;
	struct arena arena;
	int status;

	store_close(site.store);
	site.store = NULL;
	status = run_child(put_under_limit);
	site_open(&site);
	tap_ok(status == 0, "writes that fail are temporary errors, reads go on (%d)", status);
	arena_init(&arena);
	for (uint32_t i = 0; i < 2; i++) {
		site_id(9000000 + i, 0xee, id);
		tap_ok(store_find_object(site.store, &arena, id, &object, NULL) == 0,
			"nothing of it is visible");
	}
	arena_done(&arena);
	tap_ok(site_put(site.store, 9000000, SITE_LARGE, NULL) == 0 &&
			site_has(site.store, 9000000, SITE_LARGE),
		"without the limit the same object is put");
}

enum { FULL_SKIPPED = 77 };

/* A small file system of our own, filled up by puts; then space is made again. */
static int
fill_disk(void)
{
	struct err err = {0};
	uint32_t n = 0, whole = 0;
	char ballast[160];

	if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
		mount("tmpfs", site.folder, "tmpfs", 0, "size=6m") != 0)
		return FULL_SKIPPED;
	if (store_create(site.directory, &err) != 0)
		return 2;
	site_open(&site);
	snprintf(ballast, sizeof(ballast), "%s/ballast", site.folder);
	if (fd_write_file(ballast, site_content(1, SITE_LARGE), 0600, &err) != 0)
		return 3;
	while (n < 10000 && site_put(site.store, n, size_of(n), &err) == 0)
		n++;
	if (n == 10000 || err.class != ERR_TEMP)
		return 4;
	for (uint32_t i = 0; i < n; i++)
		whole += site_has(site.store, i, size_of(i));
	printf("# full after %u objects, %u whole: %s\n", n, whole, err.text);
	fflush(stdout);
	if (whole != n || site_has(site.store, n, size_of(n)))
		return 5;
	(void)unlink(ballast);
	if (site_put(site.store, n + 1, SITE_SMALL, &err) != 0) {
		printf("# after: %s\n", err.text);
		return 6;
	}
	store_close(site.store);
	return 0;
}

static void
test_full_disk(void)
{
	int status;

	store_close(site.store);
	site.store = NULL;
	status = run_child(fill_disk);
	if (status == FULL_SKIPPED)
		tap_skip("no mount name space here: full disk");
	else
		tap_ok(status == 0, "a full disk: temporary error, nothing torn, works again with space (%d)",
			status);
}

enum { MILTER_ID = 61001, VAULT_ID = 61002, OTHER_ID = 61003, STORE_GROUP = 61100 };

static int
become(uid_t id, gid_t extra)
{
	umask(077);
	return setgroups(1, &extra) == 0 && setresgid(id, id, id) == 0 && setresuid(id, id, id) == 0 ? 0 : -1;
}

static int
as_milter(void)
{
	if (become(MILTER_ID, STORE_GROUP) != 0)
		return 1;
	site_open(&site);
	for (uint32_t i = 0; i < 20; i++)
		if (site_put(site.store, 7000 + i, size_of(i), NULL) != 0)
			return 2;
	store_close(site.store);
	return 0;
}

/* Reads and changes what the milter put; puts in turn, so that the milter meets folders and -wal of the
 * vault. */
static int
as_vault(void)
{
	uint8_t id[STORE_ID_SIZE];

	if (become(VAULT_ID, STORE_GROUP) != 0)
		return 1;
	site_open(&site);
	for (uint32_t i = 0; i < 20; i++) {
		site_id(7000 + i, 0, id);
		if (!site_has(site.store, 7000 + i, size_of(i)) ||
			store_set_state(site.store, id, STORE_PENDING, STORE_OPENED, NULL) != 0)
			return 2;
		if (site_put(site.store, 7100 + i, size_of(i), NULL) != 0)
			return 3;
	}
	_exit(0); /* -wal and -shm stay, and are the vault's */
}

static int
as_milter_again(void)
{
	if (become(MILTER_ID, STORE_GROUP) != 0)
		return 1;
	site_open(&site);
	for (uint32_t i = 0; i < 20; i++)
		if (!site_has(site.store, 7100 + i, size_of(i)) ||
			site_put(site.store, 7200 + i, size_of(i), NULL) != 0)
			return 2;
	store_close(site.store);
	return 0;
}

static int
as_other(void)
{
	const struct store_options options = {.directory = site.directory};
	struct store *store = NULL;
	struct err err = {0};

	if (become(OTHER_ID, OTHER_ID) != 0)
		return 1;
	return store_open(&options, &store, &err) == -1 && err.class == ERR_CONFIG ? 0 : 2;
}

static int
as_reader_of_the_group(void)
{
	const struct store_options options = {.directory = site.directory};
	struct store *store = NULL;
	struct err err = {0};

	if (become(OTHER_ID, STORE_GROUP) != 0)
		return 1;
	return store_open(&options, &store, &err) == -1 && err.class == ERR_CONFIG ? 0 : 2;
}

/* Milter and vault are two users who share the store through a group, whatever their umask. */
static void
test_users(void)
{
	struct site own;
	char path[160];

	if (geteuid() != 0) {
		tap_skip("not root: two users");
		return;
	}
	own = site;
	site_init_folder(&site);
	if (chmod(site.folder, 0755) != 0 || mkdir(site.directory, 0700) != 0 ||
		chown(site.directory, 0, STORE_GROUP) != 0 || chmod(site.directory, 02770) != 0)
		exit(99);
	tap_ok(store_create(site.directory, NULL) == 0, "root makes the store in a folder of the group");
	tap_ok(run_child(as_milter) == 0, "the milter puts");
	tap_ok(run_child(as_vault) == 0, "the vault reads, changes and puts");
	tap_ok(run_child(as_milter_again) == 0, "the milter goes on");
	tap_ok(run_child(as_other) == 0, "nobody else opens it");
	site_path(&site, "index.sqlite", path);
	tap_ok(chmod(path, 0640) == 0 && run_child(as_reader_of_the_group) == 0,
		"an index that can't be written is refused when it opens");
	site_done(&site);
	site = own;
}

/* As the vault is confined: the store's folder and the boot id, nothing else. */
static int
confined(void)
{
	const struct sandbox_spec spec = {.may = MAY_OPEN | MAY_THREADS | MAY_MEMFD,
		.paths = {{site.directory, PATH_READ | PATH_WRITE},
			{"/proc/sys/kernel/random/boot_id", PATH_READ}},
		.n_paths = 2};
	struct err err = {0};

	seal_init();
	if (sandbox_confine(&spec, &err) != 0) {
		printf("# %s\n", err.text);
		return 1;
	}
	if (open("/etc/passwd", O_RDONLY) >= 0 && sandbox_landlock_abi() > 0)
		return 2;
	site_open(&site);
	if (work_in_threads(20000, 200, -1) != 800)
		return 3;
	if (!site_has(site.store, 20000, size_of(20000)))
		return 4;
	store_close(site.store);
	return 0;
}

static void
test_confined(void)
{
	int status;

	store_close(site.store);
	site.store = NULL;
	status = run_child(confined);
	tap_ok(status == 0, "opens, writes and reads inside the sandbox (%d)", status);
}

int
main(void)
{
	site_init(&site);
	test_threads();
	test_processes();
	test_kill();
	test_file_limit();
	test_full_disk();
	test_users();
	test_confined();
	site_done(&site);
	return tap_done();
}
