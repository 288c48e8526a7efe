/* SPDX-License-Identifier: Apache-2.0 */
/* What limits.c reads and limit_judge.c applies. Private to them. */
#ifndef POSTSEAL_LIMIT_STATE_H
#define POSTSEAL_LIMIT_STATE_H

#include "lib/count/limit.h"

enum {
	LIMITS_MAX = COUNTER_ASKED_MAX,
	LIMIT_NAME_MAX = 80,
	LIMIT_KEYS_MAX = 4,
	PATTERNS_MAX = 10000,
	RAMP_DAYS_MAX = 60,
	LEARN_DAYS = 14
};

enum pattern_kind {
	PATTERN_WHOLE,      /* the text itself */
	PATTERN_DOMAIN,     /* "@here.example": addresses of this domain */
	PATTERN_SUBDOMAINS, /* ".here.example": all that ends so */
	PATTERN_ANY,        /* "*": there is one */
};

struct limit_pattern {
	enum pattern_kind kind;
	struct bytes text; /* lower case */
};

/* One field that has to fit one of these. */
struct limit_condition {
	enum limit_field field;
	const struct limit_pattern *patterns;
	size_t n;
};

struct limit_rule {
	struct limit limit; /* first: what the world sees of it */
	enum limit_field keys[LIMIT_KEYS_MAX];
	size_t n_keys;
	enum limit_unit unit;
	enum limit_state state;
	struct gcra gcra;
	struct counter_start start;
	const struct limit_condition *when, *except;
	size_t n_when, n_except;
};

struct limits {
	struct arena arena;
	const struct limit_rule *rules;
	size_t n;
};

#endif
