/* SPDX-License-Identifier: Apache-2.0 */
/* What the roster's reader and its builder must do alike. Private to roster*.c. */
#ifndef POSTSEAL_ROSTER_IMAGE_H
#define POSTSEAL_ROSTER_IMAGE_H

#include "lib/dlp/roster.h"
#include "lib/seal/keyed_hash.h"

enum {
	ROSTER_VERSION = 1,
	FILTER_PROBES = 4,
	FILTER_LINE = 9, /* 512 bits, which the processor fetches at once */
	FILTER_BITS_MIN = FILTER_LINE,
	FILTER_BITS_MAX = 24,
	INDEX_BITS_MAX = 26,
	PRESENCE_BITS = 5
};

#define ROSTER_MAGIC "PSROSTER"

/* The key's first half hashes values, its second half the whole. */
static inline uint64_t
image_hash(struct bytes key, const struct roster_value *value)
{
	return keyed_hash(key.p, bytes_of(value->text, value->n));
}

static inline uint64_t
image_key_id(struct bytes key)
{
	return keyed_hash(key.p, BYTES_LIT("which key is this?"));
}

static inline void
image_mac(struct bytes key, struct bytes image, uint8_t mac[KEYED_CHECKSUM])
{
	keyed_checksum(key.p + KEYED_HASH_KEY, image, mac);
}

/* Which bit says whether there is an entry with such upper bits at all: most values end here. */
static inline uint64_t
image_presence_bit(uint64_t hash, unsigned index_bits)
{
	return hash >> (64 - index_bits - PRESENCE_BITS);
}

static inline uint64_t
image_presence_size(unsigned index_bits)
{
	return (UINT64_C(1) << (index_bits + PRESENCE_BITS)) / 8;
}

/* Which bit of the filter: all of one word in one line. */
static inline uint64_t
image_filter_bit(uint64_t hash, unsigned probe, unsigned filter_bits)
{
	uint64_t line = (hash >> 40) & ((UINT64_C(1) << (filter_bits - FILTER_LINE)) - 1);

	return (line << FILTER_LINE) | ((hash >> (probe * FILTER_LINE)) & ((1U << FILTER_LINE) - 1));
}

#endif
