/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/tree.h"

#include "lib/base/ascii.h"

void
tree_init(struct tree *tree)
{
	*tree = (struct tree){0};
	arena_init(&tree->arena);
	tree_reset(tree);
}

void
tree_done(struct tree *tree)
{
	arena_reset(&tree->arena);
	arena_done(&tree->arena);
}

void
tree_reset(struct tree *tree)
{
	arena_reset(&tree->arena);
	tree->root = arena_alloc(&tree->arena, sizeof(*tree->root));
	tree->levels[0] = (struct tree_level){.node = tree->root};
	tree->depth = 0;
	tree->n = 0;
	tree->space = false;
}

static struct tree_level *
level_of(struct tree *tree)
{
	return &tree->levels[tree->depth < TREE_DEPTH_MAX ? tree->depth : TREE_DEPTH_MAX - 1];
}

/* NULL: one too many. */
static struct tree_node *
add(struct tree *tree, struct bytes name)
{
	struct tree_level *level = level_of(tree);
	struct tree_node *node, *up = level->node;

	if (tree->n >= TREE_NODES_MAX) {
		tree->cut = true;
		return NULL;
	}
	tree->n++;
	node = arena_alloc(&tree->arena, sizeof(*node));
	*node = (struct tree_node){.up = up, .spaced = tree->space};
	node->name = arena_bytes(&tree->arena, name);
	tree->space = false;
	if (level->is_list && name.n == 0) {
		node->name = level->list;
		node->index = level->n++;
		node->is_listed = true;
	}
	if (!node->is_listed && name.n > 0 && up->last != NULL && bytes_eq(up->last->name, name)) {
		node->index = up->last->index + 1;
		node->is_listed = up->last->is_listed = true;
	}
	if (up->last != NULL)
		up->last->next = node;
	else
		up->first = node;
	up->last = node;
	return node;
}

static void
go_down(struct tree *tree, struct tree_level level)
{
	tree->depth++;
	if (tree->depth < TREE_DEPTH_MAX)
		tree->levels[tree->depth] = level;
}

void
tree_on_open(struct tree *tree, enum json_kind kind, struct bytes key)
{
	struct tree_level *level = level_of(tree), below = {.node = level->node};
	struct tree_node *node;

	if (kind == JSON_KIND_LIST) {
		below.is_list = true;
		below.list = key.n > 0 || !level->is_list ? arena_bytes(&tree->arena, key) : level->list;
	} else {
		node = add(tree, key);
		if (node != NULL)
			below.node = node;
	}
	go_down(tree, below);
}

void
tree_on_close(struct tree *tree)
{
	if (tree->depth > 0)
		tree->depth--;
}

void
tree_on_value(struct tree *tree, struct bytes key, struct bytes value)
{
	struct tree_node *node = add(tree, key);

	if (node == NULL)
		return;
	node->text = arena_bytes(&tree->arena, value);
	node->is_attribute = true;
}

static void
on_start(void *context, const struct xml_element *element)
{
	struct tree *tree = context;

	tree_on_open(tree, JSON_KIND_OBJECT, element->name);
	for (size_t i = 0; i < element->n_attributes; i++) {
		const struct xml_attribute *attribute = &element->attributes[i];
		struct tree_level *level = level_of(tree);

		tree_on_value(tree, attribute->name, attribute->value);
		/* FHIR has a primitive's value there; so has much else. */
		if (bytes_eq(attribute->name, BYTES_LIT("value")) && level->node->last != NULL)
			level->node->text = level->node->last->text;
	}
}

static void
on_end(void *context, struct bytes name)
{
	(void)name;
	tree_on_close(context);
}

static bool
is_blank(struct bytes b)
{
	for (size_t i = 0; i < b.n; i++)
		if (!ascii_is_space(b.p[i]))
			return false;
	return true;
}

static void
on_text(void *context, struct bytes text)
{
	struct tree *tree = context;
	struct tree_node *node;

	if (is_blank(text)) {
		tree->space = true;
		return;
	}
	node = add(tree, bytes_of(NULL, 0));
	if (node != NULL)
		node->text = arena_bytes(&tree->arena, text);
}

const struct xml_handler tree_xml_handler = {.start = on_start, .end = on_end, .text = on_text};

bool
tree_is(const struct tree_node *node, const char *name)
{
	return node != NULL && bytes_eq(node->name, bytes_of_str(name));
}

const struct tree_node *
tree_get(const struct tree_node *node, const char *name)
{
	const struct tree_node *child = node != NULL ? node->first : NULL;

	while (child != NULL && !tree_is(child, name))
		child = child->next;
	return child;
}

const struct tree_node *
tree_again(const struct tree_node *node)
{
	const struct tree_node *next = node->next;

	while (next != NULL && !bytes_eq(next->name, node->name))
		next = next->next;
	return next;
}

struct bytes
tree_text(const struct tree_node *node)
{
	if (node == NULL)
		return bytes_of(NULL, 0);
	if (node->text.n == 0)
		for (const struct tree_node *child = node->first; child != NULL; child = child->next)
			if (child->name.n == 0)
				return child->text;
	return node->text;
}

struct bytes
tree_get_text(const struct tree_node *node, const char *name)
{
	return tree_text(tree_get(node, name));
}

const struct tree_node *
tree_walk(const struct tree_node *top, const struct tree_node *node)
{
	if (node->first != NULL)
		return node->first;
	while (node != top && node->next == NULL)
		node = node->up;
	return node != top ? node->next : NULL;
}
