/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One peer of a server. It lives until its socket is gone and no answer is awaited. Private to server.c and
 * connection.c.
 */
#ifndef POSTSEAL_POLICYD_CONNECTION_H
#define POSTSEAL_POLICYD_CONNECTION_H

#include "policyd/server.h"

struct event;

/* Read at once; and answers that may wait for a peer before no more of its requests are read. */
enum { READ_SIZE = 64 * 1024, UNSENT_MAX = 64 * 1024 };

/* What all connections of a server share. */
struct connections {
	struct event_base *base;
	struct server_limits limits;
	struct server_call *first;
	size_t n;      /* with a socket */
	size_t n_late; /* whose answer comes later */
	bool stopping; /* the loop ends with the last late answer */
	int64_t now;   /* milliseconds, of the last tick */
	struct buf out;
	uint8_t in[READ_SIZE];
};

/* Takes the descriptor. The port lives as long as the server. */
void connection_open(struct connections *all, const struct server_port *port, int fd);

/* Ends those whose time is up. */
void connections_tick(struct connections *all, int64_t now);
void connections_close(struct connections *all);

#endif
