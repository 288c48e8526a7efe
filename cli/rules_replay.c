/* SPDX-License-Identifier: Apache-2.0 */
/* `postseal rules replay`: a candidate folder of packs against the one in use, on past mail. */
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "cli/flight.h"
#include "cli/mailbox.h"
#include "cli/parser.h"
#include "cli/replay.h"
#include "cli/rules.h"
#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/mem.h"

enum { PROGRESS_MS = 200, BAR_WIDTH = 24, HTML_MAX = 64 * 1024 * 1024 };

struct rehearsal {
	const struct cli *cli;
	enum cli_format format;
	bool fail_on_missed;
	const char *html, *policy_path;
	struct replay replay;
	struct flight *flight;
	struct mailbox *mailbox;
	int64_t started_ms, shown_ms;
};

static volatile sig_atomic_t interrupted;

static void
on_interrupt(int signal_number)
{
	(void)signal_number;
	interrupted = 1;
}

static void
show_progress(struct rehearsal *r)
{
	struct mailbox_progress progress = mailbox_progress(r->mailbox);
	const struct replay *replay = &r->replay;
	int64_t now = clock_mono_ms();
	char bar[BAR_WIDTH + 1];
	double share = progress.total > 0 ? (double)progress.done / (double)progress.total : 1;

	if (!r->cli->tty || now - r->shown_ms < PROGRESS_MS)
		return;
	r->shown_ms = now;
	for (int i = 0; i < BAR_WIDTH; i++)
		bar[i] = i < (int)(share * BAR_WIDTH) ? '#' : '.';
	bar[BAR_WIDTH] = '\0';
	fprintf(stderr, "\r[%s] %3.0f%%  %zu messages, %.0f/s, %zu caught, %zu missed ", bar, share * 100,
		replay->messages,
		(double)replay->messages * 1000 / (double)(now - r->started_ms > 0 ? now - r->started_ms : 1),
		replay->caught, replay->missed);
}

static void
end_progress(const struct rehearsal *r)
{
	if (r->cli->tty && r->shown_ms != 0)
		fputs("\r\033[K", stderr);
}

static void
land(void *context, void *item, const struct scan_result *results, int64_t took_ms)
{
	struct rehearsal *r = context;

	(void)took_ms;
	replay_count(&r->replay, item, results);
	show_progress(r);
}

/* What can't be read is said, counted, and does not stop the others. */
static int
submit(struct rehearsal *r, const struct mailbox_message *message, struct err *err)
{
	struct scan_question question = {.message_fd = message->fd};
	struct replay_message *item;
	struct arena *arena;

	if (flight_room(r->flight, &arena, err) != 0)
		return -1;
	if (message->fd < 0) {
		end_progress(r);
		fprintf(stderr, "postseal rules replay: %s: %s\n", message->name, message->why.text);
		r->replay.unreadable++;
		return 0;
	}
	item = arena_alloc(arena, sizeof(*item));
	item->name = arena_strf(arena, "%s", message->name);
	item->size = message->size;
	addressed_read(arena, arena_bytes(arena, message->head), &item->addressed);
	question.recipients = item->addressed.recipients;
	question.n_recipients = item->addressed.n_recipients;
	return flight_depart(r->flight, &question, item, err);
}

static int
feed(struct rehearsal *r, struct err *err)
{
	struct mailbox_message message;
	int ret = 0;

	while (ret == 0 && !interrupted && mailbox_next(r->mailbox, &message)) {
		ret = submit(r, &message, err);
		fd_close(&message.fd);
	}
	return ret == 0 ? flight_end(r->flight, err) : ret;
}

/* With the policy that would be asked, where there is one. */
static int
load_policy(struct rehearsal *r, struct policy **ret_policy)
{
	const char *path = r->policy_path != NULL ? r->policy_path : r->cli->settings->policy_file;
	struct faults *faults;
	int ret;

	if (r->policy_path == NULL && access(path, R_OK) != 0)
		return 0;
	faults = mem_new(1, sizeof(*faults));
	faults_init(faults);
	ret = policy_load(path, ret_policy, faults);
	if (ret != 0)
		faults_print(faults, stderr);
	faults_done(faults);
	free(faults);
	return ret == 0 ? 0 : err_exit_code(ERR_CONFIG);
}

static int
write_html(const char *path, const json_t *report, struct err *err)
{
	struct buf page;
	int ret;

	buf_init(&page, HTML_MAX);
	replay_html(report, &page);
	ret = buf_full(&page) ? err_set(err, ERR_PERM, "the page is too long")
			      : fd_write_file(path, buf_bytes(&page), 0640, err);
	buf_done(&page);
	return ret;
}

