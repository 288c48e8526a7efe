/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fuzz target is one file that defines fuzz_one(). `make check` links it with replay.c, which feeds it the
 * files of tests/fuzz/corpus/<target>; libFuzzer links it with engine.c (tests/fuzz/Makefile.inc says how).
 * A target aborts when a promise is broken; it keeps nothing between two inputs.
 */
#ifndef POSTSEAL_FUZZ_H
#define POSTSEAL_FUZZ_H

#include "lib/base/bytes.h"

void fuzz_one(struct bytes input);

/* Aborts, in optimised builds too. */
#define fuzz_must(condition)                                                                                 \
	do {                                                                                                 \
		if (!(condition))                                                                            \
			__builtin_trap();                                                                    \
	} while (0)

#endif
