/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as an attached archive: read within the limits, as clean UTF-8, and the same way each time. */
#include "lib/format/formats.h"

#include "lib/base/utf8.h"
#include "lib/mime/reader.h"
#include "tests/fuzz/fuzz.h"

static const struct mime_limits limits = {.depth = 6,
	.parts = 60,
	.headers = 60,
	.text = 1 << 20,
	.file_size = 1 << 20,
	.unpacked_size = 2 << 20,
	.ratio = 50};

static const struct format *const archives[] = {&zip_format, &sevenzip_format, &gzip_format, &bzip2_format,
	&xz_format, &zstd_format, &rar_format, &cab_format, &tar_format, &zip_behind_format, NULL};

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
	return n;
}

void
fuzz_one(struct bytes input)
{
	struct message_text first, second;
	struct arena arena;
	struct buf message;

	mime_init(archives);
	arena_init(&arena);
	buf_init(&message, input.n + 200);
	buf_put_str(&message, "Content-Type: application/octet-stream; name=a.bin\n"
			      "Content-Transfer-Encoding: binary\nMIME-Version: 1.0\n\n");
	buf_put_bytes(&message, input);
	mime_read(&arena, buf_bytes(&message), &limits, &first);
	mime_read(&arena, buf_bytes(&message), &limits, &second);
	fuzz_must(check(&first) == check(&second));
	fuzz_must(first.unscannable == second.unscannable && first.traits == second.traits);
	buf_done(&message);
	arena_done(&arena);
}
