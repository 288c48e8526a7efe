/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/mailbox.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/fd.h"
#include "lib/base/mem.h"

enum { CHUNK = 65536, HEAD_MAX = 65536, NAME_ROOM = 4096 + 32 };

struct mailbox {
	struct arena arena;
	char **roots; /* NULL at the end */
	FTS *fts;
	int fd; /* of the file that is being read, else -1 */
	char *path;
	bool is_mbox, end;
	unsigned long number; /* of the message in its mbox */
	uint8_t chunk[CHUNK];
	size_t at, n;
	struct buf message;
	char name[NAME_ROOM];
	struct mailbox_progress progress;
};

static int
by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static bool
is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Of a Maildir only what has been delivered: beside it there are indexes and half-written files. */
static void
add_roots(struct mailbox *mailbox, const char *path, size_t *n)
{
	char *cur = arena_strf(&mailbox->arena, "%s/cur", path);
	char *new = arena_strf(&mailbox->arena, "%s/new", path);

	if (is_folder(cur) && is_folder(new)) {
		mailbox->roots[(*n)++] = cur;
		mailbox->roots[(*n)++] = new;
	} else {
		mailbox->roots[(*n)++] = arena_strf(&mailbox->arena, "%s", path);
	}
}

static FTS *
open_walk(const struct mailbox *mailbox)
{
	return fts_open(mailbox->roots, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, by_name);
}

/* The bytes of all files, for the progress. */
static uint64_t
measure(const struct mailbox *mailbox)
{
	FTS *fts = open_walk(mailbox);
	uint64_t total = 0;
	FTSENT *entry;

	while (fts != NULL && (entry = fts_read(fts)) != NULL)
		if (entry->fts_info == FTS_F)
			total += (uint64_t)entry->fts_statp->st_size;
	if (fts != NULL)
		fts_close(fts);
	return total;
}

int
mailbox_open(char *const *paths, size_t n, size_t max, struct mailbox **ret_mailbox, struct err *err)
{
	struct mailbox *mailbox = mem_new(1, sizeof(*mailbox));
	size_t n_roots = 0;

	mailbox->fd = -1;
	buf_init(&mailbox->message, max);
	arena_init(&mailbox->arena);
	mailbox->roots = arena_array(&mailbox->arena, 2 * n + 1, sizeof(*mailbox->roots));
	for (size_t i = 0; i < n; i++)
		add_roots(mailbox, paths[i], &n_roots);
	mailbox->progress.total = measure(mailbox);
	mailbox->fts = open_walk(mailbox);
	if (mailbox->fts == NULL) {
		err_sys(err, ERR_PERM, "open %s", paths[0]);
		mailbox_close(mailbox);
		return -1;
	}
	*ret_mailbox = mailbox;
	return 0;
}

static void
close_file(struct mailbox *mailbox)
{
	fd_close(&mailbox->fd);
	free(mailbox->path);
	mailbox->path = NULL;
	mailbox->number = 0;
}

void
mailbox_close(struct mailbox *mailbox)
{
	if (mailbox == NULL)
		return;
	close_file(mailbox);
	if (mailbox->fts != NULL) {
		(void)fts_read(mailbox->fts); /* glibc frees the roots only of a walk that has begun */
		fts_close(mailbox->fts);
	}
	arena_done(&mailbox->arena);
	buf_wipe_done(&mailbox->message);
	mem_wipe(mailbox->chunk, sizeof(mailbox->chunk));
	free(mailbox);
}

/* More of the file behind what is there, which moves to the front. A read that fails ends the file. */
static int
fill(struct mailbox *mailbox, struct err *err)
{
	ssize_t n;

	memmove(mailbox->chunk, mailbox->chunk + mailbox->at, mailbox->n - mailbox->at);
	mailbox->n -= mailbox->at;
	mailbox->at = 0;
	while (!mailbox->end && mailbox->n < CHUNK) {
		n = read(mailbox->fd, mailbox->chunk + mailbox->n, CHUNK - mailbox->n);
		if (n < 0 && errno == EINTR)
			continue;
		mailbox->end = n <= 0;
		if (n < 0)
			return err_sys(err, ERR_TEMP, "read");
		mailbox->n += (size_t)n;
	}
	return 0;
}

/* The next line, or a piece of one that is longer than the chunk; not yet taken. Empty at the end. */
static int
peek_piece(struct mailbox *mailbox, struct bytes *ret_piece, struct err *err)
{
	struct bytes rest = bytes_of(mailbox->chunk + mailbox->at, mailbox->n - mailbox->at);
	size_t end = bytes_find_byte(rest, '\n');

	if (end == rest.n && !mailbox->end && rest.n < CHUNK) {
		if (fill(mailbox, err) != 0)
			return -1;
		rest = bytes_of(mailbox->chunk, mailbox->n);
		end = bytes_find_byte(rest, '\n');
	}
	*ret_piece = bytes_sub(rest, 0, end + 1);
	return 0;
}

static void
take_piece(struct mailbox *mailbox, struct bytes piece)
{
	mailbox->at += piece.n;
	mailbox->progress.done += piece.n;
}

static bool
starts(struct bytes piece, const char *text)
{
	return piece.n >= strlen(text) && memcmp(piece.p, text, strlen(text)) == 0;
}

static bool
ends_line(struct bytes piece)
{
	return piece.n > 0 && piece.p[piece.n - 1] == '\n';
}

static bool
is_quoted(struct bytes piece)
{
	size_t n = 0;

	while (n < piece.n && piece.p[n] == '>')
		n++;
	return n > 0 && starts(bytes_sub(piece, n, piece.n), "From ");
}

