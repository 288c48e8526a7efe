/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Connections on one event loop (libevent): bytes in, answers out, for any protocol that answers each request
 * before the next. Postfix keeps connections and may send requests ahead. A peer that sends nothing, half a
 * request, or takes no answers, is let go after its time; nobody else waits for it. An answer may come later:
 * the connection waits for it, the loop does not.
 */
#ifndef POSTSEAL_SERVER_H
#define POSTSEAL_SERVER_H

#include "lib/base/buf.h"
#include "lib/base/err.h"

struct event_base;
struct server_call; /* a connection, to who answers it */

/*
 * Answers the whole requests in *rest and cuts them off it. One that can't be answered yet is cut off, too:
 * then server_later(call), and return 0 at once. Returns -1: the peer speaks something else.
 */
typedef int server_answer(void *context, struct server_call *call, struct bytes *rest, struct buf *out);

/*
 * server_later: no more requests of this connection are handed over until server_answered(), which has to
 * come once, whatever became of the peer meanwhile: the call stays good until then. What the request was read
 * from (*rest) does not. server_answered() must not be called before server_answer has returned.
 */
void server_later(struct server_call *call);
void server_answered(struct server_call *call, struct bytes answer);

/* Who may connect: over a socket in the file system that can be told. */
enum server_peers {
	PEERS_ANY,
	PEERS_OWN, /* root, and the user that this process runs as */
};

struct server_port {
	int listener; /* stays the caller's */
	enum server_peers peers;
	const char *name;
	server_answer *answer;
	void *context;
};

struct server_limits {
	size_t connections; /* at once, over all ports */
	size_t request;     /* bytes of one that is not yet whole */
	int64_t idle_ms;    /* without a request */
	int64_t stall_ms;   /* in the middle of a request, or of taking an answer; both to a second */
};

struct server;

int server_open(const struct server_limits *limits, struct server **ret_server, struct err *err);
int server_add_port(struct server *server, const struct server_port *port, struct err *err);

/* The loop, for what else has to be waited for. */
struct event_base *server_base(struct server *server);

/*
 * Runs until stop_fd is readable; answers what has come whole by then, and waits a second at most for answers
 * that come later.
 */
int server_run(struct server *server, int stop_fd, struct err *err);

/* Calls that still wait end here: nobody may answer them any more. */
void server_close(struct server *server);

size_t server_n_connections(const struct server *server);

#endif
