/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes are read as a message: within the limits, as clean UTF-8, and the same way each time. */
#include "lib/mime/reader.h"

#include "lib/base/utf8.h"
#include "lib/format/formats.h"
#include "tests/fuzz/fuzz.h"

static const struct mime_limits limits = {.depth = 8,
	.parts = 40,
	.headers = 60,
	.text = 1 << 20,
	.file_size = 1 << 20,
	.unpacked_size = 1 << 21,
	.ratio = 50};

static size_t
check(const struct message_text *text)
{
	size_t n = 0;

	fuzz_must(text->parts <= limits.parts);
	for (const struct segment *s = text->segments; s != NULL; s = s->next) {
		fuzz_must(s->part != NULL && utf8_is_valid(bytes_of_str(s->part)));
		fuzz_must(s->text.n > 0 && utf8_is_valid(s->text));
		n += s->text.n;
	}
	fuzz_must(n <= limits.text * 3);
	for (const struct unread_part *u = text->unread; u != NULL; u = u->next)
		fuzz_must(u->part != NULL && u->type != NULL);
	return n;
}

void
fuzz_one(struct bytes input)
{
	struct message_text first, second;
	struct arena arena;
	static bool ready;

	if (!ready) {
		formats_init();
		mime_init(formats_table);
		ready = true;
	}
	arena_init(&arena);
	mime_read(&arena, input, &limits, &first);
	mime_read(&arena, input, &limits, &second);
	fuzz_must(check(&first) == check(&second));
	fuzz_must(first.unscannable == second.unscannable && first.traits == second.traits);
	arena_done(&arena);
}
