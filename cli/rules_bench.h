/* SPDX-License-Identifier: Apache-2.0 */
/* `postseal rules bench`: what each rule costs on given mail. */
#ifndef POSTSEAL_CLI_RULES_BENCH_H
#define POSTSEAL_CLI_RULES_BENCH_H

#include "cli/cli.h"

/* `rules` may be NULL: as the settings say. Returns the exit status. */
int rules_bench(const struct cli *cli, const char *rules, enum cli_format format, char **paths);

#endif
