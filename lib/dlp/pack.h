/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads one rule pack's YAML tree into the model. Private to the loader. Every function goes on after a
 * fault, so that all are listed; who calls asks faults->n at the end.
 */
#ifndef POSTSEAL_PACK_H
#define POSTSEAL_PACK_H

#include <sys/types.h>

#include "lib/conf/yaml.h"
#include "lib/dlp/fold.h"
#include "lib/dlp/rule.h"
#include "lib/seal/digest.h"

/* A dictionary that was read already. */
struct pack_dict {
	const char *folder; /* of the pack that names it */
	struct bytes name;
	enum match_case letter_case;
	uint32_t source;
	struct pack_dict *next;
};

/* A pack's file, between its readings. */
struct pack_file {
	const char *path;             /* in the faults' memory */
	const char *folder;           /* in the set's; NULL: the pack stands alone */
	const struct yaml_node *root; /* NULL when it could not be read */
	struct place from;            /* what includes it; line 0: it is in the rules folder */
	dev_t device;
	ino_t inode;
	bool is_open; /* what it includes is being read */
};

enum { PACKS_MAX = 1000 };

struct pack_loader {
	struct ruleset *set;
	struct faults *faults;
	const char *directory; /* the rules folder, or NULL */
	struct pack_file *files;
	size_t n_files;
	const char *file, *folder; /* of the pack that is read now */
	struct rule_where default_where;
	struct fold_scratch fold;
	struct arena term; /* of one term, while it is added */
	struct pack_dict *dicts;
	size_t rules_cap, labels_cap;
	struct seal_hash *digest; /* of what was read so far */
};

/* Takes what was read into the digest. */
void pack_digest(struct pack_loader *loader, struct bytes content);

/* pack_file.c: every *.yaml of the rules folder in the order of their names, each behind what it includes. */
void pack_read_files(struct pack_loader *loader);

/* The file's tree: its rules now; its labels when all packs' rules are known. */
void pack_read_rules(struct pack_loader *loader, const struct yaml_node *root);
void pack_read_labels(struct pack_loader *loader, const struct yaml_node *root);

/* A key's list, item by item. */
void pack_read_each(struct pack_loader *loader, const struct yaml_node *root, const char *key,
	void (*read)(struct pack_loader *, const struct yaml_node *));

/* pack_override.c: when all packs' rules are known, and when all labels are. */
void pack_override_rules(struct pack_loader *loader, const struct yaml_node *root);
void pack_override_labels(struct pack_loader *loader, const struct yaml_node *root);

/* pack_override.c: whether some pack disables the rule: asked before a rule's patterns are compiled. */
bool pack_disables(const struct pack_loader *loader, const char *rule);

/* pack_value.c: small values. Each adds a fault and returns -1 when the node is not of that form. */
void pack_fault(struct pack_loader *loader, const struct yaml_node *node, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
struct place pack_place(const struct pack_loader *loader, const struct yaml_node *node);

/* The place as a text that lives as long as the set: "phi.yaml:12". */
const char *pack_written(struct pack_loader *loader, const struct yaml_node *node);
int pack_choice(struct pack_loader *loader, const struct yaml_node *node, const char *const *names,
	const char *what, int *ret_index);
int pack_name(
	struct pack_loader *loader, const struct yaml_node *node, const char *what, const char **ret_name);
int pack_where(struct pack_loader *loader, const struct yaml_node *node, struct rule_where *ret_where);
int pack_stage(struct pack_loader *loader, const struct yaml_node *mapping, bool *ret_monitor);
int pack_case(struct pack_loader *loader, const struct yaml_node *mapping, enum match_case *ret_letter_case);
int pack_trait(struct pack_loader *loader, const struct yaml_node *node, unsigned *ret_trait);

/* A text for people under that key, or NULL; an empty one is a fault. */
const char *pack_text(struct pack_loader *loader, const struct yaml_node *mapping, const char *key);

/* The legal paragraph: `hipaa`, else `legal`, else NULL. */
const char *pack_legal(struct pack_loader *loader, const struct yaml_node *mapping);

/* A mapping's number from 0 to 100, its true or false; where the key is missing, *ret_value stays. */
void pack_percent(
	struct pack_loader *loader, const struct yaml_node *mapping, const char *key, int *ret_value);
void pack_truth(
	struct pack_loader *loader, const struct yaml_node *mapping, const char *key, bool *ret_value);

/* "; did you mean 'NAME'?" or nothing, behind a fault's text. `names` ends in NULL. */
const char *pack_hint(struct pack_loader *loader, struct bytes name, const char *const *names);

/* Of a file beside the packs: no folder, nothing hidden. */
bool pack_is_file_name(struct bytes name);

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

/* pack_except.c: adds to the list. */
void pack_except(struct pack_loader *loader, const struct yaml_node *node, struct except_list *list);

/* pack_example.c: `where` says where a plain text stands. */
struct example *pack_examples(
	struct pack_loader *loader, const struct yaml_node *owner, const struct rule_where *where);

/* What may be written where, for pack.c and for the test of schema.json. The lists end in NULL. */
extern const char *const pack_keys[],
	*const pack_rule_keys[],
		*const pack_check_keys[],
			*const pack_roster_keys[],
				*const pack_evidence_keys[],
					*const pack_label_keys[],
						*const pack_tests_keys[],
							*const pack_example_keys[],
								*const pack_rule_override_keys[],
									*const pack_label_override_keys[];
extern const char *const pack_scopes[],
	*const pack_stages[], *const pack_cases[], *const pack_traits[], *const pack_roster_who[];

#endif
