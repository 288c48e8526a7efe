/* SPDX-License-Identifier: Apache-2.0 */
/* The report of a replay for a terminal. */
#include <string.h>

#include "cli/replay.h"

enum { TEXT_MESSAGES_MAX = 50, TEXT_ROWS_MAX = 30 };

/* A file's name may hold what a terminal obeys. */
static void
print_plain(const char *value, FILE *out)
{
	for (; *value != '\0'; value++)
		fputc((unsigned char)*value < ' ' || *value == 127 ? '?' : *value, out);
}

static void
print_rows(const json_t *rows, const char *what, FILE *out)
{
	const json_t *row;
	size_t i;

	if (json_array_size(rows) == 0)
		return;
	fprintf(out, "\n%-32s %8s %8s %8s %8s\n", what, "old", "new", "caught", "missed");
	json_array_foreach(rows, i, row) if (i < TEXT_ROWS_MAX) fprintf(out,
		"%-32s %8lld %8lld %8lld %8lld\n", replay_string(row, what), replay_number(row, "old"),
		replay_number(row, "new"), replay_number(row, "caught"), replay_number(row, "missed"));
	if (i > TEXT_ROWS_MAX)
		fprintf(out, "and %zu more (--format json has all)\n", i - TEXT_ROWS_MAX);
}

static void
print_domains(const json_t *rows, FILE *out)
{
	const json_t *row;
	size_t i;

	if (json_array_size(rows) == 0)
		return;
	fprintf(out, "\n%-41s %8s %8s %8s\n", "sender's domain", "messages", "caught", "missed");
	json_array_foreach(rows, i, row) if (i < TEXT_ROWS_MAX) fprintf(out, "%-41s %8lld %8lld %8lld\n",
		replay_string(row, "domain"), replay_number(row, "messages"), replay_number(row, "caught"),
		replay_number(row, "missed"));
	if (i > TEXT_ROWS_MAX)
		fprintf(out, "and %zu more (--format json has all)\n", i - TEXT_ROWS_MAX);
}

static void
print_plans(const json_t *report, FILE *out)
{
	const json_t *row;
	size_t i;

	if (json_object_get(report, "plans") == NULL)
		return;
	fprintf(out,
		"\nplans, a recipient each; past mail has no envelope: recipients are those of the header\n");
	json_array_foreach(json_object_get(report, "plans"), i, row) fprintf(out, "  %-8s -> %-8s %8lld%s\n",
		replay_string(row, "old"), replay_string(row, "new"), replay_number(row, "recipients"),
		strcmp(replay_string(row, "old"), replay_string(row, "new")) == 0 ? "" : "  *");
	if (replay_number(report, "no_recipients") > 0)
		fprintf(out, "  messages that name no recipient: %lld\n",
			replay_number(report, "no_recipients"));
}

static void
print_names(const json_t *message, const char *key, const char *sign, FILE *out)
{
	const json_t *name;
	size_t i;

	json_array_foreach(json_object_get(message, key), i, name)
		fprintf(out, " %s%s", sign, json_string_value(name));
}

static void
print_message(const json_t *message, FILE *out)
{
	fprintf(out, "  %-6s ", replay_string(message, "change"));
	print_plain(replay_string(message, "message"), out);
	fprintf(out, "  %s ", replay_string(message, "domain"));
	print_names(message, "labels_added", "+label:", out);
	print_names(message, "labels_gone", "-label:", out);
	print_names(message, "rules_added", "+", out);
	print_names(message, "rules_gone", "-", out);
	fputc('\n', out);
}

/* Those whose labels changed; of the others only the counts. */
static void
print_messages(const json_t *report, FILE *out)
{
	const json_t *message;
	size_t i, shown = 0;
	long long n = replay_number(report, "n_relabelled");

	if (n > 0)
		fprintf(out, "\nmessages whose labels changed\n");
	json_array_foreach(json_object_get(report, "changed"), i, message)
	{
		bool relabelled = json_array_size(json_object_get(message, "labels_added")) > 0 ||
				  json_array_size(json_object_get(message, "labels_gone")) > 0;

		if (relabelled && shown++ < TEXT_MESSAGES_MAX)
			print_message(message, out);
	}
	if (n > TEXT_MESSAGES_MAX)
		fprintf(out, "and %lld more (--format json and --html have the first %d that changed)\n",
			n - TEXT_MESSAGES_MAX, REPLAY_SHOWN_MAX);
}

static void
print_set(const json_t *set, const char *what, FILE *out)
{
	fprintf(out, "%s  ", what);
	print_plain(replay_string(set, "rules"), out);
	fprintf(out, "  version %s", replay_string(set, "version"));
	if (replay_number(set, "unscannable") > 0)
		fprintf(out, "  (%lld unscannable)", replay_number(set, "unscannable"));
	fputc('\n', out);
}

void
replay_print(const json_t *report, FILE *out)
{
	print_set(json_object_get(report, "old"), "old", out);
	print_set(json_object_get(report, "new"), "new", out);
	fprintf(out, "%lld messages, %lld unreadable: %lld newly caught, %lld newly missed (label phi)%s\n",
		replay_number(report, "messages"), replay_number(report, "unreadable"),
		replay_number(report, "caught"), replay_number(report, "missed"),
		json_is_true(json_object_get(report, "interrupted")) ? "; interrupted" : "");
	print_rows(json_object_get(report, "labels"), "label", out);
	print_rows(json_object_get(report, "rules"), "rule", out);
	print_domains(json_object_get(report, "domains"), out);
	print_plans(report, out);
	print_messages(report, out);
}
