/* SPDX-License-Identifier: Apache-2.0 */
/* A rule pack, and behind a NUL a text for it: a pack is refused with a fault, or judges the text. */
#include <stdlib.h>

#include "lib/base/mem.h"
#include "lib/dlp/scan.h"
#include "tests/fuzz/fuzz.h"

void
fuzz_one(struct bytes input)
{
	static const struct ruleset_limits limits = {2000, 100, 1000};
	struct faults *faults = mem_new(1, sizeof(*faults));
	struct ruleset *set = NULL;
	size_t end = bytes_find_byte(input, '\0');
	struct segment segment = {
		.view = SEGMENT_TEXT, .part = "body/text", .text = bytes_sub(input, end, input.n)};
	struct message_text text = {.segments = &segment};
	struct scan_result result;
	struct arena arena;

	faults_init(faults);
	arena_init(&arena);
	if (ruleset_parse("fuzz.yaml", bytes_sub(input, 0, end), &limits, &set, faults) == 0) {
		struct scan_scratch *scratch = scan_scratch_new(set);
		scan_text(set, scratch, &text, &arena, &result);
		for (const struct finding *f = result.findings; f; f = f->next)
			fuzz_must(f->confidence >= 0 && f->confidence <= 100 && f->distinct <= f->count);
		scan_scratch_free(scratch);
	} else {
		fuzz_must(faults->n > 0 && set == NULL);
	}
	ruleset_free(set);
	arena_done(&arena);
	faults_done(faults);
	free(faults);
}
