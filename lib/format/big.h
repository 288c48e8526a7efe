/* SPDX-License-Identifier: Apache-2.0 */
/* Big-endian numbers in foreign bytes. What lies beyond the end reads as zero. */
#ifndef POSTSEAL_BIG_H
#define POSTSEAL_BIG_H

#include "lib/format/little.h"

static inline uint16_t
big_16(struct bytes b, size_t at)
{
	return little_has(b, at, 2) ? (uint16_t)(b.p[at] << 8 | b.p[at + 1]) : 0;
}

static inline uint32_t
big_32(struct bytes b, size_t at)
{
	return little_has(b, at, 4) ? (uint32_t)big_16(b, at) << 16 | big_16(b, at + 2) : 0;
}

#endif
