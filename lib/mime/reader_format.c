/* SPDX-License-Identifier: Apache-2.0 */
/* Attached files: finding who reads them, and taking what is told. */
#include "lib/base/ascii.h"
#include "lib/base/clock.h"
#include "lib/base/utf8.h"
#include "lib/mime/reader_state.h"

/* Below this an unpacked file is never too many times what it was packed in. */
enum { RATIO_FREE = 1 << 20 };

/* What a bomb unpacked to is not worth more of the rules' time than this; the message is unscannable anyway.
 */
enum { SPENT_MAX = 1 << 20 };

/* A place's name, and how many of them one text may have. */
enum { WHERE_MAX = 120, MARKS_MAX = 200000 };

struct format_out {
	struct reader *reader;
	const struct leaf *leaf;
};

/*
 * The budget is the outermost file's: whatever is in files that are in it was unpacked from those bytes, and
 * an archive in an archive gets no second go.
 */
static bool
begin_file(struct reader *reader, struct bytes content)
{
	int64_t now = clock_mono_ms();

	if (reader->file.is_open)
		return false;
	reader->file = (struct file_budget){.is_open = true, .packed = content.n, .deadline = INT64_MAX};
	if (reader->limits.file_ms > 0)
		reader->file.deadline = now + reader->limits.file_ms;
	if (reader->deadline < reader->file.deadline)
		reader->file.deadline = reader->deadline;
	return true;
}

void
reader_take_format(
	struct reader *reader, const struct leaf *leaf, const struct format *format, struct bytes content)
{
	struct format_out out = {.reader = reader, .leaf = leaf};
	bool is_outermost;

	if (reader->limits.files == MIME_FILES_UNREAD) {
		reader_add_unread(reader, leaf->part, format->types[0], content);
		return;
	}
	if (reader_is_disguised(leaf, format))
		reader->text->traits |= TRAIT_DISGUISED;
	if (reader->depth >= reader->limits.depth) {
		reader_flag(reader, UNSCANNABLE_DEPTH);
		return;
	}
	is_outermost = begin_file(reader, content);
	reader->depth++;
	format->read(&out, content);
	reader->depth--;
	if (is_outermost)
		reader->file.is_open = false;
}

static size_t
left(size_t limit, size_t spent)
{
	return limit > spent ? limit - spent : 0;
}

/* What the outermost file's size allows. */
static size_t
ratio_limit(const struct reader *reader)
{
	size_t limit;

	if (__builtin_mul_overflow(reader->file.packed, reader->limits.ratio, &limit))
		return SIZE_MAX;
	return limit > RATIO_FREE ? limit : RATIO_FREE;
}

/* What was refused is not counted: an entry that claims to be endless leaves the next ones their share. */
bool
format_spend(struct format_out *out, size_t n)
{
	struct reader *reader = out->reader;
	enum unscannable why;

	/* Nothing more would be taken. */
	if ((reader->text->unscannable & UNSCANNABLE_PARTS) != 0)
		return false;
	if (n > left(reader->limits.file_size, reader->file.unpacked) ||
		n > left(reader->limits.unpacked_size, reader->unpacked))
		why = UNSCANNABLE_SIZE;
	else if (n > left(ratio_limit(reader), reader->file.unpacked))
		why = UNSCANNABLE_RATIO;
	else if (reader->file.deadline != INT64_MAX && clock_mono_ms() > reader->file.deadline)
		why = UNSCANNABLE_TIMEOUT;
	else {
		reader->file.unpacked += n;
		reader->unpacked += n;
		return true;
	}
	reader->file.is_spent = true;
	reader_flag(reader, why);
	return false;
}

size_t
format_bytes_left(const struct format_out *out)
{
	const struct reader *reader = out->reader;
	size_t file = left(reader->limits.file_size, reader->file.unpacked),
	       all = left(reader->limits.unpacked_size, reader->unpacked),
	       ratio = left(ratio_limit(reader), reader->file.unpacked);

	file = all < file ? all : file;
	return ratio < file ? ratio : file;
}

struct arena *
format_arena(struct format_out *out)
{
	return out->reader->arena;
}

