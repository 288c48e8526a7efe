/* SPDX-License-Identifier: Apache-2.0 */
#include "policyd/server.h"

#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/fd.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"

/* Read at once; and answers that may wait for a peer before no more of its requests are read. */
enum { READ_SIZE = 64 * 1024, UNSENT_MAX = 64 * 1024, PORTS_MAX = 8, ACCEPT_AT_ONCE = 64 };

struct port {
	struct server *server;
	struct server_port spec;
	struct event *event;
};

struct connection {
	struct server *server;
	const struct port *port;
	int fd;
	struct event *readable, *writable;
	struct buf in, out;
	size_t sent; /* of out */
	struct connection *next, **link;
};

struct server {
	struct event_base *base;
	struct server_limits limits;
	struct port ports[PORTS_MAX];
	size_t n_ports, n_connections, n_refused;
	struct connection *connections;
	uint8_t bytes[READ_SIZE];
};

static void
connection_close(struct connection *c)
{
	*c->link = c->next;
	if (c->next != NULL)
		c->next->link = c->link;
	c->server->n_connections--;
	event_free(c->readable);
	event_free(c->writable);
	fd_close(&c->fd);
	buf_wipe_done(&c->in);
	buf_wipe_done(&c->out);
	free(c);
}

static struct timeval
time_of(int64_t ms)
{
	return (struct timeval){.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
}

/* It stays added from one request to the next: only its time begins anew. */
static void
wait_readable(struct connection *c)
{
	struct timeval patience =
		time_of(c->in.n > 0 ? c->server->limits.stall_ms : c->server->limits.idle_ms);

	event_add(c->readable, &patience);
}

/* Returns -1 when the peer is gone. */
static int
send_out(struct connection *c)
{
	while (c->sent < c->out.n) {
		ssize_t n = send(c->fd, c->out.p + c->sent, c->out.n - c->sent, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? 0 : -1;
		c->sent += (size_t)n;
	}
	buf_reset(&c->out);
	c->sent = 0;
	return 0;
}

/* What was read into `in`; what is left of it moves to the front. Returns -1 when the connection must end. */
static int
answer(struct connection *c)
{
	struct bytes rest = buf_bytes(&c->in);

	if (c->port->spec.answer(c->port->spec.context, &rest, &c->out) < 0 || c->out.full) {
		log_warning("%s: a request that is none, or too long; the connection is closed",
			c->port->spec.name);
		return -1;
	}
	if (rest.n > 0)
		memmove(c->in.p, rest.p, rest.n);
	c->in.n = rest.n;
	return 0;
}

static void
go_on(struct connection *c)
{
	struct timeval patience = time_of(c->server->limits.stall_ms);

	if (send_out(c) < 0) {
		connection_close(c);
		return;
	}
	if (c->out.n > 0)
		event_add(c->writable, &patience);
	if (c->out.n - c->sent < UNSENT_MAX)
		wait_readable(c);
	else
		event_del(c->readable);
}

static void
on_readable(evutil_socket_t fd, short what, void *context)
{
	struct connection *c = context;
	ssize_t n;

	if ((what & EV_TIMEOUT) != 0) {
		connection_close(c);
		return;
	}
	n = read(fd, c->server->bytes, READ_SIZE);
	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		wait_readable(c);
		return;
	}
	if (n > 0)
		buf_put(&c->in, c->server->bytes, (size_t)n);
	if (n <= 0 || c->in.full || answer(c) < 0) {
		(void)send_out(c);
		connection_close(c);
		return;
	}
	go_on(c);
}

static void
on_writable(evutil_socket_t fd, short what, void *context)
{
	struct connection *c = context;

	(void)fd;
	if ((what & EV_TIMEOUT) != 0)
		connection_close(c);
	else
		go_on(c);
}

static void
take(const struct port *port, int fd)
{
	struct server *server = port->server;
	struct connection *c = mem_new(1, sizeof(*c));

	*c = (struct connection){.server = server,
		.port = port,
		.fd = fd,
		.next = server->connections,
		.link = &server->connections};
	buf_init(&c->in, server->limits.request + READ_SIZE);
	buf_init(&c->out, UNSENT_MAX + READ_SIZE);
	c->readable = event_new(server->base, fd, EV_READ | EV_PERSIST, on_readable, c);
	c->writable = event_new(server->base, fd, EV_WRITE, on_writable, c);
	if (c->next != NULL)
		c->next->link = &c->next;
	server->connections = c;
	server->n_connections++;
	wait_readable(c);
}

/* One that is too many is closed at once: Postfix tries again, and an admin reads why. */
static void
on_accept(evutil_socket_t listener, short what, void *context)
{
	struct port *port = context;
	struct server *server = port->server;

	(void)what;
	for (int i = 0; i < ACCEPT_AT_ONCE; i++) {
		int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd < 0)
			return;
		if (server->n_connections < server->limits.connections) {
			take(port, fd);
			continue;
		}
		fd_close(&fd);
		if (server->n_refused++ % 1000 == 0)
			log_warning("%s: more than %zu connections: refused", port->spec.name,
				server->limits.connections);
	}
}

static void
on_stop(evutil_socket_t fd, short what, void *context)
{
	(void)fd, (void)what;
	event_base_loopexit(context, NULL);
}

int
server_open(const struct server_limits *limits, struct server **ret_server, struct err *err)
{
	struct server *server = mem_new(1, sizeof(*server));

	server->limits = *limits;
	server->base = event_base_new();
	if (server->base == NULL) {
		free(server);
		return err_set(err, ERR_TEMP, "no event loop");
	}
	*ret_server = server;
	return 0;
}

int
server_add_port(struct server *server, const struct server_port *spec, struct err *err)
{
	struct port *port = &server->ports[server->n_ports];

	if (server->n_ports == PORTS_MAX)
		return err_set(err, ERR_CONFIG, "more than %d ports", PORTS_MAX);
	*port = (struct port){.server = server, .spec = *spec};
	if (evutil_make_socket_nonblocking(spec->listener) != 0)
		return err_sys(err, ERR_TEMP, "%s", spec->name);
	port->event = event_new(server->base, spec->listener, EV_READ | EV_PERSIST, on_accept, port);
	if (port->event == NULL || event_add(port->event, NULL) != 0)
		return err_set(err, ERR_TEMP, "%s: no event", spec->name);
	server->n_ports++;
	return 0;
}

int
server_run(struct server *server, int stop_fd, struct err *err)
{
	struct event *stop = event_new(server->base, stop_fd, EV_READ | EV_PERSIST, on_stop, server->base);
	int ret = 0;

	if (stop == NULL || event_add(stop, NULL) != 0 || event_base_dispatch(server->base) < 0)
		ret = err_set(err, ERR_TEMP, "the event loop failed");
	if (stop != NULL)
		event_free(stop);
	return ret;
}

void
server_close(struct server *server)
{
	if (server == NULL)
		return;
	while (server->connections != NULL)
		connection_close(server->connections);
	for (size_t i = 0; i < server->n_ports; i++)
		event_free(server->ports[i].event);
	event_base_free(server->base);
	free(server);
}

size_t
server_n_connections(const struct server *server)
{
	return server->n_connections;
}
