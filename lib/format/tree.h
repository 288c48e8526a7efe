/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A record (FHIR, C-CDA) as a tree, the same for JSON and XML: a node is a member or an element. Items of a
 * list are neighbours of the same name, as repeated elements are; attributes are nodes as well. Bounded: what
 * is too deep hangs at the deepest node, what is too much is left out and `cut` says so.
 */
#ifndef POSTSEAL_TREE_H
#define POSTSEAL_TREE_H

#include "lib/base/arena.h"
#include "lib/format/json.h"
#include "lib/format/xml.h"

enum { TREE_DEPTH_MAX = 120, TREE_NODES_MAX = 400 * 1000 };

struct tree_node {
	struct bytes name; /* empty: a text between elements */
	struct bytes text; /* a member's value, an attribute's value, a text */
	struct tree_node *first, *last, *next, *up;
	uint32_t index;    /* in a list, or among neighbours of its name */
	bool is_listed;    /* it has an index */
	bool is_attribute; /* or a member of JSON that is no object */
	bool spaced;       /* white space was before it */
};

struct tree_level {
	struct tree_node *node;
	struct bytes list; /* the name of its items */
	uint32_t n;        /* items so far */
	bool is_list;
};

struct tree {
	struct arena arena;
	struct tree_node *root; /* its children are what was read */
	size_t n;
	bool cut;

	/* While it is read. */
	struct tree_level levels[TREE_DEPTH_MAX];
	size_t depth; /* may be more than there are levels */
	bool space;
};

void tree_init(struct tree *tree);
void tree_done(struct tree *tree);

/* Empties it for the next record. */
void tree_reset(struct tree *tree);

/* For the context of json_read() and xml_read(): the tree is the first member of what they give. */
void tree_on_open(struct tree *tree, enum json_kind kind, struct bytes key);
void tree_on_close(struct tree *tree);
void tree_on_value(struct tree *tree, struct bytes key, struct bytes value);

extern const struct xml_handler tree_xml_handler; /* of a struct tree */

/* The first child of this name, or NULL; of NULL too. */
const struct tree_node *tree_get(const struct tree_node *node, const char *name);

/* Its text: of an element, that of its first text child; empty for NULL. */
struct bytes tree_text(const struct tree_node *node);

/* The text of the child of this name. */
struct bytes tree_get_text(const struct tree_node *node, const char *name);

/* The next neighbour of the same name, or NULL. */
const struct tree_node *tree_again(const struct tree_node *node);

bool tree_is(const struct tree_node *node, const char *name);

/* The node that follows in the order of the document, within `top`; NULL: none. */
const struct tree_node *tree_walk(const struct tree_node *top, const struct tree_node *node);

#endif
