/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers as a cell shows them. */
#include <math.h>

#include "lib/format/little.h"
#include "lib/format/xls_state.h"

void
xls_take_format(struct xls *xls, struct xls_reader *reader)
{
	uint16_t id = xls_get_16(reader);
	struct buf code;

	if (id >= XLS_FORMATS)
		return;
	buf_init(&code, 4096);
	xls_put_string(xls, reader, xls->is_old ? XLS_SHORT : XLS_LONG, &code);
	xls->formats[id] = arena_bytes(format_arena(xls->ole->out), buf_bytes(&code));
	buf_done(&code);
}

double
xls_number(struct bytes b, size_t at)
{
	uint64_t bits = little_64(b, at);
	double number;

	memcpy(&number, &bits, sizeof(number));
	return number;
}

double
xls_packed_number(uint32_t rk)
{
	uint64_t bits = (uint64_t)(rk & ~3U) << 32;
	double number;

	if ((rk & 2) != 0)
		number = (int32_t)rk >> 2;
	else
		memcpy(&number, &bits, sizeof(number));
	return (rk & 1) != 0 ? number / 100 : number;
}

void
xls_put_number(struct xls *xls, unsigned cell_format, double number, struct buf *out)
{
	unsigned id = little_16(buf_bytes(&xls->format_of), (size_t)cell_format * 2);
	struct bytes code = id < XLS_FORMATS ? xls->formats[id] : bytes_of(NULL, 0);

	if (isfinite(number))
		cell_format_put(out, code.n > 0 ? code : cell_format_builtin(id), number, xls->epoch);
}
