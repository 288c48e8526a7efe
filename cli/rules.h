/* SPDX-License-Identifier: Apache-2.0 */
/* `postseal rules VERB`: one file per verb, one table in rules.c. */
#ifndef POSTSEAL_CLI_RULES_H
#define POSTSEAL_CLI_RULES_H

#include "cli/cli.h"
#include "lib/dlp/ruleset.h"

struct rules_verb {
	const char *name;
	const char *summary;                                      /* one line */
	const char *usage;                                        /* what --help prints below the summary */
	int (*run)(const struct cli *cli, int argc, char **argv); /* argv[0] is "postseal rules VERB" */
};

extern const struct rules_verb rules_bench, rules_check, rules_compile, rules_hash, rules_list, rules_replay,
	rules_test;

/* PCRE2's limits as the settings have them. */
struct ruleset_limits rules_limits(const struct cli *cli);

/*
 * The folder of packs: what stands behind the options, or the setting. Returns 0, or 2 after a usage error
 * was printed.
 */
int rules_folder(const struct cli *cli, const char *verb, int argc, char **argv, const char **ret_directory);

#endif
