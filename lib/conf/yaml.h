/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A YAML file as a tree of nodes that know their line and column. Built from libyaml's events, with what
 * makes YAML dangerous or ambiguous refused: aliases, tags, several documents, duplicate keys, more than
 * YAML_MAX_DEPTH levels, files above YAML_MAX_BYTES. Scalars are texts: their reader decides what they mean.
 * Nodes live in the caller's arena and point to each other; nobody frees one.
 */
#ifndef POSTSEAL_YAML_H
#define POSTSEAL_YAML_H

#include "lib/conf/faults.h"

enum { YAML_MAX_DEPTH = 32, YAML_MAX_BYTES = 4 * 1024 * 1024 };

enum yaml_kind { YAML_SCALAR, YAML_SEQUENCE, YAML_MAPPING };

struct yaml_node {
	enum yaml_kind kind;
	int line, column;           /* of the value; 1 is the first */
	struct bytes key;           /* in a mapping: its key, else empty */
	int key_line, key_column;   /* where the key stands */
	struct bytes text;          /* YAML_SCALAR: UTF-8, NUL behind it */
	bool plain;                 /* YAML_SCALAR: written without quotes */
	struct yaml_node *children; /* first of a list, in the file's order */
	struct yaml_node *next;
	size_t n_children;
};

/* Returns 0 and the root, or -1 with every fault added. `file` is the name used in faults; it must outlive
 * them. */
int yaml_parse(struct arena *arena, const char *file, struct bytes content, struct yaml_node **ret_root,
	struct faults *faults);
int yaml_load(struct arena *arena, const char *path, struct yaml_node **ret_root, struct faults *faults);

/* The value of a key, or NULL. */
const struct yaml_node *yaml_get(const struct yaml_node *mapping, const char *key);

/*
 * Checked readers; each adds a fault that says what was expected, and returns -1, when the node is not of
 * that form.
 */
int yaml_int(const struct yaml_node *node, const char *file, int64_t min, int64_t max, int64_t *ret_value,
	struct faults *faults);
int yaml_str(const struct yaml_node *node, const char *file, struct bytes *ret_value, struct faults *faults);

/* Faults for every key of the mapping that is not in the NULL-ended list; suggests the nearest known one, or
 * says which there are. */
int yaml_known_keys(
	const struct yaml_node *mapping, const char *file, const char *const *known, struct faults *faults);

#endif
