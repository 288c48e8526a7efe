/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/trouble.h"

const char *
trouble_name(enum trouble_kind kind)
{
	static const char *const names[TROUBLE_KINDS] = {"limit", "difference"};
	return names[kind];
}

void
trouble_note(struct scan_state *state, uint32_t source, enum trouble_kind kind)
{
	state->limit = true;
	for (size_t i = 0; i < state->n_troubles; i++)
		if (state->troubles[i].source == source && state->troubles[i].kind == kind)
			return;
	if (state->n_troubles < STATE_TROUBLES_MAX)
		state->troubles[state->n_troubles++] = (struct source_trouble){source, kind};
}

static bool
lists(const struct source_list *list, uint32_t source)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->p[i] == source)
			return true;
	return false;
}

static bool
uses(const struct rule *rule, uint32_t source)
{
	if (lists(&rule->sources, source))
		return true;
	for (const struct evidence *evidence = rule->evidence; evidence; evidence = evidence->next)
		if (!evidence->rules && lists(&evidence->sources, source))
			return true;
	return false;
}

static bool
has_trouble(const struct scan_state *state, const struct rule *rule, enum trouble_kind kind)
{
	for (size_t i = 0; i < state->n_troubles; i++)
		if (state->troubles[i].kind == kind && uses(rule, state->troubles[i].source))
			return true;
	return false;
}

struct trouble *
trouble_list(const struct scan_state *state, struct arena *arena)
{
	struct trouble *first = NULL, **link = &first;
	if (state->n_troubles == 0)
		return NULL;
	for (size_t i = 0; i < state->set->n_rules; i++)
		for (int kind = 0; kind < TROUBLE_KINDS; kind++) {
			const struct rule *rule = &state->set->rules[i];
			if (!has_trouble(state, rule, (enum trouble_kind)kind))
				continue;
			*link = arena_alloc(arena, sizeof(**link));
			**link = (struct trouble){.rule = rule->id, .kind = (enum trouble_kind)kind};
			link = &(*link)->next;
		}
	return first;
}
