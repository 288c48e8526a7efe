/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/seen.h"

#include "lib/dlp/state.h"

const char *
seen_view_name(enum segment_view view)
{
	static const char *const names[] = {"header", "text", "html", "hidden", "filename"};
	return names[view];
}

const char *
seen_scope_name(unsigned bit)
{
	static const char *const names[] = {
		"subject", "header", "body", "attachment", "filename", "hidden", "named", "written"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (bit == 1U << i)
			return names[i];
	return NULL;
}

static void
find_lines(const struct folded *folded, struct arena *arena, struct seen_segment *seen)
{
	struct bytes text = folded->text;
	size_t n = 1, at = 0;
	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '\n';
	seen->lines = arena_array(arena, n, sizeof(*seen->lines));
	while (seen->n_lines < n) {
		seen->lines[seen->n_lines++] =
			(struct seen_line){(uint32_t)at, (uint32_t)fold_original(folded, at)};
		at += bytes_find_byte(bytes_sub(text, at, text.n), '\n') + 1;
	}
}

struct seen_segment *
seen_text(const struct ruleset *set, struct scan_scratch *scratch, const struct message_text *text,
	struct arena *arena)
{
	struct scan_state state = {.set = set, .scratch = scratch, .text = text};
	struct seen_segment *first = NULL, **link = &first;
	const struct segment *segment = text->segments;
	state_fold(&state);
	for (size_t i = 0; i < state.n_segments; i++, segment = segment->next) {
		*link = arena_alloc(arena, sizeof(**link));
		**link = (struct seen_segment){.part = segment->part,
			.view = segment->view,
			.scope = state.segments[i].scope,
			.text = arena_bytes(arena, state.segments[i].folded.text)};
		find_lines(&state.segments[i].folded, arena, *link);
		link = &(*link)->next;
	}
	arena_reset(&scratch->arena);
	return first;
}
