/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A borrowed view of bytes.  Message data is never a C string: it may hold NUL and need not end in one.
 * Nobody owns a view; it lives as long as what it looks at.  All functions are pure and thread-safe.
 */
#ifndef POSTSEAL_BYTES_H
#define POSTSEAL_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
	const uint8_t *p;
	size_t n;
};

/* A string literal as a view, without its NUL. */
#define BYTES_LIT(s) ((struct bytes){(const uint8_t *)("" s), sizeof(s) - 1})

/* For printf's "%.*s". Evaluates b twice. */
#define BYTES_FMT(b) (int)(b).n, (const char *)(b).p

static inline struct bytes
bytes_of(const void *p, size_t n)
{
	return (struct bytes){p, n};
}

static inline struct bytes
bytes_of_str(const char *s)
{
	return (struct bytes){(const uint8_t *)s, s ? strlen(s) : 0};
}

bool bytes_eq(struct bytes a, struct bytes b);

/* ASCII letters compare equal in both cases; other bytes exactly. */
bool bytes_eq_nocase(struct bytes a, struct bytes b);
bool bytes_starts_nocase(struct bytes b, struct bytes prefix);
bool bytes_ends_nocase(struct bytes b, struct bytes suffix);

/* The place of the first `needle`, or b.n when it is not there. An empty needle is found at 0. */
size_t bytes_find(struct bytes b, struct bytes needle);
size_t bytes_find_byte(struct bytes b, uint8_t c);

/* Without the spaces, tabs, CR and LF at both ends. */
struct bytes bytes_trim(struct bytes b);

/* From `from` (at most b.n), at most n bytes. */
struct bytes bytes_sub(struct bytes b, size_t from, size_t n);

/*
 * Cuts the next line off *rest into *ret_line, without its CR LF or LF.
 * Returns false when *rest was empty.
 */
bool bytes_next_line(struct bytes *rest, struct bytes *ret_line);

/* A decimal number with nothing around it. Returns 0, or -1 when it is not one or not in min..max. */
int bytes_parse_i64(struct bytes b, int64_t min, int64_t max, int64_t *ret_value);

#endif
