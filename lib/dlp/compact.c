/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/compact.h"

#include "lib/base/ascii.h"

bool
compact_of(struct bytes value, struct compact *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->digits = true;
	for (size_t i = 0; i < value.n; i++) {
		uint8_t c = value.p[i];
		if (ascii_is_space(c) || c == '-' || c == '.')
			continue;
		if (ret->n == COMPACT_MAX)
			return false;
		ret->c[ret->n++] = (char)ascii_upper(c);
		ret->digits = ret->digits && ascii_is_digit(c);
	}
	return ret->n > 0;
}

bool
compact_digits(struct bytes value, struct compact *ret)
{
	return compact_of(value, ret) && ret->digits;
}

int
compact_digit(const struct compact *v, size_t at)
{
	return v->c[at] - '0';
}

int
compact_number(const struct compact *v, size_t at, size_t n)
{
	int sum = 0;
	for (size_t i = 0; i < n; i++)
		sum = sum * 10 + compact_digit(v, at + i);
	return sum;
}

bool
compact_all_same(const char *p, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (p[i] != p[0])
			return false;
	return true;
}

bool
compact_all_digits(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!ascii_is_digit((uint8_t)p[i]))
			return false;
	return true;
}

/* Whether `c` is one of the list; the list's end is not. */
bool
compact_among(const char *list, char c)
{
	return c != '\0' && strchr(list, c) != NULL;
}

int
compact_luhn(const struct compact *v)
{
	int sum = 0;
	for (size_t i = 0; i < v->n; i++) {
		int d = compact_digit(v, v->n - 1 - i) * (i % 2 == 1 ? 2 : 1);
		sum += d > 9 ? d - 9 : d;
	}
	return sum;
}

/* The number that letters (A = 10 ...) and digits make, modulo 97; -1 for anything else. */
int
compact_mod97(const char *p, size_t n, int sum)
{
	for (size_t i = 0; i < n; i++) {
		uint8_t c = (uint8_t)p[i];
		if (ascii_is_digit(c))
			sum = (sum * 10 + (c - '0')) % 97;
		else if (ascii_is_upper(c))
			sum = (sum * 100 + (c - 'A' + 10)) % 97;
		else
			return -1;
	}
	return sum;
}
