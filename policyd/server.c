/* SPDX-License-Identifier: Apache-2.0 */
#include "policyd/server.h"

#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "policyd/connection.h"

/* The longest answers that one turn may give a connection: 64 KiB of requests ahead. */
enum { OUT_MAX = 256 * 1024 };

enum { PORTS_MAX = 8, ACCEPT_AT_ONCE = 64, TICK_MS = 500, DRAIN_MS = 1000 };

struct port {
	struct server *server;
	struct server_port spec;
	struct event *event;
};

struct server {
	struct connections all;
	struct event *tick;
	struct port ports[PORTS_MAX];
	size_t n_ports, n_refused;
};

static struct timeval
time_of(int64_t ms)
{
	return (struct timeval){.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
}

static bool
may_connect(const struct port *port, int fd)
{
	struct ucred peer = {0};
	socklen_t n = sizeof(peer);

	if (port->spec.peers == PEERS_ANY)
		return true;
	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) == 0 && n == sizeof(peer) &&
	       (peer.uid == 0 || peer.uid == geteuid());
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
		if (!may_connect(port, fd)) {
			fd_close(&fd);
			continue;
		}
		if (server->all.n < server->all.limits.connections) {
			connection_open(&server->all, &port->spec, fd);
			continue;
		}
		fd_close(&fd);
		if (server->n_refused++ % 1000 == 0)
			log_warning("%s: more than %zu connections: refused", port->spec.name,
				server->all.limits.connections);
	}
}

/* One timer for all of them: a heap operation a request would cost more than the request. */
static void
on_tick(evutil_socket_t fd, short what, void *context)
{
	struct server *server = context;

	(void)fd, (void)what;
	connections_tick(&server->all, clock_mono_ms());
}

/* No more is read; what is on its way may still come. */
static void
on_stop(evutil_socket_t fd, short what, void *context)
{
	struct server *server = context;
	struct timeval patience = time_of(DRAIN_MS);

	(void)fd, (void)what;
	if (server->all.stopping)
		return;
	server->all.stopping = true;
	event_base_loopexit(server->all.base, server->all.n_late > 0 ? &patience : NULL);
}

int
server_open(const struct server_limits *limits, struct server **ret_server, struct err *err)
{
	struct server *server = mem_new(1, sizeof(*server));
	struct timeval tick = time_of(TICK_MS);

	server->all.limits = *limits;
	server->all.now = clock_mono_ms();
	buf_init(&server->all.out, OUT_MAX);
	server->all.base = event_base_new();
	if (server->all.base != NULL)
		server->tick = event_new(server->all.base, -1, EV_PERSIST, on_tick, server);
	if (server->tick == NULL || event_add(server->tick, &tick) != 0) {
		server_close(server);
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
	port->event = event_new(server->all.base, spec->listener, EV_READ | EV_PERSIST, on_accept, port);
	if (port->event == NULL || event_add(port->event, NULL) != 0)
		return err_set(err, ERR_TEMP, "%s: no event", spec->name);
	server->n_ports++;
	return 0;
}

struct event_base *
server_base(struct server *server)
{
	return server->all.base;
}

int
server_run(struct server *server, int stop_fd, struct err *err)
{
	struct event *stop = event_new(server->all.base, stop_fd, EV_READ, on_stop, server);
	int ret = 0;

	if (stop == NULL || event_add(stop, NULL) != 0 || event_base_dispatch(server->all.base) < 0)
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
	connections_close(&server->all);
	for (size_t i = 0; i < server->n_ports; i++)
		event_free(server->ports[i].event);
	if (server->tick != NULL)
		event_free(server->tick);
	if (server->all.base != NULL)
		event_base_free(server->all.base);
	buf_done(&server->all.out);
	free(server);
}

size_t
server_n_connections(const struct server *server)
{
	return server->all.n;
}
