/* SPDX-License-Identifier: Apache-2.0 */
/* `postseal scan --explain`: base confidence, validators and evidence of each finding and near miss. */
#include <stdlib.h>
#include <sysexits.h>

#include "cli/report.h"
#include "cli/scan_tools.h"

struct explaining {
	const struct scan_tool *tool;
	struct scan_client *client;
};

static json_t *
json_evidence(const struct trace_candidate *candidate)
{
	json_t *list = json_array();

	for (const struct trace_evidence *item = candidate->evidence; item != NULL; item = item->next) {
		json_t *object = json_pack("{s:s, s:s, s:i, s:s}", "what", item->what, "written",
			item->written, "add", item->add, "side", trace_side_name(item->side));

		if (item->side == TRACE_BEFORE || item->side == TRACE_AFTER)
			json_object_set_new(object, "distance", json_integer(item->distance));
		if (item->text != NULL)
			json_object_set_new(object, "text", json_string(item->text));
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *
json_place(const struct trace_candidate *c)
{
	return json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I}", "part", c->part, "offset",
		(json_int_t)c->offset, "length", (json_int_t)c->length, "line", (json_int_t)c->line, "column",
		(json_int_t)c->column, "folded_from", (json_int_t)c->from, "folded_to", (json_int_t)c->to);
}

static json_t *
json_candidate(const struct trace_candidate *c)
{
	json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:o, s:i, s:i, s:s}", "rule", c->rule, "kind",
		rule_kind_name(c->kind), "written", c->written, "outcome", trace_outcome_name(c->outcome),
		"place", json_place(c), "base", c->base, "threshold", c->threshold, "passed", c->passed);

	if (c->outcome == TRACE_REFUSED) {
		json_object_set_new(object, "refused_by", json_string(c->refuser));
		json_object_set_new(object, "reason", json_string(c->reason));
	} else {
		json_object_set_new(object, "sum", json_integer(c->sum));
		json_object_set_new(object, "confidence", json_integer(c->confidence));
	}
	if (c->text != NULL)
		json_object_set_new(object, "text", json_string(c->text));
	json_object_set_new(object, "evidence", json_evidence(c));
	return object;
}

static json_t *
json_list(const struct trace_list *list)
{
	json_t *array = json_array();

	for (const struct trace_candidate *c = list->first; c != NULL; c = c->next)
		json_array_append_new(array, json_candidate(c));
	return array;
}

static json_t *
json_conditions(const struct trace *trace)
{
	json_t *list = json_array();

	for (const struct trace_label *label = trace->labels; label != NULL; label = label->next)
		json_array_append_new(list,
			json_pack("{s:s, s:s, s:s, s:b}", "label", label->name, "written", label->written,
				"when", label->condition, "monitor", (int)label->monitor));
	return list;
}

static void
print_json(const char *name, const struct scan_result *result, const struct trace *trace)
{
	json_t *object = report_json(result), *path = json_string(name);

	json_object_set_new(object, "path", path ? path : json_string("(not UTF-8)"));
	json_object_set_new(object, "conditions", json_conditions(trace));
	json_object_set_new(object, "counted", json_list(&trace->counted));
	json_object_set_new(object, "missed", json_list(&trace->missed));
	json_object_set_new(object, "more", json_boolean(trace->counted.cut || trace->missed.cut));
	json_dumpf(object, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(object);
}

static void
print_evidence(const struct trace_evidence *item)
{
	printf("      %+4d  %s, ", item->add, item->what);
	if (item->side == TRACE_BEFORE || item->side == TRACE_AFTER)
		printf("%u byte%s ", item->distance, item->distance == 1 ? "" : "s");
	printf("%s", trace_side_name(item->side));
	if (item->text != NULL)
		printf(" \"%s\"", item->text);
	printf("  [%s]\n", item->written);
}

/* What came of it, on the last line. */
static void
print_outcome(const struct trace_candidate *c)
{
	if (c->outcome == TRACE_REFUSED) {
		printf("      refused by %s: %s\n", c->refuser, c->reason);
		return;
	}
	printf("      = %d, threshold %d", c->sum, c->threshold);
	if (c->confidence != c->sum)
		printf(", counted as %d", c->confidence);
	if (c->outcome == TRACE_OVERLAPPED)
		printf("; a better match stands on the same place");
	if (c->outcome == TRACE_EXCEPTED)
		printf("; the value is one of the exceptions");
	putchar('\n');
}

static void
print_candidate(const struct trace_candidate *c)
{
	printf("    %-10s %s  [%s]\n", rule_kind_name(c->kind), c->rule, c->written);
	printf("      in %s, line %u, column %u (offset %u, %u bytes)", c->part, c->line, c->column,
		c->offset, c->length);
	if (c->text != NULL)
		printf(": \"%s\"", c->text);
	printf("\n      %4d  base confidence\n", c->base);
	if (c->passed[0] != '\0')
		printf("      validators passed: %s\n", c->passed);
	for (const struct trace_evidence *item = c->evidence; item != NULL; item = item->next)
		print_evidence(item);
	print_outcome(c);
}

static void
print_list(const char *title, const struct trace_list *list)
{
	if (list->first != NULL)
		printf("  %s:\n", title);
	for (const struct trace_candidate *c = list->first; c != NULL; c = c->next)
		print_candidate(c);
	if (list->cut)
		printf("    ... and more of the same rules\n");
}

static void
print_text(const char *name, const struct scan_result *result, const struct trace *trace)
{
	printf("%s: %s\n", name, parser_verdict(result));
	report_text(result, stdout);
	if (trace->labels != NULL)
		printf("  conditions that hold:\n");
	for (const struct trace_label *label = trace->labels; label != NULL; label = label->next)
		printf("    %s%s: %s  [%s]\n", label->name, label->monitor ? " (monitor)" : "",
			label->condition, label->written);
	print_list("what counts", &trace->counted);
	print_list("near misses", &trace->missed);
}

static int
explain_one(void *context, struct scan_question *question, const char *name, struct err *err)
{
	struct explaining *explaining = context;
	struct scan_result result;
	struct arena arena;
	struct trace trace;
	int ret;

	arena_init(&arena);
	question->values = explaining->tool->values;
	ret = scan_client_explain(explaining->client, question, &arena, &result, &trace, err);
	if (ret == 0 && explaining->tool->format == CLI_JSON)
		print_json(name, &result, &trace);
	else if (ret == 0)
		print_text(name, &result, &trace);
	arena_done(&arena);
	return ret;
}

int
scan_explain(const struct scan_tool *tool)
{
	struct explaining explaining = {.tool = tool};
	struct messages messages = {
		.cli = tool->cli, .command = "scan", .take = explain_one, .context = &explaining};
	struct err err;
	int ret = parser_start(tool->cli, tool->rules, &explaining.client, &err);

	if (ret == 0)
		ret = messages_each(&messages, tool->paths, &err);
	scan_client_close(explaining.client);
	if (ret != 0)
		return cli_fail("scan", &err);
	return messages.failures > 0 ? EX_NOINPUT : 0;
}
