/* SPDX-License-Identifier: Apache-2.0 */
/* Little-endian numbers in foreign bytes. What lies beyond the end reads as zero. */
#ifndef POSTSEAL_LITTLE_H
#define POSTSEAL_LITTLE_H

#include "lib/base/bytes.h"

static inline bool
little_has(struct bytes b, size_t at, size_t n)
{
	return at <= b.n && b.n - at >= n;
}

static inline uint8_t
little_8(struct bytes b, size_t at)
{
	return at < b.n ? b.p[at] : 0;
}

static inline uint16_t
little_16(struct bytes b, size_t at)
{
	return little_has(b, at, 2) ? (uint16_t)(b.p[at] | b.p[at + 1] << 8) : 0;
}

static inline uint32_t
little_32(struct bytes b, size_t at)
{
	return little_has(b, at, 4) ? (uint32_t)little_16(b, at) | (uint32_t)little_16(b, at + 2) << 16 : 0;
}

static inline uint64_t
little_64(struct bytes b, size_t at)
{
	return little_has(b, at, 8) ? (uint64_t)little_32(b, at) | (uint64_t)little_32(b, at + 4) << 32 : 0;
}

/* As bytes_sub() with a place and a length that were read from the bytes. */
static inline struct bytes
little_sub(struct bytes b, uint64_t from, uint64_t n)
{
	return bytes_sub(b, from < b.n ? (size_t)from : b.n, n < b.n ? (size_t)n : b.n);
}

#endif
