/* SPDX-License-Identifier: Apache-2.0 */
/* `postseal rules test`: runs the examples that packs carry. */
#include <getopt.h>
#include <stdlib.h>

#include "cli/rules.h"
#include "lib/base/mem.h"

static int
run_tests(const struct cli *cli, const char *directory, enum ruleset_print print)
{
	const struct ruleset_limits limits = rules_limits(cli);
	struct ruleset_test_counts counts = {0};
	struct faults *faults = mem_new(1, sizeof(*faults));
	int ret;

	faults_init(faults);
	ret = ruleset_test(directory, &limits, stdout, print, &counts, faults);
	if (ret != 0) {
		faults_print(faults, stderr);
		ret = counts.failed > 0 ? 1 : err_exit_code(ERR_CONFIG);
	} else {
		ret = counts.failed > 0 ? 1 : 0;
	}
	printf("%s: %zu passed, %zu failed\n", directory, counts.passed, counts.failed);
	faults_done(faults);
	free(faults);
	return ret;
}

static int
test_run(const struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
		{"verbose", no_argument, NULL, 'v'},
		{NULL, 0, NULL, 0},
	};
	enum ruleset_print print = RULESET_PRINT_FAILED;
	const char *directory;
	int c, ret;

	while ((c = getopt_long(argc, argv, "v", options, NULL)) != -1) {
		if (c == '?')
			return 2;
		if (c == 'v')
			print = RULESET_PRINT_ALL;
	}
	ret = rules_folder(cli, "rules test", argc, argv, &directory);
	return ret != 0 ? ret : run_tests(cli, directory, print);
}

const struct rules_verb rules_test = {
	.name = "test",
	.summary = "run every hit and miss that rules and labels carry",
	.usage = "usage: postseal rules test [--verbose] [DIR]\n\n"
		 "  --verbose   name the tests that passed, too\n\n"
		 "DIR is the folder of packs (rules_directory of the configuration). Exit status 1 when a "
		 "test\n"
		 "fails.\n",
	.run = test_run,
};
