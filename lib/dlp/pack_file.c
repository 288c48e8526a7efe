/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/pack.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "lib/base/fd.h"
#include "lib/base/mem.h"

enum { INCLUDE_DEPTH_MAX = 8, FOLDERS_MAX = 8 };

/* Of the rules folder, of a file in it, or of what is included: where a fault is told. */
struct source {
	const char *path; /* in the faults' memory */
	const char *folder;
	struct place place; /* of the include; line 0 for the rules folder */
	int depth;
};

static void read_includes(struct pack_loader *loader, const struct pack_file *file, int depth);

static void fault_at(struct pack_loader *loader, const struct source *source, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void
fault_at(struct pack_loader *loader, const struct source *source, const char *fmt, ...)
{
	char text[1024];
	const struct place *place = &source->place;
	va_list args;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	faults_add(loader->faults, place->line > 0 ? place->file : source->path, place->line, place->column,
		"%s", text);
}

static bool
is_pack(const char *name)
{
	size_t n = strlen(name);
	return name[0] != '.' && n > 5 && strcmp(name + n - 5, ".yaml") == 0;
}

/* Notes the folder, once; the sandbox opens it for a reload. Returns it, or NULL when there are too many. */
static const char *
keep_folder(struct pack_loader *loader, const struct source *source)
{
	struct ruleset *set = loader->set;
	for (size_t i = 0; i < set->n_folders; i++)
		if (strcmp(set->folders[i], source->folder) == 0)
			return set->folders[i];
	if (set->n_folders == FOLDERS_MAX) {
		fault_at(loader, source, "packs of more than %d folders", FOLDERS_MAX);
		return NULL;
	}
	if (!set->folders)
		set->folders = arena_array(&set->arena, FOLDERS_MAX, sizeof(*set->folders));
	return set->folders[set->n_folders++] = arena_strf(&set->arena, "%s", source->folder);
}

/* False, with a fault, when this very file was read already. */
static bool
is_first_time(struct pack_loader *loader, const struct source *source, const struct stat *info)
{
	for (size_t i = 0; i < loader->n_files; i++) {
		const struct pack_file *other = &loader->files[i];
		if (other->device != info->st_dev || other->inode != info->st_ino)
			continue;
		if (other->is_open)
			fault_at(loader, source, "%s includes itself, in a circle", source->path);
		else if (other->from.line > 0)
			fault_at(loader, source, "%s is read twice: it is included by %s:%d", source->path,
				other->from.file, other->from.line);
		else
			fault_at(loader, source, "%s is read twice: it is in the rules folder", source->path);
		return false;
	}
	return true;
}

static void
parse_file(struct pack_loader *loader, struct pack_file *file, const struct source *source)
{
	struct arena *arena = &loader->set->arena;
	struct yaml_node *root;
	struct buf content;
	struct err err = {0};
	buf_init(&content, YAML_MAX_BYTES);
	if (fd_read_file(file->path, &content, &err) < 0) {
		fault_at(loader, source, "%s", err.text);
	} else {
		struct bytes own = arena_bytes(arena, buf_bytes(&content));
		if (yaml_parse(arena, file->path, own, &root, loader->faults) == 0)
			file->root = root;
		pack_digest(loader, own);
	}
	buf_done(&content);
}

/* What it includes comes before it in the list, so that it can refer to that. */
static void
read_file(struct pack_loader *loader, const struct source *source)
{
	struct stat info;
	struct pack_file file = {.path = source->path, .from = source->place, .is_open = true};
	if (stat(source->path, &info) < 0) {
		fault_at(loader, source, "cannot open %s: %s", source->path, strerror(errno));
		return;
	}
	if (!is_first_time(loader, source, &info) || (file.folder = keep_folder(loader, source)) == NULL)
		return;
	if (loader->n_files == PACKS_MAX) {
		fault_at(loader, source, "more than %d packs", PACKS_MAX);
		return;
	}
	file.device = info.st_dev;
	file.inode = info.st_ino;
	parse_file(loader, &file, source);
	size_t slot = loader->n_files++;
	loader->files[slot] = file;
	if (file.root)
		read_includes(loader, &file, source->depth);
	memmove(&loader->files[slot], &loader->files[slot + 1], (loader->n_files - slot - 1) * sizeof(file));
	file.is_open = false;
	loader->files[loader->n_files - 1] = file;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Returns how many there are; -1 when the folder cannot be opened. */
static int
list_packs(struct pack_loader *loader, const struct source *source, const char *names[PACKS_MAX])
{
	int n = 0;
	struct dirent *entry;
	DIR *dir = opendir(source->path);
	if (!dir) {
		fault_at(loader, source, "cannot open the folder %s: %s", source->path, strerror(errno));
		return -1;
	}
	while (n < PACKS_MAX && (entry = readdir(dir)) != NULL)
		if (is_pack(entry->d_name))
			names[n++] = arena_strf(&loader->set->arena, "%s", entry->d_name);
	closedir(dir);
	if (n > 1)
		qsort(names, (size_t)n, sizeof(*names), compare_names);
	return n;
}

static void
read_folder(struct pack_loader *loader, const struct source *source)
{
	const char **names = mem_new(PACKS_MAX, sizeof(*names));
	int n = list_packs(loader, source, names);
	if (n == 0)
		fault_at(loader, source, "no *.yaml in the folder %s", source->path);
	for (int i = 0; i < n; i++) {
		struct source file = *source;
		file.folder = source->path;
		file.path = arena_strf(&loader->faults->arena, "%s/%s", source->path, names[i]);
		read_file(loader, &file);
	}
	free(names);
}

/* The folder that a path's file stands in. */
static const char *
folder_of(struct pack_loader *loader, const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? arena_strf(&loader->set->arena, "%.*s", (int)(slash - path), path) : ".";
}

static void
read_include(
	struct pack_loader *loader, const struct pack_file *file, const struct yaml_node *item, int depth)
{
	struct bytes text;
	struct stat info;
	loader->file = file->path;
	if (yaml_str(item, file->path, &text, loader->faults) < 0)
		return;
	while (text.n > 1 && text.p[text.n - 1] == '/')
		text.n--;
	bool absolute = text.n > 0 && text.p[0] == '/';
	struct source source = {.place = pack_place(loader, item), .depth = depth + 1};
	source.path = arena_strf(&loader->faults->arena, "%s%s%.*s", absolute ? "" : file->folder,
		absolute ? "" : "/", BYTES_FMT(text));
	if (depth == INCLUDE_DEPTH_MAX) {
		pack_fault(loader, item, "packs include each other more than %d deep", INCLUDE_DEPTH_MAX);
	} else if (text.n == 0 || stat(source.path, &info) < 0) {
		pack_fault(loader, item, "cannot include %s: %s", source.path, strerror(errno));
	} else if (S_ISDIR(info.st_mode)) {
		read_folder(loader, &source);
	} else if (is_pack(strrchr(source.path, '/') + 1)) {
		source.folder = folder_of(loader, source.path);
		read_file(loader, &source);
	} else {
		pack_fault(loader, item, "cannot include %s: no folder and no *.yaml", source.path);
	}
}

static void
read_includes(struct pack_loader *loader, const struct pack_file *file, int depth)
{
	const struct yaml_node *list =
		file->root->kind == YAML_MAPPING ? yaml_get(file->root, "include") : NULL;
	if (!list)
		return;
	size_t n = list->kind == YAML_SEQUENCE ? list->n_children : 1;
	const struct yaml_node *item = pack_items(list);
	for (size_t i = 0; i < n; i++, item = item->next)
		read_include(loader, file, item, depth);
}

void
pack_read_files(struct pack_loader *loader)
{
	const struct source source = {.path = arena_strf(&loader->faults->arena, "%s", loader->directory)};
	read_folder(loader, &source);
}
