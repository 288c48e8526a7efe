/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/ascii.h"
#include "lib/mime/reader_state.h"
#include "lib/mime/sniff.h"

/* Pieces of base64 between words in one part. */
enum { RUNS_MAX = 16 };

/* Words, not base64: a space inside, and a character that has no place in it. */
static bool
is_stray(struct bytes line)
{
	bool has_space = false, has_other = false;

	line = bytes_trim(line);
	for (size_t i = 0; i < line.n; i++) {
		uint8_t c = line.p[i];

		if (c == ' ')
			has_space = true;
		else if (!ascii_is_alnum(c) && c != '+' && c != '/' && c != '=')
			has_other = true;
	}
	return has_other && (has_space || line.n > 20);
}

/* Nothing but base64, and no word of a sentence either. */
static bool
is_solid(struct bytes line)
{
	line = bytes_trim(line);
	for (size_t i = 0; i < line.n; i++) {
		if (!ascii_is_alnum(line.p[i]) && line.p[i] != '+' && line.p[i] != '/' && line.p[i] != '=')
			return false;
	}
	return line.n > 0 && line.n % 4 == 0;
}

/* The lines up to the first one that is of the other kind. */
static struct bytes
next_run(struct bytes *rest, bool *ret_is_text)
{
	struct bytes whole = *rest, line;
	size_t n = 0;

	while (bytes_next_line(rest, &line)) {
		if (n == 0)
			*ret_is_text = is_stray(line);
		else if (*ret_is_text ? is_solid(line) : is_stray(line)) {
			*rest = bytes_sub(whole, n, whole.n);
			break;
		}
		n = whole.n - rest->n;
	}
	return bytes_sub(whole, 0, n);
}

static void
take_content(struct reader *reader, struct leaf *leaf, struct bytes content)
{
	leaf->content = content;
	reader_take_leaf(reader, leaf);
	leaf->content = bytes_of(NULL, 0);
}

/* What stands between base64: words, or a file in an older encoding. */
static void
take_words(struct reader *reader, const struct leaf *leaf, struct bytes words)
{
	struct leaf text = {.part = leaf->part, .type = "text/plain", .place = leaf->place};

	take_content(reader, &text, words);
}

static void
take_base64_run(struct reader *reader, struct leaf *leaf, struct bytes run)
{
	struct buf content;

	buf_init(&content, run.n + run.n / 2 + 256);
	decode_put(DECODE_BASE64, run, &content);
	take_content(reader, leaf, buf_bytes(&content));
	buf_wipe_done(&content);
}

/*
 * What programs read that decode broken base64 in other ways than ours. A broken file is no reading: only
 * text can be half right.
 */
static void
take_other_ways(struct reader *reader, struct leaf *leaf, struct bytes raw)
{
	struct marks before = reader_marks(reader);
	unsigned ways = decode_ways_of(raw);
	struct buf usual, content;

	if (ways == 0)
		return;
	buf_init(&usual, raw.n + raw.n / 2 + 256);
	buf_init(&content, raw.n + raw.n / 2 + 256);
	decode_put(DECODE_BASE64, raw, &usual);
	for (int way = 0; way < DECODE_WAYS; way++) {
		if (!(ways & 1U << way))
			continue;
		buf_reset(&content);
		decode_put_way((enum decode_way)way, raw, &content);
		if (!bytes_eq(buf_bytes(&content), buf_bytes(&usual)) &&
			sniff_type(buf_bytes(&content)) == NULL && sniff_is_text(buf_bytes(&content)))
			take_content(reader, leaf, buf_bytes(&content));
	}
	buf_wipe_done(&usual);
	buf_wipe_done(&content);
	reader_restore(reader, before);
}

/*
 * Mailing lists put footers behind the base64 of a part, others words ahead: those are read as they stand.
 * Programs that skip what does not belong and go on show most likely rubbish; it is read, but makes nothing
 * unreadable.
 */
static void
take_base64(struct reader *reader, struct leaf *leaf, struct bytes raw)
{
	struct bytes rest = raw;
	struct marks before;
	unsigned runs = 0;
	bool is_text = false, has_text = false;

	while (rest.n > 0 && ++runs <= RUNS_MAX) {
		struct bytes run = next_run(&rest, &is_text);

		has_text = has_text || is_text;
		if (is_text)
			take_words(reader, leaf, run);
		else
			take_base64_run(reader, leaf, run);
	}
	take_words(reader, leaf, rest);
	if (has_text) {
		before = reader_marks(reader);
		take_base64_run(reader, leaf, raw);
		reader_restore(reader, before);
	}
	take_other_ways(reader, leaf, raw);
}

/* BinHex packs runs of bytes. */
enum { PACKED_MAX = 32 << 20 };

void
reader_take_encoded(struct reader *reader, struct leaf *leaf, enum decode_kind kind, struct bytes raw)
{
	struct buf content;

	if (kind == DECODE_NONE || kind == DECODE_BASE64) {
		if (kind == DECODE_NONE)
			take_content(reader, leaf, raw);
		else
			take_base64(reader, leaf, raw);
		return;
	}
	buf_init(&content, kind == DECODE_BINHEX ? PACKED_MAX : raw.n + raw.n / 2 + 256);
	decode_put(kind, raw, &content);
	if (buf_full(&content))
		reader_flag(reader, UNSCANNABLE_SIZE);
	take_content(reader, leaf, buf_bytes(&content));
	buf_wipe_done(&content);
}
