/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A loaded set's rules and labels as they are written: their YAML, for who needs to know what the model
 * does not keep. Reads the files again. Lives no longer than the set and the faults of its loading.
 */
#ifndef POSTSEAL_WRITTEN_H
#define POSTSEAL_WRITTEN_H

#include "lib/conf/yaml.h"
#include "lib/dlp/rule.h"

struct written_file {
	const char *name; /* as places have it */
	const struct yaml_node *root;
	struct written_file *next;
};

struct written {
	struct arena arena;
	struct written_file *files;
};

/* Returns 0, or -1 with a fault for each file that can't be read. written_done() in either case. */
int written_read(const struct ruleset *set, struct written *ret_written, struct faults *faults);
void written_done(struct written *written);

/* The mapping, or NULL when it is no longer there. */
const struct yaml_node *written_rule(const struct written *written, const struct place *place);
const struct yaml_node *written_label(const struct written *written, const struct place *place);

/* What a list of patterns or terms holds, or one alone: `item` and how many follow it through `next`. */
const struct yaml_node *written_items(const struct yaml_node *node, size_t *ret_n);

/* The folder of the file, without the slash. */
struct bytes written_folder(const char *file);

#endif
