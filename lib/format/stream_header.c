/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/stream_header.h"

#include "lib/format/little.h"
#include "lib/mime/sniff.h"

/* Flags of a member; its fields follow in this order. */
enum { GZIP_HEAD = 10, HAS_EXTRA = 1 << 2, HAS_NAME = 1 << 3, HAS_COMMENT = 1 << 4, RESERVED = 0xE0 };

/* What looks like the head of a member may be chance; so many of them are looked at, each so far. */
enum { HEADS_MAX = 1000, FIELD_MAX = 4096 };

enum { FRAME_HEAD = 8, FRAMES_MAX = 1000 };

/* The string at *at, which a NUL ends; empty when none does. */
static struct bytes
take_string(struct bytes content, size_t *at)
{
	struct bytes field = bytes_sub(content, *at, FIELD_MAX);
	size_t n = bytes_find_byte(field, 0);

	if (n == field.n)
		return bytes_of(NULL, 0);
	*at += n + 1;
	return bytes_sub(field, 0, n);
}

static void
tell(struct format_out *out, enum segment_view view, const char *where, struct bytes text)
{
	if (text.n > 0 && sniff_is_text(text))
		format_tell(out, view, where, text);
}

static struct bytes
tell_member(struct format_out *out, struct bytes member, bool is_first)
{
	unsigned flags = little_8(member, 3);
	struct bytes name = {0};
	size_t at = GZIP_HEAD;

	if ((flags & RESERVED) != 0)
		return name;
	if ((flags & HAS_EXTRA) != 0) {
		struct bytes extra = bytes_sub(member, at + 2, little_16(member, at));

		/* Subfields: two letters, a length, and anything. */
		for (size_t i = 0; little_has(extra, i, 4); i += 4 + little_16(extra, i + 2))
			tell(out, SEGMENT_HIDDEN, "extra data",
				bytes_sub(extra, i + 4, little_16(extra, i + 2)));
		tell(out, SEGMENT_HIDDEN, "extra data", extra);
		at += 2 + extra.n;
	}
	if ((flags & HAS_NAME) != 0)
		name = take_string(member, &at);
	if (!is_first)
		tell(out, SEGMENT_FILENAME, "member name", name);
	if ((flags & HAS_COMMENT) != 0)
		tell(out, SEGMENT_HIDDEN, "comment", take_string(member, &at));
	return name;
}

struct bytes
stream_tell_gzip(struct format_out *out, struct bytes content)
{
	struct bytes name = {0};
	size_t at = 0;

	for (int i = 0; i < HEADS_MAX; i++) {
		struct bytes rest = bytes_sub(content, at, content.n), found;
		size_t n = bytes_find(rest, BYTES_LIT("\x1F\x8B\x08"));

		if (n == rest.n)
			break;
		found = tell_member(out, bytes_sub(rest, n, rest.n), at + n == 0);
		if (at + n == 0)
			name = found;
		at += n + 3;
	}
	return name;
}

static bool
is_frame(struct bytes content, size_t at)
{
	return little_has(content, at, FRAME_HEAD) && (little_32(content, at) & 0xFFFFFFF0) == 0x184D2A50;
}

size_t
stream_skip_zstd(struct bytes content)
{
	size_t at = 0;

	for (int i = 0; i < FRAMES_MAX && is_frame(content, at); i++) {
		at += FRAME_HEAD + (size_t)little_32(content, at + 4);
		if (at > content.n)
			at = content.n;
	}
	return at;
}

void
stream_tell_zstd(struct format_out *out, struct bytes content)
{
	size_t at = 1;

	for (int i = 0; i < FRAMES_MAX && at < content.n; i++) {
		struct bytes rest = bytes_sub(content, at, content.n);
		size_t n = bytes_find(rest, BYTES_LIT("\x2A\x4D\x18"));

		if (n == rest.n)
			return;
		at += n;
		if (is_frame(content, at - 1)) {
			struct bytes frame =
				little_sub(content, at - 1 + FRAME_HEAD, little_32(content, at + 3));

			tell(out, SEGMENT_HIDDEN, "skippable frame", frame);
		}
		at += 3;
	}
}
