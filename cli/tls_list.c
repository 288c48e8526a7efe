/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

#include "cli/tls.h"
#include "lib/base/mem.h"

enum { WORDS = 7, LIST_DAYS = 30, PAGES_MAX = 100000 };

/* One line of the map `domains`: see policyd/tls_maps.h. */
struct known {
	char *domain;
	enum tls_level level;
	char source[16], reason[24];
	int64_t until, count;
};

struct list {
	struct known *items;
	size_t n, room;
};

static void
list_done(struct list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->items[i].domain);
	free(list->items);
}

static void
take_line(struct list *list, struct bytes line)
{
	struct bytes words[WORDS] = {{0}};
	struct known *known;
	size_t n = 0;

	for (; line.n > 0 && n < WORDS; n++) {
		size_t end = bytes_find_byte(line, ' ');

		words[n] = bytes_sub(line, 0, end);
		line = bytes_sub(line, end < line.n ? end + 1 : end, line.n);
	}
	if (n < WORDS)
		return;
	if (list->n == list->room) {
		size_t room = list->room > 0 ? list->room * 2 : 64;

		list->items =
			mem_grow(list->items, list->room * sizeof(*list->items), room * sizeof(*list->items));
		list->room = room;
	}
	known = &list->items[list->n++];
	*known = (struct known){.domain = mem_strndup(words[0].p, words[0].n)};
	(void)tls_level_parse(words[1], &known->level);
	snprintf(known->source, sizeof(known->source), "%.*s", BYTES_FMT(words[2]));
	snprintf(known->reason, sizeof(known->reason), "%.*s", BYTES_FMT(words[3]));
	(void)bytes_parse_i64(words[5], 0, INT64_MAX, &known->until);
	(void)bytes_parse_i64(words[6], 0, INT64_MAX, &known->count);
}

static int
by_count(const void *a, const void *b)
{
	const struct known *left = a, *right = b;

	if (left->count != right->count)
		return left->count < right->count ? 1 : -1;
	return strcmp(left->domain, right->domain);
}

/* All pages. Returns 0 or the exit status. */
static int
fetch(struct socketmap_client *client, int64_t days, struct list *list)
{
	char key[64];
	int64_t next = 0;

	for (int page = 0; page < PAGES_MAX; page++) {
		struct socketmap_answer answer;
		struct bytes line, rest;
		int status;

		snprintf(key, sizeof(key), "%" PRId64 " %" PRId64, next, days);
		status = tls_ask(client, "domains", bytes_of_str(key), &answer);
		if (status != 0)
			return status;
		rest = answer.text;
		(void)bytes_next_line(&rest, &line);
		if (bytes_parse_i64(line, 0, INT64_MAX, &next) < 0)
			next = -1;
		while (bytes_next_line(&rest, &line))
			take_line(list, line);
		if (next < 0)
			break;
	}
	if (list->n > 0)
		qsort(list->items, list->n, sizeof(*list->items), by_count);
	return 0;
}

static json_t *
json_of(const struct known *known)
{
	return json_pack("{s:s s:s s:s s:s s:I s:I}", "domain", known->domain, "level",
		tls_level_name(known->level), "source", known->source, "reason", known->reason, "until",
		(json_int_t)known->until, "count", (json_int_t)known->count);
}

static void
print_json(json_t *root)
{
	json_dumpf(root, stdout, JSON_INDENT(2));
	printf("\n");
	json_decref(root);
}

static void
print_known(const struct known *known)
{
	printf("%8" PRId64 "  %-13s %-9s %-14s %s\n", known->count, tls_level_name(known->level),
		known->source, known->reason, known->domain);
}

int
tls_list(struct socketmap_client *client, enum cli_format format)
{
	json_t *root = json_array();
	struct list list = {0};
	int status = fetch(client, LIST_DAYS, &list);

	if (status == 0 && format == CLI_TEXT)
		printf("%8s  %-13s %-9s %-14s %s\n", "30 days", "level", "by", "reason", "domain");
	for (size_t i = 0; status == 0 && i < list.n; i++)
		if (format == CLI_JSON)
			json_array_append_new(root, json_of(&list.items[i]));
		else
			print_known(&list.items[i]);
	if (status == 0 && format == CLI_JSON)
		print_json(root);
	else
		json_decref(root);
	list_done(&list);
	return status;
}

static void
tell(const struct list *list, enum tls_level level, int64_t days, enum cli_format format)
{
	int64_t all = 0, good = 0;
	json_t *below = json_array();

	for (size_t i = 0; i < list->n; i++) {
		const struct known *known = &list->items[i];

		all += known->count;
		if (known->level >= level)
			good += known->count;
		else if (known->count > 0)
			json_array_append_new(below, json_of(known));
	}
	if (format == CLI_JSON) {
		print_json(json_pack("{s:s s:I s:I s:I s:o}", "level", tls_level_name(level), "days",
			(json_int_t)days, "asked", (json_int_t)all, "reached", (json_int_t)good, "below",
			below));
		return;
	}
	json_decref(below);
	printf("%" PRId64 " of %" PRId64 " deliveries of the last %" PRId64
	       " days (%.1f %%) went to domains that are %s or better\n",
		good, all, days, all > 0 ? 100.0 * (double)good / (double)all : 100.0, tls_level_name(level));
	for (size_t i = 0; i < list->n; i++)
		if (list->items[i].level < level && list->items[i].count > 0)
			print_known(&list->items[i]);
}

int
tls_what_if(struct socketmap_client *client, enum tls_level level, int64_t days, enum cli_format format)
{
	struct list list = {0};
	int status = fetch(client, days, &list);

	if (status == 0)
		tell(&list, level, days, format);
	list_done(&list);
	return status;
}
