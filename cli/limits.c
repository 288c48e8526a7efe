/* SPDX-License-Identifier: Apache-2.0 */
/* `postseal limits`: what the limits are, who is near them, what is left to somebody; and to let them begin
 * anew. */
#include <getopt.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "lib/base/clock.h"
#include "lib/socketmap/client.h"

enum { WAIT_MS = 5000, FIELDS_MAX = 8, KEY_MAX = 2048 };

/* A line of an answer: the kind and its fields, by the names that JSON has for them. */
struct line_kind {
	const char *kind, *list, *fields[FIELDS_MAX];
	void (*print)(const struct bytes fields[FIELDS_MAX]);
};

static void
print_limit(const struct bytes f[FIELDS_MAX])
{
	printf("%-40.*s %.*s %.*s by %.*s in %.*s s%s\n", BYTES_FMT(f[0]), BYTES_FMT(f[3]), BYTES_FMT(f[2]),
		BYTES_FMT(f[1]), BYTES_FMT(f[4]), bytes_eq(f[5], BYTES_LIT("monitor")) ? ", monitor" : "");
}

static void
print_near(const struct bytes f[FIELDS_MAX])
{
	if (bytes_eq(f[2], BYTES_LIT("10")))
		printf("over  %.*s: %.*s, %.*s s ago\n", BYTES_FMT(f[1]), BYTES_FMT(f[0]), BYTES_FMT(f[3]));
	else
		printf("near  %.*s: %.*s, %.*s0 %% used, %.*s s ago\n", BYTES_FMT(f[1]), BYTES_FMT(f[0]),
			BYTES_FMT(f[2]), BYTES_FMT(f[3]));
}

static void
print_left(const struct bytes f[FIELDS_MAX])
{
	bool known = !bytes_eq(f[1], BYTES_LIT("-1"));

	printf("%-40.*s %.*s of %.*s left\n", BYTES_FMT(f[0]), known ? (int)f[1].n : 7,
		known ? (const char *)f[1].p : "unknown", BYTES_FMT(f[2]));
}

static void
print_reset(const struct bytes f[FIELDS_MAX])
{
	printf("%.*s counters begin anew\n", BYTES_FMT(f[0]));
}

static void
print_where(const struct bytes f[FIELDS_MAX])
{
	printf("counted in %.*s\n", BYTES_FMT(f[0]));
}

static const struct line_kind kinds[] = {
	{"where", NULL, {"where"}, print_where},
	{"limit", "limits", {"name", "key", "unit", "burst", "seconds", "stage"}, print_limit},
	{"near", "near", {"limit", "key", "tenths", "ago"}, print_near},
	{"left", "left", {"limit", "left", "burst"}, print_left},
	{"reset", NULL, {"reset"}, print_reset},
};

static json_t *
value_of(struct bytes text)
{
	int64_t n;

	if (text.n > 0 && bytes_parse_i64(text, INT64_MIN, INT64_MAX, &n) == 0)
		return json_integer(n);
	return json_stringn((const char *)text.p, text.n);
}

static void
add_json(json_t *root, const struct line_kind *kind, const struct bytes fields[FIELDS_MAX])
{
	json_t *target = kind->list != NULL ? json_object() : root;

	for (size_t i = 0; i < FIELDS_MAX && kind->fields[i] != NULL; i++)
		json_object_set_new(target, kind->fields[i],
			kind->list != NULL && i == 0 ? json_stringn((const char *)fields[i].p, fields[i].n)
						     : value_of(fields[i]));
	if (kind->list == NULL)
		return;
	if (json_object_get(root, kind->list) == NULL)
		json_object_set_new(root, kind->list, json_array());
	json_array_append_new(json_object_get(root, kind->list), target);
}

