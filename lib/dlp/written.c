/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/written.h"

static const struct written_file *
find_file(const struct written *written, const char *name)
{
	const struct written_file *file = written->files;
	while (file && strcmp(file->name, name) != 0)
		file = file->next;
	return file;
}

static void
read_file(struct written *written, const char *name, struct faults *faults)
{
	struct yaml_node *root;
	if (!name || find_file(written, name) || yaml_load(&written->arena, name, &root, faults) < 0)
		return;
	struct written_file *file = arena_alloc(&written->arena, sizeof(*file));
	*file = (struct written_file){name, root, written->files};
	written->files = file;
}

int
written_read(const struct ruleset *set, struct written *ret_written, struct faults *faults)
{
	size_t before = faults->n;
	*ret_written = (struct written){.files = NULL};
	arena_init(&ret_written->arena);
	for (size_t i = 0; i < set->n_rules; i++)
		read_file(ret_written, set->rules[i].place.file, faults);
	for (size_t i = 0; i < set->n_labels; i++)
		read_file(ret_written, set->labels[i].place.file, faults);
	return faults->n == before ? 0 : -1;
}

void
written_done(struct written *written)
{
	arena_done(&written->arena);
}

/* The item whose name stands at that line and column. */
static const struct yaml_node *
find_item(const struct written *written, const struct place *place, const char *list, const char *key)
{
	const struct written_file *file = place->file ? find_file(written, place->file) : NULL;
	const struct yaml_node *items = file ? yaml_get(file->root, list) : NULL;
	for (const struct yaml_node *item = items ? items->children : NULL; item; item = item->next) {
		const struct yaml_node *name = item->kind == YAML_MAPPING ? yaml_get(item, key) : NULL;
		if (name && name->line == place->line && name->column == place->column)
			return item;
	}
	return NULL;
}

const struct yaml_node *
written_rule(const struct written *written, const struct place *place)
{
	return find_item(written, place, "rules", "id");
}

const struct yaml_node *
written_label(const struct written *written, const struct place *place)
{
	return find_item(written, place, "labels", "label");
}

const struct yaml_node *
written_items(const struct yaml_node *node, size_t *ret_n)
{
	bool is_list = node && node->kind == YAML_SEQUENCE;
	*ret_n = is_list ? node->n_children : node != NULL;
	return is_list ? node->children : node;
}

struct bytes
written_folder(const char *file)
{
	const char *slash = strrchr(file, '/');
	return slash ? bytes_of(file, (size_t)(slash - file)) : BYTES_LIT(".");
}
