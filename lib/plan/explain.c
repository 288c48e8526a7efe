/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/plan/plan.h"

#include "lib/base/clock.h"
#include "lib/plan/line.h"

static void
put_labels(const struct scan_result *result, struct buf *out)
{
	const char *comma = "";

	buf_put_str(out, "labels: ");
	for (size_t i = 0; i < PLAN_BUILT_IN_LABELS; i++) {
		if (!plan_has_built_in_label(result, plan_built_in_labels[i]))
			continue;
		buf_putf(out, "%s%s", comma, plan_built_in_labels[i]);
		comma = ", ";
	}
	for (const struct label *label = result->labels; label; label = label->next) {
		buf_putf(out, "%s%s%s", comma, label->name, label->monitor ? " (monitored)" : "");
		comma = ", ";
	}
	buf_put_str(out, *comma ? "\n" : "none\n");
}

static void
put_result(const struct scan_result *result, struct buf *out)
{
	if (!result) {
		buf_put_str(out, "not scanned: no line that could fit asks for the content\n");
		return;
	}
	for (unsigned bit = 1; unscannable_name(bit); bit <<= 1)
		if (result->unscannable & bit)
			buf_putf(out, "unscannable: %s\n", unscannable_name(bit));
	for (const struct unread_part *part = result->unread; part; part = part->next)
		buf_putf(out, "unread: %s, %s, %zu bytes\n", part->part, part->type, part->size);
	for (const struct finding *f = result->findings; f; f = f->next)
		buf_putf(out, "found: %s (%s) in %s, confidence %d, %u times, %u different%s\n", f->rule,
			rule_kind_name(f->kind), f->part, f->confidence, f->count, f->distinct,
			f->monitor ? " (monitored)" : "");
	put_labels(result, out);
}

static void
put_list(const struct address_list *list, struct buf *out)
{
	for (size_t i = 0; i < list->n; i++)
		buf_putf(out, "%s%.*s", i ? ", " : "", BYTES_FMT(list->items[i].text));
}

static void
put_why_not(const struct policy_line *line, enum line_fit fit, const struct line_case *c, struct buf *out)
{
	switch (fit) {
	case LINE_FITS:
		buf_put_str(out, "fits");
		break;
	case LINE_STAGED:
		buf_put_str(out, "no: stage is monitor");
		break;
	case LINE_NOT_TO:
		buf_put_str(out, "no: the recipient is not in ");
		put_list(&line->to, out);
		break;
	case LINE_NOT_FROM:
		buf_put_str(out, "no: the sender is not in ");
		put_list(&line->from, out);
		break;
	case LINE_NOT_SIZE:
		buf_putf(out, "no: %zu bytes are not more than %lld", c->envelope->size,
			(long long)line->larger);
		break;
	case LINE_NOT_LABEL:
		buf_put_str(out, "no: not labelled ");
		for (size_t i = 0; i < line->n_labels; i++)
			buf_putf(out, "%s%.*s", i ? " or " : "", BYTES_FMT(line->labels[i]));
		break;
	case LINE_NOT_DISTINCT:
		buf_put_str(out, "no:");
		for (size_t i = 0; i < line->n_distinct; i++)
			buf_putf(out, "%s %lld of %lld different %s", i ? "," : "",
				(long long)line_distinct(c->result, line->distinct[i].rule, c->stage),
				(long long)line->distinct[i].least, line->distinct[i].rule);
		break;
	}
	buf_put_str(out, "\n");
}

/* The lines in turn, up to the one that fits. */
static void
put_lines(const struct policy *policy, const struct line_case *c, struct buf *out)
{
	for (size_t i = 0; i < policy->n; i++) {
		const struct policy_line *line = &policy->lines[i];
		enum line_fit fit = line_fits(line, c);

		buf_putf(out, "  line %d, %s: ", line->line, line->name);
		put_why_not(line, fit, c, out);
		if (fit == LINE_FITS)
			return;
	}
}

/* What is known of the TLS of the recipient's domain, where it counts. */
static void
put_tls(const struct plan_tls *tls, struct buf *out)
{
	char until[32];

	if (!tls)
		return;
	if (tls->level == TLS_LEVEL_NONE) {
		buf_putf(out, "  tls: none (%s)\n", tls->reason);
		return;
	}
	clock_format_utc(tls->until, until, sizeof(until));
	buf_putf(out, "  tls: %s by %s, %lld s old, good until %s\n", tls_level_name(tls->level), tls->source,
		(long long)tls->age, until);
}

static void
put_action(const struct plan_entry *entry, const struct settings *settings, struct buf *out)
{
	put_tls(entry->tls, out);
	buf_putf(out, "  action: %s", plan_action_name(entry->action));
	if (entry->action == PLAN_TLS)
		buf_putf(out, ", %s or better, else portal", tls_level_name(entry->promise));
	if (strcmp(settings->mode, "monitor") == 0)
		buf_put_str(out, " (mode is monitor)");
	buf_put_str(out, "\n");
	if (entry->would != entry->action)
		buf_putf(out, "  would be: %s, by %s\n", plan_action_name(entry->would), entry->would_policy);
}

void
plan_explain(const struct policy *policy, const struct settings *settings, const struct envelope *envelope,
	const struct scan_result *result, struct buf *out)
{
	struct arena arena;
	struct plan plan;

	arena_init(&arena);
	plan_make(policy, settings, envelope, result, &arena, &plan);
	buf_putf(out, "from: <%.*s>\nsize: %zu\n", BYTES_FMT(envelope->sender), envelope->size);
	put_result(result, out);
	for (size_t i = 0; i < plan.n; i++) {
		struct line_case c = {settings, envelope, envelope->recipients[i], result, STAGE_LIVE};

		buf_putf(out, "to: <%.*s>\n", BYTES_FMT(envelope->recipients[i]));
		put_lines(policy, &c, out);
		put_action(&plan.entries[i], settings, out);
	}
	arena_done(&arena);
}
