/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/link.h"

const char *const pack_label_keys[] = {"label", "title", "hipaa", "legal", "when", "stage", "tests", NULL};

/* Labels that Postseal itself gives. */
static const char *const own_labels[] = {
	"unscannable", "unread", "locked", "disguised", "encrypted", "signed"};

static int
find_kind(const void *names, struct bytes name)
{
	(void)names;
	for (int kind = 0; kind < RULE_KINDS; kind++)
		if (bytes_eq(name, bytes_of_str(rule_kind_name((enum rule_kind)kind))))
			return kind;
	return -1;
}

static int
find_rule(const void *names, struct bytes name)
{
	const struct pack_loader *loader = names;
	return rule_find(loader->set, name);
}

static int
find_trait(const void *names, struct bytes name)
{
	static const struct {
		const char *name;
		int bit;
	} traits[] = {{"list", TRAIT_LIST}, {"signed", TRAIT_SIGNED}, {"encrypted", TRAIT_ENCRYPTED},
		{"dkim", TRAIT_DKIM}, {"locked", TRAIT_LOCKED}, {"disguised", TRAIT_DISGUISED}};
	(void)names;
	for (size_t i = 0; i < sizeof(traits) / sizeof(traits[0]); i++)
		if (bytes_eq(name, bytes_of_str(traits[i].name)))
			return traits[i].bit;
	return -1;
}

/* The last of the set is the one being read: not yet to be named. */
static int
find_label(const void *names, struct bytes name)
{
	const struct pack_loader *loader = names;
	const struct ruleset *set = loader->set;
	for (size_t i = 0; i + 1 < set->n_labels; i++)
		if (set->labels[i].name && bytes_eq(name, bytes_of_str(set->labels[i].name)))
			return (int)set->labels[i].name_index;
	return -1;
}

static const char *
hint_subject(struct pack_loader *loader, struct bytes name)
{
	const struct ruleset *set = loader->set;
	const char **rules = rule_names(set, &loader->set->arena);
	const char **names = arena_array(&loader->set->arena, set->n_rules + RULE_KINDS + 1, sizeof(*names));
	size_t n = 0;
	for (; rules[n]; n++)
		names[n] = rules[n];
	for (int kind = 0; kind < RULE_KINDS; kind++)
		names[n++] = rule_kind_name((enum rule_kind)kind);
	return pack_hint(loader, name, names);
}

/* Of the labels that come before the one being read. */
static const char *
hint_label(struct pack_loader *loader, struct bytes name)
{
	const struct ruleset *set = loader->set;
	const char **names = arena_array(&loader->set->arena, set->n_labels + 1, sizeof(*names));
	size_t n = 0;
	for (size_t i = 0; i + 1 < set->n_labels; i++)
		if (set->labels[i].name)
			names[n++] = set->labels[i].name;
	return pack_hint(loader, name, names);
}

static const char *
hint_for(struct pack_loader *loader, const struct expr_fault *fault)
{
	switch (fault->unknown) {
	case EXPR_NO_SUBJECT:
		return hint_subject(loader, fault->name);
	case EXPR_NO_TRAIT:
		return pack_hint(loader, fault->name, pack_traits);
	case EXPR_NO_LABEL:
		return hint_label(loader, fault->name);
	case EXPR_KNOWN:
		break;
	}
	return "";
}

static void
fault_condition(struct pack_loader *loader, const struct yaml_node *when, const struct expr_fault *fault)
{
	int column = when->column + (when->plain ? 0 : 1) + (int)fault->column - 1;
	faults_add(loader->faults, loader->file, when->line, column, "condition, at its character %zu: %s%s",
		fault->column, fault->text, hint_for(loader, fault));
}

static void
read_condition(struct pack_loader *loader, const struct yaml_node *node, struct label_rule *label)
{
	const struct expr_names names = {find_kind, find_rule, find_trait, find_label, loader};
	const struct yaml_node *when = yaml_get(node, "when");
	struct bytes text;
	struct expr_faults faults;
	if (!when)
		pack_fault(loader, node, "the label has no condition: when");
	else if (yaml_str(when, loader->file, &text, loader->faults) == 0 &&
		 expr_parse(&loader->set->arena, text, &names, &label->when, &faults) < 0)
		for (size_t i = 0; i < faults.n; i++)
			fault_condition(loader, when, &faults.list[i]);
	if (when && when->kind == YAML_SCALAR)
		label->condition = when->text;
}

/* The number of the label's name, a new one for a new name. */
static unsigned
name_number(struct ruleset *set, const char *name)
{
	for (size_t i = 0; i < set->n_label_names; i++)
		if (strcmp(set->label_names[i], name) == 0)
			return (unsigned)i;
	const char **names = arena_array(&set->arena, set->n_label_names + 1, sizeof(*names));
	for (size_t i = 0; i < set->n_label_names; i++)
		names[i] = set->label_names[i];
	names[set->n_label_names] = name;
	set->label_names = names;
	return (unsigned)set->n_label_names++;
}

static void
read_name(struct pack_loader *loader, const struct yaml_node *node, struct label_rule *label)
{
	const struct yaml_node *name = yaml_get(node, "label");
	if (!name) {
		pack_fault(loader, node, "the label has no name: label");
		return;
	}
	label->place = pack_place(loader, name);
	if (pack_name(loader, name, "a label", &label->name) < 0)
		return;
	for (size_t i = 0; i < sizeof(own_labels) / sizeof(own_labels[0]); i++)
		if (strcmp(own_labels[i], label->name) == 0)
			pack_fault(loader, name, "the label '%s' is given by Postseal itself", label->name);
	label->name_index = name_number(loader->set, label->name);
}

static struct label_rule *
add_label(struct pack_loader *loader)
{
	struct ruleset *set = loader->set;
	if (set->n_labels == loader->labels_cap) {
		size_t cap = loader->labels_cap * 2 + 16;
		struct label_rule *labels = arena_array(&set->arena, cap, sizeof(*labels));
		if (set->n_labels > 0)
			memcpy(labels, set->labels, set->n_labels * sizeof(*labels));
		set->labels = labels;
		loader->labels_cap = cap;
	}
	return &set->labels[set->n_labels++];
}

void
pack_label(struct pack_loader *loader, const struct yaml_node *node)
{
	static const struct rule_where body = {.scope = SCOPE_BODY};
	if (node->kind != YAML_MAPPING) {
		pack_fault(loader, node, "expected a label: a mapping with label, when and tests");
		return;
	}
	struct label_rule *label = add_label(loader);
	label->place = pack_place(loader, node);
	label->written = pack_written(loader, node);
	yaml_known_keys(node, loader->file, pack_label_keys, loader->faults);
	read_name(loader, node, label);
	label->title = pack_text(loader, node, "title");
	label->legal = pack_legal(loader, node);
	read_condition(loader, node, label);
	pack_stage(loader, node, &label->monitor);
	label->examples = pack_examples(loader, node, &body);
}
