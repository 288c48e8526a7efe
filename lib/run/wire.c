/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/run/channel.h"

static void
put_little_endian(struct buf *buf, uint64_t v, size_t n)
{
	uint8_t bytes[8];

	for (size_t i = 0; i < n; i++)
		bytes[i] = (uint8_t)(v >> (8 * i));
	buf_put(buf, bytes, n);
}

void
wire_put_u32(struct buf *buf, uint32_t v)
{
	put_little_endian(buf, v, 4);
}

void
wire_put_u64(struct buf *buf, uint64_t v)
{
	put_little_endian(buf, v, 8);
}

void
wire_put_bytes(struct buf *buf, struct bytes b)
{
	if (b.n > UINT32_MAX) {
		buf->full = true;
		return;
	}
	wire_put_u32(buf, (uint32_t)b.n);
	buf_put_bytes(buf, b);
}

static int
take(struct wire *wire, size_t n, struct bytes *ret_b)
{
	if (wire->broken || wire->rest.n < n) {
		wire->broken = true;
		return -1;
	}
	*ret_b = bytes_sub(wire->rest, 0, n);
	wire->rest = bytes_sub(wire->rest, n, wire->rest.n);
	return 0;
}

static int
take_little_endian(struct wire *wire, size_t n, uint64_t *ret_v)
{
	struct bytes b;
	uint64_t v = 0;

	if (take(wire, n, &b) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		v |= (uint64_t)b.p[i] << (8 * i);
	*ret_v = v;
	return 0;
}

int
wire_u32(struct wire *wire, uint32_t *ret_v)
{
	uint64_t v;

	if (take_little_endian(wire, 4, &v) != 0)
		return -1;
	*ret_v = (uint32_t)v;
	return 0;
}

int
wire_u64(struct wire *wire, uint64_t *ret_v)
{
	return take_little_endian(wire, 8, ret_v);
}

int
wire_bytes(struct wire *wire, struct bytes *ret_b)
{
	uint32_t n;

	if (wire_u32(wire, &n) != 0)
		return -1;
	return take(wire, n, ret_b);
}
