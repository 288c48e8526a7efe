/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The exact-match roster: which values belong to which patients of the organisation, as keyed hashes that
 * name no one. A file, mapped read-only and shared by all workers; immutable, thread-safe.
 *
 *   header   struct roster_header
 *   filter   1 << filter_bits bits: Bloom filter of the single words of names, by lines of 512 bits
 *   index    (1 << index_bits) + 1 u32: where the entries with these upper bits begin
 *   presence (1 << index_bits) * 32 bits: whether there are entries with these upper bits
 *   entries  u64, ascending: the upper 40 bits of the hash of a type and a value, below it a person's number
 *   mac      32 bytes: keyed checksum of all before
 *
 * Numbers have the byte order of the machine. Who has the file alone learns how many people and values there
 * are, how many share one, and how long record and phone numbers are; who has the key as well can try
 * guesses.
 */
#ifndef POSTSEAL_ROSTER_H
#define POSTSEAL_ROSTER_H

#include "lib/base/err.h"
#include "lib/base/secret.h"
#include "lib/dlp/roster_value.h"

enum {
	ROSTER_KEY = 32,
	ROSTER_PERSON_BITS = 24,
	ROSTER_PERSONS_MAX = (1 << ROSTER_PERSON_BITS) - 1,
};

struct roster_header {
	char magic[8];
	uint32_t version, filter_bits, index_bits;
	uint32_t record_lengths, phone_lengths; /* a bit for each length that such a number has */
	uint32_t unused;
	uint64_t persons, entries;
	uint64_t counts[ROSTER_TYPES]; /* entries of each type */
	uint64_t key_id;               /* another key has another */
	uint64_t made;                 /* seconds since 1970 */
};

struct roster;

/* ERR_CONFIG for anything that is not a whole roster made with this key. */
int roster_open(const char *path, const char *key_path, struct roster **ret_roster, struct err *err);

/* From memory, which must stay until roster_close(). */
int roster_of(struct bytes image, struct bytes key, struct roster **ret_roster, struct err *err);
void roster_close(struct roster *roster); /* NULL is fine */

/* A file of 64 hexadecimal digits that only its owner and group may read. */
int roster_read_key(const char *path, struct secret *ret_key, struct err *err);

const struct roster_header *roster_header(const struct roster *roster);
size_t roster_size(const struct roster *roster); /* of the file */

/* The people who have a value: their numbers are the lower bits, ascending. */
struct roster_list {
	const uint64_t *p;
	size_t n;
};

static inline uint32_t
roster_person(const struct roster_list *list, size_t i)
{
	return (uint32_t)(list->p[i] & ROSTER_PERSONS_MAX);
}

struct roster_list roster_look_up(const struct roster *roster, const struct roster_value *value);

/* false: no name has this word. */
bool roster_may_name(const struct roster *roster, const struct roster_word *word);

#endif
