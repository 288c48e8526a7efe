/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/file.h"

#include "lib/base/utf8.h"
#include "lib/mime/reader.h"

/* Libraries ask for as much memory as a file says that they need; in a worker they are told that there is
 * none. */
const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
	return "allocator_may_return_null=1:max_allocation_size_mb=1000";
}

static const struct mime_limits limits = {.depth = 8,
	.parts = 40,
	.headers = 60,
	.text = 1 << 20,
	.file_size = 1 << 20,
	.unpacked_size = 2 << 20,
	.ratio = 200};

static void
check_marks(const struct segment *segment)
{
	size_t last = 0;

	for (size_t i = 0; i < segment->n_marks; i++) {
		fuzz_must(segment->marks[i].at >= last && segment->marks[i].at <= segment->text.n);
		fuzz_must(utf8_is_valid(bytes_of_str(segment->marks[i].place)));
		last = segment->marks[i].at;
	}
}

static size_t
check(const struct message_text *text)
{
	size_t n = 0;

	fuzz_must(text->parts <= limits.parts);
	for (const struct segment *s = text->segments; s != NULL; s = s->next) {
		fuzz_must(s->part != NULL && utf8_is_valid(bytes_of_str(s->part)));
		fuzz_must(s->text.n > 0 && utf8_is_valid(s->text));
		check_marks(s);
		n += s->text.n;
	}
	fuzz_must(n <= limits.text * 3);
	return n;
}

/* What mime_init() loads takes longer than an input: once for each table. */
static void
init(format_table formats)
{
	static format_table ready;

	if (ready == formats)
		return;
	ready = formats;
	formats_init();
	mime_init(formats);
}

void
fuzz_file(format_table formats, struct bytes input)
{
	struct message_text first, second;
	struct arena arena;
	struct buf message;

	init(formats);
	arena_init(&arena);
	buf_init(&message, input.n + 200);
	buf_put_str(&message, "MIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\n"
			      "Content-Transfer-Encoding: binary\r\n\r\n");
	buf_put_bytes(&message, input);
	mime_read(&arena, buf_bytes(&message), &limits, &first);
	mime_read(&arena, buf_bytes(&message), &limits, &second);
	fuzz_must(check(&first) == check(&second));
	fuzz_must(first.unscannable == second.unscannable && first.traits == second.traits);
	arena_done(&arena);
	buf_done(&message);
}
