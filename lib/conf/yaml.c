/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/conf/yaml.h"

#include <stdlib.h>
#include <yaml.h>

#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "lib/conf/nearest.h"

/* A sequence or mapping that is still open. */
struct frame {
	struct yaml_node *node;
	struct yaml_node *last; /* child */
	bool have_key;
	struct bytes key;
	int key_line, key_column;
};

struct builder {
	struct arena *arena;
	const char *file;
	struct faults *faults;
	struct yaml_node *root;
	struct frame frames[YAML_MAX_DEPTH];
	size_t depth;
	bool had_document, ended;
};

static int
line_of(yaml_mark_t mark)
{
	return (int)mark.line + 1;
}

static int
column_of(yaml_mark_t mark)
{
	return (int)mark.column + 1;
}

static int
refuse(struct builder *builder, yaml_mark_t mark, const char *what)
{
	faults_add(builder->faults, builder->file, line_of(mark), column_of(mark), "%s", what);
	return -1;
}

/* Hangs a node into the open sequence or mapping, or makes it the root. */
static void
attach(struct builder *builder, struct yaml_node *node)
{
	struct frame *frame;

	if (builder->depth == 0) {
		builder->root = node;
		return;
	}
	frame = &builder->frames[builder->depth - 1];
	if (frame->node->kind == YAML_MAPPING) {
		node->key = frame->key;
		node->key_line = frame->key_line;
		node->key_column = frame->key_column;
		frame->have_key = false;
	}
	if (frame->last != NULL)
		frame->last->next = node;
	else
		frame->node->children = node;
	frame->last = node;
	frame->node->n_children++;
}

static struct yaml_node *
new_node(struct builder *builder, enum yaml_kind kind, yaml_mark_t mark)
{
	struct yaml_node *node = arena_alloc(builder->arena, sizeof(*node));

	node->kind = kind;
	node->line = line_of(mark);
	node->column = column_of(mark);
	return node;
}

static bool
wants_key(const struct builder *builder)
{
	const struct frame *frame;

	if (builder->depth == 0)
		return false;
	frame = &builder->frames[builder->depth - 1];
	return frame->node->kind == YAML_MAPPING && !frame->have_key;
}

static int
on_scalar(struct builder *builder, const yaml_event_t *event)
{
	struct bytes text = bytes_of(event->data.scalar.value, event->data.scalar.length);
	struct yaml_node *node;

	if (event->data.scalar.anchor != NULL)
		return refuse(builder, event->start_mark, "anchors (&name) are not allowed here");
	if (event->data.scalar.tag != NULL)
		return refuse(builder, event->start_mark, "tags (!name) are not allowed here");
	if (bytes_find_byte(text, 0) < text.n)
		return refuse(builder, event->start_mark, "a text with a NUL character");
	text = arena_bytes(builder->arena, text);
	if (wants_key(builder)) {
		struct frame *frame = &builder->frames[builder->depth - 1];

		frame->have_key = true;
		frame->key = text;
		frame->key_line = line_of(event->start_mark);
		frame->key_column = column_of(event->start_mark);
		return 0;
	}
	node = new_node(builder, YAML_SCALAR, event->start_mark);
	node->text = text;
	node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	attach(builder, node);
	return 0;
}

static int
on_open(struct builder *builder, const yaml_event_t *event, enum yaml_kind kind)
{
	bool mapping = kind == YAML_MAPPING;
	struct yaml_node *node;

	if ((mapping ? event->data.mapping_start.anchor : event->data.sequence_start.anchor) != NULL)
		return refuse(builder, event->start_mark, "anchors (&name) are not allowed here");
	if ((mapping ? event->data.mapping_start.tag : event->data.sequence_start.tag) != NULL)
		return refuse(builder, event->start_mark, "tags (!name) are not allowed here");
	if (wants_key(builder))
		return refuse(builder, event->start_mark, "expected a key that is a plain text");
	if (builder->depth == YAML_MAX_DEPTH)
		return refuse(builder, event->start_mark, "nested too deeply");
	node = new_node(builder, kind, event->start_mark);
	attach(builder, node);
	builder->frames[builder->depth++] = (struct frame){.node = node};
	return 0;
}

