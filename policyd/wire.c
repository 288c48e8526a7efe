/* SPDX-License-Identifier: Apache-2.0 */
#include "policyd/wire.h"

#include <errno.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "lib/tls/tls.h"

/* OUT_MAX: what a server that reads nothing may cost; its time is up long before. */
enum { READ_SIZE = 64 * 1024, OUT_MAX = 16 * 1024 * 1024 };

struct wire {
	struct wire_events events;
	int fd;
	bool connected, open, lost;
	struct event *readable, *writable;
	struct tls *tls;
	struct buf early; /* plain text that waits for TLS */
	struct buf out;
	size_t sent;
	struct buf plain;
	uint8_t in[READ_SIZE];
};

static void
lose(struct wire *w, const char *why)
{
	if (w->lost)
		return;
	w->lost = true;
	event_del(w->readable);
	event_del(w->writable);
	w->events.lost(w->events.context, why);
}

static void
send_out(struct wire *w)
{
	while (w->sent < w->out.n) {
		ssize_t n = send(w->fd, w->out.p + w->sent, w->out.n - w->sent, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) {
			event_add(w->writable, NULL);
			return;
		}
		if (n < 0) {
			lose(w, strerror(errno));
			return;
		}
		w->sent += (size_t)n;
	}
	buf_reset(&w->out);
	w->sent = 0;
}

static void
be_open(struct wire *w)
{
	w->open = true;
	w->events.opened(w->events.context);
	if (w->early.n > 0 && !w->lost)
		wire_send(w, buf_bytes(&w->early));
	buf_wipe_done(&w->early);
}

/* What came from the wire, or nothing, to begin. */
static void
feed_tls(struct wire *w, struct bytes b)
{
	struct err err = {0};
	enum tls_state state = tls_feed(w->tls, b, &w->plain, &w->out, &err);

	send_out(w);
	if (state == TLS_OPEN && !w->open)
		be_open(w);
	if (w->plain.n > 0 && !w->lost)
		w->events.received(w->events.context, buf_bytes(&w->plain));
	buf_reset(&w->plain);
	if (state == TLS_FAILED || state == TLS_ENDED)
		lose(w, state == TLS_FAILED ? err.text : "it ended");
}

static void
on_readable(evutil_socket_t fd, short what, void *context)
{
	struct wire *w = context;
	ssize_t n = read(fd, w->in, READ_SIZE);

	(void)what;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0)
		lose(w, n < 0 ? strerror(errno) : "it hung up");
	else if (w->tls != NULL)
		feed_tls(w, bytes_of(w->in, (size_t)n));
	else
		w->events.received(w->events.context, bytes_of(w->in, (size_t)n));
}

static void
on_connected(struct wire *w)
{
	int failed = 0;
	socklen_t n = sizeof(failed);

	if (getsockopt(w->fd, SOL_SOCKET, SO_ERROR, &failed, &n) != 0 || failed != 0) {
		lose(w, strerror(failed));
		return;
	}
	w->connected = true;
	event_add(w->readable, NULL);
	if (w->tls != NULL)
		feed_tls(w, bytes_of(NULL, 0));
	else
		be_open(w);
}

static void
on_writable(evutil_socket_t fd, short what, void *context)
{
	struct wire *w = context;

	(void)fd, (void)what;
	if (w->connected)
		send_out(w);
	else
		on_connected(w);
}

static int
dial(const struct place *place, int *ret_fd, struct err *err)
{
	int one = 1, fd = socket(place->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return err_sys(err, ERR_TEMP, "socket");
	/* EAGAIN: the queue of a socket in the file system is full, and nobody would tell when it is not. */
	if (connect(fd, (const struct sockaddr *)&place->address, place->n) != 0 && errno != EINPROGRESS) {
		err_sys(err, ERR_TEMP, "connect");
		fd_close(&fd);
		return -1;
	}
	if (place->address.ss_family != AF_UNIX)
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	*ret_fd = fd;
	return 0;
}

int
wire_open(const struct wire_spec *spec, struct wire **ret_wire, struct err *err)
{
	const struct tls_peer peer = {
		.sni = spec->name, .names = {spec->name}, .n_names = 1, .trust = TLS_REQUIRE};
	struct tls *tls = NULL;
	struct wire *w;
	int fd = -1;

	if (dial(spec->place, &fd, err) < 0)
		return -1;
	if (spec->tls != NULL && tls_new(spec->tls, &peer, &tls, err) < 0) {
		fd_close(&fd);
		return -1;
	}
	w = mem_new(1, sizeof(*w));
	w->events = spec->events;
	w->fd = fd;
	w->tls = tls;
	buf_init(&w->early, OUT_MAX);
	buf_init(&w->out, OUT_MAX);
	buf_init(&w->plain, OUT_MAX);
	w->readable = event_new(spec->base, fd, EV_READ | EV_PERSIST, on_readable, w);
	w->writable = event_new(spec->base, fd, EV_WRITE, on_writable, w);
	event_add(w->writable, NULL); /* also where connect() is done already: one way in */
	*ret_wire = w;
	return 0;
}

void
wire_close(struct wire *w)
{
	if (w == NULL)
		return;
	event_free(w->readable);
	event_free(w->writable);
	tls_free(w->tls);
	fd_close(&w->fd);
	buf_wipe_done(&w->early);
	buf_done(&w->out);
	buf_done(&w->plain);
	free(w);
}

void
wire_send(struct wire *w, struct bytes b)
{
	bool idle = w->out.n == 0;

	if (w->lost)
		return;
	if (!w->open)
		buf_put_bytes(&w->early, b);
	else if (w->tls == NULL)
		buf_put_bytes(&w->out, b);
	else if (tls_write(w->tls, b, &w->out, NULL) < 0)
		lose(w, "TLS failed");
	if (w->early.full || w->out.full)
		lose(w, "it takes nothing more");
	if (w->open && idle && !w->lost)
		send_out(w);
}
