/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rule model: what packs say, with names resolved and patterns compiled. Made by pack_*.c, judged by
 * scan.c, judge.c and verdict.c. All of it lives in the ruleset's arena, and is immutable once loaded.
 */
#ifndef POSTSEAL_RULE_H
#define POSTSEAL_RULE_H

#include "lib/dlp/except.h"
#include "lib/dlp/expr.h"
#include "lib/dlp/match.h"
#include "lib/dlp/ruleset.h"
#include "lib/dlp/validate.h"
#include "lib/mime/segment.h"

/* Where something is written. The file is named by the loader's faults: not for use after loading. */
struct place {
	const char *file;
	int line, column;
};

/* Where a rule looks, a bit each. */
enum rule_scope {
	SCOPE_SUBJECT = 1 << 0,
	SCOPE_HEADER = 1 << 1,
	SCOPE_BODY = 1 << 2,
	SCOPE_ATTACHMENT = 1 << 3,
	SCOPE_FILENAME = 1 << 4,
	SCOPE_HIDDEN = 1 << 5,
	SCOPE_NAMED = 1 << 6, /* the header fields of rule_where.names */
	SCOPE_WRITTEN =
		1 << 7, /* header fields in which people write: Comments, Thread-Topic, any unknown one */
	SCOPE_DEFAULT =
		SCOPE_SUBJECT | SCOPE_WRITTEN | SCOPE_BODY | SCOPE_ATTACHMENT | SCOPE_FILENAME | SCOPE_HIDDEN,
};

struct rule_where {
	unsigned scope; /* enum rule_scope */
	struct bytes *names;
	size_t n_names;
};

struct source_list {
	uint32_t *p; /* numbers of the matcher's sources */
	size_t n;
};

enum roster_who { ROSTER_ANYBODY, ROSTER_NOT_RECIPIENT };

/* A rule that looks for people of the roster. */
struct roster_ask {
	unsigned attributes; /* of one person, of different types; 0: the rule does not ask the roster */
	uint32_t within;     /* bytes */
	enum roster_who who;
	uint32_t source; /* one that the matcher finds nothing of: the roster does */
};

enum evidence_place { EVIDENCE_WITHIN, EVIDENCE_BESIDE, EVIDENCE_RECORD, EVIDENCE_SEGMENT, EVIDENCE_MESSAGE };
enum { EVIDENCE_NOWHERE = UINT32_MAX };

/* A rule that is named as evidence. */
struct evidence_rule {
	struct bytes name;
	struct place place;
	struct evidence_rule *next;
};

struct evidence {
	struct source_list sources;  /* empty for a trait */
	unsigned trait;              /* enum message_trait, or 0 */
	struct evidence_rule *rules; /* behind the sources: rules, whose virtual sources come later */
	enum evidence_place where;
	uint32_t within;
	uint32_t before, after; /* EVIDENCE_BESIDE; EVIDENCE_NOWHERE = not on that side */
	int add;
	const char *subject; /* of terms and traits, for people: "dict:drugs, 12 words" */
	const char *written; /* where it is written: "phi.yaml:12" */
	struct evidence *next;
};

/* A text of a pack's tests, as a small message. */
struct example {
	struct message_text text;
	const struct roster *roster; /* the tests' own, or NULL */
	bool hit;                    /* what is wanted */
	struct place place;
	struct example *next;
};

struct rule {
	const char *id, *title;
	const char *legal; /* the paragraph that it serves: `hipaa`, else `legal`, else NULL */
	enum rule_kind kind;
	struct rule_where where;
	struct source_list sources;
	struct roster_ask roster;
	struct validate_check *checks;
	size_t n_checks;
	struct except_list except; /* values that are no match */
	int confidence, threshold;
	struct evidence *evidence;
	bool monitor;
	bool disabled;    /* by an override: its name is known, and it never matches */
	bool is_evidence; /* for another rule: its matches become a source */
	struct example *examples;
	struct place place;
	const char *written; /* as that of struct evidence */
};

struct label_rule {
	const char *name;
	const char *title, *legal; /* NULL: not given */
	unsigned name_index;       /* among the different names */
	struct expr *when;
	struct bytes condition; /* `when` as it is written */
	const char *written;    /* as that of struct evidence */
	bool monitor;
	bool disabled; /* by an override: never given */
	struct example *examples;
	struct place place;
};

struct ruleset {
	struct arena arena;
	struct matcher *matcher;
	struct rule *rules;
	size_t n_rules;
	struct label_rule *labels;
	size_t n_labels;
	const char **label_names;
	size_t n_label_names;
	struct test_roster *rosters; /* of tests */
	size_t *order;               /* numbers of the rules, each behind those that are its evidence */
	size_t *askers;              /* numbers of the rules that ask the roster */
	size_t n_askers;
	struct source_list everywhere; /* evidence within the message: looked for in every segment */
	struct except_key except_key;  /* of all lists of exceptions */
	const char **folders;          /* that packs were read from, the rules folder first */
	size_t n_folders;
	bool is_overridden;             /* some pack changes rules or labels */
	struct image_digests digests;   /* of its files */
	struct image_digests image_all; /* of the image that it uses */
	char version[17];
};

/* Of a pack's tests: the ruleset owns them. */
struct test_roster {
	struct roster *roster;
	struct roster_builder *builder; /* holds its bytes */
	struct test_roster *next;
};

/* The number of a rule by its id, or -1. */
int rule_find(const struct ruleset *set, struct bytes id);

/* The source under which a rule's own matches are evidence. */
static inline uint32_t
rule_virtual_source(const struct ruleset *set, size_t rule)
{
	return (uint32_t)(match_n_sources(set->matcher) + rule);
}

#endif
