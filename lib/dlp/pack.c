/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/pack.h"

const char *const pack_keys[] = {
	"pack", "version", "title", "include", "scope", "rules", "labels", "overrides", NULL};

void
pack_digest(struct pack_loader *loader, struct bytes content)
{
	uint64_t length = content.n;
	seal_hash_put(loader->digest, bytes_of(&length, sizeof(length)));
	seal_hash_put(loader->digest, content);
}

static void
read_header(struct pack_loader *loader, const struct yaml_node *root)
{
	static const char *const texts[] = {"version", "title"};
	const struct yaml_node *pack = yaml_get(root, "pack"), *scope = yaml_get(root, "scope");
	const char *name;
	struct bytes text;
	yaml_known_keys(root, loader->file, pack_keys, loader->faults);
	if (pack)
		pack_name(loader, pack, "a pack's name", &name);
	else
		pack_fault(loader, root, "the file has no name: pack");
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		const struct yaml_node *node = yaml_get(root, texts[i]);
		if (node)
			yaml_str(node, loader->file, &text, loader->faults);
	}
	loader->default_where = (struct rule_where){.scope = SCOPE_DEFAULT};
	if (scope)
		pack_where(loader, scope, &loader->default_where);
}

void
pack_read_each(struct pack_loader *loader, const struct yaml_node *root, const char *key,
	void (*read)(struct pack_loader *, const struct yaml_node *))
{
	const struct yaml_node *list = yaml_get(root, key);
	if (!list)
		return;
	if (list->kind != YAML_SEQUENCE) {
		pack_fault(loader, list, "expected a list of %s", key);
		return;
	}
	for (const struct yaml_node *item = list->children; item; item = item->next)
		read(loader, item);
}

static bool
has_any(const struct yaml_node *root)
{
	static const char *const keys[] = {"rules", "labels", "overrides", "include"};
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (yaml_get(root, keys[i]))
			return true;
	return false;
}

void
pack_read_rules(struct pack_loader *loader, const struct yaml_node *root)
{
	if (root->kind != YAML_MAPPING) {
		pack_fault(loader, root, "expected a pack: a mapping with pack, rules and labels");
		return;
	}
	read_header(loader, root);
	if (!has_any(root))
		pack_fault(loader, root, "the pack has no rules, no labels, no overrides and no include");
	pack_read_each(loader, root, "rules", pack_rule);
}

void
pack_read_labels(struct pack_loader *loader, const struct yaml_node *root)
{
	if (root->kind == YAML_MAPPING)
		pack_read_each(loader, root, "labels", pack_label);
}