/* Lines of kinds that a later policyd may know are passed over. */
static void
show_line(struct bytes line, json_t *root)
{
	struct bytes fields[FIELDS_MAX + 1] = {{0}};
	size_t n = 0, end;

	for (; n <= FIELDS_MAX && line.p != NULL; n++) {
		end = bytes_find_byte(line, '\t');
		fields[n] = bytes_sub(line, 0, end);
		line = end < line.n ? bytes_sub(line, end + 1, line.n) : bytes_of(NULL, 0);
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!bytes_eq(fields[0], bytes_of_str(kinds[i].kind)))
			continue;
		if (root != NULL)
			add_json(root, &kinds[i], fields + 1);
		else
			kinds[i].print(fields + 1);
	}
}

static void
show(struct bytes text, enum cli_format format)
{
	json_t *root = format == CLI_JSON ? json_object() : NULL;
	struct bytes line;

	while (bytes_next_line(&text, &line))
		show_line(line, root);
	if (root == NULL)
		return;
	json_dumpf(root, stdout, JSON_INDENT(2) | JSON_SORT_KEYS);
	printf("\n");
	json_decref(root);
}

static int
ask(const struct cli *cli, const char *map, struct bytes key, enum cli_format format)
{
	struct socketmap_client *client = socketmap_client_new(cli->settings->policyd_control);
	struct socketmap_answer answer;
	struct err err = {0};
	int status = 0;

	if (socketmap_client_ask(client, map, key, clock_mono_ms() + WAIT_MS, &answer, &err) < 0) {
		err_add(&err, "postseal-policyd");
		status = cli_fail("limits", &err);
	} else if (answer.status == SOCKETMAP_OK)
		show(answer.text, format);
	else if (answer.status == SOCKETMAP_NOTFOUND) {
		fprintf(stderr, "postseal limits: no limit is counted by so many values\n");
		status = 1;
	} else {
		err_set(&err, ERR_TEMP, "postseal-policyd does not answer that");
		status = cli_fail("limits", &err);
	}
	socketmap_client_free(client);
	return status;
}

static int
run(const struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {{"format", required_argument, NULL, 'f'}, {NULL, 0, NULL, 0}};
	enum cli_format format = CLI_TEXT;
	bool reset;
	struct buf key;
	int option, status;

	optind = 0;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (option != 'f' || cli_parse_format("limits", optarg, &format) < 0)
			return option == 'f' ? 2 : cli_usage_error("limits", "unknown option");
	reset = optind < argc && strcmp(argv[optind], "reset") == 0;
	if (reset && ++optind == argc)
		return cli_usage_error("limits", "reset what?");
	buf_init(&key, KEY_MAX);
	for (int i = optind; i < argc; i++)
		buf_putf(&key, "%s%s", i > optind ? " " : "", argv[i]);
	if (key.full)
		status = cli_usage_error("limits", "a key of more than %d bytes", KEY_MAX);
	else if (reset)
		status = ask(cli, "limits-reset", buf_bytes(&key), format);
	else
		status = ask(cli, key.n > 0 ? "limits-show" : "limits-list",
			key.n > 0 ? buf_bytes(&key) : BYTES_LIT("*"), format);
	buf_done(&key);
	return status;
}

const struct cli_command cli_limits = {
	.name = "limits",
	.config = CLI_CONFIG_REQUIRED,
	.summary = "who is near a limit, what is left to somebody, let a count begin anew",
	.usage = "usage: postseal limits [--format text|json] [KEY...]\n"
		 "       postseal limits reset KEY...\n\n"
		 "Without KEY: all limits, and who was near one or over it when postseal-policyd last\n"
		 "heard of them. With KEY, an address, user or domain: what is left of each limit that\n"
		 "is counted by it; two keys for limits that are counted by two. reset: their counts\n"
		 "begin anew.\n\n"
		 "examples:\n"
		 "  postseal limits\n"
		 "  postseal limits records@lakemont.example\n"
		 "  postseal limits reset records@lakemont.example 10.2.3.0/24\n",
	.run = run,
};
