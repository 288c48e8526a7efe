/* SPDX-License-Identifier: Apache-2.0 */
#include "policyd/connection.h"

#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/fd.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"

struct server_call {
	struct connections *all;
	const struct server_port *port;
	int fd; /* -1: the peer is gone, and an answer is awaited */
	struct event *readable, *writable;
	bool late;      /* an answer is awaited */
	bool deaf;      /* nothing is read: too much waits to be sent, or to be answered */
	bool ended;     /* the peer sends no more */
	int64_t since;  /* of the last byte */
	struct buf in;  /* what is not answered yet */
	struct buf out; /* what is not sent yet */
	size_t sent;    /* of out */
	struct server_call *next, **link;
};

static void
forget(struct server_call *c)
{
	*c->link = c->next;
	if (c->next != NULL)
		c->next->link = c->link;
	buf_wipe_done(&c->in);
	buf_wipe_done(&c->out);
	free(c);
}

static void
hang_up(struct server_call *c)
{
	if (c->fd >= 0) {
		c->all->n--;
		event_free(c->readable);
		event_free(c->writable);
		fd_close(&c->fd);
	}
	if (!c->late)
		forget(c);
}

/* Returns how much went out; -1 when the peer is gone. */
static ssize_t
send_some(struct server_call *c, struct bytes b)
{
	size_t sent = 0;

	while (sent < b.n) {
		ssize_t n = send(c->fd, b.p + sent, b.n - sent, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? (ssize_t)sent : -1;
		sent += (size_t)n;
	}
	return (ssize_t)sent;
}

/* Sends at once what can be sent at once, and keeps the rest. Returns -1 when the connection must end. */
static int
send_or_keep(struct server_call *c, struct bytes answers)
{
	ssize_t sent = 0;

	if (answers.n == 0)
		return 0;
	if (c->out.n == 0 && (sent = send_some(c, answers)) < 0)
		return -1;
	if ((size_t)sent == answers.n)
		return 0;
	if (c->out.n == 0)
		event_add(c->writable, NULL);
	buf_put_bytes(&c->out, bytes_sub(answers, (size_t)sent, answers.n));
	return c->out.full ? -1 : 0;
}

static int
send_kept(struct server_call *c)
{
	ssize_t sent = send_some(c, bytes_sub(buf_bytes(&c->out), c->sent, c->out.n));

	if (sent < 0)
		return -1;
	c->sent += (size_t)sent;
	if (c->sent < c->out.n) {
		event_add(c->writable, NULL);
		return 0;
	}
	buf_reset(&c->out);
	c->sent = 0;
	return 0;
}

/* What is left of the input stays for when more of it comes. */
static void
keep(struct server_call *c, struct bytes rest)
{
	if (rest.n == 0)
		c->in.n = 0;
	else if (c->in.n > 0) {
		memmove(c->in.p, rest.p, rest.n);
		c->in.n = rest.n;
	} else
		buf_put_bytes(&c->in, rest);
}

/* Returns -1 when the connection must end; what was answered by then is sent. */
static int
answer(struct server_call *c, struct bytes input)
{
	struct buf *out = &c->all->out;
	struct bytes rest = input;
	int ret;

	buf_reset(out);
	ret = c->port->answer(c->port->context, c, &rest, out);
	if (ret < 0 || out->full || (!c->late && rest.n > c->all->limits.request)) {
		log_warning(
			"%s: a request that is none, or too long; the connection is closed", c->port->name);
		ret = -1;
	}
	if (send_or_keep(c, buf_bytes(out)) < 0)
		ret = -1;
	if (ret == 0)
		keep(c, rest);
	return ret;
}

/* Reads, or not, as the state of things asks for. Ends a connection that has nothing more to say or to get.
 */
static void
go_on(struct server_call *c)
{
	size_t ahead = c->late ? c->all->limits.request : 0;
	bool deaf = c->ended || c->out.n - c->sent >= UNSENT_MAX || (ahead > 0 && c->in.n >= ahead);

	if (c->ended && !c->late && c->out.n == 0) {
		hang_up(c);
		return;
	}
	if (deaf != c->deaf) {
		c->deaf = deaf;
		if (deaf)
			event_del(c->readable);
		else
			event_add(c->readable, NULL);
	}
}

/* Straight from the shared buffer, unless something waits before it. */
static int
take_in(struct server_call *c, size_t n)
{
	struct bytes fresh = bytes_of(c->all->in, n);

	c->since = c->all->now;
	if (c->in.n == 0 && !c->late)
		return answer(c, fresh);
	buf_put_bytes(&c->in, fresh);
	if (c->in.full)
		return -1;
	return c->late ? 0 : answer(c, buf_bytes(&c->in));
}

static void
on_readable(evutil_socket_t fd, short what, void *context)
{
	struct server_call *c = context;
	ssize_t n = read(fd, c->all->in, READ_SIZE);

	(void)what;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	c->ended = n == 0;
	if (n < 0 || (n > 0 && take_in(c, (size_t)n) < 0))
		hang_up(c);
	else if (c->ended || c->late || c->out.n > 0)
		go_on(c);
}

static void
on_writable(evutil_socket_t fd, short what, void *context)
{
	struct server_call *c = context;

	(void)fd, (void)what;
	c->since = c->all->now;
	if (send_kept(c) < 0)
		hang_up(c);
	else
		go_on(c);
}

void
connection_open(struct connections *all, const struct server_port *port, int fd)
{
	struct server_call *c = mem_new(1, sizeof(*c));

	*c = (struct server_call){.all = all,
		.port = port,
		.fd = fd,
		.since = all->now,
		.next = all->first,
		.link = &all->first};
	buf_init(&c->in, all->limits.request + READ_SIZE);
	buf_init(&c->out, UNSENT_MAX + all->out.max);
	c->readable = event_new(all->base, fd, EV_READ | EV_PERSIST, on_readable, c);
	c->writable = event_new(all->base, fd, EV_WRITE, on_writable, c);
	if (c->next != NULL)
		c->next->link = &c->next;
	all->first = c;
	all->n++;
	event_add(c->readable, NULL);
}

void
server_later(struct server_call *c)
{
	c->late = true;
	c->all->n_late++;
}

void
server_answered(struct server_call *c, struct bytes text)
{
	c->late = false;
	if (--c->all->n_late == 0 && c->all->stopping)
		event_base_loopbreak(c->all->base);
	if (c->fd < 0)
		forget(c);
	else if (send_or_keep(c, text) < 0 || (c->in.n > 0 && answer(c, buf_bytes(&c->in)) < 0))
		hang_up(c);
	else if (c->ended || c->deaf || c->out.n > 0)
		go_on(c);
}

static bool
is_over(const struct server_call *c)
{
	const struct server_limits *limits = &c->all->limits;
	bool midway = c->in.n > 0 || c->out.n > 0;

	return c->fd >= 0 && !c->late &&
	       c->all->now - c->since >= (midway ? limits->stall_ms : limits->idle_ms);
}

void
connections_tick(struct connections *all, int64_t now)
{
	struct server_call *next;

	all->now = now;
	for (struct server_call *c = all->first; c != NULL; c = next) {
		next = c->next;
		if (is_over(c))
			hang_up(c);
	}
}

void
connections_close(struct connections *all)
{
	while (all->first != NULL) {
		all->first->late = false;
		hang_up(all->first);
	}
}
