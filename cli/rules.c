/* SPDX-License-Identifier: Apache-2.0 */
/* `postseal rules`: the security team's tools for rule packs. */
#include <getopt.h>
#include <stdlib.h>

#include "cli/rules_bench.h"
#include "cli/rules_hash.h"
#include "lib/base/mem.h"
#include "lib/dlp/ruleset.h"

struct rules_question {
	const struct cli *cli;
	const char *rules; /* --rules, or NULL */
	enum cli_format format;
	char **arguments; /* behind the verb */
	const char *directory;
	enum ruleset_print print;
	struct ruleset_limits limits;
};

static int
run_tests(const struct rules_question *question)
{
	const char *directory = question->arguments[0] != NULL ? question->arguments[0] : question->directory;
	struct ruleset_test_counts counts = {0};
	struct faults *faults = mem_new(1, sizeof(*faults));
	int ret;

	faults_init(faults);
	ret = ruleset_test(directory, &question->limits, stdout, question->print, &counts, faults);
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
test(const struct rules_question *question)
{
	if (question->arguments[0] != NULL && question->arguments[1] != NULL)
		return cli_usage_error("rules", "test needs at most one folder");
	return run_tests(question);
}

static int
bench(const struct rules_question *question)
{
	if (question->arguments[0] == NULL)
		return cli_usage_error("rules", "bench needs messages: files, folders, mbox files");
	return rules_bench(question->cli, question->rules, question->format, question->arguments);
}

static int
hash(const struct rules_question *question)
{
	return rules_hash(question->cli, question->directory, question->arguments);
}

static const struct {
	const char *name;
	int (*run)(const struct rules_question *question);
} verbs[] = {
	{"test", test},
	{"bench", bench},
	{"hash", hash},
};

static int
run_verb(const char *name, const struct rules_question *question)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return verbs[i].run(question);
	return cli_usage_error("rules", "unknown verb '%s'", name);
}

static int
rules_run(const struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
		{"rules", required_argument, NULL, 'r'},
		{"verbose", no_argument, NULL, 'v'},
		{"format", required_argument, NULL, 'f'},
		{NULL, 0, NULL, 0},
	};
	struct rules_question question = {
		.cli = cli,
		.directory = cli->settings->rules_directory,
		.limits = {.match = (uint32_t)cli->settings->pattern_match_limit,
			.depth = (uint32_t)cli->settings->pattern_depth_limit,
			.heap_kib = (uint32_t)(cli->settings->pattern_heap_limit / 1024)},
	};
	int c;

	while ((c = getopt_long(argc, argv, "v", options, NULL)) != -1) {
		if (c == '?')
			return 2;
		if (c == 'f' && cli_parse_format("rules", optarg, &question.format) != 0)
			return 2;
		if (c == 'r')
			question.directory = question.rules = optarg;
		if (c == 'v')
			question.print = RULESET_PRINT_ALL;
	}
	if (optind == argc)
		return cli_usage_error("rules", "needs a verb");
	question.arguments = argv + optind + 1;
	return run_verb(argv[optind], &question);
}

const struct cli_command cli_rules = {
	.name = "rules",
	.config = CLI_CONFIG_OPTIONAL,
	.summary = "test rule packs, measure what they cost, hash exceptions",
	.usage =
		"usage: postseal rules test [--verbose] [DIR]\n"
		"       postseal rules bench [--rules DIR] [--format text|json] FILE|DIR|MBOX|-...\n"
		"       postseal rules hash [--rules DIR] [VALUE]...\n\n"
		"  test      run every hit and miss that the rules and labels carry; exit 1 when one fails\n"
		"  --verbose name the tests that passed, too\n"
		"  bench     what each rule costs on given mail, in ns per 1,000 bytes of text\n"
		"  hash      a line for each value, for 'except:' of a rule or the file that it names; "
		"makes\n"
		"            the key DIR/exceptions.key when there is none. Without VALUE it reads standard\n"
		"            input, a value a line: what stands on a command line, others may read\n\n"
		"DIR is the folder of packs (rules_directory of the configuration).\n",
	.run = rules_run,
};
