/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever a reader of PDF answers, what becomes of it is clean text of one file, within the limits. The
 * input is the frames; a format of its own hands them to the worker's side, as lib/format/pdf.c does.
 */
#include "lib/format/pdf_answer.h"

#include "tests/fuzz/file.h"

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

void
fuzz_one(struct bytes input)
{
	struct buf file;

	buf_init(&file, input.n + 16);
	buf_put_str(&file, "frames\xFF");
	buf_put_bytes(&file, input);
	fuzz_file(table, buf_bytes(&file));
	buf_done(&file);
}