void
format_flag(struct format_out *out, enum unscannable why)
{
	reader_flag(out->reader, why);
}

void
format_is_locked(struct format_out *out)
{
	out->reader->text->traits |= TRAIT_LOCKED;
}

bool
format_is_named(const struct format_out *out, const char *const *extensions)
{
	return reader_has_extension(out->leaf, extensions);
}

void
format_is_disguised(struct format_out *out)
{
	out->reader->text->traits |= TRAIT_DISGUISED;
}

void
format_is_unread(struct format_out *out)
{
	const struct format *format = reader_find_format(out->leaf->content, READER_BINARY);

	reader_add_unread(out->reader, out->leaf->part, format != NULL ? format->types[0] : out->leaf->type,
		out->leaf->content);
}

void
format_text_init(struct format_text *text, struct format_out *out, enum segment_view view, const char *where)
{
	*text = (struct format_text){.out = out, .view = view, .where = where};
	buf_init(&text->buf, out->reader->limits.text - out->reader->text_size);
	buf_init(&text->marks, MARKS_MAX * sizeof(struct segment_mark));
}

void
format_text_mark(struct format_text *text, const char *place)
{
	struct arena *arena = text->out->reader->arena;
	struct segment_mark mark = {.at = text->buf.n};

	/* Beyond so many, what follows is said to stand at the last. */
	if (text->marks.n + sizeof(mark) > text->marks.max)
		return;
	mark.place = part_safe_text(arena, bytes_of_str(place), WHERE_MAX);
	buf_put(&text->marks, &mark, sizeof(mark));
}

static const char *
place_of(struct format_out *out, const char *where)
{
	struct arena *arena = out->reader->arena;

	if (where == NULL)
		return out->leaf->part;
	return arena_strf(
		arena, "%s > %s", out->leaf->part, part_safe_text(arena, bytes_of_str(where), WHERE_MAX));
}

void
format_text_done(struct format_text *text)
{
	struct segment_mark *marks;
	size_t n = text->marks.n / sizeof(*marks);

	if (text->buf.n > 0) {
		marks = arena_array(text->out->reader->arena, n, sizeof(*marks));
		if (n > 0)
			memcpy(marks, text->marks.p, text->marks.n);
		reader_add_marked(text->out->reader, text->view, place_of(text->out, text->where),
			buf_bytes(&text->buf), marks, n);
	}
	if (text->buf.full)
		reader_flag(text->out->reader, UNSCANNABLE_SIZE);
	buf_wipe_done(&text->buf);
	buf_done(&text->marks);
}

void
format_tell(struct format_out *out, enum segment_view view, const char *where, struct bytes text)
{
	if (text.n > 0)
		reader_add_segment(out->reader, view, place_of(out, where), text);
}

/* One more part, unless there are too many. */
static bool
count_part(struct format_out *out)
{
	if (out->reader->text->parts >= out->reader->limits.parts) {
		reader_flag(out->reader, UNSCANNABLE_PARTS);
		return false;
	}
	out->reader->text->parts++;
	return true;
}

void
format_tell_file(struct format_out *out, struct bytes name, const char *type, struct bytes content)
{
	struct reader *reader = out->reader;
	struct leaf leaf = {.type = type != NULL ? type : "", .place = out->leaf->place, .content = content};
	struct buf clean;

	if (!count_part(out))
		return;
	if (reader->file.is_spent)
		leaf.content = bytes_sub(content, 0, SPENT_MAX);
	buf_init(&clean, name.n * 3 + 64);
	utf8_put_clean(&clean, name);
	leaf.part = arena_strf(reader->arena, "%s > file (%s)", out->leaf->part,
		part_safe_name(reader->arena, buf_bytes(&clean)));
	reader_add_segment(reader, SEGMENT_FILENAME, leaf.part, buf_bytes(&clean));
	buf_wipe_done(&clean);
	reader_take_leaf(reader, &leaf);
}

void
format_tell_message(struct format_out *out, struct bytes content)
{
	if (count_part(out))
		reader_take_message(out->reader, out->leaf->place, out->leaf->place->attachments, content);
}
