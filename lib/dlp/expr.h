/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The condition of a label: `identifier >= 75 and health >= 60 within 2000`, as a tree whose names are
 * resolved. The grammar is in postseal-rules(5). Nodes live in the caller's arena. Parsing depth is limited.
 *
 *   or      := and { "or" and }
 *   and     := not { "and" not } [ "within" NUMBER | "same-record" | "same-segment" ]
 *   not     := "not" not | "(" or ")" | test
 *   test    := NAME [ (">=" | "<") NUMBER ]
 *            | ("count" | "distinct") "(" NAME [ ">=" NUMBER ] ")" (">=" | "<") NUMBER
 *            | ("trait" | "label") ":" NAME
 */
#ifndef POSTSEAL_EXPR_H
#define POSTSEAL_EXPR_H

#include "lib/base/arena.h"

enum { EXPR_MAX_DEPTH = 20, EXPR_MAX_NEAR = 16, EXPR_MAX_NUMBER = 1000000000 };

enum expr_op {
	EXPR_AND,
	EXPR_OR,
	EXPR_NOT,
	EXPR_NEAR,  /* an "and" whose members with a place lie together */
	EXPR_MATCH, /* some match of the subject */
	EXPR_COUNT,
	EXPR_DISTINCT,
	EXPR_TRAIT, /* `index` is the bit of enum message_trait */
	EXPR_LABEL, /* `index` is the label's number */
};

enum expr_subject { EXPR_RULE, EXPR_KIND };

/* What holds the members of an EXPR_NEAR together. */
enum expr_bound {
	EXPR_DISTANCE,
	EXPR_SAME_RECORD, /* one segment, and no line break between them */
	EXPR_SAME_SEGMENT,
};

struct expr {
	enum expr_op op;
	enum expr_subject subject;
	unsigned index;        /* of the rule, the kind, the trait or the label */
	int min_confidence;    /* of the matches that count */
	int64_t number;        /* EXPR_COUNT, EXPR_DISTINCT: at least so many. EXPR_NEAR: the distance */
	enum expr_bound bound; /* EXPR_NEAR */
	struct expr *first;    /* members */
	struct expr *next;
	size_t column; /* of its first character in the text, from 1 */
};

/* What a name means. Each returns the number, or -1; `kind` and `rule` are asked in this order. */
struct expr_names {
	int (*kind)(const void *names, struct bytes name);
	int (*rule)(const void *names, struct bytes name);
	int (*trait)(const void *names, struct bytes name);
	int (*label)(const void *names, struct bytes name);
	const void *names;
};

/* What a name that nobody knows was to be: for a hint. */
enum expr_unknown { EXPR_KNOWN, EXPR_NO_SUBJECT, EXPR_NO_TRAIT, EXPR_NO_LABEL };

struct expr_fault {
	size_t column; /* from 1 */
	enum expr_unknown unknown;
	struct bytes name; /* that is unknown: in the condition's text */
	char text[160];
};

enum { EXPR_MAX_FAULTS = 16 };

struct expr_faults {
	struct expr_fault list[EXPR_MAX_FAULTS];
	size_t n;
};

/* Returns 0, or -1 with every unknown name (as far as there is room) up to the first fault of form. */
int expr_parse(struct arena *arena, struct bytes text, const struct expr_names *names, struct expr **ret_expr,
	struct expr_faults *ret_faults);

/* Whether a name would be read as a word of the grammar. */
bool expr_is_word(struct bytes name);

/* A test of matches, or alternatives of such: something that stands somewhere. */
bool expr_has_place(const struct expr *expr);

#endif
