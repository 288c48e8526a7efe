/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/mime/binhex.h"

/* A byte, a mark and a count stand for a run of the byte; a count of 0 for the mark itself. */
enum { RUN_MARK = 0x90, SIGN_BAD = -1 };

static int
value_of(uint8_t c)
{
	static const char signs[] = "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr";
	const char *at = c != '\0' ? strchr(signs, c) : NULL;

	return at != NULL ? (int)(at - signs) : SIGN_BAD;
}

/* Six bits a sign, between the colons. */
static void
put_bits(struct bytes encoded, struct buf *out)
{
	uint32_t bits = 0;
	unsigned n = 0;

	encoded = bytes_sub(encoded, bytes_find_byte(encoded, ':') + 1, encoded.n);
	encoded = bytes_sub(encoded, 0, bytes_find_byte(encoded, ':'));
	for (size_t i = 0; i < encoded.n; i++) {
		int value = value_of(encoded.p[i]);

		if (value == SIGN_BAD)
			continue;
		bits = (bits << 6 | (uint32_t)value) & 0xFFFF;
		n += 6;
		if (n >= 8) {
			n -= 8;
			buf_put_byte(out, (uint8_t)(bits >> n));
		}
	}
}

static void
put_runs(struct bytes packed, struct buf *out)
{
	for (size_t i = 0; i < packed.n; i++) {
		uint8_t c = packed.p[i];

		if (c != RUN_MARK || i + 1 >= packed.n) {
			buf_put_byte(out, c);
			continue;
		}
		i++;
		if (packed.p[i] == 0)
			buf_put_byte(out, RUN_MARK);
		for (unsigned n = 1; n < packed.p[i] && out->n > 0 && !buf_full(out); n++)
			buf_put_byte(out, out->p[out->n - 1]);
	}
}

static size_t
number_at(struct bytes b, size_t at)
{
	size_t number = 0;

	for (size_t i = 0; i < 4; i++)
		number = number << 8 | (at + i < b.n ? b.p[at + i] : 0);
	return number;
}

/* Ahead of the forks: the name's length, the name, a version, type, creator, flags, both lengths, a checksum.
 */
enum { BEHIND_NAME = 1 + 4 + 4 + 2, HEADER_REST = BEHIND_NAME + 4 + 4 + 2, CHECKSUM = 2 };

void
binhex_put(struct bytes encoded, struct buf *name, struct buf *out)
{
	struct buf packed, plain;
	struct bytes file;
	size_t name_n, data_n, resource_n;

	buf_init(&packed, encoded.n);
	/* A run of 255 bytes costs three: what `out` has no room for is not made either. */
	buf_init(&plain, out->max - out->n);
	put_bits(encoded, &packed);
	put_runs(buf_bytes(&packed), &plain);
	file = buf_bytes(&plain);
	name_n = file.n > 0 ? file.p[0] : 0;
	if (name != NULL)
		buf_put_bytes(name, bytes_sub(file, 1, name_n));
	data_n = number_at(file, 1 + name_n + BEHIND_NAME);
	resource_n = number_at(file, 1 + name_n + BEHIND_NAME + 4);
	file = bytes_sub(file, 1 + name_n + HEADER_REST, file.n);
	buf_put_bytes(out, bytes_sub(file, 0, data_n));
	buf_put_bytes(out, bytes_sub(file, data_n + CHECKSUM, resource_n));
	out->full = out->full || buf_full(&plain);
	buf_wipe_done(&packed);
	buf_wipe_done(&plain);
}
