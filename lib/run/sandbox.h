/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a process may still do: seccomp allow-lists and Landlock paths, applied once, for good. What is not
 * allowed fails with EPERM, so that a library that only tries keeps working; execve, ptrace, process_vm_* and
 * kill of others are never allowed unless named. On a kernel without Landlock the rest still holds, with a
 * warning.
 */
#ifndef POSTSEAL_SANDBOX_H
#define POSTSEAL_SANDBOX_H

#include "lib/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sandbox_may {
	MAY_RECEIVE_FDS = 1 << 0, /* recvmsg on sockets it has */
	MAY_ACCEPT = 1 << 1,      /* accept4 on listeners it has */
	MAY_CONNECT_UNIX = 1 << 2,
	MAY_CONNECT_INET = 1 << 3,
	MAY_OPEN = 1 << 4,    /* openat, stat, rename, unlink, fsync ... within `paths` */
	MAY_THREADS = 1 << 5, /* clone of threads; never fork */
	MAY_FORK = 1 << 6,
	MAY_EXEC = 1 << 7,
	MAY_MEMFD = 1 << 8,
	MAY_SIGNAL_CHILDREN = 1 << 9,
	MAY_ASK_DNS = 1 << 11,  /* bind: a resolver's own choice of ports; nothing may listen */
	MAY_MAP_EXEC = 1 << 10, /* PROT_EXEC mappings: only where a JIT must run after the sandbox closes */
};

enum sandbox_path_right {
	PATH_READ = 1 << 0,
	PATH_WRITE = 1 << 1 /* files below may be made, changed, removed */
};

struct sandbox_path {
	const char *path;
	unsigned rights; /* enum sandbox_path_right */
};

enum { SANDBOX_PATHS_MAX = 16 };

struct sandbox_spec {
	const char *user;        /* NULL or empty: stay; only root can change */
	const char *extra_group; /* supplementary group kept, or NULL */
	unsigned may;            /* enum sandbox_may */
	struct sandbox_path paths[SANDBOX_PATHS_MAX];
	size_t n_paths;
	uint64_t memory_limit; /* RLIMIT_AS, 0 = none; not applied under AddressSanitizer */
	uint64_t cpu_seconds;  /* RLIMIT_CPU, 0 = none */
	uint64_t file_size;    /* RLIMIT_FSIZE, 0 = none */
	uint64_t open_files;   /* RLIMIT_NOFILE, 0 = as is */
	bool allow_core;
};

/* Drops the user, then closes the sandbox. Two steps, for a parent that drops first and confines children
 * further. */
int sandbox_drop_user(const struct sandbox_spec *spec, struct err *err);
int sandbox_confine(const struct sandbox_spec *spec, struct err *err);

/* What the kernel's Landlock can do: its ABI version, 0 = not there. For a warning, and for tests. */
int sandbox_landlock_abi(void);

#endif
