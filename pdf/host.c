/* SPDX-License-Identifier: Apache-2.0 */
#include "pdf/host.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "lib/run/channel.h"
#include "pdf/reader.h"

enum { LINKS_MAX = 1000, WATCHED = 3 };

/* A worker, and the reader that reads for it. */
struct link {
	int fd;
	struct pdf_bounds bounds;
	pid_t reader; /* 0: none */
	int process;  /* readable when the reader has ended */
	int answers;  /* our copy of the pipe: an error on it says that the worker has closed its end */
};

struct host {
	int control;
	struct link links[LINKS_MAX];
	size_t n;
	struct buf buf;
};

/* Ends it, whatever it does. The worker sees the end of the pipe once our copy is closed, too. */
static void
end_reader(struct link *link)
{
	if (link->reader == 0)
		return;
	(void)kill(link->reader, SIGKILL);
	while (waitpid(link->reader, NULL, 0) < 0 && errno == EINTR)
		;
	fd_close(&link->process);
	fd_close(&link->answers);
	link->reader = 0;
}

static void
close_link(struct host *host, size_t i)
{
	end_reader(&host->links[i]);
	fd_close(&host->links[i].fd);
	host->links[i] = host->links[--host->n];
}

static void
start_reader(struct link *link, struct channel_message *message)
{
	pid_t pid = fork();

	if (pid == 0)
		reader_run(message->fds[0], message->fds[1], &link->bounds);
	if (pid < 0)
		return; /* the pipes are closed: the worker takes it for a crash */
	link->reader = pid;
	link->process = (int)syscall(SYS_pidfd_open, pid, 0);
	link->answers = message->fds[1];
	message->fds[1] = message->fds[0];
	message->n_fds = 1;
	if (link->process < 0)
		end_reader(link);
}

/* Returns 0, or -1: the worker is gone, or is none. */
static int
serve_link(struct host *host, struct link *link)
{
	struct channel_message message;

	if (channel_receive(link->fd, &host->buf, &message, clock_mono_ms(), NULL) != 1)
		return -1;
	if (message.type != PDF_HOST_READER || message.n_fds != 2 || message.payload.n != 0) {
		channel_close_fds(&message);
		return -1;
	}
	start_reader(link, &message);
	channel_close_fds(&message);
	return 0;
}

/* Returns 0, or -1: the supervisor is gone. */
static int
serve_control(struct host *host)
{
	struct channel_message message;

	if (channel_receive(host->control, &host->buf, &message, clock_mono_ms(), NULL) != 1)
		return -1;
	if (message.type == PDF_HOST_LINK && message.n_fds == 1 && message.payload.n == PDF_BOUNDS &&
		host->n < LINKS_MAX) {
		struct link link = {.fd = message.fds[0], .process = -1, .answers = -1};

		link.bounds.memory_mib = pdf_take_number(&message.payload);
		link.bounds.seconds = pdf_take_number(&message.payload);
		host->links[host->n++] = link;
		message.n_fds = 0;
	}
	channel_close_fds(&message);
	return 0;
}

/* While a reader works, its worker is only watched for its end: one at a time. */
static void
watch(const struct link *link, struct pollfd *watched)
{
	watched[0] = (struct pollfd){.fd = link->fd, .events = link->reader == 0 ? POLLIN : 0};
	watched[1] = (struct pollfd){.fd = link->process, .events = POLLIN};
	watched[2] = (struct pollfd){.fd = link->answers};
}

static void
serve_links(struct host *host, const struct pollfd *watched)
{
	/* From the last: a link that goes gives its place to the last, which was served. */
	for (size_t i = host->n; i-- > 0;) {
		const struct pollfd *w = &watched[1 + i * WATCHED];
		struct link *link = &host->links[i];
		bool is_gone = (w[0].revents & (POLLHUP | POLLERR)) != 0;

		if (is_gone || w[1].revents != 0 || w[2].revents != 0)
			end_reader(link);
		if (is_gone || ((w[0].revents & POLLIN) != 0 && serve_link(host, link) != 0))
			close_link(host, i);
	}
}

int
host_serve(int control, struct err *err)
{
	struct host *host = mem_new(1, sizeof(*host));
	struct pollfd *watched = mem_new(1 + LINKS_MAX * WATCHED, sizeof(*watched));
	int ret = 0;

	host->control = control;
	buf_init(&host->buf, PDF_BOUNDS);
	while (ret == 0) {
		watched[0] = (struct pollfd){.fd = control, .events = POLLIN};
		for (size_t i = 0; i < host->n; i++)
			watch(&host->links[i], &watched[1 + i * WATCHED]);
		if (poll(watched, 1 + host->n * WATCHED, -1) < 0 && errno != EINTR)
			ret = err_sys(err, ERR_TEMP, "poll");
		else {
			serve_links(host, watched);
			if (watched[0].revents != 0 && serve_control(host) != 0)
				break;
		}
	}
	while (host->n > 0)
		close_link(host, 0);
	free(watched);
	free(host);
	return ret;
}
