/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a hostile message into text segments: headers (RFC 2047, 2231), nested MIME, transfer encodings and
 * charsets by GMime and iconv, HTML by our own tokenizer. Runs in postseal-parser only. Never fails: what
 * can't be read is reported in message_text.unscannable and .unread. No global state but mime_init()'s.
 */
#ifndef POSTSEAL_READER_H
#define POSTSEAL_READER_H

#include "lib/mime/format.h"

/* MIME_FILES_UNREAD: for a message that its reader did not survive; each file is told as unread. */
enum mime_files { MIME_FILES_READ, MIME_FILES_UNREAD };

struct mime_limits {
	size_t depth, parts, headers, text;

	/* Of what attached files unpack to; 0: none of it. */
	size_t file_size;            /* bytes of one */
	size_t unpacked_size;        /* bytes of all */
	size_t ratio;                /* of one to what it was packed in, where it is above a mebibyte */
	int64_t file_ms, message_ms; /* 0: no limit */
	enum mime_files files;

	/* Whether a file that can't be read is one that somebody has looked at; NULL: none is. */
	bool (*is_known)(const void *known, struct bytes content);
	const void *known;
};

/*
 * Once a process, before the sandbox closes: GMime's tables, and every charset converter that we accept is
 * loaded now, since none can be loaded from disk later. `formats` is what attached files are read by, and
 * must stay; NULL: by nothing.
 */
void mime_init(format_table formats);

/* `message` must outlive nothing: all texts are copied into the arena. The recipients are the caller's to
 * add. */
void mime_read(struct arena *arena, struct bytes message, const struct mime_limits *limits,
	struct message_text *ret_text);

#endif
