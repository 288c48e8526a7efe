/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PDF (ISO 32000-1), by way of postseal-pdf: each file has a reader of its own, which ends with it. Its death
 * is this file's, not the worker's.
 */
#include "lib/format/pdf.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "lib/base/fd.h"
#include "lib/format/formats.h"
#include "lib/format/pdf_answer.h"

/* The time of the file is looked at so often while nothing comes. */
enum { LOOK_MS = 20, READ_SIZE = 64 * 1024, PIPE_SIZE = 1 << 20, HEADER_WITHIN = 1024 };

static pdf_open open_reader;

void
pdf_use(pdf_open open)
{
	open_reader = open;
}

/* Readers take a header anywhere in the first 1024 bytes (ISO 32000-1 annex H, implementation note 13). */
static bool
is_pdf(struct bytes content)
{
	content = bytes_sub(content, 0, HEADER_WITHIN);
	return bytes_find(content, BYTES_LIT("%PDF-")) < content.n;
}

struct talk {
	struct format_out *out;
	int to, from;
	struct buf in; /* what came and is not taken yet */
};

/* Returns 1: ready; 0: the time is over, and that was flagged. */
static int
wait_for(struct talk *talk, int fd, short events)
{
	struct pollfd pfd = {.fd = fd, .events = events};

	for (;;) {
		if (poll(&pfd, 1, LOOK_MS) > 0)
			return 1;
		if (!format_spend(talk->out, 0))
			return 0;
	}
}

/* Returns 1; 0: the time is over; -1: the reader is gone. */
static int
send_all(struct talk *talk, struct bytes bytes)
{
	while (bytes.n > 0) {
		ssize_t n = write(talk->to, bytes.p, bytes.n);

		if (n >= 0)
			bytes = bytes_sub(bytes, (size_t)n, bytes.n);
		else if (errno == EAGAIN && wait_for(talk, talk->to, POLLOUT) == 0)
			return 0;
		else if (errno != EAGAIN && errno != EINTR)
			return -1;
	}
	return 1;
}

static int
send_file(struct talk *talk, struct bytes content)
{
	uint8_t head[PDF_FRAME_HEADER + 4];
	size_t most = format_bytes_left(talk->out);
	int ret;

	pdf_put_number(head, PDF_READ);
	pdf_put_number(head + 4, (uint32_t)(content.n + 4));
	pdf_put_number(head + 8, most < UINT32_MAX ? (uint32_t)most : UINT32_MAX);
	ret = send_all(talk, bytes_of(head, sizeof(head)));
	return ret == 1 ? send_all(talk, content) : ret;
}

/* At least one more byte, as send_all() says; no more memory than what really came. */
static int
receive(struct talk *talk)
{
	for (;;) {
		uint8_t *room = buf_room(&talk->in, READ_SIZE);
		ssize_t n = room != NULL ? read(talk->from, room, READ_SIZE) : 0;

		if (room == NULL)
			format_flag(talk->out, UNSCANNABLE_SIZE);
		if (room == NULL || (n < 0 && errno == EAGAIN && wait_for(talk, talk->from, POLLIN) == 0))
			return 0;
		if (n > 0) {
			buf_grew(&talk->in, (size_t)n);
			return format_spend(talk->out, (size_t)n) ? 1 : 0;
		}
		if (n == 0 || (errno != EAGAIN && errno != EINTR))
			return -1;
	}
}

/* Takes the frames that came whole off the front. Returns 0, or -1: no reader answers like this. */
static int
take_frames(struct talk *talk, struct pdf_answer *answer)
{
	struct bytes rest = buf_bytes(&talk->in);
	int ret = 0;

	while (ret == 0 && rest.n >= PDF_FRAME_HEADER) {
		struct bytes frame = rest;
		uint32_t type = pdf_take_number(&frame), n = pdf_take_number(&frame);

		if (n > frame.n)
			break;
		ret = pdf_answer_take(answer, type, bytes_sub(frame, 0, n));
		rest = bytes_sub(frame, n, frame.n);
	}
	if (rest.n > 0 && rest.p != talk->in.p)
		memmove(talk->in.p, rest.p, rest.n);
	talk->in.n = rest.n;
	return ret;
}

static int
converse(struct talk *talk, struct bytes content, struct pdf_answer *answer)
{
	int ret = send_file(talk, content);

	fd_close(&talk->to);
	while (ret == 1 && !answer->ended) {
		ret = receive(talk);
		if (ret == 1 && take_frames(talk, answer) != 0)
			ret = -1;
	}
	return ret;
}

static void
set_up(int fd)
{
	(void)fcntl(fd, F_SETFL, O_NONBLOCK);
	(void)fcntl(
		fd, F_SETPIPE_SZ, PIPE_SIZE); /* fewer turns for a large file; the smaller one does as well */
}

static void
read_pdf(struct format_out *out, struct bytes content)
{
	struct talk talk = {.out = out, .to = -1, .from = -1};
	struct pdf_answer answer;

	if (open_reader == NULL) {
		format_is_unread(out);
		return;
	}
	if (content.n > UINT32_MAX - 4 || open_reader(&talk.to, &talk.from) != 0) {
		format_flag(out, UNSCANNABLE_CRASH);
		return;
	}
	set_up(talk.to);
	set_up(talk.from);
	buf_init(&talk.in, format_bytes_left(out) + READ_SIZE);
	pdf_answer_init(&answer, out);
	if (converse(&talk, content, &answer) < 0)
		format_flag(out, UNSCANNABLE_CRASH);
	pdf_answer_done(&answer);
	buf_wipe_done(&talk.in);
	fd_close(&talk.to);
	fd_close(&talk.from);
}

const struct format pdf_format = {
	.name = "pdf",
	.types = (const char *const[]){"application/pdf", "application/x-pdf", "application/acrobat",
		"text/pdf", NULL},
	.extensions = (const char *const[]){"pdf", "ai", NULL},
	.is = is_pdf,
	.read = read_pdf,
};
