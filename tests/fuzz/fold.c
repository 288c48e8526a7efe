/* SPDX-License-Identifier: Apache-2.0 */
/* Folded text is clean UTF-8, ASCII of it folds to itself, and the way back goes forward only and stays
 * inside. */
#include "lib/dlp/fold.h"

#include "lib/base/utf8.h"
#include "tests/fuzz/fuzz.h"

static void
check(struct fold_scratch *scratch, struct arena *arena, struct bytes text, enum fold_mode mode)
{
	struct folded folded, again;
	bool ascii = true;
	fold_text(scratch, arena, text, mode, &folded);
	fuzz_must(utf8_is_valid(folded.text));
	for (size_t at = 0, last = 0, original; at < folded.text.n; at++, last = original) {
		original = fold_original(&folded, at);
		fuzz_must(original >= last && original < text.n + FOLD_POINT_MAX);
		ascii = ascii && folded.text.p[at] < 0x80;
	}
	fold_text(scratch, arena, folded.text, FOLD_TERM, &again);
	fuzz_must(!ascii || bytes_eq(again.text, folded.text));
}

void
fuzz_one(struct bytes input)
{
	struct fold_scratch scratch;
	struct arena arena;
	struct buf clean;
	arena_init(&arena);
	fold_scratch_init(&scratch);
	buf_init(&clean, input.n * 3 + 64);
	utf8_put_clean(&clean, input);
	for (enum fold_mode mode = FOLD_TEXT; mode <= FOLD_TERM; mode++)
		check(&scratch, &arena, buf_bytes(&clean), mode);
	fold_scratch_done(&scratch);
	buf_done(&clean);
	arena_done(&arena);
}
