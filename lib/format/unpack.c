/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/unpack.h"

#include <archive_entry.h>
#include <errno.h>
#include <stdio.h>

/* Between two of these the clock is asked: some streams take long to unpack to nothing. */
enum { PIECE = 64 * 1024 };

static la_ssize_t
read_piece(struct archive *archive, void *context, const void **ret_p)
{
	struct unpack *unpack = context;
	struct bytes piece;

	if (!format_spend(unpack->out, 0)) {
		unpack->is_spent = true;
		archive_set_error(archive, EIO, "budget");
		return ARCHIVE_FATAL;
	}
	if (unpack->at < unpack->head.n)
		piece = bytes_sub(unpack->head, unpack->at, PIECE);
	else
		piece = bytes_sub(unpack->body, unpack->at - unpack->head.n, PIECE);
	unpack->at += piece.n;
	*ret_p = piece.p;
	return (la_ssize_t)piece.n;
}

static la_int64_t
skip(struct archive *archive, void *context, la_int64_t n)
{
	struct unpack *unpack = context;
	size_t left = unpack->head.n + unpack->body.n - unpack->at;
	size_t step = n < 0 ? 0 : (uint64_t)n < left ? (size_t)n : left;

	(void)archive;
	unpack->at += step;
	return (la_int64_t)step;
}

static la_int64_t
seek(struct archive *archive, void *context, la_int64_t offset, int whence)
{
	struct unpack *unpack = context;
	int64_t size = (int64_t)(unpack->head.n + unpack->body.n), to = offset;

	(void)archive;
	if (whence == SEEK_CUR && __builtin_add_overflow((int64_t)unpack->at, offset, &to))
		to = -1;
	if (whence == SEEK_END && __builtin_add_overflow(size, offset, &to))
		to = -1;
	to = to < 0 ? 0 : to > size ? size : to;
	unpack->at = (size_t)to;
	return to;
}

int
unpack_init(struct unpack *unpack, struct format_out *out, struct bytes head, struct bytes body)
{
	*unpack = (struct unpack){.out = out, .head = head, .body = body};
	unpack->archive = archive_read_new();
	if (unpack->archive != NULL)
		return 0;
	format_flag(out, UNSCANNABLE_MEMORY);
	return -1;
}

static enum unpack_result
result_of(struct unpack *unpack, int ret)
{
	if (ret == ARCHIVE_EOF)
		return UNPACK_END;
	if (ret == ARCHIVE_OK)
		return UNPACK_READ;
	if (unpack->is_spent)
		return UNPACK_SPENT;
	if (archive_errno(unpack->archive) != ENOMEM)
		return ret == ARCHIVE_WARN ? UNPACK_READ : UNPACK_BROKEN;
	format_flag(unpack->out, UNSCANNABLE_MEMORY);
	return UNPACK_MEMORY;
}

enum unpack_result
unpack_open(struct unpack *unpack)
{
	struct archive *archive = unpack->archive;

	archive_read_set_callback_data(archive, unpack);
	archive_read_set_read_callback(archive, read_piece);
	archive_read_set_skip_callback(archive, skip);
	archive_read_set_seek_callback(archive, seek);
	return result_of(unpack, archive_read_open1(archive));
}

void
unpack_done(struct unpack *unpack)
{
	archive_read_free(unpack->archive);
}

enum unpack_result
unpack_next(struct unpack *unpack, struct archive_entry **ret_entry)
{
	int ret = archive_read_next_header(unpack->archive, ret_entry);

	return result_of(unpack, ret == ARCHIVE_RETRY ? ARCHIVE_FATAL : ret);
}

/* Zeros up to where the next block belongs: a file with holes. */
static bool
put_hole(struct unpack *unpack, size_t n, struct buf *content)
{
	uint8_t *room;

	if (!format_spend(unpack->out, n))
		return false;
	room = n > 0 ? buf_make_room(content, n) : NULL;
	if (room == NULL)
		return n == 0;
	memset(room, 0, n);
	buf_grew(content, n);
	return true;
}

static bool
put_block(struct unpack *unpack, struct bytes block, struct buf *content)
{
	size_t left = content->max - content->n;

	if (!format_spend(unpack->out, block.n)) {
		buf_put_bytes(content, bytes_sub(block, 0, left));
		return false;
	}
	buf_put_bytes(content, block);
	return !content->full;
}

enum unpack_result
unpack_content(struct unpack *unpack, struct buf *content)
{
	size_t begin = content->n;

	for (;;) {
		la_int64_t at;
		const void *p;
		size_t n, written = content->n - begin;
		int ret = archive_read_data_block(unpack->archive, &p, &n, &at);

		if (ret == ARCHIVE_EOF)
			return UNPACK_READ;
		/* With a warning there may still be something. */
		if (ret != ARCHIVE_OK && ret != ARCHIVE_WARN)
			return result_of(unpack, ret);
		if (at > 0 && (uint64_t)at > written && !put_hole(unpack, (size_t)at - written, content))
			return UNPACK_SPENT;
		if (!put_block(unpack, bytes_of(p, n), content))
			return UNPACK_SPENT;
	}
}
