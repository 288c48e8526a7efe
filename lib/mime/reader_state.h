/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the reader share. Nothing outside reader*.c includes this. */
#ifndef POSTSEAL_READER_STATE_H
#define POSTSEAL_READER_STATE_H

#include "lib/mime/part.h"
#include "lib/mime/reader.h"

/* Of the attached file that is being read, the outermost one: see format_spend(). */
struct file_budget {
	bool is_open;
	bool is_spent;   /* something was refused */
	size_t packed;   /* bytes of the file */
	size_t unpacked; /* bytes out of it so far, and out of what is in it */
	int64_t deadline;
};

/* Where, in the bytes that it was given, our parser saw fields that tell of parts, and the parts' contents.
 */
struct seen {
	struct buf fields, bodies; /* offsets, size_t each */
};

struct reader {
	struct arena *arena;
	struct mime_limits limits;
	struct message_text *text;
	struct segment **next_segment;
	struct unread_part **next_unread;
	size_t headers;   /* fields read so far */
	size_t text_size; /* bytes of segments so far */
	size_t depth;
	struct seen *seen; /* of the message that is being walked through, or NULL */
	bool is_second;    /* reading of the same message: what the first told is not told again */
	size_t unpacked;   /* bytes out of all files so far */
	int64_t deadline;  /* of the message; INT64_MAX: none */
	struct file_budget file;
};

/* One message, the outer or an enclosed one: where its parts are said to be. */
struct place {
	const char *prefix;  /* "", "part 2 > " ... */
	size_t attachments;  /* counted so far */
	bool in_alternative; /* unused parts of multipart/alternative are bodies */
};

void reader_add_segment(struct reader *reader, enum segment_view view, const char *part, struct bytes text);

/* As it stands; the marks are the arena's. */
void reader_add_marked(struct reader *reader, enum segment_view view, const char *part, struct bytes text,
	const struct segment_mark *marks, size_t n_marks);

void reader_add_unread(struct reader *reader, const char *part, const char *type, struct bytes content);
void reader_flag(struct reader *reader, enum unscannable why);

/* reader_headers.c: fields that people write or see, and the traits that others show. */
void reader_take_headers(struct reader *reader, GMimeObject *object, const struct place *place);

/* reader_sweep.c: parts in what our parser did not take for any. The message is the one that `seen` is of. */
void reader_sweep(struct reader *reader, struct place *place, struct seen *seen, struct bytes message);

/* reader.c: a header and what stands behind it. */
void reader_take_block(struct reader *reader, struct place *place, struct bytes block);

/* reader_leaf.c: the text of content, whatever it is. */
struct leaf {
	const char *part;     /* its place in full */
	const char *type;     /* as declared */
	struct bytes charset; /* as declared */
	enum flowed_mode flowed;
	struct bytes content; /* decoded */
	struct place *place;
};

void reader_take_leaf(struct reader *reader, const struct leaf *leaf);

/* reader_encoded.c: the leaf, whose content is what the encoding makes of the raw bytes. */
void reader_take_encoded(struct reader *reader, struct leaf *leaf, enum decode_kind kind, struct bytes raw);

/* Text of no declared charset: preambles and the like. */
void reader_take_plain(struct reader *reader, const char *part, struct bytes text);

/* reader_kind.c: of what format that lib/format knows content is. */
enum reader_form { READER_BINARY, READER_TEXT };

void reader_use_formats(format_table table);
const struct format *reader_find_format(struct bytes content, enum reader_form form);

/* What else it is, when it was found to be `format`; or NULL. */
const struct format *reader_find_also(struct bytes content, const struct format *format);
/* The name or the type is another format's than this one. */
bool reader_is_disguised(const struct leaf *leaf, const struct format *format);

bool reader_has_extension(const struct leaf *leaf, const char *const *extensions);

/* The same for content that no format reads: text, or what it was sniffed to be. */
bool reader_is_called_otherwise(const struct leaf *leaf, const char *sniffed);

/* What a reading that is only guessed at must leave as it was: what can't be read in it proves nothing. */
struct marks {
	unsigned unscannable, traits;
};

struct marks reader_marks(const struct reader *reader);
void reader_restore(struct reader *reader, struct marks marks);

/* reader_format.c: content of such a format. */
void reader_take_format(
	struct reader *reader, const struct leaf *leaf, const struct format *format, struct bytes content);

/* reader.c: content that is a message in itself; `number` names it. */
void reader_take_message(
	struct reader *reader, const struct place *place, size_t number, struct bytes content);

/* The number and name of the next attachment, as its place; its name becomes a segment. */
const char *reader_name_attachment(struct reader *reader, struct place *place, struct bytes name);

#endif
