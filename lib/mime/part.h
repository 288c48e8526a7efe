/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A message as GMime parsed it, and the facts about one part that reading and showing both need. Only GMime's
 * structure is used: charsets, encoded words and transfer encodings are decoded by our own calls, within our
 * limits. Objects belong to the message; g_object_unref() on the message ends them all.
 */
#ifndef POSTSEAL_PART_H
#define POSTSEAL_PART_H

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/mime/charset.h"
#include "lib/mime/decode.h"
#include "lib/mime/flowed.h"
#include "lib/mime/gmime_quiet.h"

enum {
	PART_TYPE_MAX = 96,
	PART_ENCODINGS_MAX = DECODE_UNKNOWN + 1,
	PART_NAME_MAX = 120,
	PART_CHARSETS_MAX = 3
};

struct part_facts {
	char type[PART_TYPE_MAX];                       /* "text/plain" in lower case */
	struct bytes charset;                           /* empty: none given */
	struct bytes other_charsets[PART_CHARSETS_MAX]; /* that are named beside it; they live as long */
	size_t n_other_charsets;
	enum flowed_mode flowed;
	/* Every transfer encoding that is claimed; more than one is a trick or a broken mailer. */
	enum decode_kind encodings[PART_ENCODINGS_MAX];
	size_t n_encodings;
	bool is_ambiguous;  /* several content types or boundaries that differ */
	bool is_attachment; /* it says so, or it has a file name */
};

/*
 * NULL when there is nothing to parse. The bytes are copied. Lines that stand where fields should, and that
 * GMime throws away, are appended to `lost`, which may be NULL.
 */
GMimeMessage *part_parse(struct bytes message, struct buf *lost);

void part_get_facts(GMimeObject *object, struct part_facts *ret_facts);

/* The content as it stands in the message, still encoded; lives as long as the message. */
struct bytes part_raw(GMimePart *part);

/* Where the content starts in the bytes that were parsed. */
size_t part_offset(GMimePart *part);

/* Calls `visit` with each file name that the part gives itself, as clean UTF-8, the most likely one first. */
void part_each_name(GMimeObject *object, void (*visit)(struct bytes name, void *context), void *context);

/* Text content as clean UTF-8: by its label, or by what the document says of itself when there is none. */
enum charset_result part_to_utf8(struct bytes label, struct bytes content, struct buf *out);

/*
 * A name that is safe to show and to save: no path, control or direction character, PART_NAME_MAX bytes at
 * most. Empty when nothing is left.
 */
char *part_safe_name(struct arena *arena, struct bytes name);

/* Of a text that says where something is: without control and direction characters, at most `max` bytes. */
char *part_safe_text(struct arena *arena, struct bytes text, size_t max);

#endif
