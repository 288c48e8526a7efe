/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unit tests speak TAP. A test program makes its checks with tap_ok() and ends with `return tap_done();`.
 * A failed check prints its name, file and line and lets the others go on.
 */
#ifndef POSTSEAL_TAP_H
#define POSTSEAL_TAP_H

#include <stdbool.h>
#include <stdio.h>

#include "lib/base/bytes.h"

#define tap_ok(condition, ...) tap_check((condition), #condition, __FILE__, __LINE__, __VA_ARGS__)

/* The two byte strings are equal; says both when they are not. */
#define tap_bytes(got, want, ...) tap_check_bytes((got), (want), __FILE__, __LINE__, __VA_ARGS__)

bool tap_check(bool ok, const char *condition, const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
bool tap_check_bytes(struct bytes got, struct bytes want, const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/* A check that can't be made here, and why. */
void tap_skip(const char *why);

/* Prints the plan; the exit status. */
int tap_done(void);

#endif
