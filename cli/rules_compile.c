/* SPDX-License-Identifier: Apache-2.0 */
/* `postseal rules compile`: the packs as tables that the parser maps. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/rules.h"
#include "lib/base/clock.h"
#include "lib/base/mem.h"

/* The folder of the file is made where it is missing; its own folder is there. */
static int
make_folder(const char *file, struct err *err)
{
	char folder[4096];
	const char *slash = strrchr(file, '/');

	if (slash == NULL || slash == file)
		return 0;
	snprintf(folder, sizeof(folder), "%.*s", (int)(slash - file), file);
	if (mkdir(folder, 0755) != 0 && errno != EEXIST)
		return err_sys(err, ERR_PERM, "make the folder %s", folder);
	return 0;
}

static int
compile(const struct cli *cli, const char *directory, const char *file)
{
	const struct ruleset_limits limits = rules_limits(cli);
	struct faults *faults;
	struct stat info = {0};
	struct err err;
	int64_t start = clock_mono_ms();
	int ret;

	if (make_folder(file, &err) != 0)
		return cli_fail("rules compile", &err);
	faults = mem_new(1, sizeof(*faults));
	faults_init(faults);
	ret = ruleset_compile(directory, file, &limits, faults);
	faults_print(faults, stderr);
	if (ret == 0 && stat(file, &info) == 0)
		printf("%s: %lld bytes, in %lld ms\n", file, (long long)info.st_size,
			(long long)(clock_mono_ms() - start));
	faults_done(faults);
	free(faults);
	return ret == 0 ? 0 : err_exit_code(ERR_CONFIG);
}

static int
compile_run(const struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
		{"output", required_argument, NULL, 'o'},
		{NULL, 0, NULL, 0},
	};
	const char *directory, *file = cli->settings->rules_compiled;
	int c, ret;

	while ((c = getopt_long(argc, argv, "o:", options, NULL)) != -1) {
		if (c == '?')
			return 2;
		file = optarg;
	}
	ret = rules_folder(cli, "rules compile", argc, argv, &directory);
	if (ret == 0 && file[0] == '\0')
		ret = cli_usage_error("rules compile", "needs --output: rules_compiled is empty");
	return ret != 0 ? ret : compile(cli, directory, file);
}

const struct rules_verb rules_compile = {
	.name = "compile",
	.summary = "write the packs as tables that the parser maps",
	.usage = "usage: postseal rules compile [--output FILE] [DIR]\n\n"
		 "  --output FILE   where to (rules_compiled of the configuration)\n\n"
		 "Runs all tests of the packs in DIR (rules_directory of the configuration) and writes what "
		 "was made\n"
		 "of them. postseal-parser maps the file at its start and reload, as long as the packs are "
		 "the same;\n"
		 "else it reads the packs themselves.\n",
	.run = compile_run,
};
