/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `postseal scan`: judges files and folders of messages. Several are at the parser at once; lines come out in
 * the order of the paths all the same.
 */
#include <fts.h>
#include <getopt.h>
#include <sysexits.h>
#include <unistd.h>

#include "cli/addressed.h"
#include "cli/flight.h"
#include "cli/parser.h"
#include "cli/report.h"
#include "cli/scan_tools.h"
#include "lib/base/fd.h"

struct scan_run {
	const struct cli *cli;
	struct flight *flight;
	enum cli_format format;
	bool fail_on_findings;
	size_t scanned, findings, failures;
};

static void
print_text(const char *path, const struct scan_result *result, int64_t took_ms)
{
	printf("%s: %s (%lld ms)\n", path, parser_verdict(result), (long long)took_ms);
	report_text(result, stdout);
}

static void
print_json(const char *path, const struct scan_result *result, int64_t took_ms)
{
	json_t *object = report_json(result), *name = json_string(path);

	/* A file name may be any bytes; JSON can't: what is not UTF-8 is left out rather than the whole line.
	 */
	json_object_set_new(object, "path", name ? name : json_string("(not UTF-8)"));
	json_object_set_new(object, "ms", json_integer(took_ms));
	json_dumpf(object, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(object);
}

static void
print_landed(void *context, void *item, const struct scan_result *results, int64_t took_ms)
{
	struct scan_run *run = context;
	const char *path = item;

	(run->format == CLI_JSON ? print_json : print_text)(path, results, took_ms);
	run->scanned++;
	if (scan_has_label(results, "phi"))
		run->findings++;
	if (run->cli->tty && isatty(STDOUT_FILENO) != 1)
		fprintf(stderr, "\r%zu scanned, %zu with PHI ", run->scanned, run->findings);
}

/* A file that can't be read is said, counted, and does not stop the others. */
static int
submit(struct scan_run *run, const char *path, struct err *err)
{
	struct addressed addressed;
	struct arena *arena;
	int fd = -1, ret;

	if (flight_room(run->flight, &arena, err) != 0)
		return -1;
	if (parser_load_message(path, (size_t)run->cli->settings->message_size_limit, &fd, err) != 0) {
		cli_fail("scan", err);
		run->failures++;
		return 0;
	}
	addressed_load(arena, fd, &addressed);
	ret = flight_depart(run->flight,
		&(struct scan_question){.message_fd = fd,
			.recipients = addressed.recipients,
			.n_recipients = addressed.n_recipients},
		arena_str(arena, bytes_of_str(path)), err);
	fd_close(&fd);
	return ret;
}

static int
by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* A file, or every regular file below a folder, in the order of the names; links are not followed. */
static int
submit_tree(struct scan_run *run, char *path, struct err *err)
{
	char *roots[] = {path, NULL};
	FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, by_name);
	FTSENT *entry;
	int ret = 0;

	if (fts == NULL)
		return err_sys(err, ERR_PERM, "open %s", path);
	while (ret == 0 && (entry = fts_read(fts)) != NULL) {
		if (entry->fts_info == FTS_F)
			ret = submit(run, entry->fts_path, err);
		else if (entry->fts_info == FTS_ERR || entry->fts_info == FTS_DNR ||
			 entry->fts_info == FTS_NS) {
			fprintf(stderr, "postseal scan: %s: %s\n", entry->fts_path,
				strerrordesc_np(entry->fts_errno));
			run->failures++;
		}
	}
	fts_close(fts);
	return ret;
}

static int
scan_paths(struct scan_run *run, char **paths, struct err *err)
{
	for (; *paths != NULL; paths++) {
		int ret = strcmp(*paths, "-") == 0 ? submit(run, "-", err) : submit_tree(run, *paths, err);

		if (ret != 0)
			return -1;
	}
	return flight_end(run->flight, err);
}

