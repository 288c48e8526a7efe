/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a process that was taken over would try. Linked into stand-ins of the readers, so that each try
 * happens in the very sandbox that hostile files are read in.
 */
#ifndef POSTSEAL_TESTS_PRISON_H
#define POSTSEAL_TESTS_PRISON_H

#include "lib/base/bytes.h"

struct prison_try {
	const char *name;
	int (*act)(void); /* errno, or 0: it worked */
	int want;         /* in a prison */
};

/* Ends with a name of NULL. */
extern const struct prison_try prison_tries[];

/* Of the try with that name: what came of it; -1: there is none. */
int prison_run(struct bytes name);

/* How many descriptors this process has. */
int prison_count_fds(void);

#endif
