/* SPDX-License-Identifier: Apache-2.0 */
/* One scan's working state, shared by scan.c, judge.c and verdict.c. Private to them and to example.c. */
#ifndef POSTSEAL_DLP_STATE_H
#define POSTSEAL_DLP_STATE_H

#include "lib/dlp/fold.h"
#include "lib/dlp/rule.h"
#include "lib/dlp/scan.h"

/* A segment of the message, folded. */
struct scan_segment {
	const struct segment *segment;
	const char *part;
	struct bytes original;
	unsigned scope;      /* bits of enum rule_scope */
	struct bytes header; /* the name of a header field */
	struct folded folded;
	uint32_t base;          /* where its text begins in reading order */
	bool floats;            /* stands directly before every other segment: header fields, file names */
	const uint32_t *breaks; /* where its lines end; record.c, when first asked for */
	size_t n_breaks;
	uint32_t twin;                   /* twin.c: an earlier segment that says the same, or TWIN_NONE */
	uint32_t first_slice, n_slices;  /* what was found in it */
	uint32_t first_match, n_matches; /* of the rule that is judged */
};

/* What one source found in one segment: spans[from..from + n - 1], in the order of their starts. */
struct scan_slice {
	uint32_t source, segment;
	uint32_t from, n;
	uint32_t longest; /* span, in bytes */
	uint32_t next;    /* the same source's slice in a later segment, plus one */
};

/* A match that counts. */
struct scan_match {
	uint32_t rule, segment;
	uint32_t from, to;
	uint64_t value; /* equal for equal values */
	int confidence;
};

/* Of one rule: its stretch of `matches`. */
struct scan_range {
	uint32_t from, n;
};

struct scan_scratch {
	struct match_scratch *match;
	struct fold_scratch fold;
	struct arena arena;     /* of one message */
	struct buf spans;       /* struct match_span */
	struct buf slices;      /* struct scan_slice */
	struct buf matches;     /* struct scan_match */
	struct buf candidates;  /* struct match_span */
	struct buf order;       /* numbers of matches, in reading order */
	struct buf values;      /* uint64_t, for counting different ones */
	struct buf answers;     /* struct match_answer: what is looked for in a long segment */
	uint32_t *first, *last; /* slice of each source, plus one; rules' virtual sources behind */
	uint32_t *hint;         /* the slice that was asked for last, plus one */
	uint32_t *looked;       /* the serial of the segment in which a source was looked for */
	uint32_t serial;
	const struct roster *roster; /* NULL: none */
	struct buf roster_found;     /* struct roster_found, of one segment */
	struct buf roster_people;    /* uint32_t: whom the message names */
	struct buf roster_tally;
	struct scan_range *ranges; /* for each rule */
	size_t n_sources, n_rules;
	uint32_t compare_next; /* the source that compare.c takes next */
};

/* What went wrong with a source. */
struct source_trouble {
	uint32_t source;
	enum trouble_kind kind;
};

enum { STATE_TROUBLES_MAX = 16 };

struct scan_state {
	const struct ruleset *set;
	struct scan_scratch *scratch;
	const struct message_text *text;
	struct scan_segment *segments;
	size_t n_segments;
	int today;
	bool limit; /* something was reached that must not be: the message is unscannable */
	struct source_trouble troubles[STATE_TROUBLES_MAX];
	size_t n_troubles;
	struct trace *trace;      /* or NULL */
	struct costs *costs;      /* or NULL */
	int64_t compare_until_ms; /* of clock_mono_ms(); 0: nothing is compared */
};

static inline const struct match_span *
state_spans(const struct scan_state *state)
{
	return (const void *)state->scratch->spans.p;
}

static inline size_t
state_n_spans(const struct scan_state *state)
{
	return state->scratch->spans.n / sizeof(struct match_span);
}

static inline struct scan_slice *
state_slices(const struct scan_state *state)
{
	return (void *)state->scratch->slices.p;
}

static inline const struct scan_match *
state_matches(const struct scan_state *state)
{
	return (const void *)state->scratch->matches.p;
}

static inline size_t
state_n_matches(const struct scan_state *state)
{
	return state->scratch->matches.n / sizeof(struct scan_match);
}

/* scan.c: notes what a source has found in a segment: n spans from number `from` on. */
void state_add_slice(struct scan_state *state, uint32_t source, uint32_t segment, size_t from, size_t n);

/* scan.c: the same when the spans are there already. */
void state_append_slice(struct scan_state *state, const struct scan_slice *slice);

/* scan.c: the segments, folded as the rules see them. */
void state_fold(struct scan_state *state);

/* scan.c: folds, searches and judges all; labels and findings come after. */
void state_run(struct scan_state *state);

/* judge.c: a rule's matches in all segments. The rules that are its evidence come before. */
void judge_rule(struct scan_state *state, size_t rule);

/*
 * judge.c: how near a rule without a match came to one: the best confidence of what it found, or one of
 * these.
 */
enum { JUDGE_NOTHING = -3, JUDGE_INVALID = -2, JUDGE_EXCEPTED = -1 };
int judge_closest(const struct scan_state *state, size_t rule);

/* judge.c: whether a rule looks into a segment. */
bool judge_looks_in(const struct rule *rule, const struct scan_segment *segment);

/* verdict.c. */
struct label *verdict_labels(struct scan_state *state, struct arena *arena);
struct finding *verdict_findings(struct scan_state *state, struct arena *arena);

#endif
