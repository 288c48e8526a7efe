/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "lib/run/run_parts.h"

enum { LONG_HELP = 256, LONG_VERSION, LONG_PID_FILE, LONG_OWN };

void
run_options_help(const struct run_spec *spec, FILE *out)
{
	fprintf(out,
		"Usage: %s [-t] [-c FILE] [-o NAME=VALUE]... [--pid-file FILE]\n"
		"%s\n\n"
		"  -c FILE          settings, instead of " SETTINGS_DEFAULT_PATH " (empty: none)\n"
		"  -o NAME=VALUE    one setting, over the file's\n"
		"  -t               only check the configuration: exit 0 or 78\n"
		"  --pid-file FILE  write the process id there once ready\n"
		"  --help, --version\n",
		spec->name, spec->help);
	if (spec->own_option != NULL)
		fprintf(out, "  --%s\n                   %s\n", spec->own_option, spec->own_option_help);
}

static int
add_override(struct run_options *options, const char *text)
{
	if (options->overrides.n == RUN_OVERRIDES_MAX)
		return -1;
	options->override_items[options->overrides.n++] = text;
	return 0;
}

static int
take(const struct run_spec *spec, int option, struct run_options *options)
{
	switch (option) {
	case 'c':
		options->settings_path = optarg[0] != '\0' ? optarg : NULL;
		return 0;
	case 'o':
		return add_override(options, optarg);
	case 't':
		options->action = RUN_TEST;
		return 0;
	case LONG_PID_FILE:
		options->pid_file = optarg;
		return 0;
	case LONG_HELP:
		options->action = RUN_HELP;
		return 0;
	case LONG_VERSION:
		options->action = RUN_VERSION;
		return 0;
	case LONG_OWN:
		return spec->take_own_option(optarg);
	default:
		return -1;
	}
}

int
run_options_parse(const struct run_spec *spec, int argc, char **argv, struct run_options *options)
{
	struct option known[] = {{"help", no_argument, NULL, LONG_HELP},
		{"version", no_argument, NULL, LONG_VERSION},
		{"pid-file", required_argument, NULL, LONG_PID_FILE},
		{spec->own_option, required_argument, NULL, LONG_OWN}, {NULL, 0, NULL, 0}};
	int option;

	*options = (struct run_options){.settings_path = SETTINGS_DEFAULT_PATH};
	options->overrides.items = options->override_items;
	while ((option = getopt_long(argc, argv, "c:o:t", known, NULL)) != -1)
		if (take(spec, option, options) != 0)
			goto wrong;
	if (optind == argc)
		return 0;
	fprintf(stderr, "%s: unexpected argument '%s'\n", spec->name, argv[optind]);
wrong:
	fprintf(stderr, "Try '%s --help'.\n", spec->name);
	return -1;
}
