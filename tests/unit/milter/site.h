/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a site, in a folder of its own below /tmp: what `postseal setup` would make. */
#ifndef POSTSEAL_TEST_SITE_H
#define POSTSEAL_TEST_SITE_H

#include "lib/base/arena.h"

struct site {
	struct arena arena;
	char dir[40];
	const char *policy, *index_key, *reinject_key;
	const char *portal_key, *portal_certificate, *recovery_key, *recovery_certificate;
};

/* Ends the test program when it can't be made. */
void site_make(struct site *site, const char *policy);

/* With everything in it. */
void site_remove(struct site *site);

#endif
