/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/except.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/base/ascii.h"
#include "lib/seal/digest.h"

enum { VALUE_MAX = 256 };

/* Lower case letters and digits, and what is not ASCII; of a value that has none of these, all of it. */
static bool
counts(uint8_t c)
{
	return ascii_is_alnum(c) || c >= 0x80;
}

static bool
any_counts(struct bytes value)
{
	for (size_t i = 0; i < value.n; i++)
		if (counts(value.p[i]))
			return true;
	return false;
}

/* FNV-1a. */
uint64_t
except_number(struct bytes value)
{
	bool all = !any_counts(value);
	uint64_t number = UINT64_C(14695981039346656037);
	for (size_t i = 0; i < value.n; i++)
		if (all || counts(value.p[i]))
			number = (number ^ ascii_lower(value.p[i])) * UINT64_C(1099511628211);
	return number;
}

bool
except_hash(const struct except_key *key, struct bytes value, struct except_hash *ret_hash)
{
	static const struct bytes use = BYTES_LIT("exception");
	bool all = !any_counts(value);
	uint8_t plain[VALUE_MAX], mac[DIGEST_SIZE];
	size_t n = 0;
	for (size_t i = 0; i < value.n; i++) {
		if (!all && !counts(value.p[i]))
			continue;
		if (n == VALUE_MAX)
			return false;
		plain[n++] = ascii_lower(value.p[i]);
	}
	const struct bytes parts[] = {use, {plain, n}};
	seal_hmac(bytes_of(key->p, EXCEPT_KEY_SIZE), parts, 2, mac);
	memcpy(ret_hash->p, mac, EXCEPT_HASH_SIZE);
	return true;
}

void
except_format(const struct except_hash *hash, char ret_hex[EXCEPT_HEX_SIZE])
{
	for (size_t i = 0; i < EXCEPT_HASH_SIZE; i++)
		snprintf(ret_hex + 2 * i, 3, "%02x", hash->p[i]);
}

int
except_parse(struct bytes hex, struct except_hash *ret_hash)
{
	static const char digits[] = "0123456789abcdef";
	struct except_hash hash = {{0}};
	if (hex.n != EXCEPT_HEX_SIZE - 1)
		return -1;
	for (size_t i = 0; i < hex.n; i++) {
		const char *digit = memchr(digits, ascii_lower(hex.p[i]), sizeof(digits) - 1);
		if (!digit)
			return -1;
		hash.p[i / 2] = (uint8_t)(hash.p[i / 2] << 4 | (digit - digits));
	}
	*ret_hash = hash;
	return 0;
}

static int
compare_hashes(const void *a, const void *b)
{
	return memcmp(a, b, EXCEPT_HASH_SIZE);
}

void
except_sort(struct except_list *list)
{
	if (list->n > 1)
		qsort(list->p, list->n, sizeof(*list->p), compare_hashes);
}

bool
except_has(const struct except_list *list, const struct except_key *key, struct bytes value)
{
	struct except_hash hash;
	return except_hash(key, value, &hash) &&
	       bsearch(&hash, list->p, list->n, sizeof(*list->p), compare_hashes) != NULL;
}
