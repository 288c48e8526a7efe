/* SPDX-License-Identifier: Apache-2.0 */
/* The two halves of sandbox_confine(). Internal to lib/run. no_new_privs is set before either is called. */
#ifndef POSTSEAL_SANDBOX_PARTS_H
#define POSTSEAL_SANDBOX_PARTS_H

#include "lib/run/sandbox.h"

/* Paths (and, where the kernel can, TCP, signals and abstract sockets) for this thread and what it starts. */
int landlock_confine(const struct sandbox_spec *spec, struct err *err);

/* System calls, for all threads of the process. */
int seccomp_confine(const struct sandbox_spec *spec, struct err *err);

#endif