static int
compare_keys(const void *a, const void *b)
{
	const struct yaml_node *x = *(const struct yaml_node *const *)a,
			       *y = *(const struct yaml_node *const *)b;
	int order = memcmp(x->key.p, y->key.p, x->key.n < y->key.n ? x->key.n : y->key.n);

	if (order != 0)
		return order;
	if (x->key.n != y->key.n)
		return x->key.n < y->key.n ? -1 : 1;
	if (x->key_line != y->key_line)
		return x->key_line < y->key_line ? -1 : 1;
	return x->key_column < y->key_column ? -1 : x->key_column > y->key_column;
}

/* Sorted, not each against each: a file may hold hundreds of thousands of keys. */
static int
find_duplicates(struct builder *builder, const struct yaml_node *mapping)
{
	const struct yaml_node **sorted = mem_new(mapping->n_children + 1, sizeof(const void *));
	size_t n = 0;
	int ret = 0;

	for (const struct yaml_node *child = mapping->children; child != NULL; child = child->next)
		sorted[n++] = child;
	qsort(sorted, n, sizeof(const void *), compare_keys);
	for (size_t i = 1; i < n; i++) {
		if (!bytes_eq(sorted[i]->key, sorted[i - 1]->key))
			continue;
		faults_add(builder->faults, builder->file, sorted[i]->key_line, sorted[i]->key_column,
			"key '%.*s' stands here twice, first on line %d", BYTES_FMT(sorted[i]->key),
			sorted[i - 1]->key_line);
		ret = -1;
	}
	free(sorted);
	return ret;
}

static int
on_close(struct builder *builder)
{
	const struct yaml_node *node = builder->frames[--builder->depth].node;

	return node->kind == YAML_MAPPING ? find_duplicates(builder, node) : 0;
}

static int
on_document(struct builder *builder, const yaml_event_t *event)
{
	if (builder->had_document)
		return refuse(builder, event->start_mark, "a second document: one file holds one");
	builder->had_document = true;
	return 0;
}

static int
on_event(struct builder *builder, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return on_scalar(builder, event);
	case YAML_SEQUENCE_START_EVENT:
		return on_open(builder, event, YAML_SEQUENCE);
	case YAML_MAPPING_START_EVENT:
		return on_open(builder, event, YAML_MAPPING);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return on_close(builder);
	case YAML_ALIAS_EVENT:
		return refuse(builder, event->start_mark, "aliases (*name) are not allowed here");
	case YAML_DOCUMENT_START_EVENT:
		return on_document(builder, event);
	case YAML_STREAM_END_EVENT:
		builder->ended = true;
		return 0;
	default:
		return 0;
	}
}

static int
report_syntax(struct builder *builder, const yaml_parser_t *parser)
{
	const char *context = parser->context != NULL ? parser->context : "";
	const char *problem = parser->problem != NULL ? parser->problem : "not YAML";

	/* The reader's errors (not UTF-8) come with an offset, not with a mark. */
	if (parser->error == YAML_READER_ERROR)
		faults_add(builder->faults, builder->file, line_of(parser->mark), 0, "%s", problem);
	else
		faults_add(builder->faults, builder->file, line_of(parser->problem_mark),
			column_of(parser->problem_mark), "%s%s%s", problem, context[0] != '\0' ? ", " : "",
			context);
	return -1;
}

static int
run_events(struct builder *builder, yaml_parser_t *parser)
{
	int ret = 0;

	while (ret == 0 && !builder->ended) {
		yaml_event_t event;

		if (yaml_parser_parse(parser, &event) == 0)
			return report_syntax(builder, parser);
		ret = on_event(builder, &event);
		yaml_event_delete(&event);
	}
	return ret;
}

int
yaml_parse(struct arena *arena, const char *file, struct bytes content, struct yaml_node **ret_root,
	struct faults *faults)
{
	struct builder builder = {.arena = arena, .file = file, .faults = faults};
	yaml_parser_t parser;
	int ret;

