/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/json_lines.h"

#include "lib/format/attached.h"
#include "lib/format/formats.h"
#include "lib/format/json.h"
#include "lib/format/labelled.h"
#include "lib/format/path.h"

/* Deeper ones have the path of the deepest. */
enum { LEVELS_MAX = 64, FILE_MIN = 64 };

struct level {
	size_t path; /* to go back to */
	size_t n;    /* items so far */
	bool is_list;
};

struct lines {
	struct format_out *out;
	struct format_text text;
	struct labelled_name name;
	struct path path;
	struct level levels[LEVELS_MAX];
	size_t depth;
	size_t work;
};

static struct level *
level_of(struct lines *lines)
{
	return &lines->levels[lines->depth < LEVELS_MAX ? lines->depth : LEVELS_MAX - 1];
}

static size_t
go_to(struct lines *lines, struct bytes key)
{
	struct level *level = level_of(lines);

	if (level->is_list && lines->depth < LEVELS_MAX)
		return path_push_item(&lines->path, key, level->n++);
	return path_push(&lines->path, key);
}

static void
on_open(void *context, enum json_kind kind, struct bytes key)
{
	struct lines *lines = context;
	size_t at = go_to(lines, key);

	lines->depth++;
	if (lines->depth < LEVELS_MAX)
		lines->levels[lines->depth] = (struct level){.path = at, .is_list = kind == JSON_KIND_LIST};
	else
		path_pop(&lines->path, at);
	labelled_name_reset(&lines->name);
}

static void
on_close(void *context)
{
	struct lines *lines = context;

	if (lines->depth < LEVELS_MAX)
		path_pop(&lines->path, lines->levels[lines->depth].path);
	if (lines->depth > 0)
		lines->depth--;
	labelled_name_reset(&lines->name);
}

/* A file that stands there as a string. */
static bool
tell_file(struct lines *lines, struct bytes key, struct bytes value)
{
	if (value.n < FILE_MIN)
		return false;
	return attached_tell_data_url(lines->out, key, value) ||
	       attached_tell_if_file(lines->out, key, value);
}

static void
on_value(void *context, enum json_kind kind, struct bytes key, struct bytes value)
{
	struct lines *lines = context;
	size_t at = go_to(lines, key);

	if (kind != JSON_KIND_STRING || !tell_file(lines, key, value)) {
		labelled_put_field(&lines->text, lines->path.text, key, value);
		labelled_name_take(&lines->name, &lines->text, lines->path.text, key, value);
	}
	path_pop(&lines->path, at);
}

static bool
on_next(void *context)
{
	struct lines *lines = context;

	return format_spend(lines->out, 0);
}

void
json_lines_tell(struct format_out *out, struct bytes content)
{
	static const struct json_handler handler = {
		.open = on_open, .close = on_close, .value = on_value, .next = on_next};
	struct lines lines = {.out = out};

	path_init(&lines.path, '.');
	labelled_name_init(&lines.name);
	format_text_init(&lines.text, out, SEGMENT_TEXT, "content");
	json_read(content, &handler, &lines);
	format_text_done(&lines.text);
	labelled_name_done(&lines.name);
}

const struct format json_format = {
	.name = "json",
	.types = (const char *const[]){"application/json", "text/json", "application/ld+json",
		"application/ndjson", "application/x-ndjson", "application/geo+json",
		"application/problem+json", "application/vnd.api+json", "application/json-seq", NULL},
	.extensions =
		(const char *const[]){"json", "ndjson", "jsonl", "geojson", "har", "ipynb", "map", NULL},
	.is_text = true,
	.is = json_is,
	.read = json_lines_tell,
};
