/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever a reader of PDF answers, what becomes of it is clean text of one file, within the limits. The
 * input is the frames; a format of its own hands them to the worker's side, as lib/format/pdf.c does.
 */
#include "lib/format/pdf_answer.h"

#include "lib/base/utf8.h"
#include "lib/format/formats.h"
#include "lib/mime/reader.h"
#include "tests/fuzz/fuzz.h"

static const struct mime_limits limits = {.depth = 6,
	.parts = 40,
	.headers = 60,
	.text = 1 << 20,
	.file_size = 4 << 20,
	.unpacked_size = 8 << 20,
	.ratio = 1000};

static bool
is_frames(struct bytes content)
{
	return bytes_starts_nocase(content, BYTES_LIT("frames\xFF"));
}

static void
read_frames(struct format_out *out, struct bytes content)
{
	struct bytes rest = bytes_sub(content, sizeof("frames\xFF") - 1, content.n);
	struct pdf_answer answer;

	pdf_answer_init(&answer, out);
	while (rest.n >= PDF_FRAME_HEADER) {
		uint32_t type = pdf_take_number(&rest), n = pdf_take_number(&rest);

		if (n > rest.n || pdf_answer_take(&answer, type, bytes_sub(rest, 0, n)) != 0)
			break;
		rest = bytes_sub(rest, n, rest.n);
	}
	pdf_answer_done(&answer);
}

static const struct format frames_format = {
	.name = "frames",
	.types = (const char *const[]){"application/octet-stream", NULL},
	.extensions = (const char *const[]){NULL},
	.is = is_frames,
	.read = read_frames,
};

static const struct format *const table[] = {&frames_format, &xml_format, NULL};

static void
check(const struct message_text *text)
{
	size_t total = 0;

	for (const struct segment *s = text->segments; s != NULL; s = s->next) {
		fuzz_must(utf8_is_valid(s->text));
		for (size_t i = 0; i < s->n_marks; i++)
			fuzz_must(s->marks[i].at <= s->text.n && s->marks[i].place != NULL);
		total += s->text.n;
	}
	fuzz_must(total <= 4 * limits.text);
}

void
fuzz_one(struct bytes input)
{
	struct message_text text = {0};
	struct arena arena;
	struct buf message;

	mime_init(table);
	formats_init();
	arena_init(&arena);
	buf_init(&message, input.n + 256);
	buf_put_str(&message, "Content-Type: application/octet-stream\nContent-Transfer-Encoding: binary\n\n"
			      "frames\xFF");
	buf_put_bytes(&message, input);
	mime_read(&arena, buf_bytes(&message), &limits, &text);
	check(&text);
	buf_done(&message);
	arena_done(&arena);
}
