/* SPDX-License-Identifier: Apache-2.0 */
/* One role as its parent sees it: a process and the control channel to it. */
#ifndef PORTALD_CHILD_H
#define PORTALD_CHILD_H

#include <sys/types.h>

#include "portald/role.h"

struct child {
	enum role_name role;
	pid_t pid;   /* 0: not running */
	int control; /* -1: not running */
	int64_t started_ms;
};

/* How the program is run: its path, and its own options. */
struct child_command {
	const char *path;
	char *const *options;
	size_t n_options;
	int listener; /* given to the front */
};

int child_start(
	struct child *child, enum role_name role, const struct child_command *command, struct err *err);

/* Waits for its ready mark. */
int child_wait_ready(const struct child *child, int64_t deadline_ms, struct err *err);

/* Tells it where another role is reached from now on. The descriptor stays the caller's. */
int child_send_peer(const struct child *child, enum role_name peer, int fd, struct err *err);

/* CONTROL_LIMITS. */
int child_send_limits(const struct child *child, struct bytes payload, struct err *err);

/* SIGTERM; SIGKILL at the deadline. Returns the status of wait(2). */
int child_stop(struct child *child, int64_t deadline_ms);

#endif
