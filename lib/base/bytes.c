/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/bytes.h"

#include "lib/base/ascii.h"

bool
bytes_eq(struct bytes a, struct bytes b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool
bytes_eq_nocase(struct bytes a, struct bytes b)
{
	return a.n == b.n && bytes_starts_nocase(a, b);
}

bool
bytes_starts_nocase(struct bytes b, struct bytes prefix)
{
	if (b.n < prefix.n)
		return false;
	for (size_t i = 0; i < prefix.n; i++)
		if (ascii_lower(b.p[i]) != ascii_lower(prefix.p[i]))
			return false;
	return true;
}

bool
bytes_ends_nocase(struct bytes b, struct bytes suffix)
{
	if (b.n < suffix.n)
		return false;
	return bytes_eq_nocase(bytes_of(b.p + (b.n - suffix.n), suffix.n), suffix);
}

size_t
bytes_find(struct bytes b, struct bytes needle)
{
	const uint8_t *at;

	if (needle.n == 0)
		return 0;
	if (needle.n > b.n)
		return b.n;
	at = memmem(b.p, b.n, needle.p, needle.n);
	return at ? (size_t)(at - b.p) : b.n;
}

size_t
bytes_find_byte(struct bytes b, uint8_t c)
{
	const uint8_t *at = b.n ? memchr(b.p, c, b.n) : NULL;

	return at ? (size_t)(at - b.p) : b.n;
}

struct bytes
bytes_trim(struct bytes b)
{
	while (b.n > 0 && ascii_is_space(b.p[0])) {
		b.p++;
		b.n--;
	}
	while (b.n > 0 && ascii_is_space(b.p[b.n - 1]))
		b.n--;
	return b;
}

struct bytes
bytes_sub(struct bytes b, size_t from, size_t n)
{
	if (from >= b.n)
		return bytes_of(b.p ? b.p + b.n : NULL, 0);
	if (n > b.n - from)
		n = b.n - from;
	return bytes_of(b.p + from, n);
}

bool
bytes_next_line(struct bytes *rest, struct bytes *ret_line)
{
	size_t end;

	if (rest->n == 0)
		return false;
	end = bytes_find_byte(*rest, '\n');
	*ret_line = bytes_sub(*rest, 0, end);
	*rest = bytes_sub(*rest, end + 1, SIZE_MAX);
	if (ret_line->n > 0 && ret_line->p[ret_line->n - 1] == '\r')
		ret_line->n--;
	return true;
}

int
bytes_parse_i64(struct bytes b, int64_t min, int64_t max, int64_t *ret_value)
{
	bool negative = b.n > 0 && b.p[0] == '-';
	int64_t value = 0;
	size_t i = negative ? 1 : 0;

	if (i == b.n)
		return -1;
	for (; i < b.n; i++) {
		if (!ascii_is_digit(b.p[i]))
			return -1;
		if (__builtin_mul_overflow(value, 10, &value) ||
			__builtin_add_overflow(value, b.p[i] - '0', &value))
			return -1;
	}
	if (negative)
		value = -value;
	if (value < min || value > max)
		return -1;
	*ret_value = value;
	return 0;
}
