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

static struct plan_entry
make_entry(const struct policy *policy, struct line_case c)
{
	const struct policy_line *live, *all;

	c.stage = STAGE_LIVE;
	live = first_fit(policy, &c);
	c.stage = STAGE_ALL;
	all = first_fit(policy, &c);
	return (struct plan_entry){
		.action = strcmp(c.settings->mode, "monitor") == 0 ? PLAN_PASS : live->action,
		.would = all->action,
		.policy = live->name,
		.would_policy = all->name,
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
		plan.entries[i] = make_entry(policy, (struct line_case){
							     .settings = settings,
							     .envelope = envelope,
							     .recipient = envelope->recipients[i],
							     .result = result,
						     });
		plan.hold |= plan.entries[i].action == PLAN_HOLD;
		plan.reject |= plan.entries[i].action == PLAN_REJECT;
	}
	*ret_plan = plan;
}
