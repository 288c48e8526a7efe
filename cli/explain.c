/* SPDX-License-Identifier: Apache-2.0 */
/* `postseal explain`: the whole decision about one message, step by step, as the milter would take it. */
#include <getopt.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "cli/parser.h"
#include "cli/report.h"
#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "lib/plan/plan.h"

enum { RECIPIENTS_MAX = 100, EXPLAIN_DEADLINE_MS = 120 * 1000, EXPLAIN_MAX = 1024 * 1024 };

struct question {
	struct bytes recipients[RECIPIENTS_MAX];
	struct envelope envelope;
	const char *rules, *path;
	enum cli_format format;
	bool unreadable; /* the message is not to be had */
};

static json_t *
json_plan(const struct question *question, const struct plan *plan)
{
	json_t *list = json_array();

	for (size_t i = 0; i < plan->n; i++)
		json_array_append_new(list,
			json_pack("{s:s%, s:s, s:s, s:s}", "recipient", question->recipients[i].p,
				question->recipients[i].n, "action",
				plan_action_name(plan->entries[i].action), "would",
				plan_action_name(plan->entries[i].would), "policy", plan->entries[i].policy));
	return list;
}

static void
print_json(const struct question *question, const struct scan_result *result, const struct plan *plan)
{
	json_t *object = report_json(result);

	json_object_set_new(object, "path", json_string(question->path));
	json_object_set_new(object, "plan", json_plan(question, plan));
	json_dumpf(object, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(object);
}

static void
print_text(const struct question *question, const struct policy *policy, const struct settings *settings,
	const struct scan_result *result)
{
	struct buf text;

	printf("%s: %s\n", question->path, parser_verdict(result));
	buf_init(&text, EXPLAIN_MAX);
	plan_explain(policy, settings, &question->envelope, result, &text);
	fwrite(text.p, 1, text.n, stdout);
	buf_done(&text);
}

static int
scan_message(const struct cli *cli, struct question *question, struct arena *arena,
	struct scan_result *ret_result, struct err *err)
{
	struct scan_client *client = NULL;
	int fd = -1, ret = -1;

	if (parser_load_message(question->path, (size_t)cli->settings->message_size_limit, &fd, err) != 0) {
		question->unreadable = true;
		goto out;
	}
	question->envelope.size = (size_t)lseek(fd, 0, SEEK_END);
	if (parser_start(cli, question->rules, &client, err) != 0)
		goto out;
	ret = scan_client_ask(client,
		&(struct scan_question){.message_fd = fd,
			.deadline_ms = clock_mono_ms() + EXPLAIN_DEADLINE_MS,
			.recipients = question->envelope.recipients,
			.n_recipients = question->envelope.n_recipients},
		arena, ret_result, err);
out:
	scan_client_close(client);
	fd_close(&fd);
	return ret;
}

static int
answer(const struct cli *cli, struct question *question, const struct policy *policy)
{
	struct scan_result result;
	struct arena arena;
	struct plan plan;
	struct err err;
	int ret = 0;

	arena_init(&arena);
	if (scan_message(cli, question, &arena, &result, &err) != 0) {
		ret = cli_fail("explain", &err);
		if (question->unreadable)
			ret = EX_NOINPUT;
	} else if (question->format == CLI_JSON) {
		plan_make(policy, cli->settings, &question->envelope, &result, &arena, &plan);
		print_json(question, &result, &plan);
	} else {
		print_text(question, policy, cli->settings, &result);
	}
	arena_done(&arena);
	return ret;
}

static int
parse_arguments(int argc, char **argv, struct question *ret_question)
{
	static const struct option options[] = {
		{"from", required_argument, NULL, 'F'},
		{"to", required_argument, NULL, 'T'},
		{"rules", required_argument, NULL, 'r'},
		{"format", required_argument, NULL, 'f'},
		{NULL, 0, NULL, 0},
	};
	struct envelope *envelope = &ret_question->envelope;
	int c;

	envelope->recipients = ret_question->recipients;
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == '?' || (c == 'f' && cli_parse_format("explain", optarg, &ret_question->format) != 0))
			return 2;
		if (c == 'F')
			envelope->sender = bytes_of_str(optarg);
		if (c == 'r')
			ret_question->rules = optarg;
		if (c == 'T' && envelope->n_recipients == RECIPIENTS_MAX)
			return cli_usage_error("explain", "more than %d recipients", RECIPIENTS_MAX);
		if (c == 'T')
			ret_question->recipients[envelope->n_recipients++] = bytes_of_str(optarg);
	}
	if (envelope->sender.p == NULL || envelope->n_recipients == 0 || argc - optind != 1)
		return cli_usage_error("explain", "needs --from, at least one --to, and one file");
	ret_question->path = argv[optind];
	return 0;
}

static int
explain_run(const struct cli *cli, int argc, char **argv)
{
	struct question question = {0};
	struct policy *policy = NULL;
	struct faults *faults;
	int ret = parse_arguments(argc, argv, &question);

	if (ret != 0)
		return ret;
	faults = mem_new(1, sizeof(*faults));
	faults_init(faults);
	if (policy_load(cli->settings->policy_file, &policy, faults) != 0) {
		faults_print(faults, stderr);
		ret = err_exit_code(ERR_CONFIG);
	} else {
		ret = answer(cli, &question, policy);
	}
	policy_free(policy);
	faults_done(faults);
	free(faults);
	return ret;
}

const struct cli_command cli_explain = {
	.name = "explain",
	.config = CLI_CONFIG_OPTIONAL,
	.summary = "tell what would happen to a message, and why",
	.usage = "usage: postseal explain --from ADDRESS --to ADDRESS [--to ADDRESS]... [--rules DIR]\n"
		 "                        [--format text|json] FILE\n\n"
		 "Prints the findings, then each line of the policy with the reason why it fits or not.\n"
		 "The same message, packs and policy give the same output every time.\n",
	.run = explain_run,
};
