/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/conf/source.h"

#include "lib/base/fd.h"
#include "lib/conf/option.h"

void
source_init(struct source *source)
{
	*source = (struct source){0};
	arena_init(&source->arena);
	buf_init(&source->text, CF_MAX_BYTES);
}

void
source_done(struct source *source)
{
	buf_done(&source->text);
	arena_done(&source->arena);
}

static int
take_entry(struct source *source, const struct cf_entry *entry, struct faults *faults)
{
	struct bytes name = bytes_of_str(entry->name);
	const struct option_row *option = option_find(name);
	const char *near;

	if (option != NULL) {
		source->entries[option - option_rows] = entry;
		return 0;
	}
	near = option_nearest(name);
	faults_add(faults, entry->file, entry->line, entry->line > 0 ? entry->column : 0,
		"unknown option '%.60s'%s%s%s", entry->name, near ? "; did you mean '" : "", near ? near : "",
		near ? "'?" : "");
	return -1;
}

int
source_read(struct source *source, const char *path, struct faults *faults)
{
	struct cf_entry *entries = NULL;
	struct err err = {0};
	int ret = 0;

	if (path == NULL)
		return 0;
	path = arena_str(&source->arena, bytes_of_str(path));
	if (fd_read_file(path, &source->text, &err) != 0) {
		faults_add(faults, NULL, 0, 0, "%s", err.text);
		return -1;
	}
	if (cf_parse(&source->arena, path, buf_bytes(&source->text), &entries, faults) != 0)
		return -1;
	for (; entries != NULL; entries = entries->next)
		if (take_entry(source, entries, faults) != 0)
			ret = -1;
	return ret;
}

int
source_override(struct source *source, const struct str_list *overrides, struct faults *faults)
{
	struct cf_entry *entry;
	int ret = 0;

	for (size_t i = 0; i < overrides->n; i++)
		if (cf_parse_override(&source->arena, overrides->items[i], &entry, faults) != 0 ||
			take_entry(source, entry, faults) != 0)
			ret = -1;
	return ret;
}
