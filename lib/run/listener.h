/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A socket that listens: `host:port`, `[host]:port` (numeric), or `unix:/path`, open to every local user: its
 * folder says who gets there.
 */
#ifndef POSTSEAL_LISTENER_H
#define POSTSEAL_LISTENER_H

#include <stdbool.h>

#include "lib/base/err.h"

bool listener_is_unix(const char *where);
int listener_open(const char *where, int *ret_fd, struct err *err);

#endif
