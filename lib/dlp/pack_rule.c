/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/pack.h"

#include "lib/base/mem.h"
#include "lib/conf/nearest.h"

enum { MODULUS_MAX = 1000 };

const char *const pack_rule_keys[] = {"id", "title", "kind", "hipaa", "legal", "pattern", "patterns", "terms",
	"roster", "validate", "except", "confidence", "threshold", "evidence", "case", "scope", "stage",
	"tests", NULL};

/* Words that conditions use for something else. */
static bool
is_taken(struct bytes name)
{
	for (int kind = 0; kind < RULE_KINDS; kind++)
		if (bytes_eq(name, bytes_of_str(rule_kind_name((enum rule_kind)kind))))
			return true;
	return expr_is_word(name);
}

static void
read_id(struct pack_loader *loader, const struct yaml_node *node, struct rule *rule)
{
	const struct yaml_node *id = yaml_get(node, "id");
	if (!id) {
		pack_fault(loader, node, "the rule has no id");
		return;
	}
	rule->place = pack_place(loader, id);
	if (pack_name(loader, id, "an id", &rule->id) < 0)
		return;
	if (is_taken(id->text)) {
		pack_fault(loader, id, "'%s' means something else in conditions", rule->id);
		return;
	}
	for (size_t i = 0; i < loader->set->n_rules - 1; i++) {
		const struct rule *other = &loader->set->rules[i];
		if (other->id && strcmp(other->id, rule->id) == 0) {
			pack_fault(loader, id, "the id '%s' is taken by %s:%d", rule->id, other->place.file,
				other->place.line);
			return;
		}
	}
}

static void
read_kind(struct pack_loader *loader, const struct yaml_node *node, struct rule *rule)
{
	const char *names[RULE_KINDS + 1] = {NULL};
	for (int i = 0; i < RULE_KINDS; i++)
		names[i] = rule_kind_name((enum rule_kind)i);
	const struct yaml_node *kind = yaml_get(node, "kind");
	int index = 0;
	if (!kind)
		pack_fault(loader, node, "the rule has no kind");
	else if (pack_choice(loader, kind, names, "kind", &index) == 0)
		rule->kind = (enum rule_kind)index;
}

const char *const pack_check_keys[] = {"modulus", "weights", NULL};

static void
read_weights(struct pack_loader *loader, const struct yaml_node *node, struct validate_check *check)
{
	const struct yaml_node *modulus = yaml_get(node, "modulus"), *weights = yaml_get(node, "weights");
	int64_t number;
	yaml_known_keys(node, loader->file, pack_check_keys, loader->faults);
	if (!modulus || !weights || weights->kind != YAML_SEQUENCE || weights->n_children < 2 ||
		weights->n_children > VALIDATE_WEIGHTS_MAX) {
		pack_fault(loader, node, "expected {modulus: M, weights: [W1, W2, ...]} with 2 to %d weights",
			VALIDATE_WEIGHTS_MAX);
		return;
	}
	check->id = VALIDATE_CUSTOM;
	check->modulus = 1;
	if (yaml_int(modulus, loader->file, 2, MODULUS_MAX, &number, loader->faults) == 0)
		check->modulus = (int)number;
	for (const struct yaml_node *item = weights->children; item; item = item->next)
		if (yaml_int(item, loader->file, -MODULUS_MAX, MODULUS_MAX, &number, loader->faults) == 0)
			check->weights[check->n_weights++] = (int)number;
}

static void
read_validator(struct pack_loader *loader, const struct yaml_node *item, struct validate_check *check)
{
	const char *names[64] = {NULL};
	for (int i = 0; validate_name(i); i++)
		names[i] = validate_name(i);
	if (item->kind == YAML_MAPPING)
		read_weights(loader, item, check);
	else
		pack_choice(loader, item, names, "validator", &check->id);
}

