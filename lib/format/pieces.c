/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/pieces.h"

bool
pieces_cut(struct bytes *rest, uint8_t sign, struct bytes *ret_piece)
{
	size_t n;

	if (rest->p == NULL)
		return false;
	n = sign != 0 ? bytes_find_byte(*rest, sign) : rest->n;
	*ret_piece = bytes_sub(*rest, 0, n);
	*rest = n < rest->n ? bytes_sub(*rest, n + 1, rest->n) : bytes_of(NULL, 0);
	return true;
}

struct bytes
pieces_nth(struct bytes whole, uint8_t sign, size_t n)
{
	struct bytes piece = bytes_of(NULL, 0);

	for (size_t i = 0; i < n; i++)
		if (!pieces_cut(&whole, sign, &piece))
			return bytes_of(NULL, 0);
	return piece;
}
