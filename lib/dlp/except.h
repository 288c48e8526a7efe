/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values told apart from each other, and lists of those that are no match. A value counts by its letters and
 * digits in lower case. Lists hold keyed hashes: who reads one learns no value without the key, and can try
 * values with it. Pure but for except_key_* (except_key.c), which read and make the key's file.
 */
#ifndef POSTSEAL_EXCEPT_H
#define POSTSEAL_EXCEPT_H

#include "lib/base/bytes.h"
#include "lib/base/err.h"

enum { EXCEPT_HASH_SIZE = 16, EXCEPT_KEY_SIZE = 32, EXCEPT_HEX_SIZE = 2 * EXCEPT_HASH_SIZE + 1 };

#define EXCEPT_KEY_FILE "exceptions.key"

enum { EXCEPT_KEY_MODE = 0640 };

struct except_key {
	uint8_t p[EXCEPT_KEY_SIZE];
	bool is_there;
};

struct except_hash {
	uint8_t p[EXCEPT_HASH_SIZE];
};

/* In the order of their bytes, once except_sort() was called. */
struct except_list {
	struct except_hash *p;
	size_t n;
};

/* Equal for equal values: to count different ones. */
uint64_t except_number(struct bytes value);

/* HMAC-SHA-256, cut. The value is a text as rules see it. False when it is too long to be on a list. */
bool except_hash(const struct except_key *key, struct bytes value, struct except_hash *ret_hash);
void except_format(const struct except_hash *hash, char ret_hex[EXCEPT_HEX_SIZE]);

/* Returns 0, or -1 when it is not 32 hexadecimal digits. */
int except_parse(struct bytes hex, struct except_hash *ret_hash);

void except_sort(struct except_list *list);
bool except_has(const struct except_list *list, const struct except_key *key, struct bytes value);

/*
 * The file EXCEPT_KEY_FILE of a rules folder. Reading returns 1, 0 when there is none, or -1. Making one
 * fails when there is one; it has mode 0640 whatever the umask.
 */
int except_key_read(const char *directory, struct except_key *ret_key, struct err *err);
int except_key_make(const char *directory, struct except_key *ret_key, struct err *err);

#endif
