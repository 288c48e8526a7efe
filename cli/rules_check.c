/* SPDX-License-Identifier: Apache-2.0 */
/* `postseal rules check`: what the loader refuses, and what it takes but had better be otherwise. */
#include <getopt.h>
#include <jansson.h>
#include <stdlib.h>
#include <sysexits.h>

#include "cli/rules.h"
#include "lib/base/mem.h"
#include "lib/dlp/lint.h"

struct check {
	const char *directory;
	enum cli_format format;
	enum lint_level least; /* what is shown */
	bool strict;
	struct lint_list list;
	struct faults *faults;
	size_t warnings, notes;
};

static json_t *
json_place(const char *level, const char *file, int line, int column, const char *text)
{
	return json_pack("{s:s, s:s?, s:i, s:i, s:s}", "level", level, "file", file, "line", line, "column",
		column, "text", text);
}

static json_t *
json_finding(const struct lint_finding *finding)
{
	json_t *object = json_place(lint_level_name(finding->level), finding->place.file, finding->place.line,
		finding->place.column, finding->text);

	json_object_set_new(object, "check", json_string(finding->check));
	json_object_set_new(object, finding->what, json_string(finding->name));
	return object;
}

static void
print_json(const struct check *check)
{
	size_t kept = check->faults->n < FAULTS_MAX ? check->faults->n : FAULTS_MAX;
	json_t *messages = json_array(), *object;

	for (size_t i = 0; i < kept; i++) {
		const struct fault *fault = &check->faults->list[i];

		json_array_append_new(
			messages, json_place("error", fault->file, fault->line, fault->column, fault->text));
	}
	for (size_t i = 0; i < check->list.n; i++)
		json_array_append_new(messages, json_finding(&check->list.p[i]));
	object = json_pack("{s:s, s:I, s:I, s:I, s:o}", "directory", check->directory, "errors",
		(json_int_t)check->faults->n, "warnings", (json_int_t)check->warnings, "notes",
		(json_int_t)check->notes, "messages", messages);
	json_dumpf(object, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(object);
}

static void
print_text(const struct check *check)
{
	faults_print(check->faults, stdout);
	for (size_t i = 0; i < check->list.n; i++) {
		const struct lint_finding *f = &check->list.p[i];

		if (f->level >= check->least)
			printf("%s:%d:%d: %s: %s '%s': %s\n", f->place.file, f->place.line, f->place.column,
				lint_level_name(f->level), f->what, f->name, f->text);
	}
	printf("%s: %zu error%s, %zu warning%s, %zu note%s%s\n", check->directory, check->faults->n,
		check->faults->n == 1 ? "" : "s", check->warnings, check->warnings == 1 ? "" : "s",
		check->notes, check->notes == 1 ? "" : "s",
		check->notes > 0 && check->least > LINT_NOTE ? " (--verbose shows them)" : "");
}

static int
conclude(const struct check *check)
{
	if (check->format == CLI_JSON)
		print_json(check);
	else
		print_text(check);
	if (check->faults->n > 0)
		return EX_CONFIG;
	return check->strict && check->warnings > 0 ? 1 : 0;
}

static int
run_check(const struct cli *cli, struct check *check)
{
	const struct ruleset_limits limits = rules_limits(cli);
	struct ruleset *set = NULL;
	int ret;

	check->faults = mem_new(1, sizeof(*check->faults));
	faults_init(check->faults);
	if (ruleset_load(check->directory, &limits, &set, check->faults) == 0)
		(void)lint_run(set, &check->list, check->faults); /* its faults are shown with the others */
	for (size_t i = 0; i < check->list.n; i++)
		*(check->list.p[i].level == LINT_NOTE ? &check->notes : &check->warnings) += 1;
	ret = conclude(check);
	if (set != NULL)
		lint_done(&check->list);
	ruleset_free(set);
	faults_done(check->faults);
	free(check->faults);
	return ret;
}

static int
check_run(const struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
		{"format", required_argument, NULL, 'f'},
		{"strict", no_argument, NULL, 's'},
		{"verbose", no_argument, NULL, 'v'},
		{NULL, 0, NULL, 0},
	};
	struct check check = {.least = LINT_WARNING};
	int c, ret;

	while ((c = getopt_long(argc, argv, "v", options, NULL)) != -1) {
		if (c == '?' || (c == 'f' && cli_parse_format("rules check", optarg, &check.format) != 0))
			return 2;
		if (c == 's')
			check.strict = true;
		if (c == 'v')
			check.least = LINT_NOTE;
	}
	ret = rules_folder(cli, "rules check", argc, argv, &check.directory);
	return ret != 0 ? ret : run_check(cli, &check);
}

const struct rules_verb rules_check = {
	.name = "check",
	.summary = "read the packs and say what is wrong or doubtful, and what to do",
	.usage = "usage: postseal rules check [--strict] [--verbose] [--format text|json] [DIR]\n\n"
		 "  --strict        exit 1 when there are warnings\n"
		 "  --verbose       show notes, too: what may well be meant so\n"
		 "  --format json   one object: counts and messages with file, line, column, check and "
		 "text\n\n"
		 "Errors are what makes the packs be refused: exit status 78. Warnings: patterns that the\n"
		 "prefilter can't help or that may take too long, things said twice, evidence that never\n"
		 "applies or changes nothing, thresholds out of reach, too few tests.\n"
		 "DIR is the folder of packs (rules_directory of the configuration).\n",
	.run = check_run,
};
