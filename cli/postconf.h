/* SPDX-License-Identifier: Apache-2.0 */
/* Postfix's configuration, read and changed through postconf(1) only: no shell, no editing of its files by
 * hand. */
#ifndef POSTSEAL_CLI_POSTCONF_H
#define POSTSEAL_CLI_POSTCONF_H

#include "lib/base/arena.h"
#include "lib/base/err.h"

enum { POSTCONF_ARGUMENTS_MAX = 24 };

struct postconf {
	const char *directory; /* -c, or NULL: Postfix's own */
};

/* `postconf -h NAME`, trimmed, in the arena. An unknown name gives an empty text. */
int postconf_get(const struct postconf *postconf, struct arena *arena, const char *name,
	struct bytes *ret_value, struct err *err);

/* Runs `postconf ARGUMENTS...` (NULL-ended) and keeps what it prints. */
int postconf_run(const struct postconf *postconf, struct arena *arena, const char *const *arguments,
	struct bytes *ret_output, struct err *err);

/* `host:port` as Postfix's smtp names a host that is not looked up: [host]:port. */
const char *postconf_next_hop(const char *address, struct arena *arena);

#endif
