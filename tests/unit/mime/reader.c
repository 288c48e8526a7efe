/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/mime/reader.h"

#include "lib/base/buf.h"
#include "tests/support/tap.h"

static const struct mime_limits limits = {.depth = 30, .parts = 1000, .headers = 2000, .text = 1 << 20};

/*
 * All that was read, a line a piece: "part: text", "part~ hidden", "part! type" for what is unread, then the
 * unscannable bits' names and the traits.
 */
static void
describe(const struct message_text *text, struct buf *out)
{
	for (const struct segment *s = text->segments; s != NULL; s = s->next)
		buf_putf(out, "%s%s %.*s|", s->part, s->view == SEGMENT_HIDDEN ? "~" : ":",
			BYTES_FMT(bytes_trim(s->text)));
	for (const struct unread_part *u = text->unread; u != NULL; u = u->next)
		buf_putf(out, "%s! %s|", u->part, u->type);
	for (unsigned bit = 1; bit <= UNSCANNABLE_PARTIAL; bit <<= 1) {
		if (text->unscannable & bit)
			buf_putf(out, "?%s|", unscannable_name((enum unscannable)bit));
	}
	if (text->traits & TRAIT_SIGNED)
		buf_put_str(out, "+signed|");
	if (text->traits & TRAIT_ENCRYPTED)
		buf_put_str(out, "+encrypted|");
	if (text->traits & TRAIT_DKIM)
		buf_put_str(out, "+dkim|");
	if (text->traits & TRAIT_LIST)
		buf_put_str(out, "+list|");
}

static const struct {
	const char *name;
	struct bytes message;
	const char *want;
} cases[] = {
	{"a plain message", BYTES_LIT("Subject: hello\r\n\r\nworld\r\n"), "header Subject: hello|body/text: world|"},
	{"no header at all", BYTES_LIT("\r\nworld\r\n"), "body/text: world|"},
};

int
main(void)
{
	struct arena arena;

	mime_init();
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct message_text text;
		struct buf got;

		arena_reset(&arena);
		buf_init(&got, 1 << 20);
		mime_read(&arena, cases[i].message, &limits, &text);
		describe(&text, &got);
		tap_bytes(buf_bytes(&got), bytes_of_str(cases[i].want), "%s", cases[i].name);
		buf_done(&got);
	}
	arena_done(&arena);
	return tap_done();
}
