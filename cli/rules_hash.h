/* SPDX-License-Identifier: Apache-2.0 */
/* `postseal rules hash`: values as lists of exceptions hold them. */
#ifndef POSTSEAL_CLI_RULES_HASH_H
#define POSTSEAL_CLI_RULES_HASH_H

#include "cli/cli.h"

/* The values, or the lines of standard input when there are none; NULL-ended. Makes the folder's key when it
 * has none. Returns the exit status. */
int rules_hash(const struct cli *cli, const char *directory, char **values);

#endif
