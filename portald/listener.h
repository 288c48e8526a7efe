/* SPDX-License-Identifier: Apache-2.0 */
/* Where the portal listens: `host:port`, `[host]:port` (numeric), or `unix:/path` behind a proxy that does
 * TLS. */
#ifndef PORTALD_LISTENER_H
#define PORTALD_LISTENER_H

#include <stdbool.h>

#include "lib/base/err.h"

bool listener_is_unix(const char *where);
int listener_open(const char *where, int *ret_fd, struct err *err);

#endif
