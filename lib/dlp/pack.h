/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads one rule pack's YAML tree into the model. Private to the loader. Every function goes on after a
 * fault, so that all are listed; who calls asks faults->n at the end.
 */
#ifndef POSTSEAL_PACK_H
#define POSTSEAL_PACK_H

#include "lib/conf/yaml.h"
#include "lib/dlp/fold.h"
#include "lib/dlp/rule.h"

/* A dictionary that was read already. */
struct pack_dict {
	struct bytes name;
	enum match_case letter_case;
	uint32_t source;
	struct pack_dict *next;
};

struct pack_loader {
	struct ruleset *set;
	struct faults *faults;
	const char *directory;
	const char *file; /* of the pack that is read now */
	struct rule_where default_where;
	struct fold_scratch fold;
	struct arena term; /* of one term, while it is added */
	struct pack_dict *dicts;
	size_t rules_cap, labels_cap;
	uint64_t digest; /* of all that was read */
};

/* Takes what was read into the digest. */
void pack_digest(struct pack_loader *loader, struct bytes content);

/* The file's tree: its rules now; its labels when all packs' rules are known. */
void pack_read_rules(struct pack_loader *loader, const struct yaml_node *root);
void pack_read_labels(struct pack_loader *loader, const struct yaml_node *root);

/* pack_value.c: small values. Each adds a fault and returns -1 when the node is not of that form. */
void pack_fault(struct pack_loader *loader, const struct yaml_node *node, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
struct place pack_place(const struct pack_loader *loader, const struct yaml_node *node);
int pack_choice(struct pack_loader *loader, const struct yaml_node *node, const char *const *names,
	const char *what, int *ret_index);
int pack_name(
	struct pack_loader *loader, const struct yaml_node *node, const char *what, const char **ret_name);
int pack_where(struct pack_loader *loader, const struct yaml_node *node, struct rule_where *ret_where);
int pack_stage(struct pack_loader *loader, const struct yaml_node *mapping, bool *ret_monitor);
int pack_case(struct pack_loader *loader, const struct yaml_node *mapping, enum match_case *ret_letter_case);
int pack_trait(struct pack_loader *loader, const struct yaml_node *node, unsigned *ret_trait);

/* A list's items, or the node itself when it is a scalar. */
const struct yaml_node *pack_items(const struct yaml_node *node);

/* pack_source.c: patterns and terms, added to the matcher. */
void pack_pattern(struct pack_loader *loader, const struct yaml_node *node, enum match_case letter_case,
	struct source_list *sources);
void pack_terms(struct pack_loader *loader, const struct yaml_node *node, enum match_case letter_case,
	struct source_list *sources);

/* pack_rule.c, pack_label.c. */
void pack_rule(struct pack_loader *loader, const struct yaml_node *node);
void pack_label(struct pack_loader *loader, const struct yaml_node *node);

/* pack_roster.c: what a rule asks the roster; the little roster of tests, or NULL. */
void pack_roster_ask(struct pack_loader *loader, const struct yaml_node *node, struct rule *rule);
const struct roster *pack_test_roster(struct pack_loader *loader, const struct yaml_node *tests);

/* pack_evidence.c. */
struct evidence *pack_evidence(struct pack_loader *loader, const struct yaml_node *node);

/* pack_example.c: `where` says where a plain text stands. */
struct example *pack_examples(
	struct pack_loader *loader, const struct yaml_node *owner, const struct rule_where *where);

#endif
