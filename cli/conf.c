/* SPDX-License-Identifier: Apache-2.0 */
/* `postseal conf`: shows and edits postseal.cf, as postconf(1) does main.cf. */
#include <getopt.h>
#include <stdlib.h>
#include <sysexits.h>

#include "cli/cli.h"
#include "lib/base/mem.h"

enum conf_action { CONF_SHOW, CONF_EDIT };

static int
show_some(const struct cli *cli, char **names)
{
	int ret = 0;

	for (; *names != NULL; names++)
		if (settings_dump_one(stdout, cli->settings, *names) != 0)
			ret = cli_usage_error("conf", "unknown option '%s'", *names);
	return ret;
}

static int
edit_one(const char *path, const char *assignment, struct faults *faults)
{
	const char *equals = strchr(assignment, '=');
	char *name;
	int ret;

	if (equals == NULL || equals == assignment)
		return cli_usage_error("conf", "-e needs name=value, not '%s'", assignment);
	name = mem_strndup(assignment, (size_t)(equals - assignment));
	while (*name != '\0' && name[strlen(name) - 1] == ' ')
		name[strlen(name) - 1] = '\0';
	ret = settings_edit(path, name, equals + 1 + strspn(equals + 1, " "), faults) == 0 ? 0 : EX_CONFIG;
	free(name);
	return ret;
}

static int
edit_all(const struct cli *cli, char **assignments, struct faults *faults)
{
	int ret = 0;

	if (*assignments == NULL)
		return cli_usage_error("conf", "-e needs name=value");
	for (; ret == 0 && *assignments != NULL; assignments++)
		ret = edit_one(cli->config_path, *assignments, faults);
	return ret;
}

static int
conf_run(const struct cli *cli, int argc, char **argv)
{
	const char *path = cli->config_found ? cli->config_path : "/dev/null";
	enum settings_dump which = DUMP_ALL;
	enum conf_action action = CONF_SHOW;
	struct faults *faults;
	int c, ret;

	while ((c = getopt(argc, argv, "nde")) != -1) {
		if (c == '?')
			return cli_usage_error("conf", "-n, -d or -e");
		if (c == 'e')
			action = CONF_EDIT;
		else
			which = c == 'n' ? DUMP_SET : DUMP_DEFAULTS;
	}
	if (action == CONF_SHOW && argv[optind] != NULL)
		return show_some(cli, argv + optind);
	faults = mem_new(1, sizeof(*faults));
	faults_init(faults);
	if (action == CONF_EDIT)
		ret = edit_all(cli, argv + optind, faults);
	else
		ret = settings_dump(stdout, path, which, faults) == 0 ? 0 : EX_CONFIG;
	faults_print(faults, stderr);
	faults_done(faults);
	free(faults);
	return ret;
}

const struct cli_command cli_conf = {
	.name = "conf",
	.config = CLI_CONFIG_OPTIONAL,
	.summary = "show or change postseal.cf",
	.usage = "usage: postseal conf [-n|-d] [NAME]...\n"
		 "       postseal conf -e NAME=VALUE...\n\n"
		 "  (none)  every option with its value\n"
		 "  -n      only what the file sets\n"
		 "  -d      the defaults\n"
		 "  -e      change the file: the line is replaced or added, all else stays\n",
	.run = conf_run,
};
