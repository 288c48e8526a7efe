/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that is given back is wiped, whoever gives it: GMime, libxml2, iconv and the others leave pieces of
 * a message in it, and the next message is another sender's. Arenas and buffers are ours and wipe themselves;
 * this takes the place of the C library's free(3) and realloc(3) for the whole program. AddressSanitizer has
 * its own, and an option for the same (max_free_fill_size).
 */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"

#ifndef __SANITIZE_ADDRESS__

/* glibc's own, under the names that it has for those who do this. */
extern void __libc_free(void *p);
extern void *__libc_malloc(size_t size);

void
free(void *p)
{
	if (p == NULL)
		return;
	mem_wipe(p, malloc_usable_size(p));
	__libc_free(p);
}

/* What shrinks by less than half stays where it is; what moves is wiped where it was. */
void *
realloc(void *p, size_t size)
{
	size_t has = p != NULL ? malloc_usable_size(p) : 0;
	void *moved;

	if (size > 0 && size <= has && size > has / 2) {
		mem_wipe((char *)p + size, has - size);
		return p;
	}
	moved = size > 0 || p == NULL ? __libc_malloc(size) : NULL;
	if (p == NULL || (moved == NULL && size > 0))
		return moved;
	if (moved != NULL)
		memcpy(moved, p, has < size ? has : size);
	free(p);
	return moved;
}

#endif