/* The line `From ` to its end, however long. */
static int
skip_separator(struct mailbox *mailbox, struct err *err)
{
	struct bytes piece;

	do {
		if (peek_piece(mailbox, &piece, err) != 0)
			return -1;
		take_piece(mailbox, piece);
	} while (piece.n > 0 && !ends_line(piece));
	return 0;
}

/* Up to the next separator. What is too long is read to its end all the same, to find the next one. */
static int
read_from_mbox(struct mailbox *mailbox, struct err *err)
{
	struct buf *message = &mailbox->message;
	bool line_start = true, blank = false;
	struct bytes piece;

	for (;;) {
		if (peek_piece(mailbox, &piece, err) != 0)
			return -1;
		if (piece.n == 0)
			return 0;
		if (line_start && blank && starts(piece, "From "))
			break;
		take_piece(mailbox, piece);
		buf_put_bytes(message, line_start && is_quoted(piece) ? bytes_sub(piece, 1, piece.n) : piece);
		blank = line_start && (starts(piece, "\n") || starts(piece, "\r\n"));
		line_start = ends_line(piece);
	}
	/* The empty line before the separator is not the message's. */
	if (message->n >= 2 && !buf_full(message))
		message->n -= message->p[message->n - 2] == '\r' ? 2 : 1;
	return skip_separator(mailbox, err);
}

static int
read_whole(struct mailbox *mailbox, struct err *err)
{
	struct bytes piece;

	do {
		if (peek_piece(mailbox, &piece, err) != 0)
			return -1;
		take_piece(mailbox, piece);
		buf_put_bytes(&mailbox->message, piece);
	} while (piece.n > 0 && !buf_full(&mailbox->message));
	return 0;
}

static bool
is_at_end(const struct mailbox *mailbox)
{
	return !mailbox->is_mbox || (mailbox->end && mailbox->at == mailbox->n);
}

/* The next message of the open file, as bytes. */
static int
read_message(struct mailbox *mailbox, struct err *err)
{
	int ret;

	buf_reset(&mailbox->message);
	mailbox->number++;
	if (mailbox->is_mbox)
		snprintf(mailbox->name, sizeof(mailbox->name), "%s#%lu", mailbox->path, mailbox->number);
	ret = mailbox->is_mbox ? read_from_mbox(mailbox, err) : read_whole(mailbox, err);
	if (ret == 0 && buf_full(&mailbox->message))
		ret = err_set(
			err, ERR_PERM, "longer than message_size_limit (%zu bytes)", mailbox->message.max);
	return ret;
}

static int
open_file(struct mailbox *mailbox, const FTSENT *entry, struct err *err)
{
	const char *path = entry->fts_path;
	struct bytes piece;

	/* Whoever names a link means what it leads to. */
	mailbox->fd = open(path, O_RDONLY | O_CLOEXEC | (entry->fts_level > FTS_ROOTLEVEL ? O_NOFOLLOW : 0));
	if (mailbox->fd < 0)
		return err_sys(err, ERR_PERM, "open");
	mailbox->path = mem_strdup(path);
	mailbox->at = mailbox->n = 0;
	mailbox->end = false;
	if (peek_piece(mailbox, &piece, err) != 0)
		return -1;
	mailbox->is_mbox = starts(piece, "From ");
	return mailbox->is_mbox ? skip_separator(mailbox, err) : 0;
}

/* The next file that is opened, or can't be: 1, -1; 0: no more. */
static int
next_file(struct mailbox *mailbox, struct err *err)
{
	FTSENT *entry;

	while ((entry = fts_read(mailbox->fts)) != NULL) {
		snprintf(mailbox->name, sizeof(mailbox->name), "%s", entry->fts_path);
		if (entry->fts_info == FTS_F)
			return open_file(mailbox, entry, err) == 0 ? 1 : -1;
		if (entry->fts_info == FTS_ERR || entry->fts_info == FTS_DNR || entry->fts_info == FTS_NS) {
			errno = entry->fts_errno;
			return err_sys(err, ERR_PERM, "open");
		}
	}
	return 0;
}

static int
seal_message(const struct mailbox *mailbox, int *ret_fd, struct err *err)
{
	int fd = -1;

	if (fd_memfd("postseal-message", &fd, err) != 0)
		return -1;
	if (fd_write_all(fd, buf_bytes(&mailbox->message), err) != 0 || fd_memfd_seal(fd, err) != 0) {
		fd_close(&fd);
		return -1;
	}
	*ret_fd = fd;
	return 0;
}

bool
mailbox_next(struct mailbox *mailbox, struct mailbox_message *ret_message)
{
	int found = 1, ret = -1;

	*ret_message = (struct mailbox_message){.name = mailbox->name, .fd = -1};
	if (mailbox->fd < 0)
		found = next_file(mailbox, &ret_message->why);
	if (found == 0)
		return false;
	if (found > 0)
		ret = read_message(mailbox, &ret_message->why);
	ret_message->size = mailbox->message.n;
	if (ret == 0 && seal_message(mailbox, &ret_message->fd, &ret_message->why) == 0)
		ret_message->head = bytes_sub(buf_bytes(&mailbox->message), 0, HEAD_MAX);
	/* A file that failed once is not tried for its next message. */
	if (found < 0 || is_at_end(mailbox))
		close_file(mailbox);
	return true;
}

struct mailbox_progress
mailbox_progress(const struct mailbox *mailbox)
{
	return mailbox->progress;
}
