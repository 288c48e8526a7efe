/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The postseal command: one file per subcommand, one table in main.c. `postseal [-c FILE] [-o name=value]...
 * COMMAND [ARGUMENT]...`. `--help` is answered by main.c for all of them. Exit status: 0 done, 1 the answer
 * is no, 2 usage, sysexits.h otherwise. Colour and progress on a terminal only.
 */
#ifndef POSTSEAL_CLI_H
#define POSTSEAL_CLI_H

#include <stdbool.h>
#include <stdio.h>

#include "lib/base/err.h"
#include "lib/conf/settings.h"

enum cli_format { CLI_TEXT, CLI_JSON };

struct cli {
	const char *config_path;          /* -c, or the default */
	const struct str_list *overrides; /* -o */
	const struct settings *settings;  /* defaults where the command does not insist on a file */
	bool config_found;
	bool tty; /* standard error is a terminal: progress may be shown there */
};

enum cli_config {
	CLI_CONFIG_NONE,     /* settings are the defaults; the file is not read */
	CLI_CONFIG_OPTIONAL, /* read when it is there */
	CLI_CONFIG_REQUIRED,
};

struct cli_command {
	const char *name;
	enum cli_config config;
	const char *summary; /* one line */
	const char *usage;   /* what --help prints below the summary: synopsis, options, examples */
	void (*help)(int argc, char **argv); /* of a command with verbs: prints help instead; else NULL */
	int (*run)(const struct cli *cli, int argc, char **argv); /* argv[0] is the subcommand's name */
};

extern const struct cli_command cli_scan, cli_explain, cli_rules, cli_conf, cli_setup, cli_doctor, cli_key,
	cli_escrow, cli_roster, cli_promises, cli_limits, cli_tls;

/* Wrong usage: says why and how to get help, on standard error. Returns 2. */
int cli_usage_error(const char *command, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* A failure: prints it as `postseal COMMAND: text`. Returns the exit status of its class. */
int cli_fail(const char *command, const struct err *err);

/* "text" or "json"; 0, or -1 after a usage error was printed. */
int cli_parse_format(const char *command, const char *text, enum cli_format *ret_format);

#endif
