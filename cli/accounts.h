/* SPDX-License-Identifier: Apache-2.0 */
/* The system users and groups that the daemons run as. Only root can make them; each step is said on standard
 * output. */
#ifndef POSTSEAL_CLI_ACCOUNTS_H
#define POSTSEAL_CLI_ACCOUNTS_H

#include "lib/conf/settings.h"

/* Makes those that the settings name and that are missing, with groupadd(8) and useradd(8). */
int accounts_make(const struct settings *settings, struct err *err);

/* Gives a file or folder to a user and a group; NULL or "" leaves that one as it is. Nothing to do unless
 * root. */
int accounts_give(const char *path, const char *user, const char *group, unsigned mode, struct err *err);

#endif
