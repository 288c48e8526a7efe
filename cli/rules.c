/* SPDX-License-Identifier: Apache-2.0 */
/* `postseal rules`: the security team's tools for rule packs. */
#include "cli/rules.h"

#include <getopt.h>
#include <string.h>

static const struct rules_verb *const verbs[] = {
	&rules_test,
	&rules_check,
	&rules_list,
	&rules_replay,
	&rules_bench,
	&rules_compile,
	&rules_hash,
};

enum { N_VERBS = sizeof(verbs) / sizeof(verbs[0]) };

struct ruleset_limits
rules_limits(const struct cli *cli)
{
	const struct settings *settings = cli->settings;

	return (struct ruleset_limits){.match = (uint32_t)settings->pattern_match_limit,
		.depth = (uint32_t)settings->pattern_depth_limit,
		.heap_kib = (uint32_t)(settings->pattern_heap_limit / 1024)};
}

int
rules_folder(const struct cli *cli, const char *verb, int argc, char **argv, const char **ret_directory)
{
	if (argc - optind > 1)
		return cli_usage_error(verb, "at most one folder");
	*ret_directory = argc > optind ? argv[optind] : cli->settings->rules_directory;
	return 0;
}

static const struct rules_verb *
find_verb(const char *name)
{
	for (size_t i = 0; i < N_VERBS; i++)
		if (strcmp(verbs[i]->name, name) == 0)
			return verbs[i];
	return NULL;
}

static void
rules_help(int argc, char **argv)
{
	const struct rules_verb *verb = argc > 1 ? find_verb(argv[1]) : NULL;

	if (verb != NULL) {
		printf("postseal rules %s: %s\n\n%s", verb->name, verb->summary, verb->usage);
		return;
	}
	printf("postseal rules: %s\n\n%s\n", cli_rules.summary, cli_rules.usage);
	for (size_t i = 0; i < N_VERBS; i++)
		printf("  %-8s %s\n", verbs[i]->name, verbs[i]->summary);
	printf("\n`postseal rules VERB --help` tells more.\n");
}

static int
rules_run(const struct cli *cli, int argc, char **argv)
{
	char name[64];
	const struct rules_verb *verb;

	if (argc < 2)
		return cli_usage_error("rules", "needs a verb");
	verb = find_verb(argv[1]);
	if (verb == NULL)
		return cli_usage_error("rules", "unknown verb '%s'", argv[1]);
	snprintf(name, sizeof(name), "%s %s", argv[0], verb->name);
	argv[1] = name;
	return verb->run(cli, argc - 1, argv + 1);
}

const struct cli_command cli_rules = {
	.name = "rules",
	.config = CLI_CONFIG_OPTIONAL,
	.summary = "write, check and rehearse rule packs",
	.usage = "usage: postseal rules VERB [ARGUMENT]...\n",
	.help = rules_help,
	.run = rules_run,
};
