/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/plan/names.h"

#include "lib/plan/line.h"

static bool
is_known_label(const struct ruleset *rules, struct bytes name)
{
	for (size_t i = 0; i < PLAN_BUILT_IN_LABELS; i++)
		if (bytes_eq(name, bytes_of_str(plan_built_in_labels[i])))
			return true;
	return ruleset_gives_label(rules, name);
}

static void
check_line(
	const struct policy_line *line, const char *file, const struct ruleset *rules, struct faults *faults)
{
	for (size_t i = 0; i < line->n_labels; i++)
		if (!is_known_label(rules, line->labels[i]))
			faults_add(faults, file, line->line, 0, "%s: no rule gives the label '%.*s'",
				line->name, BYTES_FMT(line->labels[i]));
	for (size_t i = 0; i < line->n_distinct; i++)
		if (!ruleset_has_rule(rules, bytes_of_str(line->distinct[i].rule)))
			faults_add(faults, file, line->line, 0, "%s: there is no rule '%s'", line->name,
				line->distinct[i].rule);
}

int
policy_check_names(
	const struct policy *policy, const char *file, const struct ruleset *rules, struct faults *faults)
{
	size_t before = faults->n;

	for (size_t i = 0; i < policy->n; i++)
		check_line(&policy->lines[i], file, rules, faults);
	return faults->n > before ? -1 : 0;
}
