/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why a rule hits, for people who write rules: every candidate that counts and the near misses (refused by a
 * validator, below the threshold), with each evidence that applied. judge.c and verdict.c write it down as
 * they go, when the scan has a trace; else all of this costs one test of a pointer. The matched text is only
 * kept when asked for. Lists are bounded. Everything lives in the trace's arena.
 */
#ifndef POSTSEAL_TRACE_H
#define POSTSEAL_TRACE_H

#include "lib/base/arena.h"
#include "lib/dlp/ruleset.h"

enum {
	TRACE_COUNTED_MAX = 500,  /* candidates that count */
	TRACE_MISSED_MAX = 200,   /* that do not */
	TRACE_OF_RULE_MAX = 10,   /* of one rule, in each of the two lists */
	TRACE_EVIDENCE_MAX = 100, /* items of one candidate */
	TRACE_TEXT_MAX = 160,     /* bytes of any text */
};

/* Where evidence stands, seen from the candidate. */
enum trace_side {
	TRACE_NOWHERE,
	TRACE_BEFORE,
	TRACE_AFTER,
	TRACE_INSIDE, /* they overlap */
	TRACE_SEGMENT,
	TRACE_MESSAGE,
	TRACE_SIDES,
};
const char *trace_side_name(enum trace_side side);

struct trace_evidence {
	const char *what;    /* "terms: ...", "pattern: ...", "rule: ...", "trait: ..." */
	const char *written; /* "phi.yaml:12" */
	int add;
	enum trace_side side;
	uint32_t distance; /* bytes between the two; 0 unless before or after */
	const char *text;  /* what stands there; NULL unless asked for */
	struct trace_evidence *next;
};

enum trace_outcome {
	TRACE_COUNTS,
	TRACE_OVERLAPPED, /* one with a better confidence stands on the same place */
	TRACE_BELOW,      /* the threshold */
	TRACE_EXCEPTED,   /* its value is one of the rule's exceptions */
	TRACE_REFUSED,    /* by a validator */
	TRACE_OUTCOMES,
};
const char *trace_outcome_name(enum trace_outcome outcome);

struct trace_candidate {
	const char *rule, *written, *part;
	enum rule_kind kind;
	uint32_t segment, from, to;    /* of the value in the folded text of a segment */
	uint32_t offset, line, column; /* in the part's own text: bytes from 0; from 1; characters from 1 */
	uint32_t length;               /* there, in bytes */
	enum trace_outcome outcome;
	int base, sum, confidence, threshold;
	const char *passed; /* validators that found nothing wrong, with commas, or "" */
	const char *refuser, *reason;
	const char *text; /* the value; NULL unless asked for */
	struct trace_evidence *evidence;
	struct trace_candidate *next;
};

/* A condition that holds, and so gives its label. */
struct trace_label {
	const char *name, *written;
	const char *condition;
	bool monitor;
	struct trace_label *next;
};

/* Whether a label is given, or only would be: by a monitored condition or by monitored rules. */
enum trace_stage { TRACE_ENFORCED, TRACE_MONITORED };

enum trace_values { TRACE_HIDE_VALUES, TRACE_SHOW_VALUES };

struct trace_list {
	struct trace_candidate *first, *last;
	uint32_t n;
	bool cut; /* there are more than are listed */
};

struct trace {
	struct arena *arena;
	enum trace_values values;
	struct trace_list counted, missed;
	struct trace_label *labels, **labels_end;
	/* While a rule is judged: */
	size_t rule;
	uint32_t of_rule[2];
	struct trace_candidate *spare; /* not listed in the end: used again, with its evidence */
	struct trace_evidence *spare_evidence;
};

void trace_init(struct trace *trace, struct arena *arena, enum trace_values values);

#endif
