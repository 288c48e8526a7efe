/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the vault does for the front, one function for each type of message in a table. It takes typed
 * requests, opens messages and knows sessions; it has no sockets but the two it was given. Everything in a
 * request may come from an attacker who has taken the front over: only whoever has link, proof and code gets
 * a token, and only a token gets a message.
 */
#ifndef PORTALD_DESK_H
#define PORTALD_DESK_H

#include "lib/run/channel.h"
#include "lib/seal/envelope.h"
#include "lib/store/code.h"
#include "portald/session.h"

struct desk {
	struct store *store;
	struct seal_key *portal_key;
	struct secret index_key;
	struct session_table *sessions;
	struct code_limits limits;
	size_t message_max; /* of an opened message */
	int mailer_fd;      /* -1: none now */
};

/* Serves one request and sends its answer. -1: not a request that the front may send. */
int desk_serve(struct desk *desk, int front_fd, struct channel_message *request, struct err *err);

#endif