static int
report(struct rehearsal *r)
{
	json_t *object = replay_json(&r->replay);
	struct err err;
	int ret = 0;

	if (r->html != NULL && write_html(r->html, object, &err) != 0)
		ret = cli_fail("rules replay", &err);
	if (r->format == CLI_JSON) {
		json_dumpf(object, stdout, JSON_INDENT(1));
		putchar('\n');
	} else {
		replay_print(object, stdout);
	}
	json_decref(object);
	if (ret == 0 && r->replay.messages == 0)
		ret = EX_NOINPUT;
	if (ret == 0 && r->fail_on_missed && r->replay.label_missed > 0)
		ret = 1;
	return ret;
}

/* The parsers end by the same Ctrl-C: what they did not answer any more is no failure then. */
static int
run_flight(struct rehearsal *r, struct scan_client *const judges[2], struct err *err)
{
	struct flight_plan plan = {
		.judges = {judges[0], judges[1]}, .n_judges = 2, .land = land, .context = r};
	struct sigaction action = {.sa_handler = on_interrupt}, before;
	int ret;

	r->flight = flight_new(&plan);
	r->started_ms = clock_mono_ms();
	sigaction(SIGINT, &action, &before);
	ret = feed(r, err);
	sigaction(SIGINT, &before, NULL);
	end_progress(r);
	flight_free(r->flight);
	r->replay.interrupted = interrupted != 0;
	return interrupted ? 0 : ret;
}

static int
rehearse(struct rehearsal *r, char **paths, size_t n)
{
	struct scan_client *judges[2] = {NULL, NULL};
	struct err err;
	int ret = -1;

	if (mailbox_open(paths, n, (size_t)r->cli->settings->message_size_limit, &r->mailbox, &err) != 0 ||
		parser_start(r->cli, r->replay.names[0], &judges[0], &err) != 0 ||
		parser_start(r->cli, r->replay.names[1], &judges[1], &err) != 0 ||
		run_flight(r, judges, &err) != 0)
		ret = cli_fail("rules replay", &err);
	else
		ret = report(r);
	scan_client_close(judges[0]);
	scan_client_close(judges[1]);
	mailbox_close(r->mailbox);
	return ret;
}

static int
parse_arguments(struct rehearsal *r, int argc, char **argv)
{
	static const struct option options[] = {
		{"fail", no_argument, NULL, 'F'},
		{"format", required_argument, NULL, 'f'},
		{"html", required_argument, NULL, 'h'},
		{"policy", required_argument, NULL, 'p'},
		{NULL, 0, NULL, 0},
	};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == '?' || (c == 'f' && cli_parse_format("rules replay", optarg, &r->format) != 0))
			return 2;
		if (c == 'F')
			r->fail_on_missed = true;
		if (c == 'h')
			r->html = optarg;
		if (c == 'p')
			r->policy_path = optarg;
	}
	if (argc - optind < 3)
		return cli_usage_error("rules replay", "needs two folders of packs, and mail");
	return 0;
}

static int
replay_run(const struct cli *cli, int argc, char **argv)
{
	struct rehearsal r = {.cli = cli};
	struct policy *policy = NULL;
	int ret = parse_arguments(&r, argc, argv);

	if (ret != 0)
		return ret;
	replay_init(&r.replay);
	ret = load_policy(&r, &policy);
	if (ret == 0) {
		r.replay.policy = policy;
		r.replay.settings = cli->settings;
		r.replay.names[0] = argv[optind];
		r.replay.names[1] = argv[optind + 1];
		ret = rehearse(&r, argv + optind + 2, (size_t)(argc - optind - 2));
	}
	replay_done(&r.replay);
	policy_free(policy);
	return ret;
}

const struct rules_verb rules_replay = {
	.name = "replay",
	.summary = "rehearse changed packs on past mail: newly caught, newly missed",
	.usage =
		"usage: postseal rules replay [--fail] [--format text|json] [--html FILE] [--policy FILE]\n"
		"                             OLD NEW MAILDIR|MBOX|DIR|FILE...\n\n"
		"  --fail          exit 1 when a message loses a label\n"
		"  --format json   one object with all counts and the first 1000 messages that changed,\n"
		"                  those whose labels did before the others\n"
		"  --html FILE     write the report as a page, too\n"
		"  --policy FILE   the policy for the plans (policy_file of the configuration)\n\n"
		"OLD and NEW are folders of packs. Messages are told by file name or number in the mbox, and "
		"by\n"
		"the sender's domain. Past mail has no envelope: it is judged, and plans are made, for the\n"
		"recipients that its header names, as if nothing were staged as monitor. Ctrl-C ends with a\n"
		"report of what was done.\n",
	.run = replay_run,
};
