/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judging a message's text by a ruleset. Pure: segments in, findings and labels out, the same every time.
 * Findings never hold the matched text. The scratch is one a thread; the result lives in the caller's arena.
 */
#ifndef POSTSEAL_DLP_SCAN_H
#define POSTSEAL_DLP_SCAN_H

#include "lib/dlp/ruleset.h"
#include "lib/mime/segment.h"

/* One rule in one part. */
struct finding {
	const char *rule;
	enum rule_kind kind;
	const char *part;
	int confidence;    /* of the best match, 0..100 */
	uint32_t count;    /* matches at or above the rule's threshold */
	uint32_t distinct; /* different values among them */
	bool monitor;      /* stage: monitor */
	struct finding *next;
};

struct label {
	const char *name; /* "phi", "part2", "secure" ... */
	bool monitor;
	struct label *next;
};

/* A rule that did not do what it should. */
enum trouble_kind {
	TROUBLE_LIMIT,      /* PCRE2 reached a limit of postseal.cf(5) */
	TROUBLE_DIFFERENCE, /* the prefilter and PCRE2 alone did not find the same: a fault of ours */
	TROUBLE_KINDS,
};
const char *trouble_name(enum trouble_kind kind);

struct trouble {
	const char *rule;
	enum trouble_kind kind;
	struct trouble *next;
};

struct scan_result {
	struct finding *findings; /* in the order of the rules, then of the parts */
	struct label *labels;
	unsigned unscannable; /* enum unscannable: the reader's and UNSCANNABLE_PATTERN */
	unsigned traits;      /* enum message_trait */
	struct unread_part *unread;
	struct trouble *troubles; /* with UNSCANNABLE_PATTERN */
	const char *ruleset_version;
};

struct scan_scratch;
struct scan_scratch *scan_scratch_new(const struct ruleset *set);
void scan_scratch_free(struct scan_scratch *scratch);

/* Wipes what the last message left in it. */
void scan_scratch_forget(struct scan_scratch *scratch);

/* What rules with `roster` ask, from now on; NULL: they find nothing. It must outlive the scratch. */
struct roster;
void scan_scratch_use_roster(struct scan_scratch *scratch, const struct roster *roster);

void scan_text(const struct ruleset *set, struct scan_scratch *scratch, const struct message_text *text,
	struct arena *arena, struct scan_result *ret_result);

/* A scan of which more is asked: NULL or 0 where it is not. The result is the same. */
struct scan_notes {
	struct trace *trace; /* why each rule hits, or nearly */
	struct costs *costs; /* added up */
	int64_t compare_ms;  /* for so long, compare with PCRE2 alone */
};
void scan_text_noting(const struct ruleset *set, struct scan_scratch *scratch,
	const struct message_text *text, const struct scan_notes *notes, struct arena *arena,
	struct scan_result *ret_result);

bool scan_has_label(const struct scan_result *result, const char *name);

#endif
