/* SPDX-License-Identifier: Apache-2.0 */
#include "milter/spool.h"

#include "lib/base/fd.h"

enum { PENDING_MAX = 256 * 1024, FLUSH_AT = 64 * 1024, RESERVE_STEP = 16 * 1024 };

void
spool_open(struct spool *spool, struct gate *gate, size_t limit)
{
	*spool = (struct spool){.gate = gate, .fd = -1, .limit = limit};
	buf_init(&spool->pending, PENDING_MAX);
}

/* What was kept is of no use any more: its memory goes back at once. */
static void
drop(struct spool *spool)
{
	buf_wipe_done(&spool->pending);
	fd_close(&spool->fd);
	if (spool->reserved)
		gate_release(spool->gate, spool->reserved);
	spool->reserved = 0;
}

void
spool_close(struct spool *spool)
{
	if (spool->gate)
		drop(spool);
	*spool = (struct spool){.fd = -1};
}

static void
fail(struct spool *spool, enum spool_fault fault)
{
	spool->fault = fault;
	drop(spool);
}

/* Room for n more bytes, within limit and budget. */
static bool
charge(struct spool *spool, size_t n)
{
	size_t step = n > RESERVE_STEP ? n : RESERVE_STEP;

	if (n > spool->limit - spool->size) {
		fail(spool, SPOOL_TOO_LARGE);
		return false;
	}
	if (spool->size + n > spool->reserved) {
		if (!gate_reserve(spool->gate, step)) {
			fail(spool, SPOOL_OVER_BUDGET);
			return false;
		}
		spool->reserved += step;
	}
	spool->size += n;
	return true;
}

static int
flush(struct spool *spool, struct err *err)
{
	if (spool->fd < 0 && fd_memfd("message", &spool->fd, err) < 0)
		return -1;
	if (fd_write_all(spool->fd, buf_bytes(&spool->pending), err) < 0)
		return -1;
	buf_reset(&spool->pending);
	return 0;
}

static void
put(struct spool *spool, struct bytes b)
{
	while (b.n > 0 && spool->fault == SPOOL_GOOD) {
		struct bytes part = bytes_sub(b, 0, FLUSH_AT);

		if (!charge(spool, part.n))
			return;
		buf_put_bytes(&spool->pending, part);
		b = bytes_sub(b, part.n, b.n);
		if (spool->pending.n >= FLUSH_AT && flush(spool, &spool->err) < 0)
			fail(spool, SPOOL_BROKEN);
	}
}

void
spool_field(struct spool *spool, struct bytes name, struct bytes value)
{
	put(spool, name);
	put(spool, BYTES_LIT(":"));
	while (value.n > 0) {
		size_t end = bytes_find_byte(value, '\n');
		bool has_cr = end > 0 && value.p[end - 1] == '\r';

		put(spool, bytes_sub(value, 0, has_cr && end < value.n ? end - 1 : end));
		if (end < value.n)
			put(spool, BYTES_LIT("\r\n"));
		value = bytes_sub(value, end + 1, value.n);
	}
	put(spool, BYTES_LIT("\r\n"));
}

void
spool_end_of_fields(struct spool *spool)
{
	put(spool, BYTES_LIT("\r\n"));
	spool->body_at = spool->size;
}

void
spool_body(struct spool *spool, struct bytes chunk)
{
	put(spool, chunk);
}

int
spool_seal(struct spool *spool, struct err *err)
{
	if (spool->fault == SPOOL_BROKEN) {
		*err = spool->err;
		return -1;
	}
	if (flush(spool, err) < 0)
		return -1;
	return fd_memfd_seal(spool->fd, err);
}
