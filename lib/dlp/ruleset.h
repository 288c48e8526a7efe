/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rule packs, compiled. Loaded whole or not at all: every fault of every file is listed, every rule's own
 * tests run. Immutable once loaded, counted by its users, shared by threads and by forked workers. See
 * postseal-rules(5).
 */
#ifndef POSTSEAL_RULESET_H
#define POSTSEAL_RULESET_H

#include "lib/base/err.h"
#include "lib/conf/faults.h"

enum rule_kind { RULE_IDENTIFIER, RULE_HEALTH, RULE_FINANCIAL, RULE_SECRET, RULE_MARKER, RULE_KINDS };
const char *rule_kind_name(enum rule_kind kind);

struct ruleset;

struct ruleset_limits {
	uint32_t match, depth, heap_kib; /* PCRE2's, per call */
};

/* Every *.yaml of the folder in the order of their names, each behind what it includes. Returns 0, or -1 with
 * all faults. */
int ruleset_load(const char *directory, const struct ruleset_limits *limits, struct ruleset **ret_set,
	struct faults *faults);

/*
 * The same, with what ruleset_compile() wrote, where that is of these very packs: their tests are not run
 * again. Else all is made anew, and `note` says why: an empty text when the file was used.
 */
int ruleset_load_compiled(const char *directory, const char *compiled, const struct ruleset_limits *limits,
	struct ruleset **ret_set, struct err *note, struct faults *faults);

/* Loads with all tests and writes the tables to a file. Faults of the file itself are told with its name. */
int ruleset_compile(const char *directory, const char *compiled, const struct ruleset_limits *limits,
	struct faults *faults);

/* One pack by itself, given as bytes; it can name no dictionaries. `file` must outlive the faults. */
int ruleset_parse(const char *file, struct bytes content, const struct ruleset_limits *limits,
	struct ruleset **ret_set, struct faults *faults);
void ruleset_free(struct ruleset *set);

/* Runs the embedded tests of each rule and label: prints each failure; counts. `ruleset_load` does so
 * silently. */
struct ruleset_test_counts {
	size_t passed, failed;
};
enum ruleset_print { RULESET_PRINT_FAILED, RULESET_PRINT_ALL };
int ruleset_test(const char *directory, const struct ruleset_limits *limits, FILE *out,
	enum ruleset_print print, struct ruleset_test_counts *ret_counts, struct faults *faults);

/* Whether any message could ever get it: staged or not. */
bool ruleset_gives_label(const struct ruleset *set, struct bytes name);
bool ruleset_has_rule(const struct ruleset *set, struct bytes id);

/* The folders that packs were read from: a reload reads there again. The rules folder comes first. */
size_t ruleset_n_folders(const struct ruleset *set);
const char *ruleset_folder(const struct ruleset *set, size_t i);

/* Numbers for logs: how many rules; the start of the SHA-256 of all files of the packs, hex. */
size_t ruleset_n_rules(const struct ruleset *set);
const char *ruleset_version(const struct ruleset *set);

#endif
