/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/format/reading.h"

#include <stdio.h>

#include "lib/base/buf.h"
#include "lib/format/formats.h"

void
reading_init(struct reading *reading)
{
	*reading = (struct reading){.limits = {.depth = 30,
					    .parts = 1000,
					    .headers = 1000,
					    .text = 32 << 20,
					    .file_size = 64 << 20,
					    .unpacked_size = 128 << 20,
					    .ratio = 200}};
	arena_init(&reading->arena);
	formats_init();
	mime_init(formats_table);
}

void
reading_done(struct reading *reading)
{
	arena_done(&reading->arena);
}

static void
put_base64(struct buf *out, struct bytes content)
{
	static const char signs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < content.n; i += 3) {
		size_t n = content.n - i < 3 ? content.n - i : 3;
		uint32_t bits = (uint32_t)content.p[i] << 16;

		bits |= n > 1 ? (uint32_t)content.p[i + 1] << 8 : 0;
		bits |= n > 2 ? content.p[i + 2] : 0;
		buf_put_byte(out, (uint8_t)signs[bits >> 18]);
		buf_put_byte(out, (uint8_t)signs[bits >> 12 & 63]);
		buf_put_byte(out, n > 1 ? (uint8_t)signs[bits >> 6 & 63] : '=');
		buf_put_byte(out, n > 2 ? (uint8_t)signs[bits & 63] : '=');
		if (i / 3 % 19 == 18)
			buf_put_str(out, "\r\n");
	}
	buf_put_str(out, "\r\n");
}

void
reading_of(struct reading *reading, const char *name, const char *type, struct bytes content)
{
	struct buf message;

	buf_init(&message, SIZE_MAX / 2);
	buf_putf(&message,
		"From: a@here.example\r\nSubject: file\r\nMIME-Version: 1.0\r\n"
		"Content-Type: multipart/mixed; boundary=cut\r\n\r\n--cut\r\n"
		"Content-Type: %s\r\nContent-Disposition: attachment; filename=\"%s\"\r\n"
		"Content-Transfer-Encoding: base64\r\n\r\n",
		type != NULL ? type : "application/octet-stream", name);
	put_base64(&message, content);
	buf_put_str(&message, "--cut--\r\n");
	arena_reset(&reading->arena);
	mime_read(&reading->arena, buf_bytes(&message), &reading->limits, &reading->text);
	buf_done(&message);
}

static bool
stands_at(const struct segment *segment, size_t at, const char *place)
{
	const char *mark = segment_place(segment, at);
	char full[1024];

	snprintf(full, sizeof(full), "%s%s%s", segment->part, mark != NULL ? " > " : "",
		mark != NULL ? mark : "");
	return bytes_ends_nocase(bytes_of_str(full), bytes_of_str(place));
}

bool
reading_has(const struct reading *reading, enum segment_view view, const char *place, const char *needle)
{
	for (const struct segment *s = reading->text.segments; s != NULL; s = s->next) {
		size_t at = bytes_find(s->text, bytes_of_str(needle));

		if (s->view == view && at < s->text.n && stands_at(s, at, place))
			return true;
	}
	return false;
}

bool
reading_has_anywhere(const struct reading *reading, const char *needle)
{
	for (const struct segment *s = reading->text.segments; s != NULL; s = s->next)
		if (bytes_find(s->text, bytes_of_str(needle)) < s->text.n)
			return true;
	return false;
}

void
reading_show(const struct reading *reading)
{
	for (const struct segment *s = reading->text.segments; s != NULL; s = s->next) {
		struct bytes rest = bytes_sub(s->text, 0, 2000), line;

		printf("# view %d, %s\n", (int)s->view, s->part);
		while (bytes_next_line(&rest, &line))
			printf("#   %.*s\n", BYTES_FMT(line));
	}
	for (unsigned bit = 1; unscannable_name(bit) != NULL; bit <<= 1)
		if ((reading->text.unscannable & bit) != 0)
			printf("# unscannable: %s\n", unscannable_name(bit));
}
