/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/mem.h"

enum { CHUNK_SIZE = 16 * 1024, ALIGN = alignof(max_align_t) };

struct arena_chunk {
	struct arena_chunk *next;
	size_t cap, used;
	alignas(max_align_t) uint8_t data[];
};

void
arena_init(struct arena *arena)
{
	*arena = (struct arena){0};
}

static void
free_chunks(struct arena_chunk *chunk)
{
	while (chunk != NULL) {
		struct arena_chunk *next = chunk->next;

		mem_wipe(chunk->data, chunk->used);
		free(chunk);
		chunk = next;
	}
}

void
arena_done(struct arena *arena)
{
	free_chunks(arena->chunks);
	*arena = (struct arena){0};
}

void
arena_reset(struct arena *arena)
{
	struct arena_chunk *keep = arena->chunks;

	arena->used = 0;
	if (keep == NULL)
		return;
	free_chunks(keep->next);
	keep->next = NULL;
	mem_wipe(keep->data, keep->used);
	keep->used = 0;
}

/* A large piece gets a chunk of its own behind the first, so that the first one's rest stays in use. */
static struct arena_chunk *
add_chunk(struct arena *arena, size_t n)
{
	size_t cap = n > CHUNK_SIZE / 4 ? n : CHUNK_SIZE;
	struct arena_chunk *chunk = mem_new(1, sizeof(*chunk) + cap);

	chunk->cap = cap;
	if (arena->chunks != NULL && cap == n) {
		chunk->next = arena->chunks->next;
		arena->chunks->next = chunk;
	} else {
		chunk->next = arena->chunks;
		arena->chunks = chunk;
	}
	return chunk;
}

void *
arena_alloc(struct arena *arena, size_t n)
{
	struct arena_chunk *chunk = arena->chunks;
	void *p;

	if (n > SIZE_MAX / 2)
		mem_exhausted(n);
	n = (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	if (n == 0)
		n = ALIGN;
	if (chunk == NULL || chunk->cap - chunk->used < n)
		chunk = add_chunk(arena, n);
	p = chunk->data + chunk->used;
	chunk->used += n;
	arena->used += n;
	return p;
}

void *
arena_array(struct arena *arena, size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total))
		mem_exhausted(SIZE_MAX);
	return arena_alloc(arena, total);
}

struct bytes
arena_bytes(struct arena *arena, struct bytes b)
{
	return bytes_of(arena_str(arena, b), b.n);
}

char *
arena_str(struct arena *arena, struct bytes b)
{
	char *copy = arena_alloc(arena, b.n + 1);

	if (b.n > 0)
		memcpy(copy, b.p, b.n);
	copy[b.n] = '\0';
	return copy;
}

char *
arena_strf(struct arena *arena, const char *fmt, ...)
{
	va_list ap, again;
	char *s;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	s = arena_alloc(arena, (size_t)(n < 0 ? 0 : n) + 1);
	vsnprintf(s, (size_t)(n < 0 ? 0 : n) + 1, fmt, again);
	va_end(again);
	return s;
}
