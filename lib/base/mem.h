/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Heap memory whose exhaustion is fatal, so no caller checks for it. Sizes that come from outside are bounded
 * before they get here: that is the caller's duty, and why this is no lever for an attacker.
 */
#ifndef POSTSEAL_MEM_H
#define POSTSEAL_MEM_H

#include <stddef.h>

/* Zeroed memory for `n` things of `size` bytes; free() releases it. */
void *mem_new(size_t n, size_t size);

/* Like realloc, with what is new set to zero. */
void *mem_grow(void *p, size_t old_size, size_t new_size);

char *mem_strdup(const char *s);
char *mem_strndup(const void *p, size_t n);

/* Overwrites in a way that the compiler may not remove. NULL is fine. */
void mem_wipe(void *p, size_t n);

/* Says what could not be had, and aborts. */
_Noreturn void mem_exhausted(size_t size);

#endif
