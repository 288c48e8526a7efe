/* SPDX-License-Identifier: Apache-2.0 */
/* Whether somebody listens: for `postseal doctor`. */
#ifndef POSTSEAL_CLI_REACH_H
#define POSTSEAL_CLI_REACH_H

#include "lib/base/err.h"

/* Connects to `unix:/path`, `host:port` or `[host]:port` (numeric) and closes again. Returns 0, or -1. */
int reach(const char *where, struct err *err);

#endif
