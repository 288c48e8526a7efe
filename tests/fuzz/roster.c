/* SPDX-License-Identifier: Apache-2.0 */
/* The first line: a roster's CSV, in order of the columns; the rest is a text that is looked through. Then
 * all of the input as a roster file. */
#include <stdlib.h>

#include "lib/dlp/roster_build.h"
#include "lib/dlp/roster_text.h"
#include "tests/fuzz/fuzz.h"

static void
look_through(struct bytes text, const struct roster *roster)
{
	struct fold_scratch scratch;
	struct folded folded;
	struct arena arena;
	struct buf found, runs;

	arena_init(&arena);
	fold_scratch_init(&scratch);
	buf_init(&found, 1 << 24);
	buf_init(&runs, 1 << 24);
	fold_text(&scratch, &arena, text, FOLD_TEXT, &folded);
	digits_find(folded.text, &runs);
	roster_find(roster,
		&(struct roster_text){folded.text, (const void *)runs.p, runs.n / sizeof(struct digit_run)},
		200, &found);
	for (size_t i = 0; i < found.n / sizeof(struct roster_found); i++) {
		const struct roster_found *f = (const struct roster_found *)(void *)found.p + i;

		if (f->from >= f->to || f->to > folded.text.n || f->to - f->from > ROSTER_FOUND_MAX)
			abort();
	}
	buf_done(&found);
	buf_done(&runs);
	fold_scratch_done(&scratch);
	arena_done(&arena);
}

void
fuzz_one(struct bytes input)
{
	static const uint8_t key[ROSTER_KEY] = {1};
	struct roster_builder *builder =
		roster_builder_new(bytes_of(key, sizeof(key)), ROSTER_MONTH_FIRST, 1795824000);
	struct roster_field fields[ROSTER_COLUMNS];
	struct bytes rest = input, line, image;
	struct roster *roster = NULL;
	struct roster_row row;
	size_t n = 0;

	(void)bytes_next_line(&rest, &line);
	for (; n < ROSTER_COLUMNS && line.n > 0; n++) {
		size_t end = bytes_find_byte(line, '|');

		fields[n] = (struct roster_field){(enum roster_column)n, bytes_sub(line, 0, end)};
		line = bytes_sub(line, end + (end < line.n), line.n);
	}
	(void)roster_builder_add(builder, fields, n, &row);
	if (roster_builder_end(builder, &image, NULL) == 0 &&
		roster_of(image, bytes_of(key, sizeof(key)), &roster, NULL) == 0)
		look_through(rest, roster);
	roster_close(roster);
	roster_builder_free(builder);
	roster = NULL;
	if (roster_of(input, bytes_of(key, sizeof(key)), &roster, NULL) == 0)
		roster_close(roster);
}
