/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A line of policy.yaml as data, and whether it fits a recipient. Inside lib/plan only. Pure: nothing here
 * keeps state, and all texts belong to the policy's arena.
 */
#ifndef POSTSEAL_PLAN_LINE_H
#define POSTSEAL_PLAN_LINE_H

#include "lib/plan/plan.h"

enum address_kind {
	ADDRESS_OUR_DOMAINS, /* the word our-domains */
	ADDRESS_WHOLE,       /* local@domain */
	ADDRESS_DOMAIN,      /* domain */
	ADDRESS_SUBDOMAINS,  /* .domain: anything below it */
};

struct address_pattern {
	enum address_kind kind;
	struct bytes text; /* of a subdomain pattern: with its dot */
};

struct address_list {
	const struct address_pattern *items;
	size_t n; /* 0: no condition */
};

struct distinct_limit {
	const char *rule;
	int64_t least;
};

struct policy_line {
	const char *name;
	int line; /* in the file */
	struct address_list to, from;
	const struct bytes *labels; /* any of them */
	size_t n_labels;
	const struct distinct_limit *distinct; /* every one of them */
	size_t n_distinct;
	int64_t larger; /* bytes, -1: no condition */
	bool monitor;
	enum plan_action action;
	bool tls;                 /* action PLAN_PORTAL, but TLS where it is good enough */
	enum tls_level tls_level; /* that is: of this level at least */
	bool broken;              /* only while it is read: one of its values is at fault */
};

struct policy {
	struct arena arena;
	const struct policy_line *lines;
	size_t n;
};

/* What counts: only what is live, or also what is staged as monitor. */
enum plan_stage { STAGE_LIVE, STAGE_ALL };

struct line_case {
	const struct settings *settings;
	const struct envelope *envelope;
	struct bytes recipient;
	const struct scan_result *result; /* NULL: not scanned (yet) */
	enum plan_stage stage;
};

enum line_fit {
	LINE_FITS,
	LINE_STAGED,
	LINE_NOT_TO,
	LINE_NOT_FROM,
	LINE_NOT_SIZE,
	LINE_NOT_LABEL,
	LINE_NOT_DISTINCT,
};

/* The first condition that does not hold. */
enum line_fit line_fits(const struct policy_line *line, const struct line_case *c);

/* Whether what is known before the message's content leaves the answer open. */
bool line_needs_content(const struct policy_line *line, const struct line_case *c);

/* No condition at all: fits everything. */
bool line_is_catch_all(const struct policy_line *line);

/* How many different values of a rule were found, summed over the parts. */
int64_t line_distinct(const struct scan_result *result, const char *rule, enum plan_stage stage);

#endif
