/* SPDX-License-Identifier: Apache-2.0 */
/* How a counter's key is written: the limit's name and each value, lengths in front. Private to lib/count. */
#ifndef POSTSEAL_LIMIT_KEY_H
#define POSTSEAL_LIMIT_KEY_H

#include "lib/base/buf.h"

/* No address is longer (RFC 5321 section 4.5.3.1). */
enum { LIMIT_VALUE_MAX = 512 };

/* Lengths keep "a" "bc" and "ab" "c" apart. */
static inline void
limit_key_put(struct bytes value, struct buf *out)
{
	uint32_t n = (uint32_t)value.n;

	buf_put(out, &n, sizeof(n));
	buf_put_bytes(out, bytes_sub(value, 0, LIMIT_VALUE_MAX));
}

/* Cuts the next value off. */
static inline bool
limit_key_next(struct bytes *key, struct bytes *ret_value)
{
	uint32_t n;

	if (key->n < sizeof(n))
		return false;
	memcpy(&n, key->p, sizeof(n));
	if (n > LIMIT_VALUE_MAX)
		n = LIMIT_VALUE_MAX;
	*ret_value = bytes_sub(*key, sizeof(n), n);
	*key = bytes_sub(*key, sizeof(n) + n, key->n);
	return true;
}

#endif
