/* SPDX-License-Identifier: Apache-2.0 */
/* `postseal explain`: the whole decision about one message, step by step, as the milter would take it. */
#include <getopt.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "cli/parser.h"
#include "cli/postconf.h"
#include "cli/report.h"
#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "lib/socketmap/capability.h"
#include "lib/plan/plan.h"

enum { RECIPIENTS_MAX = 100, EXPLAIN_DEADLINE_MS = 120 * 1000, EXPLAIN_MAX = 1024 * 1024 };

struct question {
	struct bytes recipients[RECIPIENTS_MAX];
	struct envelope envelope;
	const char *rules, *path, *postfix;
	enum cli_format format;
	bool unreadable; /* the message is not to be had */
};

/* What was known of the recipient's TLS, where that was asked for. */
static json_t *
json_tls(const struct plan_tls *tls)
{
	if (tls->level == TLS_LEVEL_NONE)
		return json_pack("{s:s, s:s}", "level", "none", "reason", tls->reason);
	return json_pack("{s:s, s:s, s:I, s:I}", "level", tls_level_name(tls->level), "source", tls->source,
		"age", (json_int_t)tls->age, "until", (json_int_t)tls->until);
}

static json_t *
json_plan(const struct question *question, const struct plan *plan)
{
	json_t *list = json_array(), *object;

	for (size_t i = 0; i < plan->n; i++) {
		const struct plan_entry *entry = &plan->entries[i];

		object = json_pack("{s:s%, s:s, s:s, s:s}", "recipient", question->recipients[i].p,
			question->recipients[i].n, "action", plan_action_name(entry->action), "would",
			plan_action_name(entry->would), "policy", entry->policy);
		if (entry->tls)
			json_object_set_new(object, "tls", json_tls(entry->tls));
		if (entry->action == PLAN_TLS)
			json_object_set_new(object, "promise", json_string(tls_level_name(entry->promise)));
		json_array_append_new(list, object);
	}
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

/* What milter_header_checks is there; none when Postfix does not tell. */
static bool
has_tls_route(const struct cli *cli, const struct question *question, struct arena *arena)
{
	const struct postconf postconf = {question->postfix};
	struct bytes checks;

	return postconf_get(&postconf, arena, "milter_header_checks", &checks, NULL) == 0 &&
	       plan_tls_route(checks, cli->settings->tls_header_checks);
}

struct tls_question {
	const struct cli *cli;
	const struct question *question;
	struct arena *arena;
	struct capability_source source;
	bool looked, route;
};

/* Postfix is looked at when there is something to ask at all. */
static int
ask_tls(void *context, struct bytes domain, struct bytes *ret_words, const char **ret_why)
{
	struct tls_question *q = context;

	if (!q->looked)
		q->route = has_tls_route(q->cli, q->question, q->arena);
	q->looked = true;
	if (q->route)
		return capability_of_domain(&q->source, domain, ret_words, ret_why);
	*ret_why = "Postfix is not set up for it";
	return 0;
}

static void
learn_tls(const struct cli *cli, struct question *question, const struct policy *policy,
	const struct scan_result *result, struct arena *arena)
{
	struct tls_question q = {.cli = cli, .question = question, .arena = arena};
	const struct plan_tls_asker asker = {.ask = ask_tls, .context = &q, .now = clock_wall()};

	q.source.client = socketmap_client_new(cli->settings->policyd_socketmap);
	q.source.deadline_ms = clock_mono_ms() + cli->settings->tls_question_timeout * 1000;
	question->envelope.tls =
		plan_learn_tls(policy, cli->settings, &question->envelope, result, &asker, arena);
	socketmap_client_free(q.source.client);
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
		goto out;
	}
	learn_tls(cli, question, policy, &result, &arena);
	if (question->format == CLI_JSON) {
		plan_make(policy, cli->settings, &question->envelope, &result, &arena, &plan);
		print_json(question, &result, &plan);
	} else {
		print_text(question, policy, cli->settings, &result);
	}
out:
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
		{"postfix", required_argument, NULL, 'P'},
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
		if (c == 'P')
			ret_question->postfix = optarg;
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
		 "                        [--format text|json] [--postfix DIR] FILE\n\n"
		 "Prints the findings, then each line of the policy with the reason why it fits or not,\n"
		 "and what postseal-policyd knows of the recipient's TLS where a line asks for it.\n"
		 "The same message, packs, policy and knowledge of TLS give the same output every time.\n",
	.run = explain_run,
};
