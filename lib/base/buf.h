/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A growable buffer with a hard maximum, set when it is made.
 * The owner is who called buf_init; buf_done frees. A put that would pass the maximum adds nothing and sets
 * the sticky `full` mark, so a writer makes all its puts and asks buf_full() once at the end.
 * Out of memory is fatal. Not thread-safe. buf_wipe_done() is for buffers that held message text.
 */
#ifndef POSTSEAL_BUF_H
#define POSTSEAL_BUF_H

#include "lib/base/bytes.h"

struct buf {
	uint8_t *p;
	size_t n;   /* bytes in use */
	size_t cap; /* bytes allocated */
	size_t max; /* bytes allowed */
	bool full;
};

void buf_init(struct buf *buf, size_t max);
void buf_done(struct buf *buf);
void buf_wipe_done(struct buf *buf);

/* Empties it and clears `full`; keeps the memory. */
void buf_reset(struct buf *buf);

void buf_put_byte(struct buf *buf, uint8_t c);
void buf_put_bytes(struct buf *buf, struct bytes b);
void buf_put_str(struct buf *buf, const char *s);
void buf_putf(struct buf *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Room for n more bytes at the end, to be written by the caller and then counted with buf_grew(); NULL when
 * full. */
uint8_t *buf_make_room(struct buf *buf, size_t n);

static inline uint8_t *
buf_room(struct buf *buf, size_t n)
{
	return !buf->full && n < buf->cap - buf->n ? buf->p + buf->n : buf_make_room(buf, n);
}

void buf_grew(struct buf *buf, size_t n);

static inline void
buf_put(struct buf *buf, const void *p, size_t n)
{
	uint8_t *room = n > 0 ? buf_room(buf, n) : NULL;
	if (room == NULL)
		return;
	memcpy(room, p, n);
	buf->n += n;
}

static inline bool
buf_full(const struct buf *buf)
{
	return buf->full;
}

static inline struct bytes
buf_bytes(const struct buf *buf)
{
	return bytes_of(buf->p, buf->n);
}

/* The content as a C string: a NUL stands behind it, not counted. Valid until the next change. */
const char *buf_cstr(struct buf *buf);

#endif
