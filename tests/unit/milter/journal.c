/* SPDX-License-Identifier: Apache-2.0 */
/* What the journal says after each way in which its process, or the machine, can end. */
#include "milter/journal.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/fd.h"
#include "tests/support/tap.h"

enum { RECORD_SIZE = 36 + 4 + 64 };

static char dir[] = "/tmp/test-journal.XXXXXX", path[64];
static const struct journal_key a = {.attempt = {1}}, b = {.attempt = {1}, .address_hash = {2}},
				c = {.attempt = {3}};

/* The process ends, another one starts. */
static struct journal *
again(struct journal *journal)
{
	struct journal *next = NULL;
	struct err err = {0};

	journal_close(journal);
	tap_ok(journal_open(dir, &next, &err) == 0, "opened %s", err.text);
	return next;
}

static size_t
file_size(void)
{
	struct stat st;

	return stat(path, &st) == 0 ? (size_t)st.st_size : 0;
}

static struct journal *
test_life(struct journal *j)
{
	tap_ok(!journal_is_sending(j, &a), "nothing at first");
	tap_ok(journal_put(j, &a, JOURNAL_SENDING, NULL) == 0 &&
			journal_put(j, &b, JOURNAL_SENDING, NULL) == 0,
		"two are being sent");
	tap_ok(journal_is_sending(j, &a) && journal_is_sending(j, &b) && !journal_is_sending(j, &c),
		"these two and no other");
	tap_ok(file_size() == 2 * RECORD_SIZE, "a record each");
	tap_ok(journal_put(j, &a, JOURNAL_SETTLED, NULL) == 0 && !journal_is_sending(j, &a),
		"one is settled");
	j = again(j);
	tap_ok(!journal_is_sending(j, &a) && journal_is_sending(j, &b), "the next process knows the same");
	tap_ok(file_size() == RECORD_SIZE, "and keeps what counts");
	return j;
}

/* The last record is cut, or nothing but zeros; a record of another boot stands in front. */
static struct journal *
test_damage(struct journal *j)
{
	struct buf content;

	buf_init(&content, 10000);
	journal_put(j, &c, JOURNAL_SENDING, NULL);
	journal_put(j, &a, JOURNAL_SENDING, NULL);
	fd_read_file(path, &content, NULL);
	content.p[0] ^= 1;
	content.n -= 1;
	fd_write_file(path, buf_bytes(&content), 0600, NULL);
	j = again(j);
	tap_ok(!journal_is_sending(j, &b), "another boot's does not count");
	tap_ok(journal_is_sending(j, &c), "one of this boot does");
	tap_ok(!journal_is_sending(j, &a), "one that was cut does not");
	memset(content.p, 0, content.n);
	fd_write_file(path, buf_bytes(&content), 0600, NULL);
	j = again(j);
	tap_ok(!journal_is_sending(j, &c), "zeros say nothing");
	buf_done(&content);
	return j;
}

static void
test_full_disk(struct journal *j)
{
	struct rlimit limit = {file_size() + 50, RLIM_INFINITY}, none = {RLIM_INFINITY, RLIM_INFINITY};
	struct err err = {0};

	setrlimit(RLIMIT_FSIZE, &limit);
	tap_ok(journal_put(j, &a, JOURNAL_SENDING, &err) < 0 && !journal_is_sending(j, &a), "no room: %s",
		err.text);
	setrlimit(RLIMIT_FSIZE, &none);
	tap_ok(file_size() % RECORD_SIZE == 0, "half a record does not stay");
	tap_ok(journal_put(j, &a, JOURNAL_SENDING, &err) == 0, "room again");
	limit.rlim_cur = file_size();
	setrlimit(RLIMIT_FSIZE, &limit);
	tap_ok(journal_put(j, &a, JOURNAL_SETTLED, &err) < 0 && !journal_is_sending(j, &a),
		"settled without room: this process knows");
	setrlimit(RLIMIT_FSIZE, &none);
}

static struct journal *
test_growth(struct journal *j)
{
	bool good = true;

	journal_put(j, &c, JOURNAL_SENDING, NULL);
	for (int i = 0; i < 101000; i++)
		good &= journal_put(j, &a, i % 2 ? JOURNAL_SETTLED : JOURNAL_SENDING, NULL) == 0;
	tap_ok(good && file_size() < 5000 * RECORD_SIZE, "it does not grow for ever: %zu bytes", file_size());
	j = again(j);
	tap_ok(journal_is_sending(j, &c) && !journal_is_sending(j, &a), "and forgets nothing");
	return j;
}

int
main(void)
{
	struct journal *journal = NULL;

	signal(SIGXFSZ, SIG_IGN);
	if (!mkdtemp(dir))
		return 99;
	snprintf(path, sizeof(path), "%s/sending", dir);
	journal = again(journal);
	journal = test_life(journal);
	journal = test_damage(journal);
	test_full_disk(journal);
	journal = test_growth(journal);
	journal_close(journal);
	tap_ok(journal_open("/does/not/exist", &journal, NULL) < 0, "no folder");
	unlink(path);
	rmdir(dir);
	return tap_done();
}
