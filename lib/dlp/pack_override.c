/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/link.h"

const char *const pack_rule_override_keys[] = {
	"rule", "stage", "confidence", "threshold", "scope", "evidence", "except", "disabled", "tests", NULL};
const char *const pack_label_override_keys[] = {"label", "stage", "disabled", "tests", NULL};

static bool
is_true(const struct yaml_node *node)
{
	return node && node->kind == YAML_SCALAR && bytes_eq(node->text, BYTES_LIT("true"));
}

/* Only what can be told without a fault: those come when the override itself is read. */
static bool
disables(const struct yaml_node *root, const char *rule)
{
	const struct yaml_node *list = root->kind == YAML_MAPPING ? yaml_get(root, "overrides") : NULL;
	if (!list || list->kind != YAML_SEQUENCE)
		return false;
	for (const struct yaml_node *item = list->children; item; item = item->next) {
		const struct yaml_node *name = item->kind == YAML_MAPPING ? yaml_get(item, "rule") : NULL;
		if (name && name->kind == YAML_SCALAR && bytes_eq(name->text, bytes_of_str(rule)) &&
			is_true(yaml_get(item, "disabled")))
			return true;
	}
	return false;
}

bool
pack_disables(const struct pack_loader *loader, const char *rule)
{
	for (size_t i = 0; i < loader->n_files; i++)
		if (loader->files[i].root && disables(loader->files[i].root, rule))
			return true;
	return false;
}

/* What the item overrides, a rule or a label; or NULL, with a fault. */
static const struct yaml_node *
find_subject(struct pack_loader *loader, const struct yaml_node *item)
{
	if (item->kind != YAML_MAPPING) {
		pack_fault(loader, item,
			"expected an override: a mapping such as {rule: us-ssn, stage: monitor}");
		return NULL;
	}
	const struct yaml_node *rule = yaml_get(item, "rule"), *label = yaml_get(item, "label");
	if (!rule == !label) {
		pack_fault(loader, item, "an override names one rule or one label");
		return NULL;
	}
	return rule ? rule : label;
}

/* The keys are known, and there is one that changes something; what is disabled needs no other. */
static void
check_keys(struct pack_loader *loader, const struct yaml_node *item, const char *const *known)
{
	yaml_known_keys(item, loader->file, known, loader->faults);
	if (item->n_children < 2)
		pack_fault(loader, item, "the override changes nothing");
	if (!is_true(yaml_get(item, "disabled")))
		return;
	for (const struct yaml_node *key = item->children; key; key = key->next)
		if (!bytes_eq(key->key, BYTES_LIT("disabled")) && !bytes_eq(key->key, bytes_of_str(known[0])))
			faults_add(loader->faults, loader->file, key->key_line, key->key_column,
				"what is disabled needs nothing else");
}

static void
fault_unknown(struct pack_loader *loader, const struct yaml_node *node, const char *const *names)
{
	struct bytes name;
	if (yaml_str(node, loader->file, &name, loader->faults) == 0)
		pack_fault(loader, node, "no %.*s is called '%.*s'%s", BYTES_FMT(node->key), BYTES_FMT(name),
			pack_hint(loader, name, names));
}

static struct rule *
find_rule(struct pack_loader *loader, const struct yaml_node *node)
{
	struct ruleset *set = loader->set;
	int number = node->kind == YAML_SCALAR ? rule_find(set, node->text) : -1;
	if (number >= 0)
		return &set->rules[number];
	fault_unknown(loader, node, rule_names(set, &set->arena));
	return NULL;
}

/* More evidence goes behind the rule's own. */
static void
add_evidence(struct rule *rule, struct evidence *more)
{
	struct evidence **link = &rule->evidence;
	while (*link)
		link = &(*link)->next;
	*link = more;
}

static void
change_rule(struct pack_loader *loader, const struct yaml_node *item, struct rule *rule)
{
	const struct yaml_node *scope = yaml_get(item, "scope"), *evidence = yaml_get(item, "evidence");
	const struct yaml_node *except = yaml_get(item, "except");
	if (yaml_get(item, "stage"))
		pack_stage(loader, item, &rule->monitor);
	pack_percent(loader, item, "confidence", &rule->confidence);
	pack_percent(loader, item, "threshold", &rule->threshold);
	if (scope)
		pack_where(loader, scope, &rule->where);
	if (evidence)
		add_evidence(rule, pack_evidence(loader, evidence));
	if (except)
		pack_except(loader, except, &rule->except);
	if (yaml_get(item, "tests"))
		rule->examples = pack_examples(loader, item, &rule->where);
}

static void
override_rule(struct pack_loader *loader, const struct yaml_node *item)
{
	const struct yaml_node *subject = find_subject(loader, item);
	bool disabled = false;
	if (!subject || !bytes_eq(subject->key, BYTES_LIT("rule")))
		return;
	check_keys(loader, item, pack_rule_override_keys);
	struct rule *rule = find_rule(loader, subject);
	pack_truth(loader, item, "disabled", &disabled);
	loader->set->is_overridden = true;
	if (rule && !rule->disabled)
		change_rule(loader, item, rule);
}

/* All that have the name: a label may be defined several times. The tests are of the label, and run once. */
static void
change_labels(struct pack_loader *loader, const struct yaml_node *item, struct bytes name)
{
	static const struct rule_where body = {.scope = SCOPE_BODY};
	struct ruleset *set = loader->set;
	struct example *examples = yaml_get(item, "tests") ? pack_examples(loader, item, &body) : NULL;
	bool replaces = examples != NULL, monitor = false, disabled = false;
	bool staged = yaml_get(item, "stage") && pack_stage(loader, item, &monitor) == 0;
	pack_truth(loader, item, "disabled", &disabled);
	for (size_t i = 0; i < set->n_labels; i++) {
		struct label_rule *label = &set->labels[i];
		if (!label->name || !bytes_eq(bytes_of_str(label->name), name))
			continue;
		label->monitor = staged ? monitor : label->monitor;
		label->disabled = label->disabled || disabled;
		if (replaces || label->disabled)
			label->examples = examples;
		examples = NULL;
	}
}

static void
override_label(struct pack_loader *loader, const struct yaml_node *item)
{
	const struct ruleset *set = loader->set;
	const struct yaml_node *subject = item->kind == YAML_MAPPING ? yaml_get(item, "label") : NULL;
	if (!subject || yaml_get(item, "rule"))
		return;
	check_keys(loader, item, pack_label_override_keys);
	loader->set->is_overridden = true;
	const char **names = arena_array(&loader->set->arena, set->n_label_names + 1, sizeof(*names));
	bool known = false;
	for (size_t i = 0; i < set->n_label_names; i++) {
		names[i] = set->label_names[i];
		known = known || bytes_eq(bytes_of_str(names[i]), subject->text);
	}
	if (known)
		change_labels(loader, item, subject->text);
	else
		fault_unknown(loader, subject, names);
}

void
pack_override_rules(struct pack_loader *loader, const struct yaml_node *root)
{
	if (root->kind == YAML_MAPPING)
		pack_read_each(loader, root, "overrides", override_rule);
}

void
pack_override_labels(struct pack_loader *loader, const struct yaml_node *root)
{
	const struct yaml_node *list = root->kind == YAML_MAPPING ? yaml_get(root, "overrides") : NULL;
	if (list && list->kind == YAML_SEQUENCE) /* what is none was a fault before */
		pack_read_each(loader, root, "overrides", override_label);
}
