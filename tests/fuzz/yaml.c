/* SPDX-License-Identifier: Apache-2.0 */
/* YAML files, as far as lib/conf reads them. */
#include "lib/conf/yaml.h"
#include "tests/fuzz/fuzz.h"

static void
read_all(const struct yaml_node *node, struct faults *faults)
{
	static const char *const known[] = {"pack", "rules", "id", NULL};
	struct bytes text;
	int64_t value;

	(void)yaml_int(node, "input", 0, 100, &value, faults);
	(void)yaml_str(node, "input", &text, faults);
	(void)yaml_known_keys(node, "input", known, faults);
	for (const struct yaml_node *child = node->children; child != NULL; child = child->next)
		read_all(child, faults);
}

void
fuzz_one(struct bytes input)
{
	struct yaml_node *root = NULL;
	struct faults faults;
	struct arena arena;

	arena_init(&arena);
	faults_init(&faults);
	if (yaml_parse(&arena, "input", input, &root, &faults) == 0)
		read_all(root, &faults);
	faults_done(&faults);
	arena_done(&arena);
}
