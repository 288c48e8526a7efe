/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/messages.h"

#include <fts.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"

enum { DEADLINE_MS = 120 * 1000, BAR_WIDTH = 30, NAME_ROOM = 4096 + 32 };
#define MBOX_MAX (UINT64_C(4) << 30)

static bool
has_bar(const struct messages *messages)
{
	return messages->cli->tty && (messages->bar == MESSAGES_BAR || isatty(STDOUT_FILENO) != 1);
}

static void
show_bar(const struct messages *messages)
{
	uint64_t total = messages->bytes_total > 0 ? messages->bytes_total : 1;
	int done = (int)(messages->bytes_done * BAR_WIDTH / total);

	if (!has_bar(messages))
		return;
	fprintf(stderr, "\r[%.*s%*s] %3d%%, %zu messages ", done, "##############################",
		BAR_WIDTH - done, "", (int)(messages->bytes_done * 100 / total), messages->n);
}

static int
take(struct messages *messages, int fd, const char *name, struct err *err)
{
	struct scan_question question = {.message_fd = fd, .deadline_ms = clock_mono_ms() + DEADLINE_MS};

	messages->n++;
	return messages->take(messages->context, &question, name, err);
}

static void
skip(struct messages *messages, const struct err *err)
{
	cli_fail(messages->command, err);
	messages->failures++;
}

static int
take_file(struct messages *messages, const char *path, struct err *err)
{
	int fd = -1, ret;

	if (parser_load_message(path, (size_t)messages->cli->settings->message_size_limit, &fd, err) != 0) {
		skip(messages, err);
		return 0;
	}
	ret = take(messages, fd, path, err);
	fd_close(&fd);
	return ret;
}

static int
take_bytes(struct messages *messages, struct bytes message, const char *name, struct err *err)
{
	int fd = -1, ret = -1;

	if (message.n > (uint64_t)messages->cli->settings->message_size_limit) {
		err_set(err, ERR_PERM, "%s: longer than message_size_limit", name);
		skip(messages, err);
		return 0;
	}
	if (fd_memfd("postseal-message", &fd, err) == 0 && fd_write_all(fd, message, err) == 0 &&
		fd_memfd_seal(fd, err) == 0)
		ret = take(messages, fd, name, err);
	fd_close(&fd);
	return ret;
}

/* Where the next "From " line begins, behind an empty one; the text's end when there is none. */
static size_t
next_message(struct bytes mbox, size_t from)
{
	static const struct bytes separator = BYTES_LIT("\nFrom ");
	struct bytes rest = bytes_sub(mbox, from, mbox.n);

	return from + bytes_find(rest, separator) + (bytes_find(rest, separator) < rest.n ? 1 : 0);
}

static int
take_mbox(struct messages *messages, const char *path, struct bytes mbox, struct err *err)
{
	uint64_t before = messages->bytes_done;
	size_t at = 0;

	for (size_t number = 1; at < mbox.n; number++) {
		size_t body = at + bytes_find_byte(bytes_sub(mbox, at, mbox.n), '\n') + 1;
		size_t end = body < mbox.n ? next_message(mbox, body - 1) : mbox.n;
		char name[NAME_ROOM];

		if (body > mbox.n)
			body = mbox.n;
		if (end < body)
			end = body;
		snprintf(name, sizeof(name), "%s:%zu", path, number);
		if (take_bytes(messages, bytes_sub(mbox, body, end - body), name, err) != 0)
			return -1;
		at = end;
		messages->bytes_done = before + at;
		show_bar(messages);
	}
	return 0;
}

static bool
is_mbox(const char *path)
{
	char start[5] = "";
	FILE *file = fopen(path, "re");
	bool is = file != NULL && fread(start, 1, 5, file) == 5 && memcmp(start, "From ", 5) == 0;

	if (file != NULL)
		fclose(file);
	return is;
}

static int
take_path(struct messages *messages, const char *path, struct err *err)
{
	struct buf content;
	int ret = 0;

	if (strcmp(path, "-") == 0 || !is_mbox(path))
		return take_file(messages, path, err);
	buf_init(&content, MBOX_MAX);
	if (fd_read_file(path, &content, err) != 0)
		skip(messages, err);
	else
		ret = take_mbox(messages, path, buf_bytes(&content), err);
	buf_wipe_done(&content);
	return ret;
}

static int
by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

typedef int (*on_file)(struct messages *messages, const FTSENT *entry, struct err *err);

static int
count_file(struct messages *messages, const FTSENT *entry, struct err *err)
{
	(void)err;
	messages->bytes_total += (uint64_t)entry->fts_statp->st_size;
	return 0;
}

static int
work_file(struct messages *messages, const FTSENT *entry, struct err *err)
{
	uint64_t after = messages->bytes_done + (uint64_t)entry->fts_statp->st_size;
	int ret = take_path(messages, entry->fts_path, err);

	messages->bytes_done = after;
	show_bar(messages);
	return ret;
}

static int
walk(struct messages *messages, char *path, on_file work, struct err *err)
{
	char *roots[] = {path, NULL};
	FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, by_name);
	FTSENT *entry;
	int ret = 0;

	if (fts == NULL)
		return err_sys(err, ERR_PERM, "open %s", path);
	while (ret == 0 && (entry = fts_read(fts)) != NULL) {
		if (entry->fts_info == FTS_F) {
			ret = work(messages, entry, err);
		} else if (work == work_file && (entry->fts_info == FTS_ERR || entry->fts_info == FTS_DNR ||
							entry->fts_info == FTS_NS)) {
			err_set(err, ERR_PERM, "%s: %s", entry->fts_path, strerrordesc_np(entry->fts_errno));
			skip(messages, err);
		}
	}
	fts_close(fts);
	return ret;
}

int
messages_each(struct messages *messages, char **paths, struct err *err)
{
	int ret = 0;

	for (char **path = paths; ret == 0 && *path != NULL; path++)
		ret = strcmp(*path, "-") == 0 ? 0 : walk(messages, *path, count_file, err);
	for (char **path = paths; ret == 0 && *path != NULL; path++)
		ret = strcmp(*path, "-") == 0 ? take_path(messages, "-", err)
					      : walk(messages, *path, work_file, err);
	if (has_bar(messages))
		fputc('\n', stderr);
	return ret;
}
