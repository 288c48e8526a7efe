/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "cli/cli.h"
#include "lib/base/mem.h"

enum { OVERRIDES_MAX = 64 };

static const struct cli_command *const commands[] = {
	&cli_scan,
	&cli_explain,
	&cli_rules,
	&cli_conf,
	&cli_setup,
	&cli_doctor,
	&cli_key,
	&cli_roster,
	&cli_promises,
	&cli_limits,
	&cli_tls,
	&cli_escrow,
};

static void
print_help(FILE *out)
{
	fprintf(out, "usage: postseal [-c FILE] [-o name=value]... COMMAND [ARGUMENT]...\n\ncommands:\n");
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		fprintf(out, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
	fprintf(out, "\noptions:\n"
		     "  -c FILE         read this configuration (" SETTINGS_DEFAULT_PATH ")\n"
		     "  -o name=value   use this value instead of the file's\n"
		     "  --version, --help\n\n"
		     "`postseal COMMAND --help` tells more.\n");
}

int
cli_usage_error(const char *command, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "postseal%s%s: ", command ? " " : "", command ? command : "");
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\nTry `postseal%s%s --help`.\n", command ? " " : "", command ? command : "");
	return 2;
}

int
cli_fail(const char *command, const struct err *err)
{
	fflush(stdout); /* what was done before comes before */
	fprintf(stderr, "postseal %s: %s\n", command, err->text);
	return err_exit_code(err->class);
}

int
cli_parse_format(const char *command, const char *text, enum cli_format *ret_format)
{
	if (strcmp(text, "text") == 0)
		*ret_format = CLI_TEXT;
	else if (strcmp(text, "json") == 0)
		*ret_format = CLI_JSON;
	else
		return cli_usage_error(command, "unknown format '%s': text or json", text), -1;
	return 0;
}

static const struct cli_command *
find_command(const char *name)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

static bool
asks_for_help(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0)
			return true;
	return false;
}

static void
print_command_help(const struct cli_command *command, int argc, char **argv)
{
	if (command->help != NULL)
		command->help(argc, argv);
	else
		printf("postseal %s: %s\n\n%s", command->name, command->summary, command->usage);
}

static int
print_faults(const struct faults *faults)
{
	faults_print(faults, stderr);
	return EX_CONFIG;
}

/* Loads what the command needs and runs it. */
static int
run_command(const struct cli_command *command, struct cli *cli, int argc, char **argv)
{
	const char *path = cli->config_path;
	struct settings *settings = NULL;
	struct faults *faults;
	int ret;

	cli->config_found = command->config != CLI_CONFIG_NONE && access(path, R_OK) == 0;
	if (!cli->config_found && command->config != CLI_CONFIG_REQUIRED)
		path = "/dev/null"; /* an empty file: every option has its default */
	faults = mem_new(1, sizeof(*faults));
	faults_init(faults);
	if (settings_load(path, cli->overrides, &settings, faults) != 0) {
		ret = print_faults(faults);
	} else {
		cli->settings = settings;
		ret = command->run(cli, argc, argv);
	}
	settings_free(settings);
	faults_done(faults);
	free(faults);
	return ret;
}

/* Reads the options before the command. Returns 0, or -1 when *ret_status is the exit status already. */
static int
parse_options(int argc, char **argv, struct cli *cli, const char **overrides, int *ret_status)
{
	static const struct option options[] = {
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'V'},
		{NULL, 0, NULL, 0},
	};
	static struct str_list list;
	int c;

	while ((c = getopt_long(argc, argv, "+c:o:", options, NULL)) != -1) {
		*ret_status = 0;
		switch (c) {
		case 'c':
			cli->config_path = optarg;
			break;
		case 'o':
			if (list.n < OVERRIDES_MAX)
				overrides[list.n++] = optarg;
			break;
		case 'h':
			print_help(stdout);
			return -1;
		case 'V':
			puts("postseal " POSTSEAL_VERSION);
			return -1;
		default:
			*ret_status = 2;
			return -1;
		}
	}
	list.items = overrides;
	cli->overrides = &list;
	return 0;
}

int
main(int argc, char **argv)
{
	struct cli cli = {.config_path = SETTINGS_DEFAULT_PATH, .tty = isatty(STDERR_FILENO) == 1};
	const char *overrides[OVERRIDES_MAX];
	const struct cli_command *command;
	char name[32];
	int status = 2;

	if (parse_options(argc, argv, &cli, overrides, &status) != 0)
		return status;
	if (optind == argc) {
		print_help(stderr);
		return 2;
	}
	argc -= optind;
	argv += optind;
	command = find_command(argv[0]);
	if (command == NULL)
		return cli_usage_error(NULL, "unknown command '%s'", argv[0]);
	if (asks_for_help(argc, argv)) {
		print_command_help(command, argc, argv);
		return 0;
	}
	snprintf(name, sizeof(name), "postseal %s", command->name);
	argv[0] = name; /* in getopt's messages */
	optind = 0;     /* getopt starts again, for the command's own options */
	return run_command(command, &cli, argc, argv);
}
