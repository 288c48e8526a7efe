/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What reads one format of file, and how it tells what is in one. lib/format has the readers and their table;
 * lib/mime finds the reader by the content, gives it the content and takes what it tells. Readers run in
 * postseal-parser. They keep no state and never fail: what they can't read they flag, and tell the rest.
 * Nothing of them survives the call but what was told, which is copied.
 */
#ifndef POSTSEAL_FORMAT_H
#define POSTSEAL_FORMAT_H

#include "lib/base/buf.h"
#include "lib/mime/segment.h"

/* The file that is being read, as lib/mime knows it. */
struct format_out;

struct format {
	const char *name; /* for people: "docx" */

	/* What it may rightly be called: media types, and name extensions without the dot. NULL ends each. */
	const char *const *types;
	const char *const *extensions;

	/*
	 * Content of a text format comes decoded, as clean UTF-8, and is read as plain text as well: a reader
	 * of it adds what its structure says. Other content comes as it is.
	 */
	bool is_text;

	/* Programs find it anywhere in a file: it is asked, and reads, after another has read it as well. */
	bool is_also;

	/* By the content alone; cheap. The first in the table that says yes reads it. */
	bool (*is)(struct bytes content);
	void (*read)(struct format_out *out, struct bytes content);
};

/* NULL-terminated, in the order in which they are asked. */
typedef const struct format *const *format_table;

/*
 * A text within the file, that becomes one segment: "comments", "sheet Patients (hidden)". The rules see
 * neighbourhood only within one; so one a document, sheet or record is right, one a paragraph or cell is not.
 * Lines, and tabs between cells, are what rules know as rows and columns.
 */
struct format_text {
	struct format_out *out;
	enum segment_view view;
	const char *where; /* copied when it is done; NULL: the file itself */
	struct buf buf;    /* valid UTF-8; full when the message's budget for text is spent */
	struct buf marks;  /* struct segment_mark */
};

void format_text_init(
	struct format_text *text, struct format_out *out, enum segment_view view, const char *where);

/* What follows in the buf stands at this place of the text: "B7", "PID-5", "page 3". The name is copied. */
void format_text_mark(struct format_text *text, const char *place);

/* Tells it, unless it is empty, and wipes it. */
void format_text_done(struct format_text *text);

/* In one call, without marks; bytes that are no UTF-8 are replaced. */
void format_tell(struct format_out *out, enum segment_view view, const char *where, struct bytes text);

/*
 * A file in this file, to be read by its own content: an archive's entry, an embedded object. The name may be
 * empty and of any bytes; it is judged as a file name. `type` is what it is declared as, or NULL.
 */
void format_tell_file(struct format_out *out, struct bytes name, const char *type, struct bytes content);

/* A message (RFC 5322) in this file. */
void format_tell_message(struct format_out *out, struct bytes content);

void format_flag(struct format_out *out, enum unscannable why);

/* It, or a file in it, is encrypted with a key that we have not. */
void format_is_locked(struct format_out *out);

/* Whether the file's name ends in one of these extensions; NULL ends them. */
bool format_is_named(const struct format_out *out, const char *const *extensions);

/* It is of another kind than its name says: for formats that are a family. */
void format_is_disguised(struct format_out *out);

/* Something of it can be seen by a person and not by us: a picture, an unknown format inside. */
void format_is_unread(struct format_out *out);

/*
 * To be asked before n more bytes are unpacked, or that much work is done: false when the file's or the
 * message's budget of bytes, ratio or time is spent. It was flagged then; the reader stops and tells what it
 * has.
 */
bool format_spend(struct format_out *out, size_t n);

/* The most that one unpacked file may have; for a buf's maximum. */
size_t format_bytes_left(const struct format_out *out);

/* Of the message: for what a reader keeps until it returns. */
struct arena *format_arena(struct format_out *out);

#endif