	if (content.n > YAML_MAX_BYTES) {
		faults_add(faults, file, 0, 0, "longer than %d bytes", (int)YAML_MAX_BYTES);
		return -1;
	}
	if (yaml_parser_initialize(&parser) == 0)
		mem_exhausted(sizeof(parser));
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, content.n > 0 ? content.p : (const uint8_t *)"", content.n);
	ret = run_events(&builder, &parser);
	yaml_parser_delete(&parser);
	if (ret == 0 && builder.root == NULL) {
		faults_add(faults, file, 1, 1, "the file is empty");
		ret = -1;
	}
	if (ret == 0)
		*ret_root = builder.root;
	return ret;
}

int
yaml_load(struct arena *arena, const char *path, struct yaml_node **ret_root, struct faults *faults)
{
	struct buf content;
	struct err err = {0};
	int ret = -1;

	buf_init(&content, YAML_MAX_BYTES);
	if (fd_read_file(path, &content, &err) != 0)
		faults_add(faults, NULL, 0, 0, "%s", err.text);
	else
		ret = yaml_parse(arena, path, buf_bytes(&content), ret_root, faults);
	buf_done(&content);
	return ret;
}

const struct yaml_node *
yaml_get(const struct yaml_node *mapping, const char *key)
{
	struct bytes want = bytes_of_str(key);

	if (mapping == NULL || mapping->kind != YAML_MAPPING)
		return NULL;
	for (const struct yaml_node *child = mapping->children; child != NULL; child = child->next)
		if (bytes_eq(child->key, want))
			return child;
	return NULL;
}

static const char *
kind_name(enum yaml_kind kind)
{
	static const char *const names[] = {
		[YAML_SCALAR] = "a text", [YAML_SEQUENCE] = "a list", [YAML_MAPPING] = "a mapping"};

	return names[kind];
}

int
yaml_int(const struct yaml_node *node, const char *file, int64_t min, int64_t max, int64_t *ret_value,
	struct faults *faults)
{
	if (node->kind != YAML_SCALAR) {
		faults_add(faults, file, node->line, node->column, "expected a whole number, found %s",
			kind_name(node->kind));
		return -1;
	}
	if (bytes_parse_i64(node->text, min, max, ret_value) == 0)
		return 0;
	faults_add(faults, file, node->line, node->column,
		"expected a whole number from %lld to %lld, found '%.60s'", (long long)min, (long long)max,
		(const char *)node->text.p);
	return -1;
}

int
yaml_str(const struct yaml_node *node, const char *file, struct bytes *ret_value, struct faults *faults)
{
	if (node->kind != YAML_SCALAR) {
		faults_add(faults, file, node->line, node->column, "expected a text, found %s",
			kind_name(node->kind));
		return -1;
	}
	*ret_value = node->text;
	return 0;
}

/* What was meant, or what there is. */
static void
fault_unknown(
	const struct yaml_node *child, const char *file, const char *const *known, struct faults *faults)
{
	const char *near = nearest_name(child->key, known);
	char text[600] = "";
	size_t n = 0;

	if (near != NULL)
		snprintf(text, sizeof(text), "did you mean '%s'?", near);
	for (size_t i = 0; near == NULL && known[i] != NULL && n < sizeof(text); i++)
		n += (size_t)snprintf(
			text + n, sizeof(text) - n, "%s%s", i == 0 ? "one of: " : ", ", known[i]);
	faults_add(faults, file, child->key_line, child->key_column, "unknown key '%.60s'; %s",
		(const char *)child->key.p, text);
}

int
yaml_known_keys(
	const struct yaml_node *mapping, const char *file, const char *const *known, struct faults *faults)
{
	int ret = 0;

	if (mapping->kind != YAML_MAPPING) {
		faults_add(faults, file, mapping->line, mapping->column, "expected a mapping, found %s",
			kind_name(mapping->kind));
		return -1;
	}
	for (const struct yaml_node *child = mapping->children; child != NULL; child = child->next) {
		const char *const *at = known;

		while (*at != NULL && !bytes_eq(child->key, bytes_of_str(*at)))
			at++;
		if (*at != NULL)
			continue;
		fault_unknown(child, file, known, faults);
		ret = -1;
	}
	return ret;
}
