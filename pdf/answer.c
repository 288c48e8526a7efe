/* SPDX-License-Identifier: Apache-2.0 */
#include "pdf/answer.h"

#include <errno.h>
#include <unistd.h>

#include "lib/base/fd.h"

enum { FLUSH_AT = 64 * 1024, FRAME_MAX = 1 << 30, NAME_MAX_BYTES = 255, ENDED = 0, GONE = 1 };

static guint
hash_bytes(gconstpointer bytes)
{
	return g_bytes_hash(bytes);
}

void
answer_init(struct answer *answer, int fd, size_t most)
{
	*answer = (struct answer){.fd = fd, .left = most};
	buf_init(&answer->frames, FRAME_MAX);
	answer->told = g_hash_table_new_full(hash_bytes, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
}

/* Nobody reads any more: the worker gave this file up. */
static void
flush(struct answer *answer)
{
	if (fd_write_all(answer->fd, buf_bytes(&answer->frames), NULL) != 0)
		_exit(GONE);
	buf_reset(&answer->frames);
}

/* `head` is what stands before `content`, of the one payload. */
static void
put_frame(struct answer *answer, enum pdf_frame type, struct bytes head, struct bytes content)
{
	uint8_t header[PDF_FRAME_HEADER];

	pdf_put_number(header, type);
	pdf_put_number(header + 4, (uint32_t)(head.n + content.n));
	buf_put(&answer->frames, header, sizeof(header));
	buf_put_bytes(&answer->frames, head);
	if (answer->frames.n + content.n < FLUSH_AT) {
		buf_put_bytes(&answer->frames, content);
		return;
	}
	flush(answer);
	if (fd_write_all(answer->fd, content, NULL) != 0)
		_exit(GONE);
}

_Noreturn void
answer_end(struct answer *answer)
{
	put_frame(answer, PDF_END, bytes_of(NULL, 0), bytes_of(NULL, 0));
	flush(answer);
	_exit(ENDED);
}

static void
say_number(struct answer *answer, enum pdf_frame type, uint32_t number)
{
	uint8_t head[4];

	pdf_put_number(head, number);
	put_frame(answer, type, bytes_of(head, sizeof(head)), bytes_of(NULL, 0));
}

void
answer_limit(struct answer *answer, enum pdf_limit limit)
{
	say_number(answer, PDF_LIMIT, limit);
}

void
answer_say(struct answer *answer, enum pdf_frame type)
{
	put_frame(answer, type, bytes_of(NULL, 0), bytes_of(NULL, 0));
}

void
answer_revision(struct answer *answer, uint32_t revision)
{
	answer->revision = revision;
}

/* What counts as told is the whole of a payload, names and page numbers included. */
static bool
is_new(struct answer *answer, enum pdf_frame type, struct bytes head, struct bytes content)
{
	GByteArray *all = g_byte_array_sized_new((guint)(1 + head.n + content.n));
	uint8_t tag = (uint8_t)type;

	g_byte_array_append(all, &tag, 1);
	g_byte_array_append(all, head.p, (guint)head.n);
	g_byte_array_append(all, content.p, (guint)content.n);
	return g_hash_table_add(answer->told, g_byte_array_free_to_bytes(all));
}

static void
tell(struct answer *answer, enum pdf_frame type, struct bytes head, struct bytes content)
{
	if (content.n == 0)
		return;
	if (head.n + content.n > answer->left || content.n > FRAME_MAX / 2) {
		answer_limit(answer, PDF_LIMIT_SIZE);
		answer_end(answer);
	}
	if (!is_new(answer, type, head, content))
		return;
	answer->left -= head.n + content.n;
	if (answer->revision != answer->revision_told)
		say_number(answer, PDF_REVISION, answer->revision);
	answer->revision_told = answer->revision;
	put_frame(answer, type, head, content);
}

void
answer_page(struct answer *answer, uint32_t number, struct bytes text)
{
	uint8_t head[4];

	pdf_put_number(head, number);
	tell(answer, PDF_PAGE, bytes_of(head, sizeof(head)), text);
}

void
answer_text(struct answer *answer, enum pdf_kind kind, struct bytes name, struct bytes text)
{
	uint8_t head[4 + 1 + NAME_MAX_BYTES];

	name = bytes_sub(name, 0, NAME_MAX_BYTES);
	pdf_put_number(head, kind);
	head[4] = (uint8_t)name.n;
	if (name.n > 0)
		memcpy(head + 5, name.p, name.n);
	tell(answer, PDF_TEXT, bytes_of(head, 5 + name.n), text);
}

void
answer_file(struct answer *answer, struct bytes name, struct bytes content)
{
	uint8_t head[4 + NAME_MAX_BYTES];

	name = bytes_sub(name, 0, NAME_MAX_BYTES);
	pdf_put_number(head, (uint32_t)name.n);
	if (name.n > 0)
		memcpy(head + 4, name.p, name.n);
	tell(answer, PDF_FILE, bytes_of(head, 4 + name.n), content);
}

_Noreturn void
answer_end_now(struct answer *answer, enum pdf_limit limit)
{
	uint8_t last[2 * PDF_FRAME_HEADER + 4] = {0};

	pdf_put_number(last, PDF_LIMIT);
	pdf_put_number(last + 4, 4);
	pdf_put_number(last + 8, limit);
	pdf_put_number(last + 12, PDF_END);
	if (fd_write_all(answer->fd, buf_bytes(&answer->frames), NULL) == 0)
		(void)fd_write_all(answer->fd, bytes_of(last, sizeof(last)), NULL);
	_exit(ENDED);
}
