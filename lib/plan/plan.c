/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/plan/plan.h"

#include "lib/plan/line.h"

const char *
plan_action_name(enum plan_action action)
{
	static const char *const names[] = {
		[PLAN_PASS] = "pass",
		[PLAN_PORTAL] = "portal",
		[PLAN_HOLD] = "hold",
		[PLAN_REJECT] = "reject",
		[PLAN_TLS] = "tls",
	};

	return names[action];
}

/* The first line that fits; the last one always does. */
static const struct policy_line *
first_fit(const struct policy *policy, const struct line_case *c)
{
	size_t i = 0;

	while (i + 1 < policy->n && line_fits(&policy->lines[i], c) != LINE_FITS)
		i++;
	return &policy->lines[i];
}

static bool
recipient_needs_scan(const struct policy *policy, const struct line_case *c)
{
	for (size_t i = 0; i < policy->n; i++) {
		if (line_needs_content(&policy->lines[i], c))
			return true;
		if (line_fits(&policy->lines[i], c) == LINE_FITS)
			return false;
	}
	return false;
}

bool
plan_needs_scan(const struct policy *policy, const struct settings *settings, const struct envelope *envelope)
{
	struct line_case c = {.settings = settings, .envelope = envelope};

	for (size_t i = 0; i < envelope->n_recipients; i++) {
		c.recipient = envelope->recipients[i];
		c.stage = STAGE_LIVE;
		if (recipient_needs_scan(policy, &c))
			return true;
		c.stage = STAGE_ALL;
		if (recipient_needs_scan(policy, &c))
			return true;
	}
	return false;
}

bool
plan_asks_tls(const struct policy *policy, const struct settings *settings, const struct envelope *envelope,
	const struct scan_result *result, size_t i)
{
	struct line_case c = {settings, envelope, envelope->recipients[i], result, STAGE_LIVE};

	if (first_fit(policy, &c)->tls)
		return true;
	c.stage = STAGE_ALL;
	return first_fit(policy, &c)->tls;
}

/* The first of the line's methods that the recipient can receive. */
static enum plan_action
action_of(const struct policy_line *line, const struct plan_tls *tls)
{
	return line->tls && tls && tls->level >= line->tls_level ? PLAN_TLS : line->action;
}

static struct plan_entry
make_entry(const struct policy *policy, struct line_case c, const struct plan_tls *tls)
{
	const struct policy_line *live, *all;

	c.stage = STAGE_LIVE;
	live = first_fit(policy, &c);
	c.stage = STAGE_ALL;
	all = first_fit(policy, &c);
	return (struct plan_entry){
		.action = strcmp(c.settings->mode, "monitor") == 0 ? PLAN_PASS : action_of(live, tls),
		.would = action_of(all, tls),
		.policy = live->name,
		.would_policy = all->name,
		.promise = live->tls_level,
		.tls = live->tls ? tls : NULL,
	};
}

void
plan_make(const struct policy *policy, const struct settings *settings, const struct envelope *envelope,
	const struct scan_result *result, struct arena *arena, struct plan *ret_plan)
{
	struct plan plan = {
		.entries = arena_array(arena, envelope->n_recipients, sizeof(*plan.entries)),
		.n = envelope->n_recipients,
	};

	for (size_t i = 0; i < plan.n; i++) {
		struct line_case c = {
			.settings = settings,
			.envelope = envelope,
			.recipient = envelope->recipients[i],
			.result = result,
		};

		plan.entries[i] = make_entry(policy, c, envelope->tls ? &envelope->tls[i] : NULL);
		plan.hold |= plan.entries[i].action == PLAN_HOLD;
		plan.reject |= plan.entries[i].action == PLAN_REJECT;
	}
	*ret_plan = plan;
}
