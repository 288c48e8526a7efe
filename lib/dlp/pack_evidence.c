/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/pack.h"

enum { DISTANCE_MAX = 1000000, UNKNOWN_TRAIT = 1 << 30 };

const char *const pack_evidence_keys[] = {
	"terms", "pattern", "patterns", "rule", "trait", "within", "before", "after", "case", "add", NULL};

/* Keys that say what to look for; exactly one belongs in an item. */
static const char *const subject_keys[] = {"terms", "pattern", "patterns", "rule", "trait"};

static const struct yaml_node *
find_subject(struct pack_loader *loader, const struct yaml_node *item)
{
	const struct yaml_node *found = NULL;
	for (size_t i = 0; i < sizeof(subject_keys) / sizeof(subject_keys[0]); i++) {
		const struct yaml_node *node = yaml_get(item, subject_keys[i]);
		if (node && found) {
			faults_add(loader->faults, loader->file, node->key_line, node->key_column,
				"one of terms, pattern, rule and trait, not several");
			return NULL;
		}
		found = node ? node : found;
	}
	if (!found)
		pack_fault(loader, item, "evidence needs one of terms, pattern, rule and trait");
	return found;
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
read_rules(struct pack_loader *loader, const struct yaml_node *node, struct evidence *evidence)
{
	size_t n = node->kind == YAML_SEQUENCE ? node->n_children : 1;
	const struct yaml_node *item = pack_items(node);
	if (n == 0)
		pack_fault(loader, node, "the list of rules is empty");
	for (size_t i = 0; i < n; i++, item = item->next) {
		struct evidence_rule *rule = arena_alloc(&loader->set->arena, sizeof(*rule));
		if (yaml_str(item, loader->file, &rule->name, loader->faults) < 0)
			continue;
		rule->place = pack_place(loader, item);
		rule->next = evidence->rules;
		evidence->rules = rule;
	}
}

/* What kind of words, for people: the dictionaries by name, other words by their number. */
static const char *
describe_terms(struct pack_loader *loader, const struct yaml_node *node)
{
	struct arena *arena = &loader->set->arena;
	size_t n = node->kind == YAML_SEQUENCE ? node->n_children : 1, own = 0;
	const struct yaml_node *item = pack_items(node);
	const char *text = "";
	for (size_t i = 0; i < n; i++, item = item->next) {
		if (item->kind == YAML_SCALAR && bytes_starts_nocase(item->text, BYTES_LIT("dict:")))
			text = arena_strf(arena, "%s%s%.*s", text, *text ? ", " : "", BYTES_FMT(item->text));
		else
			own++;
	}
	if (own == 0)
		return text;
	return arena_strf(arena, "%s%s%zu word%s", text, *text ? ", " : "", own, own == 1 ? "" : "s");
}

static void
read_subject(struct pack_loader *loader, const struct yaml_node *item, const struct yaml_node *subject,
	struct evidence *evidence)
{
	enum match_case letter_case;
	if (pack_case(loader, item, &letter_case) < 0)
		return;
	if (bytes_eq(subject->key, BYTES_LIT("trait"))) {
		evidence->trait = UNKNOWN_TRAIT; /* so that no place is asked for */
		pack_trait(loader, subject, &evidence->trait);
		if (subject->kind == YAML_SCALAR)
			evidence->subject = arena_strf(&loader->set->arena, "%.*s", BYTES_FMT(subject->text));
	} else if (bytes_eq(subject->key, BYTES_LIT("rule"))) {
		read_rules(loader, subject, evidence);
	} else if (bytes_eq(subject->key, BYTES_LIT("terms"))) {
		pack_terms(loader, subject, letter_case, &evidence->sources);
		evidence->subject = describe_terms(loader, subject);
	} else {
		read_patterns(loader, subject, letter_case, &evidence->sources);
	}
}

static void
read_distance(struct pack_loader *loader, const struct yaml_node *node, uint32_t *ret_distance)
{
	int64_t value;
	if (node && yaml_int(node, loader->file, 0, DISTANCE_MAX, &value, loader->faults) == 0)
		*ret_distance = (uint32_t)value;
}

static void
read_within(struct pack_loader *loader, const struct yaml_node *node, struct evidence *evidence)
{
	if (node->kind == YAML_SCALAR && bytes_eq(node->text, BYTES_LIT("segment")))
		evidence->where = EVIDENCE_SEGMENT;
	else if (node->kind == YAML_SCALAR && bytes_eq(node->text, BYTES_LIT("record")))
		evidence->where = EVIDENCE_RECORD;
	else if (node->kind == YAML_SCALAR && bytes_eq(node->text, BYTES_LIT("message")))
		evidence->where = EVIDENCE_MESSAGE;
	else
		read_distance(loader, node, &evidence->within);
}

static void
read_place(struct pack_loader *loader, const struct yaml_node *item, struct evidence *evidence)
{
	const struct yaml_node *within = yaml_get(item, "within");
	const struct yaml_node *before = yaml_get(item, "before"), *after = yaml_get(item, "after");
	evidence->before = evidence->after = EVIDENCE_NOWHERE;
	if (evidence->trait != 0) {
		const struct yaml_node *place = within ? within : before ? before : after;
		if (place)
			faults_add(loader->faults, loader->file, place->key_line, place->key_column,
				"a trait belongs to the whole message: no within, before or after");
		return;
	}
	if (!within && !before && !after) {
		pack_fault(loader, item, "evidence needs a place: within, before or after");
		return;
	}
	if (within && (before || after)) {
		faults_add(loader->faults, loader->file, within->key_line, within->key_column,
			"either within, or before and after");
		return;
	}
	if (within) {
		read_within(loader, within, evidence);
		return;
	}
	evidence->where = EVIDENCE_BESIDE;
	read_distance(loader, before, &evidence->before);
	read_distance(loader, after, &evidence->after);
}

static void
read_add(struct pack_loader *loader, const struct yaml_node *item, struct evidence *evidence)
{
	const struct yaml_node *node = yaml_get(item, "add");
	int64_t add;
	if (!node) {
		pack_fault(loader, item, "evidence needs add: what it is worth, -100 to 100");
		return;
	}
	if (yaml_int(node, loader->file, -100, 100, &add, loader->faults) < 0)
		return;
	if (add == 0)
		pack_fault(loader, node, "evidence that adds 0 changes nothing");
	evidence->add = (int)add;
}

static struct evidence *
read_item(struct pack_loader *loader, const struct yaml_node *item)
{
	struct evidence *evidence = arena_alloc(&loader->set->arena, sizeof(*evidence));
	evidence->written = pack_written(loader, item);
	if (item->kind != YAML_MAPPING) {
		pack_fault(loader, item, "expected a mapping, such as {terms: [...], within: 60, add: 30}");
		return evidence;
	}
	yaml_known_keys(item, loader->file, pack_evidence_keys, loader->faults);
	const struct yaml_node *subject = find_subject(loader, item);
	if (subject) {
		read_subject(loader, item, subject, evidence);
		read_place(loader, item, evidence);
	}
	read_add(loader, item, evidence);
	return evidence;
}

struct evidence *
pack_evidence(struct pack_loader *loader, const struct yaml_node *node)
{
	struct evidence *first = NULL, **link = &first;
	if (node->kind != YAML_SEQUENCE) {
		pack_fault(loader, node, "expected a list of evidence");
		return NULL;
	}
	for (const struct yaml_node *item = node->children; item; item = item->next) {
		*link = read_item(loader, item);
		link = &(*link)->next;
	}
	return first;
}