static int
exit_status(const struct scan_run *run)
{
	if (run->failures > 0)
		return EX_NOINPUT;
	return run->fail_on_findings && run->findings > 0 ? 1 : 0;
}

static int
judge_all(struct scan_run *run, const struct scan_tool *tool)
{
	struct flight_plan plan = {.n_judges = 1, .land = print_landed, .context = run};
	struct err err;
	int ret;

	if (parser_start(run->cli, tool->rules, &plan.judges[0], &err) != 0)
		return cli_fail("scan", &err);
	run->flight = flight_new(&plan);
	ret = scan_paths(run, tool->paths, &err);
	if (run->cli->tty && isatty(STDOUT_FILENO) != 1)
		fputc('\n', stderr);
	flight_free(run->flight);
	scan_client_close(plan.judges[0]);
	return ret == 0 ? exit_status(run) : cli_fail("scan", &err);
}

/* What is asked of the messages. */
struct asked {
	bool explain, show_text, fail;
};

static int
parse_arguments(int argc, char **argv, struct scan_tool *tool, struct asked *asked)
{
	static const struct option options[] = {
		{"format", required_argument, NULL, 'f'},
		{"rules", required_argument, NULL, 'r'},
		{"fail", no_argument, NULL, 'F'},
		{"explain", no_argument, NULL, 'e'},
		{"show-text", no_argument, NULL, 't'},
		{"show-values", no_argument, NULL, 'v'},
		{NULL, 0, NULL, 0},
	};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == '?' || (c == 'f' && cli_parse_format("scan", optarg, &tool->format) != 0))
			return 2;
		if (c == 'r')
			tool->rules = optarg;
		asked->fail = asked->fail || c == 'F';
		asked->explain = asked->explain || c == 'e';
		asked->show_text = asked->show_text || c == 't';
		if (c == 'v')
			tool->values = TRACE_SHOW_VALUES;
	}
	tool->paths = argv + optind;
	if (optind == argc)
		return cli_usage_error("scan", "no file given (- is standard input)");
	if (asked->explain + asked->show_text + asked->fail > 1)
		return cli_usage_error("scan", "one of --explain, --show-text and --fail, not several");
	if (tool->values == TRACE_SHOW_VALUES && !asked->explain)
		return cli_usage_error("scan", "--show-values belongs to --explain");
	return 0;
}

static int
scan_run(const struct cli *cli, int argc, char **argv)
{
	struct scan_tool tool = {.cli = cli};
	struct scan_run run = {.cli = cli};
	struct asked asked = {0};
	int ret = parse_arguments(argc, argv, &tool, &asked);

	if (ret != 0)
		return ret;
	if (asked.explain)
		return scan_explain(&tool);
	if (asked.show_text)
		return scan_show_text(&tool);
	run.format = tool.format;
	run.fail_on_findings = asked.fail;
	return judge_all(&run, &tool);
}

const struct cli_command cli_scan = {
	.name = "scan",
	.config = CLI_CONFIG_OPTIONAL,
	.summary = "judge messages by the rules",
	.usage = "usage: postseal scan [--format text|json] [--rules DIR] [--fail] FILE|DIR|-...\n"
		 "       postseal scan --explain [--show-values] [--format text|json] [--rules DIR]\n"
		 "                     FILE|DIR|MBOX|-...\n"
		 "       postseal scan --show-text [--format text|json] [--rules DIR] FILE|DIR|MBOX|-...\n\n"
		 "  --format json   an object a line: path, verdict, labels, findings, ms\n"
		 "  --rules DIR     use the packs of this folder\n"
		 "  --fail          exit 1 when a message holds PHI\n\n"
		 "  --explain       why each rule hits, and what nearly did\n"
		 "  --show-values   with the matched text, which is not shown otherwise\n"
		 "  --show-text     the text exactly as the rules see it\n\n"
		 "The verdict is phi, clean or unscannable.\n",
	.run = scan_run,
};
