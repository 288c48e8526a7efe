/* SPDX-License-Identifier: Apache-2.0 */
#include "parser/pdf_link.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/format/pdf.h"
#include "lib/format/pdf_protocol.h"
#include "lib/run/channel.h"

enum { SEND_MS = 1000 };

/* One a process: of the message that is being read. */
static bool is_used;

static bool
is_broken(void)
{
	struct pollfd link = {.fd = PDF_LINK_FD};

	return poll(&link, 1, 0) != 0;
}

/* Over the link, so that the reader knows nobody but this one file's pipes. */
static int
send_ends(int request, int answers)
{
	const struct channel_message message = {
		.type = PDF_HOST_READER, .fds = {request, answers}, .n_fds = 2};
	struct err err = {0};

	if (channel_send(PDF_LINK_FD, &message, clock_mono_ms() + SEND_MS, &err) == 0)
		return 0;
	if (err.sys_errno == EPIPE || err.sys_errno == ECONNRESET)
		_exit(EX_UNAVAILABLE);
	return -1;
}

static int
open_none(int *ret_to, int *ret_from)
{
	(void)ret_to;
	(void)ret_from;
	return -1;
}

static int
open_reader(int *ret_to, int *ret_from)
{
	int request[2] = {-1, -1}, answers[2] = {-1, -1}, ret = -1;

	is_used = true;
	if (pipe2(request, O_CLOEXEC) == 0 && pipe2(answers, O_CLOEXEC) == 0)
		ret = send_ends(request[0], answers[1]);
	fd_close(&request[0]);
	fd_close(&answers[1]);
	if (ret == 0) {
		*ret_to = request[1];
		*ret_from = answers[0];
		return 0;
	}
	fd_close(&request[1]);
	fd_close(&answers[0]);
	return -1;
}

void
pdf_link_use(void)
{
	pdf_use(is_broken() ? open_none : open_reader);
}

void
pdf_link_check(void)
{
	if (is_used && is_broken())
		_exit(EX_UNAVAILABLE);
	is_used = false;
}
