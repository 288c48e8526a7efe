/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From findings to a delivery plan per recipient. Pure: the same envelope, result, policy and settings give
 * the same plan every time, in milter, command line, replay and tests.
 */
#ifndef POSTSEAL_PLAN_H
#define POSTSEAL_PLAN_H

#include "lib/base/buf.h"
#include "lib/dlp/scan.h"
#include "lib/plan/policy.h"
#include "lib/tlspolicy/level.h"

enum plan_action { PLAN_PASS, PLAN_PORTAL, PLAN_HOLD, PLAN_REJECT, PLAN_TLS, PLAN_ACTIONS };
const char *plan_action_name(enum plan_action action);

/*
 * What is known of the TLS of a recipient's domain when the plan is made. What is stale is not known: who
 * asks says so by the level none.
 */
struct plan_tls {
	enum tls_level level;
	const char *source; /* what proves the level; "" of none */
	const char *reason; /* of none: why */
	int64_t age;        /* of the evidence, in seconds */
	int64_t until;      /* wall time: good so long */
};

struct envelope {
	struct bytes sender; /* without <>, may be empty */
	const struct bytes *recipients;
	size_t n_recipients;
	size_t size; /* of the whole message, or ENVELOPE_SIZE_UNKNOWN while it is still coming */
	const struct plan_tls *tls; /* one a recipient; NULL: nothing is known of anybody's TLS */
};
#define ENVELOPE_SIZE_UNKNOWN SIZE_MAX

struct plan_entry {
	enum plan_action action;    /* what is to be done */
	enum plan_action would;     /* what it would be, were nothing staged as monitor; equals action else */
	const char *policy;         /* name of the line that gave the action */
	const char *would_policy;   /* of the one that gave `would` */
	enum tls_level promise;     /* of PLAN_TLS: what the transport must insist on */
	const struct plan_tls *tls; /* what was known, where the line `policy` asks for it; else NULL */
};

struct plan {
	struct plan_entry *entries; /* one a recipient, in the envelope's order */
	size_t n;
	bool hold, reject; /* some recipient's: they hold for the whole message */
};

/*
 * Whether any recipient's plan depends on the content at all: when not, nothing needs to be scanned.
 */
bool plan_needs_scan(
	const struct policy *policy, const struct settings *settings, const struct envelope *envelope);

/*
 * Whether the plan of the envelope's i-th recipient depends on what is known of the TLS of its domain: the
 * line that fits, or would, has tls among its methods.
 */
bool plan_asks_tls(const struct policy *policy, const struct settings *settings,
	const struct envelope *envelope, const struct scan_result *result, size_t i);

/*
 * Asks once for each domain of the recipients whose plan depends on it, by a function of the caller's: 1 and
 * words as lib/socketmap/client.h has them, or 0 and why there are none (a constant). Returns one a recipient
 * for envelope->tls, or NULL when nobody's plan asks. What is older than it may be, or not understood, is not
 * known.
 */
struct plan_tls_asker {
	int (*ask)(void *context, struct bytes domain, struct bytes *ret_words, const char **ret_why);
	void *context;
	int64_t now; /* wall time */
};
const struct plan_tls *plan_learn_tls(const struct policy *policy, const struct settings *settings,
	const struct envelope *envelope, const struct scan_result *result, const struct plan_tls_asker *asker,
	struct arena *arena);

/*
 * Whether Postfix sends mail that is marked for TLS its way: its milter_header_checks, a list of tables, has
 * the one of setting tls_header_checks. Without it such mail would go as any other.
 */
bool plan_tls_route(struct bytes header_checks, const char *path);

/* `result` may be NULL when plan_needs_scan() said no. The plan lives in the arena. */
void plan_make(const struct policy *policy, const struct settings *settings, const struct envelope *envelope,
	const struct scan_result *result, struct arena *arena, struct plan *ret_plan);

/*
 * Whether a message has a label: one of its rules', or one that every message may have: unscannable, unread,
 * locked, disguised, encrypted, signed. LABEL_STAGED also counts those that are staged as monitor.
 */
enum { PLAN_BUILT_IN_LABELS = 6 };
extern const char *const plan_built_in_labels[PLAN_BUILT_IN_LABELS];
enum label_stage { LABEL_LIVE, LABEL_STAGED };
bool plan_has_built_in_label(const struct scan_result *result, const char *name);
bool plan_has_label(const struct scan_result *result, struct bytes name, enum label_stage stage);

/* The decision, step by step, for `postseal explain`: each policy line, whether it fitted, and why not. */
void plan_explain(const struct policy *policy, const struct settings *settings,
	const struct envelope *envelope, const struct scan_result *result, struct buf *out);

#endif
