/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether the labels and rules that a policy names are there. Policy and rules are loaded by different
 * programs and at different times, so a line with a name that nothing gives is no fault of the policy alone:
 * it just never fits. Who sees both can tell.
 */
#ifndef POSTSEAL_PLAN_NAMES_H
#define POSTSEAL_PLAN_NAMES_H

#include "lib/dlp/ruleset.h"
#include "lib/plan/policy.h"

/* A fault for each name that is not there; `file` is the policy's. Returns 0, or -1 when there is any. */
int policy_check_names(
	const struct policy *policy, const char *file, const struct ruleset *rules, struct faults *faults);

#endif
