/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/plan/line.h"

/* Behind the last '@'; empty when there is none. */
static struct bytes
domain_of(struct bytes address)
{
	size_t at = address.n;

	while (at > 0 && address.p[at - 1] != '@')
		at--;
	return at > 0 ? bytes_sub(address, at, address.n) : (struct bytes){0};
}

/*
 * Postfix may send `user%else.where@ours`, `else.where!user@ours`, `"user@else.where"@ours` and source routes
 * on to somewhere else (allow_percent_hack, swap_bangpath, resolve_dequoted_address): such an address is
 * nobody of ours, whatever its domain says. An address without a domain is completed with our own.
 */
static bool
is_ours(const struct settings *settings, struct bytes address)
{
	struct bytes domain = domain_of(address);
	struct bytes local = bytes_sub(address, 0, domain.n ? address.n - domain.n - 1 : address.n);

	for (size_t i = 0; i < local.n; i++)
		if (strchr("%!@:", local.p[i]))
			return false;
	return domain.n == 0 || settings_is_our_domain(settings, address);
}

static bool
address_fits(const struct address_pattern *pattern, const struct settings *settings, struct bytes address)
{
	struct bytes domain = domain_of(address);

	switch (pattern->kind) {
	case ADDRESS_OUR_DOMAINS:
		return is_ours(settings, address);
	case ADDRESS_WHOLE:
		return bytes_eq_nocase(pattern->text, address);
	case ADDRESS_DOMAIN:
		return bytes_eq_nocase(pattern->text, domain);
	case ADDRESS_SUBDOMAINS:
		return domain.n > pattern->text.n && bytes_ends_nocase(domain, pattern->text);
	}
	return false;
}

static bool
list_fits(const struct address_list *list, const struct settings *settings, struct bytes address)
{
	for (size_t i = 0; i < list->n; i++)
		if (address_fits(&list->items[i], settings, address))
			return true;
	return list->n == 0;
}

const char *const plan_built_in_labels[PLAN_BUILT_IN_LABELS] = {
	"unscannable", "unread", "locked", "disguised", "encrypted", "signed"};

bool
plan_has_built_in_label(const struct scan_result *result, const char *name)
{
	if (strcmp(name, "unscannable") == 0)
		return result->unscannable != 0;
	if (strcmp(name, "unread") == 0)
		return result->unread != NULL;
	for (unsigned bit = 1; bit <= result->traits; bit <<= 1)
		if ((result->traits & bit) != 0 && trait_label(bit) && strcmp(name, trait_label(bit)) == 0)
			return true;
	return false;
}

bool
plan_has_label(const struct scan_result *result, struct bytes name, enum label_stage stage)
{
	for (size_t i = 0; i < PLAN_BUILT_IN_LABELS; i++)
		if (bytes_eq(name, bytes_of_str(plan_built_in_labels[i])) &&
			plan_has_built_in_label(result, plan_built_in_labels[i]))
			return true;
	for (const struct label *label = result->labels; label; label = label->next)
		if ((stage == LABEL_STAGED || !label->monitor) && bytes_eq(name, bytes_of_str(label->name)))
			return true;
	return false;
}

static bool
labels_fit(const struct policy_line *line, const struct line_case *c)
{
	enum label_stage stage = c->stage == STAGE_ALL ? LABEL_STAGED : LABEL_LIVE;

	for (size_t i = 0; i < line->n_labels; i++)
		if (c->result && plan_has_label(c->result, line->labels[i], stage))
			return true;
	return line->n_labels == 0;
}

int64_t
line_distinct(const struct scan_result *result, const char *rule, enum plan_stage stage)
{
	int64_t n = 0;

	for (const struct finding *f = result ? result->findings : NULL; f; f = f->next)
		if (strcmp(f->rule, rule) == 0 && (stage == STAGE_ALL || !f->monitor))
			n += f->distinct;
	return n;
}

static bool
distinct_fits(const struct policy_line *line, const struct line_case *c)
{
	for (size_t i = 0; i < line->n_distinct; i++)
		if (line_distinct(c->result, line->distinct[i].rule, c->stage) < line->distinct[i].least)
			return false;
	return true;
}

/* By the envelope alone. */
static enum line_fit
envelope_fits(const struct policy_line *line, const struct line_case *c)
{
	if (line->monitor && c->stage == STAGE_LIVE)
		return LINE_STAGED;
	if (!list_fits(&line->to, c->settings, c->recipient))
		return LINE_NOT_TO;
	if (!list_fits(&line->from, c->settings, c->envelope->sender))
		return LINE_NOT_FROM;
	return LINE_FITS;
}

enum line_fit
line_fits(const struct policy_line *line, const struct line_case *c)
{
	enum line_fit fit = envelope_fits(line, c);

	if (fit != LINE_FITS)
		return fit;
	if (line->larger >= 0 && c->envelope->size <= (size_t)line->larger)
		return LINE_NOT_SIZE;
	if (!labels_fit(line, c))
		return LINE_NOT_LABEL;
	return distinct_fits(line, c) ? LINE_FITS : LINE_NOT_DISTINCT;
}

bool
line_needs_content(const struct policy_line *line, const struct line_case *c)
{
	bool size_open = line->larger >= 0 && c->envelope->size == ENVELOPE_SIZE_UNKNOWN;

	if (envelope_fits(line, c) != LINE_FITS)
		return false;
	if (line->larger >= 0 && !size_open && c->envelope->size <= (size_t)line->larger)
		return false;
	return size_open || line->n_labels > 0 || line->n_distinct > 0;
}

bool
line_is_catch_all(const struct policy_line *line)
{
	return !line->monitor && line->to.n == 0 && line->from.n == 0 && line->n_labels == 0 &&
	       line->n_distinct == 0 && line->larger < 0;
}
