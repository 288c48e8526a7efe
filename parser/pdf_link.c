/* SPDX-License-Identifier: Apache-2.0 */
#include "parser/pdf_link.h"

#include <fcntl.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/format/pdf_protocol.h"
#include "lib/run/channel.h"

enum { SEND_MS = 1000 };

/* Over the link, so that the reader knows nobody but this one file's pipes. */
static int
send_ends(int request, int answers)
{
	const struct channel_message message = {
		.type = PDF_HOST_READER, .fds = {request, answers}, .n_fds = 2};

	return channel_send(PDF_LINK_FD, &message, clock_mono_ms() + SEND_MS, NULL);
}

int
pdf_link_open(int *ret_to, int *ret_from)
{
	int request[2] = {-1, -1}, answers[2] = {-1, -1}, ret = -1;

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
