/* SPDX-License-Identifier: Apache-2.0 */
/* A pattern, and behind a NUL a text, which is folded: the matcher finds what PCRE2 alone finds. */
#include "lib/dlp/fold.h"
#include "lib/dlp/match.h"

#include "tests/fuzz/fuzz.h"

static enum match_status
find(const struct matcher *matcher, struct bytes text, enum match_way way, struct buf *spans)
{
	struct match_scratch *scratch = match_scratch_new(matcher);
	enum match_status status = match_begin(matcher, scratch, text, way);

	status = status == MATCH_DONE ? match_find(matcher, scratch, 0, spans) : status;
	match_scratch_free(scratch);
	return status;
}

void
fuzz_one(struct bytes input)
{
	static const struct match_limits limits = {2000, 100, 1000};
	size_t end = bytes_find_byte(input, '\0');
	struct matcher *matcher = match_new(&limits);
	struct match_fault fault;
	struct buf fast, plain;
	struct fold_scratch fold;
	struct folded text;
	struct arena arena;
	uint32_t source;

	arena_init(&arena);
	fold_scratch_init(&fold);
	fold_text(&fold, &arena, bytes_sub(input, end, input.n), FOLD_TERM, &text);
	buf_init(&fast, 1 << 20);
	buf_init(&plain, 1 << 20);
	if (match_add_pattern(matcher, bytes_sub(input, 0, end), MATCH_ANY_CASE, &source, &fault) == 0) {
		match_end(matcher);
		if (find(matcher, text.text, MATCH_PLAIN, &plain) == MATCH_DONE)
			fuzz_must(find(matcher, text.text, MATCH_FAST, &fast) == MATCH_LIMIT ||
				  bytes_eq(buf_bytes(&fast), buf_bytes(&plain)));
	}
	match_free(matcher);
	buf_done(&fast);
	buf_done(&plain);
	fold_scratch_done(&fold);
	arena_done(&arena);
}
