/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parts that our parser did not take for any, but another may: fields of MIME anywhere, with what stands
 * behind them. It is found by looking at lines only, so that no trick with boundaries, types or ends of
 * headers hides it. What the parser read as the same part is passed over.
 */
#include <stdlib.h>

#include "lib/base/ascii.h"
#include "lib/mime/reader_state.h"

enum { NAME_LENGTH_MAX = 80 };

/* A header and what is behind it. */
struct block {
	bool is_open, is_known, is_base64;
	size_t head, body;      /* where both start */
	struct bytes delimiter; /* the line ahead of the header, if it is one */
};

struct sweep {
	struct reader *reader;
	struct place *place;
	const struct seen *seen;
	struct bytes message;
	struct block block;
	size_t paragraph;    /* where the fields that now follow each other start */
	struct bytes before; /* the line ahead of them */
};

static int
compare(const void *a, const void *b)
{
	const size_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static bool
has_offset(const struct buf *offsets, size_t at)
{
	return offsets->n > 0 &&
	       bsearch(&at, offsets->p, offsets->n / sizeof(at), sizeof(at), compare) != NULL;
}

static void
sort_offsets(struct buf *offsets)
{
	if (offsets->n > 0)
		qsort(offsets->p, offsets->n / sizeof(size_t), sizeof(size_t), compare);
}

/* Nothing that a person would see, in whatever charset: some end a header there. */
static bool
is_blank(struct bytes line)
{
	static const struct bytes blanks[] = {BYTES_LIT("\xC2\xA0"), BYTES_LIT("\xC2\x85"),
		BYTES_LIT("\xE2\x80\xA8"), BYTES_LIT("\xE2\x80\xA9"), BYTES_LIT("\xA0"), BYTES_LIT("\x85")};

	while (line.n > 0) {
		size_t n = line.p[0] == '\0' || ascii_is_space(line.p[0]);

		for (size_t i = 0; n == 0 && i < sizeof(blanks) / sizeof(blanks[0]); i++)
			if (bytes_eq(bytes_sub(line, 0, blanks[i].n), blanks[i]))
				n = blanks[i].n;
		if (n == 0)
			return false;
		line = bytes_sub(line, n, line.n);
	}
	return true;
}

static bool
is_delimiter(struct bytes line)
{
	return line.n > 2 && line.p[0] == '-' && line.p[1] == '-' && !is_blank(bytes_sub(line, 2, line.n));
}

/* The field's name, or nothing. */
static struct bytes
name_of(struct bytes line)
{
	size_t n = 0;

	while (n < line.n && n < NAME_LENGTH_MAX && line.p[n] > ' ' && line.p[n] != ':')
		n++;
	if (n == 0 || line.p[0] == '-' || line.p[0] == '>')
		return bytes_of(NULL, 0);
	for (size_t behind = n; behind < line.n; behind++) {
		if (line.p[behind] == ':')
			return bytes_sub(line, 0, n);
		if (line.p[behind] != ' ' && line.p[behind] != '\t')
			break;
	}
	return bytes_of(NULL, 0);
}

/* Of the fields that say how to read what follows. */
static bool
is_telling(struct bytes name)
{
	return bytes_eq_nocase(name, BYTES_LIT("content-type")) ||
	       bytes_eq_nocase(name, BYTES_LIT("content-transfer-encoding"));
}

/* A folded line that would be a field that says much, were there no blank ahead of it. */
static bool
is_pushed_in(struct bytes line)
{
	static const struct bytes name = BYTES_LIT("content-transfer-encoding:");
	enum decode_kind kinds[DECODE_KINDS_MAX];

	return bytes_starts_nocase(line, name) &&
	       decode_kinds_of(bytes_sub(line, name.n, line.n), kinds) == 1 && kinds[0] != DECODE_NONE &&
	       kinds[0] != DECODE_UNKNOWN;
}

/* Without what some do not see ahead of a field: the CR of LF CR; a blank, when we think so as well. */
static struct bytes
without_lead(struct bytes line)
{
	struct bytes bare;

	while (line.n > 0 && line.p[0] == '\r')
		line = bytes_sub(line, 1, line.n);
	bare = line;
	while (bare.n > 0 && (bare.p[0] == ' ' || bare.p[0] == '\t'))
		bare = bytes_sub(bare, 1, bare.n);
	return bare.n < line.n && is_pushed_in(bare) ? bare : line;
}

static bool
continues(struct bytes line)
{
	return line.n > 0 && (line.p[0] == ' ' || line.p[0] == '\t' || line.p[0] == '\r') && !is_blank(line);
}

static size_t
offset_of(const struct sweep *sweep, struct bytes b)
{
	return (size_t)(b.p - sweep->message.p);
}

/* Where the header that starts at `at` ends, and whether the parser saw each of its telling fields. */
static void
read_head(const struct sweep *sweep, size_t at, struct block *block)
{
	struct bytes rest = bytes_sub(sweep->message, at, sweep->message.n), line;
	bool is_compound = false;

	*block = (struct block){.is_open = true, .is_known = true, .head = at};
	block->body = sweep->message.n;
	while (bytes_next_line(&rest, &line)) {
		struct bytes name = name_of(without_lead(line));

		if (is_blank(line)) {
			block->body = offset_of(sweep, rest);
			break;
		}
		if (name.n == 0 && !continues(line)) {
			block->body = offset_of(sweep, line);
			break;
		}
		if (!is_telling(name))
			continue;
		if (!has_offset(&sweep->seen->fields, offset_of(sweep, line)))
			block->is_known = false;
		line = bytes_trim(bytes_sub(line, bytes_find_byte(line, ':') + 1, line.n));
		block->is_base64 = block->is_base64 || bytes_starts_nocase(line, BYTES_LIT("base64"));
		is_compound = is_compound || bytes_starts_nocase(line, BYTES_LIT("multipart/")) ||
			      bytes_starts_nocase(line, BYTES_LIT("message/"));
	}
	if (!is_compound && !has_offset(&sweep->seen->bodies, block->body) &&
		bytes_trim(bytes_sub(sweep->message, block->body, sweep->message.n)).n > 0)
		block->is_known = false;
}

static void
close_block(struct sweep *sweep, size_t end)
{
	struct block *block = &sweep->block;
	struct bytes head = bytes_sub(sweep->message, block->head, block->body - block->head);
	struct bytes body = bytes_sub(sweep->message, block->body, end > block->body ? end - block->body : 0);
	struct bytes line;
	struct buf message;

	if (block->is_open && !block->is_known && bytes_trim(body).n > 0) {
		buf_init(&message, head.n + body.n + 64);
		while (bytes_next_line(&head, &line)) {
			if (is_blank(line))
				continue;
			buf_put_bytes(
				&message, name_of(without_lead(line)).n > 0 ? without_lead(line) : line);
			buf_put_byte(&message, '\n');
		}
		buf_put_byte(&message, '\n');
		buf_put_bytes(&message, body);
		reader_take_block(sweep->reader, sweep->place, buf_bytes(&message));
		buf_wipe_done(&message);
	}
	block->is_open = false;
}

/* The delimiter again; in base64 any, since no such line is of it. */
static bool
ends_block(const struct block *block, struct bytes line)
{
	if (block->is_base64)
		return is_delimiter(line);
	return block->delimiter.n > 0 && bytes_eq(bytes_sub(line, 0, block->delimiter.n), block->delimiter);
}

static void
look_at_line(struct sweep *sweep, struct bytes line, struct bytes rest)
{
	struct block *block = &sweep->block;
	size_t at = offset_of(sweep, line);
	struct bytes name;

	if (at < block->body && at >= block->head && block->body > block->head)
		return;
	if (block->is_open && ends_block(block, line))
		close_block(sweep, at);
	name = is_blank(line) ? bytes_of(NULL, 0) : name_of(without_lead(line));
	if (name.n == 0 && !continues(line)) {
		sweep->paragraph = offset_of(sweep, rest);
		sweep->before = line;
	} else if (is_telling(name)) {
		close_block(sweep, sweep->paragraph);
		read_head(sweep, sweep->paragraph, block);
		if (is_delimiter(sweep->before))
			block->delimiter = bytes_trim(sweep->before);
		sweep->paragraph = block->body;
		sweep->before = bytes_of(NULL, 0);
	}
}

void
reader_sweep(struct reader *reader, struct place *place, struct seen *seen, struct bytes message)
{
	struct sweep sweep = {.reader = reader, .place = place, .seen = seen, .message = message};
	struct bytes rest = message, line;

	sort_offsets(&seen->fields);
	sort_offsets(&seen->bodies);
	while (bytes_next_line(&rest, &line) && !(reader->text->unscannable & UNSCANNABLE_PARTS))
		look_at_line(&sweep, line, rest);
	close_block(&sweep, message.n);
}
