/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Connections on one event loop (libevent): bytes in, answers out, for any protocol that answers each request
 * before the next. Postfix keeps connections and may send requests ahead. A peer that sends nothing, half a
 * request, or takes no answers, is let go after its time; nobody else waits for it.
 */
#ifndef POSTSEAL_SERVER_H
#define POSTSEAL_SERVER_H

#include "lib/base/buf.h"
#include "lib/base/err.h"

/* Answers the whole requests in *rest and cuts them off it. Returns 0, or -1: the peer speaks something else.
 */
typedef int server_answer(void *context, struct bytes *rest, struct buf *out);

struct server_port {
	int listener; /* stays the caller's */
	const char *name;
	server_answer *answer;
	void *context;
};

struct server_limits {
	size_t connections; /* at once, over all ports */
	size_t request;     /* bytes of one that is not yet whole */
	int64_t idle_ms;    /* without a request */
	int64_t stall_ms;   /* in the middle of a request, or of taking an answer */
};

struct server;

int server_open(const struct server_limits *limits, struct server **ret_server, struct err *err);
int server_add_port(struct server *server, const struct server_port *port, struct err *err);

/* Runs until stop_fd is readable; answers what has come whole by then. */
int server_run(struct server *server, int stop_fd, struct err *err);
void server_close(struct server *server);

size_t server_n_connections(const struct server *server);

#endif
