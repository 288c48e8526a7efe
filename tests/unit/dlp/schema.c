/* SPDX-License-Identifier: Apache-2.0 */
/* rules/schema.json, which editors read, knows what the loader knows: no key and no word more or less. */
#include <jansson.h>
#include <stdlib.h>

#include "lib/base/buf.h"
#include "lib/dlp/pack.h"
#include "lib/dlp/roster_row.h"
#include "tests/support/tap.h"

static json_t *
load_schema(void)
{
	char path[1000];
	const char *top = getenv("top_srcdir");
	json_error_t error;
	snprintf(path, sizeof(path), "%s/rules/schema.json", top ? top : ".");
	json_t *schema = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	tap_ok(schema != NULL, "%s: %s", path, schema ? "read" : error.text);
	return schema;
}

static bool
is_listed(const char *const *names, const char *name)
{
	for (size_t i = 0; names[i]; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* A mapping of packs: the properties of a part of the schema are the loader's keys, each with a description.
 */
static void
check_keys(json_t *part, const char *name, const char *const *keys)
{
	json_t *properties = json_object_get(part, "properties"), *property;
	const char *key;
	for (size_t i = 0; keys[i]; i++)
		tap_ok(json_object_get(properties, keys[i]) != NULL, "%s: the schema has '%s'", name,
			keys[i]);
	json_object_foreach(properties, key, property)
	{
		const char *text = json_string_value(json_object_get(property, "description"));
		tap_ok(is_listed(keys, key), "%s: the loader knows '%s'", name, key);
		tap_ok(text && strlen(text) > 10, "%s: '%s' is described", name, key);
	}
	tap_ok(json_is_false(json_object_get(part, "additionalProperties")), "%s: nothing else", name);
}

static void
check_words(json_t *schema, const char *name, const char *const *words)
{
	json_t *part = json_object_get(json_object_get(schema, "$defs"), name);
	json_t *list = json_object_get(part, "enum"), *word;
	struct buf got, want;
	size_t i;
	buf_init(&got, 10000);
	buf_init(&want, 10000);
	json_array_foreach(list, i, word) buf_putf(&got, "%s ", json_string_value(word));
	for (i = 0; words[i]; i++)
		buf_putf(&want, "%s ", words[i]);
	tap_bytes(buf_bytes(&got), buf_bytes(&want), "%s", name);
	buf_done(&got);
	buf_done(&want);
}

static void
check_tables(json_t *schema)
{
	const char *validators[100] = {NULL}, *kinds[RULE_KINDS + 1] = {NULL};
	for (int i = 0; validate_name(i) && i < 99; i++)
		validators[i] = validate_name(i);
	for (int i = 0; i < RULE_KINDS; i++)
		kinds[i] = rule_kind_name((enum rule_kind)i);
	check_words(schema, "validator", validators);
	check_words(schema, "kind", kinds);
	check_words(schema, "scopeName", pack_scopes);
	check_words(schema, "stage", pack_stages);
	check_words(schema, "case", pack_cases);
	check_words(schema, "trait", pack_traits);
	check_words(schema, "who", pack_roster_who);
}

static void
check_person(json_t *defs)
{
	const char *columns[ROSTER_COLUMNS + 1] = {NULL};
	for (int i = 0; i < ROSTER_COLUMNS; i++)
		columns[i] = roster_column_name((enum roster_column)i);
	check_keys(json_object_get(defs, "person"), "person", columns);
}

/* Every "$ref" leads to a part that is there. */
static size_t
count_lost(json_t *schema, json_t *part)
{
	static const char prefix[] = "#/$defs/";
	json_t *inner;
	const char *key, *ref = json_string_value(json_object_get(part, "$ref"));
	size_t i, lost = 0;
	if (ref && (strncmp(ref, prefix, sizeof(prefix) - 1) != 0 ||
			   !json_object_get(json_object_get(schema, "$defs"), ref + sizeof(prefix) - 1)))
		lost++;
	json_object_foreach(part, key, inner) lost += count_lost(schema, inner);
	json_array_foreach(part, i, inner) lost += count_lost(schema, inner);
	return lost;
}

int
main(void)
{
	static const struct {
		const char *name;
		const char *const *keys;
	} parts[] = {
		{"rule", pack_rule_keys},
		{"check", pack_check_keys},
		{"roster", pack_roster_keys},
		{"evidence", pack_evidence_keys},
		{"label", pack_label_keys},
		{"tests", pack_tests_keys},
		{"example", pack_example_keys},
		{"ruleOverride", pack_rule_override_keys},
		{"labelOverride", pack_label_override_keys},
	};
	json_t *schema = load_schema(), *defs = json_object_get(schema, "$defs");
	check_keys(schema, "pack", pack_keys);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		check_keys(json_object_get(defs, parts[i].name), parts[i].name, parts[i].keys);
	check_person(defs);
	check_tables(schema);
	tap_ok(count_lost(schema, schema) == 0, "its references are all there");
	json_decref(schema);
	return tap_done();
}
