/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/pack.h"

#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/dlp/roster_build.h"

enum { WITHIN_DEFAULT = 200, WITHIN_MAX = 10000, TEST_FIELDS_MAX = 20 };

static void
read_number(struct pack_loader *loader, const struct yaml_node *node, int64_t min, int64_t max,
	uint32_t *ret_number)
{
	int64_t number;
	if (node && yaml_int(node, loader->file, min, max, &number, loader->faults) == 0)
		*ret_number = (uint32_t)number;
}

const char *const pack_roster_keys[] = {"attributes", "within", "who", NULL};
const char *const pack_roster_who[] = {"anybody", "not-recipient", NULL};

void
pack_roster_ask(struct pack_loader *loader, const struct yaml_node *node, struct rule *rule)
{
	uint32_t attributes = 2, within = WITHIN_DEFAULT;
	int index = ROSTER_ANYBODY;
	if (node->kind != YAML_MAPPING) {
		pack_fault(loader, node, "expected {attributes: 2, within: %d}", WITHIN_DEFAULT);
		return;
	}
	yaml_known_keys(node, loader->file, pack_roster_keys, loader->faults);
	read_number(loader, yaml_get(node, "attributes"), 2, ROSTER_TYPES, &attributes);
	read_number(loader, yaml_get(node, "within"), 1, WITHIN_MAX, &within);
	if (yaml_get(node, "who"))
		pack_choice(loader, yaml_get(node, "who"), pack_roster_who, "who", &index);
	uint32_t source = match_add_set(loader->set->matcher);
	rule->roster = (struct roster_ask){attributes, within, (enum roster_who)index, source};
	uint32_t *sources = arena_array(&loader->set->arena, rule->sources.n + 1, sizeof(*sources));
	if (rule->sources.n > 0)
		memcpy(sources, rule->sources.p, rule->sources.n * sizeof(*sources));
	sources[rule->sources.n++] = source;
	rule->sources.p = sources;
}

static void
add_person(struct pack_loader *loader, const struct yaml_node *node, struct roster_builder *builder)
{
	const char *columns[ROSTER_COLUMNS + 1] = {NULL};
	struct roster_field fields[ROSTER_COLUMNS];
	struct roster_row row;
	size_t n = 0;
	for (int i = 0; i < ROSTER_COLUMNS; i++)
		columns[i] = roster_column_name((enum roster_column)i);
	if (node->kind != YAML_MAPPING) {
		pack_fault(loader, node, "expected a person, such as {name: ..., birth-date: ...}");
		return;
	}
	yaml_known_keys(node, loader->file, columns, loader->faults);
	for (int i = 0; i < ROSTER_COLUMNS; i++) {
		const struct yaml_node *field = yaml_get(node, columns[i]);
		struct bytes text;
		if (field && yaml_str(field, loader->file, &text, loader->faults) == 0)
			fields[n++] = (struct roster_field){(enum roster_column)i, text};
	}
	if (roster_builder_add(builder, fields, n, &row) != ROSTER_ADDED)
		pack_fault(loader, node, "the person needs two attributes that can be read");
}

/* The key is no secret: neither are the people. */
const struct roster *
pack_test_roster(struct pack_loader *loader, const struct yaml_node *tests)
{
	static const uint8_t key[ROSTER_KEY] = {1};
	const struct yaml_node *people = yaml_get(tests, "roster");
	struct err err = {0};
	struct bytes image;
	if (!people)
		return NULL;
	if (people->kind != YAML_SEQUENCE) {
		pack_fault(loader, people, "expected a list of people");
		return NULL;
	}
	struct test_roster *roster = arena_alloc(&loader->set->arena, sizeof(*roster));
	roster->builder = roster_builder_new(bytes_of(key, sizeof(key)), ROSTER_MONTH_FIRST, clock_wall());
	roster->next = loader->set->rosters;
	loader->set->rosters = roster;
	for (const struct yaml_node *person = people->children; person; person = person->next)
		add_person(loader, person, roster->builder);
	if (roster_builder_end(roster->builder, &image, &err) < 0 ||
		roster_of(image, bytes_of(key, sizeof(key)), &roster->roster, &err) < 0)
		pack_fault(loader, people, "%s", err.text);
	return roster->roster;
}
