/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory with one lifetime: a connection's or a message's. What is allocated here has no free of its own;
 * arena_reset() or arena_done() ends it all. Never for secrets (struct secret) and never shared by threads.
 * Memory comes zeroed and aligned for any type. Out of memory is fatal.
 */
#ifndef POSTSEAL_ARENA_H
#define POSTSEAL_ARENA_H

#include "lib/base/bytes.h"

struct arena_chunk;

struct arena {
	struct arena_chunk *chunks;
	size_t used; /* bytes given out since the last reset, for limits */
};

void arena_init(struct arena *arena);
void arena_done(struct arena *arena);

/* Forgets all, wipes it (it held message data) and keeps one chunk for the next message. */
void arena_reset(struct arena *arena);

void *arena_alloc(struct arena *arena, size_t n);

/* `n` zeroed things of `size` bytes. */
void *arena_array(struct arena *arena, size_t n, size_t size);

/* A copy; a NUL stands behind it. */
struct bytes arena_bytes(struct arena *arena, struct bytes b);
char *arena_str(struct arena *arena, struct bytes b);
char *arena_strf(struct arena *arena, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
