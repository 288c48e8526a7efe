/* SPDX-License-Identifier: Apache-2.0 */
/* The settings that the vault takes over while it runs: it can't read the file, so its parent sends them. */
#ifndef PORTALD_LIMITS_H
#define PORTALD_LIMITS_H

#include "lib/conf/settings.h"
#include "lib/run/channel.h"
#include "lib/store/code.h"
#include "portald/session.h"

struct limits {
	struct code_limits code;
	struct session_limits session;
	int64_t message_max; /* bytes */
};

void limits_of(const struct settings *settings, struct limits *ret_limits);

/* As the payload of CONTROL_LIMITS. limits_read: 0, or -1: of the wrong form. */
void limits_put(const struct limits *limits, struct buf *out);
int limits_read(struct bytes payload, struct limits *ret_limits);

#endif
