/* SPDX-License-Identifier: Apache-2.0 */
/* Where a server listens: `unix:/path`, `host:port`, `[host]:port`. */
#ifndef POSTSEAL_POLICYD_PLACE_H
#define POSTSEAL_POLICYD_PLACE_H

#include <sys/socket.h>

#include "lib/base/bytes.h"
#include "lib/base/err.h"

struct place {
	struct sockaddr_storage address;
	socklen_t n;
	char text[256]; /* as it was written, for the log */
};

/* A name is looked up, once and at leisure: before the loop runs. */
int place_resolve(struct bytes text, struct place *ret_place, struct err *err);

/* What a server says of another one, while the loop runs: addresses only. */
int place_parse(struct bytes text, struct place *ret_place, struct err *err);
int place_of_host(struct bytes host, struct bytes port, struct place *ret_place, struct err *err);

#endif
