/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a hostile message into text segments: headers (RFC 2047, 2231), nested MIME, transfer encodings and
 * charsets by GMime and iconv, HTML by our own tokenizer. Runs in postseal-parser only. Never fails: what
 * can't be read is reported in message_text.unscannable and .unread. No global state but mime_init()'s.
 */
#ifndef POSTSEAL_READER_H
#define POSTSEAL_READER_H

#include "lib/mime/segment.h"

struct mime_limits {
	size_t depth, parts, headers, text;
};

/*
 * Once a process, before the sandbox closes: GMime's tables, and every charset converter that we accept is
 * loaded now, since none can be loaded from disk later.
 */
void mime_init(void);

/* `message` must outlive nothing: all texts are copied into the arena. */
void mime_read(struct arena *arena, struct bytes message, const struct mime_limits *limits,
	struct message_text *ret_text);

#endif
