/* SPDX-License-Identifier: Apache-2.0 */
/* `postseal tls`: what is known of the TLS of a domain, what Postfix is told, and why. */
#include <getopt.h>

#include "cli/tls.h"
#include "lib/base/clock.h"
#include "lib/tlspolicy/evidence_line.h"

enum { WAIT_MS = 65000, DAYS_MAX = 32, DAYS_DEFAULT = 30 };

struct request {
	enum cli_format format;
	enum tls_detail detail;
	const char *map; /* for one domain */
	const char *what_if, *since;
};

int
tls_ask(struct socketmap_client *client, const char *map, struct bytes key,
	struct socketmap_answer *ret_answer)
{
	struct err err = {0};

	if (socketmap_client_ask(client, map, key, clock_mono_ms() + WAIT_MS, ret_answer, &err) < 0) {
		err_add(&err, "postseal-policyd");
		return cli_fail("tls", &err);
	}
	if (ret_answer->status == SOCKETMAP_OK)
		return 0;
	if (ret_answer->status == SOCKETMAP_NOTFOUND) {
		fprintf(stderr, "postseal tls: nothing is known of %.*s\n", BYTES_FMT(key));
		return 1;
	}
	err_set(&err, ERR_TEMP, "postseal-policyd: %.*s", BYTES_FMT(ret_answer->text));
	return cli_fail("tls", &err);
}

static int
show(const struct request *request, struct bytes answer)
{
	size_t space = bytes_find_byte(answer, ' ');
	struct evidence *evidence;
	struct arena arena;
	struct err err = {0};
	int64_t now;
	int status = 0;

	arena_init(&arena);
	if (bytes_parse_i64(bytes_sub(answer, 0, space), 0, INT64_MAX, &now) < 0 ||
		evidence_line_parse(&arena, bytes_sub(answer, space + 1, answer.n), &evidence, NULL) < 0) {
		err_set(&err, ERR_PEER, "postseal-policyd is of another version");
		status = cli_fail("tls", &err);
	} else if (request->format == CLI_JSON) {
		tls_show_json(evidence, now);
	} else {
		tls_show_text(evidence, now, request->detail);
	}
	arena_done(&arena);
	return status;
}

static int
show_domain(struct socketmap_client *client, const struct request *request, const char *domain)
{
	struct socketmap_answer answer;
	int status = tls_ask(client, request->map, bytes_of_str(domain), &answer);

	return status == 0 ? show(request, answer.text) : status;
}

/* "30d", "2w". */
static int
parse_days(const char *text, int64_t *ret_days)
{
	struct bytes b = bytes_of_str(text);
	int64_t n;

	if (b.n < 2 || (b.p[b.n - 1] != 'd' && b.p[b.n - 1] != 'w') ||
		bytes_parse_i64(bytes_sub(b, 0, b.n - 1), 1, DAYS_MAX, &n) < 0)
		return -1;
	*ret_days = b.p[b.n - 1] == 'w' ? n * 7 : n;
	return *ret_days <= DAYS_MAX ? 0 : -1;
}

static int
what_if(struct socketmap_client *client, const struct request *request)
{
	int64_t days = DAYS_DEFAULT;
	enum tls_level level;

	if (!tls_level_parse(bytes_of_str(request->what_if), &level))
		return cli_usage_error(
			"tls", "--what-if: expected opportunistic, encrypted, verified or dane");
	if (request->since != NULL && parse_days(request->since, &days) < 0)
		return cli_usage_error("tls", "--since: expected 1d to %dd", DAYS_MAX);
	return tls_what_if(client, level, days, request->format);
}

static int
run_request(const struct cli *cli, const struct request *request, int n, char **arguments)
{
	struct socketmap_client *client;
	int status;

	if (request->what_if != NULL ? n != 0 : n != 1)
		return cli_usage_error("tls", "expected one domain, or list, or --what-if LEVEL");
	client = socketmap_client_new(cli->settings->policyd_socketmap);
	if (request->what_if != NULL)
		status = what_if(client, request);
	else if (strcmp(arguments[0], "list") == 0)
		status = tls_list(client, request->format);
	else
		status = show_domain(client, request, arguments[0]);
	socketmap_client_free(client);
	return status;
}

static int
run(const struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {{"format", required_argument, NULL, 'f'},
		{"refresh", no_argument, NULL, 'r'}, {"explain", no_argument, NULL, 'e'},
		{"what-if", required_argument, NULL, 'w'}, {"since", required_argument, NULL, 's'},
		{NULL, 0, NULL, 0}};
	struct request request = {.map = "evidence"};
	int option;

	optind = 0;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (option) {
		case 'f':
			if (cli_parse_format("tls", optarg, &request.format) < 0)
				return 2;
			break;
		case 'r':
			request.map = "refresh";
			break;
		case 'e':
			request.detail = TLS_EXPLAIN;
			break;
		case 'w':
			request.what_if = optarg;
			break;
		case 's':
			request.since = optarg;
			break;
		default:
			return cli_usage_error("tls", "unknown option");
		}
	return run_request(cli, &request, argc - optind, argv + optind);
}

const struct cli_command cli_tls = {
	.name = "tls",
	.config = CLI_CONFIG_REQUIRED,
	.summary = "how well mail to a domain is protected on its way, and why",
	.usage = "usage: postseal tls [--refresh] [--explain] [--format text|json] DOMAIN\n"
		 "       postseal tls [--format text|json] list\n"
		 "       postseal tls --what-if LEVEL [--since DAYS] [--format text|json]\n\n"
		 "DOMAIN: what postseal-policyd knows, how old it is, and what Postfix is told.\n"
		 "--refresh looks it up and probes its hosts anew; --explain shows each host.\n"
		 "list: all domains that are known. --what-if: which share of the mail of the last days\n"
		 "(30d) went to domains of that level or better, and which domains are below it.\n"
		 "LEVEL: none, opportunistic, encrypted, verified, dane.\n\n"
		 "examples:\n"
		 "  postseal tls --explain clinic.example\n"
		 "  postseal tls --what-if verified --since 30d\n",
	.run = run,
};
