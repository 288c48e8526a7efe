/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void
mem_exhausted(size_t size)
{
	fprintf(stderr, "fatal: out of memory: %zu bytes\n", size);
	abort();
}

void *
mem_new(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size ? size : 1);

	if (p == NULL)
		mem_exhausted(n * size);
	return p;
}

void *
mem_grow(void *p, size_t old_size, size_t new_size)
{
	char *grown = realloc(p, new_size ? new_size : 1);

	if (grown == NULL)
		mem_exhausted(new_size);
	if (new_size > old_size)
		memset(grown + old_size, 0, new_size - old_size);
	return grown;
}

char *
mem_strdup(const char *s)
{
	return mem_strndup(s, strlen(s));
}

char *
mem_strndup(const void *p, size_t n)
{
	char *copy = mem_new(n + 1, 1);

	if (n > 0)
		memcpy(copy, p, n);
	return copy;
}

void
mem_wipe(void *p, size_t n)
{
	if (p != NULL && n > 0)
		explicit_bzero(p, n);
}
