/* SPDX-License-Identifier: Apache-2.0 */
/* A protocol of lines: "now" is answered at once, "later" in the loop's next turn, what else is an error. */
#include "policyd/server.h"

#include <event2/event.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/base/fd.h"
#include "tests/support/tap.h"

enum { WAITING_S = 20, LINES = 300, WAITING_MAX = 4 * LINES };

struct site {
	struct server *server;
	struct event *turn;
	struct server_call *waiting[WAITING_MAX];
	size_t n_waiting, most;
	int stop[2];
	char path[64];
};

static void
on_turn(evutil_socket_t fd, short what, void *context)
{
	struct site *site = context;
	size_t n = site->n_waiting;

	(void)fd, (void)what;
	site->n_waiting = 0;
	for (size_t i = 0; i < n; i++) {
		struct server_call *call = site->waiting[i];

		site->waiting[i] = NULL;
		server_answered(call, BYTES_LIT("later\n"));
	}
}

static int
on_lines(void *context, struct server_call *call, struct bytes *rest, struct buf *out)
{
	static const struct timeval soon = {.tv_usec = 1000};
	struct site *site = context;
	size_t end;

	while ((end = bytes_find_byte(*rest, '\n')) < rest->n) {
		struct bytes line = bytes_sub(*rest, 0, end);

		*rest = bytes_sub(*rest, end + 1, rest->n);
		if (bytes_eq(line, BYTES_LIT("now")))
			buf_put_str(out, "now\n");
		else if (bytes_eq(line, BYTES_LIT("later")) && site->n_waiting < WAITING_MAX) {
			site->waiting[site->n_waiting++] = call;
			site->most = site->n_waiting > site->most ? site->n_waiting : site->most;
			server_later(call);
			event_add(site->turn, &soon);
			return 0;
		} else
			return -1;
	}
	return 0;
}

static void *
serve(void *context)
{
	struct site *site = context;

	server_run(site->server, site->stop[0], NULL);
	return NULL;
}

static int
dial(const struct site *site)
{
	const struct timeval patience = {.tv_sec = WAITING_S};
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memcpy(address.sun_path, site->path, sizeof(site->path));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		tap_ok(false, "connect");
	return fd;
}

/* All that comes until the end, or until nothing comes any more. */
static struct bytes
hear(int fd, struct buf *buf)
{
	uint8_t piece[4096];
	ssize_t n;

	buf_reset(buf);
	while ((n = read(fd, piece, sizeof(piece))) > 0)
		buf_put(buf, piece, (size_t)n);
	return buf_bytes(buf);
}

static const struct {
	const char *name, *asked, *answered;
} rows[] = {
	{"at once", "now\nnow\n", "now\nnow\n"},
	{"later", "later\n", "later\n"},
	{"in the order of the requests", "now\nlater\nnow\nlater\nlater\nnow\n",
		"now\nlater\nnow\nlater\nlater\nnow\n"},
	{"an error behind a late answer ends it", "later\nwhat\nnow\n", "later\n"},
	{"an error behind an early one, too", "now\nwhat\nnow\n", "now\n"},
	{"half a request behind a late one", "later\nno", "later\n"},
};

/* The peer says all it has to say and closes its half. */
static void
test_rows(const struct site *site, struct buf *buf)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int fd = dial(site);

		fd_write_all(fd, bytes_of_str(rows[i].asked), NULL);
		shutdown(fd, SHUT_WR);
		tap_ok(bytes_eq(hear(fd, buf), bytes_of_str(rows[i].answered)), "%s", rows[i].name);
		fd_close(&fd);
	}
}

/* More ahead than is kept for one connection; nothing is lost. */
static void
test_ahead(const struct site *site, struct buf *buf)
{
	int fd = dial(site);

	for (int i = 0; i < LINES; i++)
		fd_write_all(fd, BYTES_LIT("later\nnow\n"), NULL);
	shutdown(fd, SHUT_WR);
	tap_ok(hear(fd, buf).n == (size_t)LINES * strlen("later\nnow\n"), "%d requests ahead", 2 * LINES);
	fd_close(&fd);
}

static void
test_gone(const struct site *site, struct buf *buf)
{
	for (int i = 0; i < LINES; i++) {
		int fd = dial(site);

		fd_write_all(fd, BYTES_LIT("later\n"), NULL);
		fd_close(&fd);
	}
	test_rows(site, buf);
}

/* Stopped with answers on their way: they still come. */
static void
test_stop(struct site *site, pthread_t thread, struct buf *buf)
{
	int fds[10];
	size_t n = 0;

	for (size_t i = 0; i < 10; i++) {
		fds[i] = dial(site);
		fd_write_all(fds[i], BYTES_LIT("now\n"), NULL);
		n += read(fds[i], (char[8]){0}, 8) == 4;
		fd_write_all(fds[i], BYTES_LIT("later\n"), NULL);
	}
	fd_write_all(site->stop[1], BYTES_LIT("x"), NULL);
	pthread_join(thread, NULL);
	tap_ok(n == 10 && site->n_waiting == 0, "at the end nobody waits");
	event_free(site->turn);
	server_close(site->server);
	for (size_t i = 0; i < 10; i++) {
		(void)hear(fds[i], buf);
		fd_close(&fds[i]);
	}
}

static int
open_listener(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memcpy(address.sun_path, path, strlen(path));
	(void)unlink(path);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 || listen(fd, 100) != 0)
		tap_ok(false, "listen at %s", path);
	return fd;
}

int
main(void)
{
	const struct server_limits limits = {
		.connections = 1000, .request = 100, .idle_ms = 60000, .stall_ms = 60000};
	struct server_port port = {.name = "lines", .answer = on_lines};
	struct site site = {0};
	struct buf buf;
	pthread_t thread;

	snprintf(site.path, sizeof(site.path), "/tmp/postseal-server.%d", (int)getpid());
	buf_init(&buf, 1 << 20);
	port.listener = open_listener(site.path);
	port.context = &site;
	if (pipe(site.stop) != 0 || server_open(&limits, &site.server, NULL) != 0 ||
		server_add_port(site.server, &port, NULL) != 0)
		return 1;
	site.turn = event_new(server_base(site.server), -1, 0, on_turn, &site);
	pthread_create(&thread, NULL, serve, &site);
	test_rows(&site, &buf);
	test_ahead(&site, &buf);
	test_gone(&site, &buf);
	test_stop(&site, thread, &buf);
	buf_done(&buf);
	(void)unlink(site.path);
	return tap_done();
}