static void
read_checks(struct pack_loader *loader, const struct yaml_node *node, struct rule *rule)
{
	const struct yaml_node *validate = yaml_get(node, "validate");
	if (!validate)
		return;
	size_t n = validate->kind == YAML_SEQUENCE ? validate->n_children : 1;
	rule->checks = arena_array(&loader->set->arena, n, sizeof(*rule->checks));
	const struct yaml_node *item = pack_items(validate);
	for (size_t i = 0; i < n; i++, item = item->next)
		read_validator(loader, item, &rule->checks[rule->n_checks++]);
}

static void
read_patterns(struct pack_loader *loader, const struct yaml_node *node, enum match_case letter_case,
	struct source_list *sources)
{
	size_t n = node->kind == YAML_SEQUENCE ? node->n_children : 1;
	const struct yaml_node *item = pack_items(node);
	for (size_t i = 0; i < n; i++, item = item->next)
		pack_pattern(loader, item, letter_case, sources);
}

static void
read_sources(struct pack_loader *loader, const struct yaml_node *node, struct rule *rule)
{
	static const char *const keys[] = {"pattern", "patterns"};
	enum match_case letter_case = MATCH_ANY_CASE;
	const struct yaml_node *terms = yaml_get(node, "terms");
	const struct yaml_node *roster = yaml_get(node, "roster");
	bool any = terms || roster;
	pack_case(loader, node, &letter_case);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const struct yaml_node *patterns = yaml_get(node, keys[i]);
		if (patterns)
			read_patterns(loader, patterns, letter_case, &rule->sources);
		any = any || patterns;
	}
	if (terms)
		pack_terms(loader, terms, letter_case, &rule->sources);
	if (roster)
		pack_roster_ask(loader, roster, rule);
	if (!any)
		pack_fault(loader, node, "the rule has no pattern, no terms and no roster");
}

static struct rule *
add_rule(struct pack_loader *loader)
{
	struct ruleset *set = loader->set;
	if (set->n_rules == loader->rules_cap) {
		size_t cap = loader->rules_cap * 2 + 64;
		struct rule *rules = arena_array(&set->arena, cap, sizeof(*rules));
		if (set->n_rules > 0)
			memcpy(rules, set->rules, set->n_rules * sizeof(*rules));
		set->rules = rules;
		loader->rules_cap = cap;
	}
	return &set->rules[set->n_rules++];
}

/* How matches are judged, and on what examples. Of a disabled rule nothing is compiled or tested. */
static void
read_decision(struct pack_loader *loader, const struct yaml_node *node, struct rule *rule)
{
	const struct yaml_node *scope = yaml_get(node, "scope"), *evidence = yaml_get(node, "evidence");
	const struct yaml_node *except = yaml_get(node, "except");
	pack_percent(loader, node, "confidence", &rule->confidence);
	pack_percent(loader, node, "threshold", &rule->threshold);
	pack_stage(loader, node, &rule->monitor);
	if (scope)
		pack_where(loader, scope, &rule->where);
	if (rule->disabled) {
		rule->where = (struct rule_where){0};
		return;
	}
	if (evidence)
		rule->evidence = pack_evidence(loader, evidence);
	if (except)
		pack_except(loader, except, &rule->except);
	rule->examples = pack_examples(loader, node, &rule->where);
}

void
pack_rule(struct pack_loader *loader, const struct yaml_node *node)
{
	if (node->kind != YAML_MAPPING) {
		pack_fault(loader, node, "expected a rule: a mapping with id, title, kind ...");
		return;
	}
	struct rule *rule = add_rule(loader);
	*rule = (struct rule){.confidence = 50,
		.threshold = 50,
		.where = loader->default_where,
		.place = pack_place(loader, node),
		.written = pack_written(loader, node)};
	yaml_known_keys(node, loader->file, pack_rule_keys, loader->faults);
	read_id(loader, node, rule);
	rule->title = pack_text(loader, node, "title");
	if (!rule->title)
		pack_fault(loader, node, "the rule has no title");
	rule->legal = pack_legal(loader, node);
	read_kind(loader, node, rule);
	rule->disabled = rule->id && pack_disables(loader, rule->id);
	if (!rule->disabled)
		read_sources(loader, node, rule);
	read_checks(loader, node, rule);
	read_decision(loader, node, rule);
}
