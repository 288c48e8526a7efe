/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the roles of portald have in common: how one is started (`postseal-portald --role NAME OPTIONS`, the
 * control channel to the parent as descriptor ROLE_CONTROL_FD, the front's listener as ROLE_LISTENER_FD), and
 * the loop that the vault and the mailer run. Each role is the same program executed again, so that it shares
 * no memory with the others. When the parent is gone, its roles end.
 */
#ifndef PORTALD_ROLE_H
#define PORTALD_ROLE_H

#include "lib/run/channel.h"
#include "lib/run/run.h"
#include "portald/protocol.h"

enum { ROLE_CONTROL_FD = 3, ROLE_LISTENER_FD = 4 };

/* In the order of their start. */
enum role_name { ROLE_MAILER, ROLE_VAULT, ROLE_FRONT, ROLES };

/* "front"; and back, -1 for no role. */
const char *role_text(enum role_name role);
int role_parse(const char *text);

/* The run_spec of a role: each in its own file. */
extern const struct run_spec front_spec, vault_spec, mailer_spec;

/* Tells the parent that this role is confined and serves. */
int role_ready(struct err *err);

/*
 * Serves until the stop comes: takes new peers from the parent, and gives each message of the peer to
 * `on_message`. What that returns: 0, or -1: the peer broke the protocol, or can't be reached: the connection
 * is closed and the parent will make another. The message's descriptors that `on_message` leaves are closed.
 */
struct role_loop {
	void *context;
	enum role_name peer; /* whose messages are served */
	int (*on_message)(void *context, int peer_fd, struct channel_message *message, struct err *err);
	/* Another role's connection; owns the descriptor. May be NULL. */
	void (*on_other_peer)(void *context, enum role_name role, int fd);
	/* CONTROL_LIMITS came. May be NULL. */
	int (*on_limits)(void *context, struct bytes payload);
	/* At least every few seconds. May be NULL. */
	void (*on_idle)(void *context);
};
int role_serve(const struct role_loop *loop, struct err *err);

/* What the parent says: another role's connection, or limits (inside `buf`). */
struct role_order {
	enum message_type type; /* CONTROL_PEER, CONTROL_LIMITS */
	enum role_name role;
	int fd;
	struct bytes limits;
};

/* Returns 1, 0: the parent is gone, -1. */
int role_next_order(struct buf *buf, struct role_order *ret_order, struct err *err);

#endif
