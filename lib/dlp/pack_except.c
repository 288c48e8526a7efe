/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/pack.h"

#include "lib/base/fd.h"

enum { FILE_MAX_BYTES = 64 * 1024 * 1024, FILE_MAX_FAULTS = 5 };

/* Read when the first list asks for it: most sets have none. */
static bool
has_key(struct pack_loader *loader, const struct yaml_node *node)
{
	struct except_key *key = &loader->set->except_key;
	struct err err = {0};
	if (key->is_there)
		return true;
	if (!loader->directory) {
		pack_fault(loader, node, "exceptions need a rules folder: their key is there");
		return false;
	}
	int found = except_key_read(loader->directory, key, &err);
	if (found == 0)
		pack_fault(loader, node, "exceptions need the key %s/%s: 'postseal rules hash' makes it",
			loader->directory, EXCEPT_KEY_FILE);
	else if (found < 0)
		pack_fault(loader, node, "%s", err.text);
	return found == 1;
}

/* A hash a line; the fault's place is in the file itself. */
static void
add_lines(struct pack_loader *loader, const char *path, struct bytes content, struct buf *hashes)
{
	struct bytes line;
	struct except_hash hash;
	int number = 0, bad = 0;
	size_t before = hashes->n;
	while (bytes_next_line(&content, &line)) {
		number++;
		line = bytes_trim(bytes_sub(line, 0, bytes_find_byte(line, '#')));
		if (line.n == 0)
			continue;
		if (except_parse(line, &hash) == 0)
			buf_put(hashes, hash.p, sizeof(hash.p));
		else if (bad++ < FILE_MAX_FAULTS)
			faults_add(loader->faults, path, number, 1,
				"not a hash: 32 hexadecimal digits, as 'postseal rules hash' prints them");
	}
	if (hashes->n == before && bad == 0)
		faults_add(loader->faults, path, 0, 0, "the list of exceptions is empty");
}

static void
add_file(struct pack_loader *loader, const struct yaml_node *item, struct bytes name, struct buf *hashes)
{
	struct buf content;
	struct err err = {0};
	if (!loader->folder || !pack_is_file_name(name)) {
		pack_fault(loader, item, "'%.*s' is no name of a file beside the pack", BYTES_FMT(name));
		return;
	}
	const char *path = arena_strf(&loader->faults->arena, "%s/%.*s", loader->folder, BYTES_FMT(name));
	buf_init(&content, FILE_MAX_BYTES);
	if (fd_read_file(path, &content, &err) < 0)
		pack_fault(loader, item, "%s", err.text);
	else
		add_lines(loader, path, buf_bytes(&content), hashes);
	pack_digest(loader, buf_bytes(&content));
	buf_done(&content);
}

static void
add_item(struct pack_loader *loader, const struct yaml_node *item, struct buf *hashes)
{
	static const struct bytes prefix = BYTES_LIT("file:");
	struct bytes text;
	struct except_hash hash;
	if (yaml_str(item, loader->file, &text, loader->faults) < 0)
		return;
	if (bytes_starts_nocase(text, prefix))
		add_file(loader, item, bytes_sub(text, prefix.n, text.n), hashes);
	else if (except_parse(text, &hash) == 0)
		buf_put(hashes, hash.p, sizeof(hash.p));
	else
		pack_fault(loader, item,
			"not a hash: 32 hexadecimal digits, as 'postseal rules hash' prints them, or "
			"file:NAME");
}

void
pack_except(struct pack_loader *loader, const struct yaml_node *node, struct except_list *list)
{
	struct buf hashes;
	size_t n = node->kind == YAML_SEQUENCE ? node->n_children : 1;
	const struct yaml_node *item = pack_items(node);
	if (n == 0)
		pack_fault(loader, node, "the list of exceptions is empty");
	if (n == 0 || !has_key(loader, node))
		return;
	buf_init(&hashes, FILE_MAX_BYTES);
	buf_put(&hashes, list->p, list->n * sizeof(*list->p));
	for (size_t i = 0; i < n; i++, item = item->next)
		add_item(loader, item, &hashes);
	list->n = hashes.n / sizeof(*list->p);
	list->p = arena_array(&loader->set->arena, list->n + 1, sizeof(*list->p));
	if (hashes.n > 0)
		memcpy(list->p, hashes.p, hashes.n);
	except_sort(list);
	buf_done(&hashes);
}
