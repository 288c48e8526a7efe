/* SPDX-License-Identifier: Apache-2.0 */
/* `postseal scan --show-text`: the folded text that the rules are matched against, line by line. */
#include <jansson.h>
#include <stdlib.h>
#include <sysexits.h>

#include "cli/scan_tools.h"

struct showing {
	const struct scan_tool *tool;
	struct scan_client *client;
};

static json_t *
json_scopes(unsigned scope)
{
	json_t *list = json_array();

	for (unsigned bit = 1; seen_scope_name(bit) != NULL; bit <<= 1)
		if (scope & bit)
			json_array_append_new(list, json_string(seen_scope_name(bit)));
	return list;
}

static json_t *
json_lines(const struct seen_segment *segment)
{
	json_t *list = json_array();

	for (size_t i = 0; i < segment->n_lines; i++)
		json_array_append_new(list, json_pack("[I, I]", (json_int_t)segment->lines[i].folded,
						    (json_int_t)segment->lines[i].original));
	return list;
}

static void
print_json(const char *name, const struct seen_segment *segment)
{
	json_t *list = json_array(), *path = json_string(name), *object;

	for (; segment != NULL; segment = segment->next)
		json_array_append_new(
			list, json_pack("{s:s, s:s, s:o, s:o, s:o}", "part", segment->part, "view",
				      seen_view_name(segment->view), "scope", json_scopes(segment->scope),
				      "text", json_stringn((const char *)segment->text.p, segment->text.n),
				      "lines", json_lines(segment)));
	object = json_pack("{s:o, s:o}", "path", path ? path : json_string("(not UTF-8)"), "segments", list);
	json_dumpf(object, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(object);
}

/* A message must not steer the terminal of who reads it: the C0 controls are shown, and so are the C1 ones.
 */
static void
print_line(struct bytes line)
{
	for (size_t i = 0; i < line.n; i++) {
		uint8_t c = line.p[i];
		bool c1 = c == 0xC2 && i + 1 < line.n && line.p[i + 1] < 0xA0;

		if (c < ' ' || c == 0x7F)
			printf("\\x%02x", c);
		else if (c1)
			printf("\\x%02x", line.p[++i]);
		else
			putchar(c);
	}
	putchar('\n');
}

static void
print_segment(const struct seen_segment *segment)
{
	const char *comma = "";

	printf("%s  view %s, scope ", segment->part, seen_view_name(segment->view));
	for (unsigned bit = 1; seen_scope_name(bit) != NULL; bit <<= 1)
		if (segment->scope & bit) {
			printf("%s%s", comma, seen_scope_name(bit));
			comma = "+";
		}
	printf(", %zu bytes\n", segment->text.n);
	for (size_t i = 0; i < segment->n_lines; i++) {
		size_t from = segment->lines[i].folded;
		size_t to = i + 1 < segment->n_lines ? segment->lines[i + 1].folded - 1U : segment->text.n;

		printf("%8zu %8u  ", from, segment->lines[i].original);
		print_line(bytes_sub(segment->text, from, to - from));
	}
}

static int
show_one(void *context, struct scan_question *question, const char *name, struct err *err)
{
	struct showing *showing = context;
	struct seen_segment *segments = NULL;
	struct arena arena;
	int ret;

	arena_init(&arena);
	ret = scan_client_text(showing->client, question, &arena, &segments, err);
	if (ret == 0 && showing->tool->format == CLI_JSON) {
		print_json(name, segments);
	} else if (ret == 0) {
		printf("%s:\n", name);
		for (const struct seen_segment *s = segments; s != NULL; s = s->next)
			print_segment(s);
	}
	arena_done(&arena);
	return ret;
}

int
scan_show_text(const struct scan_tool *tool)
{
	struct showing showing = {.tool = tool};
	struct messages messages = {
		.cli = tool->cli, .command = "scan", .take = show_one, .context = &showing};
	struct err err;
	int ret = parser_start(tool->cli, tool->rules, &showing.client, &err);

	if (ret == 0)
		ret = messages_each(&messages, tool->paths, &err);
	scan_client_close(showing.client);
	if (ret != 0)
		return cli_fail("scan", &err);
	return messages.failures > 0 ? EX_NOINPUT : 0;
}
