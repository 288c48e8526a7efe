/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/report.h"

#include "cli/parser.h"
#include "lib/plan/plan.h"

static json_t *
json_finding(const struct finding *finding)
{
	return json_pack("{s:s, s:s, s:s, s:i, s:i, s:i}", "rule", finding->rule, "kind",
		rule_kind_name(finding->kind), "part", finding->part, "confidence", finding->confidence,
		"count", (int)finding->count, "distinct", (int)finding->distinct);
}

static json_t *
json_findings(const struct scan_result *result)
{
	json_t *list = json_array();

	for (const struct finding *f = result->findings; f != NULL; f = f->next)
		json_array_append_new(list, json_finding(f));
	return list;
}

/* Findings come in the order of the rules, so equal names stand together. */
static json_t *
json_rules(const struct scan_result *result)
{
	json_t *list = json_array();
	const char *last = "";

	for (const struct finding *f = result->findings; f != NULL; f = f->next) {
		if (strcmp(f->rule, last) != 0)
			json_array_append_new(list, json_string(f->rule));
		last = f->rule;
	}
	return list;
}

/* The rules' labels, then those that every message may have: a policy does not tell them apart either. */
static json_t *
json_labels(const struct scan_result *result)
{
	json_t *list = json_array();

	for (const struct label *l = result->labels; l != NULL; l = l->next)
		json_array_append_new(list, json_string(l->name));
	for (size_t i = 0; i < PLAN_BUILT_IN_LABELS; i++)
		if (plan_has_built_in_label(result, plan_built_in_labels[i]))
			json_array_append_new(list, json_string(plan_built_in_labels[i]));
	return list;
}

static json_t *
json_unscannable(const struct scan_result *result)
{
	json_t *list = json_array();

	for (unsigned bit = 1; bit != 0; bit <<= 1)
		if ((result->unscannable & bit) != 0 && unscannable_name(bit) != NULL)
			json_array_append_new(list, json_string(unscannable_name(bit)));
	return list;
}

static json_t *
json_unread(const struct scan_result *result)
{
	json_t *list = json_array();

	for (const struct unread_part *u = result->unread; u != NULL; u = u->next)
		json_array_append_new(list, json_pack("{s:s, s:s, s:I}", "part", u->part, "type", u->type,
						    "size", (json_int_t)u->size));
	return list;
}

static json_t *
json_troubles(const struct scan_result *result)
{
	json_t *list = json_array();

	for (const struct trouble *t = result->troubles; t != NULL; t = t->next)
		json_array_append_new(
			list, json_pack("{s:s, s:s}", "rule", t->rule, "kind", trouble_name(t->kind)));
	return list;
}

json_t *
report_json(const struct scan_result *result)
{
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "verdict", parser_verdict(result), "labels",
		json_labels(result), "findings", json_findings(result), "rules", json_rules(result),
		"unscannable", json_unscannable(result), "unread", json_unread(result), "troubles",
		json_troubles(result));
}

void
report_text(const struct scan_result *result, FILE *out)
{
	for (const struct label *l = result->labels; l != NULL; l = l->next)
		fprintf(out, "  label %s%s\n", l->name, l->monitor ? " (monitor)" : "");
	for (size_t i = 0; i < PLAN_BUILT_IN_LABELS; i++)
		if (plan_has_built_in_label(result, plan_built_in_labels[i]))
			fprintf(out, "  label %s\n", plan_built_in_labels[i]);
	for (const struct finding *f = result->findings; f != NULL; f = f->next)
		fprintf(out, "  %-10s %-28s %3d  %u match%s, %u distinct, in %s%s\n", rule_kind_name(f->kind),
			f->rule, f->confidence, f->count, f->count == 1 ? "" : "es", f->distinct, f->part,
			f->monitor ? " (monitor)" : "");
	for (const struct unread_part *u = result->unread; u != NULL; u = u->next)
		fprintf(out, "  unread     %s: %s, %zu bytes\n", u->part, u->type, u->size);
	for (unsigned bit = 1; bit != 0; bit <<= 1)
		if ((result->unscannable & bit) != 0 && unscannable_name(bit) != NULL)
			fprintf(out, "  unscannable: %s\n", unscannable_name(bit));
	for (const struct trouble *t = result->troubles; t != NULL; t = t->next)
		fprintf(out, "  %-10s %s\n", trouble_name(t->kind), t->rule);
}
