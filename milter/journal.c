/* SPDX-License-Identifier: Apache-2.0 */
#include "milter/journal.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/fd.h"
#include "lib/base/mem.h"

enum {
	BOOT_SIZE = 36,              /* as /proc writes it */
	RECORDS_MAX = 100 * 1000,    /* then those that count are written anew */
	FILE_MAX = 64 * 1024 * 1024, /* a larger one is none of ours */
};

struct record {
	char boot[BOOT_SIZE];
	uint8_t event[4];
	struct journal_key key;
};

struct journal {
	char *path;
	char boot[BOOT_SIZE];
	pthread_mutex_t lock; /* of what follows */
	int fd;
	size_t n_records;            /* in the file */
	struct journal_key *sending; /* those that count */
	size_t n, room;
};

static int
read_boot(char boot[static BOOT_SIZE], struct err *err)
{
	struct buf text;
	int ret;

	buf_init(&text, 100);
	ret = fd_read_file("/proc/sys/kernel/random/boot_id", &text, err);
	if (ret == 0 && text.n < BOOT_SIZE)
		ret = err_set(err, ERR_CONFIG, "no boot id in /proc");
	if (ret == 0)
		memcpy(boot, text.p, BOOT_SIZE);
	buf_done(&text);
	return ret;
}

static size_t
find(const struct journal *journal, const struct journal_key *key)
{
	size_t i = 0;

	while (i < journal->n && memcmp(&journal->sending[i], key, sizeof(*key)) != 0)
		i++;
	return i;
}

static void
note(struct journal *journal, const struct journal_key *key, enum journal_event event)
{
	size_t at = find(journal, key);

	if (event == JOURNAL_SETTLED && at < journal->n) {
		journal->sending[at] = journal->sending[--journal->n];
	} else if (event == JOURNAL_SENDING && at == journal->n) {
		if (journal->n == journal->room) {
			size_t room = journal->room ? 2 * journal->room : 16;

			journal->sending =
				mem_grow(journal->sending, journal->room * sizeof(*key), room * sizeof(*key));
			journal->room = room;
		}
		journal->sending[journal->n++] = *key;
	}
}

static struct record
make_record(const struct journal *journal, const struct journal_key *key, enum journal_event event)
{
	struct record record = {.event = {(uint8_t)event}, .key = *key};

	memcpy(record.boot, journal->boot, BOOT_SIZE);
	return record;
}

/* A record that the end of the machine cut short, or left as zeros, is of another boot. */
static void
replay(struct journal *journal, struct bytes content)
{
	struct record record;

	for (; content.n >= sizeof(record); content = bytes_sub(content, sizeof(record), content.n)) {
		memcpy(&record, content.p, sizeof(record));
		if (memcmp(record.boot, journal->boot, BOOT_SIZE) == 0 && record.event[0] <= JOURNAL_SETTLED)
			note(journal, &record.key, (enum journal_event)record.event[0]);
	}
}

static int
load(struct journal *journal, struct err *err)
{
	struct buf content;
	int ret = 0;

	buf_init(&content, FILE_MAX);
	if (access(journal->path, F_OK) == 0)
		ret = fd_read_file(journal->path, &content, err);
	if (ret == 0)
		replay(journal, buf_bytes(&content));
	buf_done(&content);
	return ret;
}

/* A new file with what counts, in place of the old one. */
static int
rewrite(struct journal *journal, struct err *err)
{
	struct buf content;
	int fd, ret;

	buf_init(&content, FILE_MAX);
	for (size_t i = 0; i < journal->n; i++) {
		struct record record = make_record(journal, &journal->sending[i], JOURNAL_SENDING);

		buf_put(&content, &record, sizeof(record));
	}
	ret = fd_write_file(journal->path, buf_bytes(&content), 0600, err);
	buf_done(&content);
	if (ret < 0)
		return -1;
	fd = open(journal->path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return err_sys(err, ERR_TEMP, "open %s", journal->path);
	fd_close(&journal->fd);
	journal->fd = fd;
	journal->n_records = journal->n;
	return 0;
}

int
journal_open(const char *directory, struct journal **ret_journal, struct err *err)
{
	struct journal *journal = mem_new(1, sizeof(*journal));
	size_t size = strlen(directory) + sizeof("/sending");

	journal->fd = -1;
	journal->path = mem_new(size, 1);
	snprintf(journal->path, size, "%s/sending", directory);
	pthread_mutex_init(&journal->lock, NULL);
	if (read_boot(journal->boot, err) < 0 || load(journal, err) < 0 || rewrite(journal, err) < 0) {
		journal_close(journal);
		return -1;
	}
	*ret_journal = journal;
	return 0;
}

void
journal_close(struct journal *journal)
{
	if (!journal)
		return;
	fd_close(&journal->fd);
	pthread_mutex_destroy(&journal->lock);
	free(journal->sending);
	free(journal->path);
	free(journal);
}

/* One write; of a record that did not fit as a whole, nothing stays. */
static int
append(struct journal *journal, const struct record *record, struct err *err)
{
	ssize_t n = write(journal->fd, record, sizeof(*record));

	if (n == (ssize_t)sizeof(*record)) {
		journal->n_records++;
		return 0;
	}
	err_sys(err, ERR_TEMP, "write %s", journal->path);
	if (n > 0 && ftruncate(journal->fd, (off_t)(journal->n_records * sizeof(*record))) < 0)
		err_add(err, "and cut it");
	return -1;
}

int
journal_put(struct journal *journal, const struct journal_key *key, enum journal_event event, struct err *err)
{
	struct record record = make_record(journal, key, event);
	int ret;

	pthread_mutex_lock(&journal->lock);
	if (event == JOURNAL_SETTLED)
		note(journal, key, event);
	/* A journal that can't be made shorter just grows. */
	if (journal->n_records >= RECORDS_MAX)
		rewrite(journal, NULL);
	ret = append(journal, &record, err);
	if (ret == 0)
		note(journal, key, event);
	pthread_mutex_unlock(&journal->lock);
	return ret;
}

bool
journal_is_sending(struct journal *journal, const struct journal_key *key)
{
	bool sending;

	pthread_mutex_lock(&journal->lock);
	sending = find(journal, key) < journal->n;
	pthread_mutex_unlock(&journal->lock);
	return sending;
}
