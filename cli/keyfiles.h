/* SPDX-License-Identifier: Apache-2.0 */
/* The key files of a site: where each is, and who may read it. One table, for `key init` and `key list`. */
#ifndef POSTSEAL_CLI_KEYFILES_H
#define POSTSEAL_CLI_KEYFILES_H

#include "lib/conf/settings.h"

enum {
	KEYFILE_PORTAL_CERTIFICATE,
	KEYFILE_PORTAL_KEY,
	KEYFILE_RECOVERY_CERTIFICATE,
	KEYFILE_RECOVERY_KEY,
	KEYFILE_INDEX,
	KEYFILE_REINJECT,
	KEYFILES
};

struct keyfile {
	const char *name, *path;
	const char *user, *group; /* who should own it; NULL or "": root, or whoever set the site up */
	unsigned mode;
};

/* Paths of the settings; or, when `directory` is not NULL, the usual names in it. Strings live in the arena.
 */
void keyfiles_get(const struct settings *settings, const char *directory, struct arena *arena,
	struct keyfile files[KEYFILES]);

#endif
