/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/mem.h"

void
buf_init(struct buf *buf, size_t max)
{
	*buf = (struct buf){.max = max};
}

void
buf_done(struct buf *buf)
{
	free(buf->p);
	*buf = (struct buf){.max = buf->max};
}

void
buf_wipe_done(struct buf *buf)
{
	mem_wipe(buf->p, buf->cap);
	buf_done(buf);
}

void
buf_reset(struct buf *buf)
{
	buf->n = 0;
	buf->full = false;
}

/* Above this, room to spare is too much memory; and to grow is to map pages, not to copy. */
enum { LARGE = 4 << 20 };

/* One byte more than asked for is kept, so that buf_cstr() never has to grow. */
static void
grow(struct buf *buf, size_t need)
{
	size_t cap = buf->cap ? buf->cap : 64;

	while (cap < need + 1)
		cap += (cap < LARGE ? cap / 2 : cap / 8) + 1;
	if (cap > buf->max + 1)
		cap = buf->max + 1;
	buf->p = mem_grow(buf->p, buf->cap, cap);
	buf->cap = cap;
}

uint8_t *
buf_make_room(struct buf *buf, size_t n)
{
	if (buf->full || n > buf->max - buf->n) {
		buf->full = true;
		return NULL;
	}
	if (buf->n + n + 1 > buf->cap)
		grow(buf, buf->n + n);
	return buf->p + buf->n;
}

void
buf_grew(struct buf *buf, size_t n)
{
	assert(buf->n + n < buf->cap);
	buf->n += n;
}

void
buf_put_byte(struct buf *buf, uint8_t c)
{
	buf_put(buf, &c, 1);
}

void
buf_put_bytes(struct buf *buf, struct bytes b)
{
	buf_put(buf, b.p, b.n);
}

void
buf_put_str(struct buf *buf, const char *s)
{
	buf_put(buf, s, strlen(s));
}

void
buf_putf(struct buf *buf, const char *fmt, ...)
{
	va_list ap, again;
	uint8_t *room;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	assert(n >= 0);
	room = buf_room(buf, (size_t)n);
	if (room != NULL) {
		/* The byte for the NUL is there: see grow(). */
		vsnprintf((char *)room, (size_t)n + 1, fmt, again);
		buf->n += (size_t)n;
	}
	va_end(again);
}

const char *
buf_cstr(struct buf *buf)
{
	if (buf->p == NULL)
		grow(buf, 0);
	buf->p[buf->n] = '\0';
	return (const char *)buf->p;
}
