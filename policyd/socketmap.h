/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Postfix's socketmap protocol (socketmap_table(5)) on a port of the server. What is no netstring of a
 * request, or longer than one, ends the connection.
 */
#ifndef POSTSEAL_POLICYD_SOCKETMAP_H
#define POSTSEAL_POLICYD_SOCKETMAP_H

#include "policyd/server.h"

/* The longest `NAME KEY`. Postfix asks for next hops: a domain in brackets with a port. */
enum { SOCKETMAP_REQUEST_MAX = 1024 };

/* The context is a struct tls_maps. */
server_answer socketmap_answer;

#endif
