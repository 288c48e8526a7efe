/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a message says, piece by piece: text that a reader may see, with the place it came from.
 * This is what the rules judge. Texts are clean UTF-8 and belong to the message's arena.
 */
#ifndef POSTSEAL_SEGMENT_H
#define POSTSEAL_SEGMENT_H

#include "lib/base/arena.h"

enum segment_view {
	SEGMENT_HEADER, /* decoded value of one header field; `part` is "header Subject" */
	SEGMENT_TEXT,   /* a text body or a text attachment */
	SEGMENT_HTML,   /* HTML as seen: tags removed, block elements as line breaks, table cells as tabs */
	SEGMENT_HIDDEN, /* what HTML holds but does not show: comments, hidden elements, attributes */
	SEGMENT_FILENAME,
};

/* From here on the text stands at this place of its part: "sheet Patients!B7", "PID-5", "page 3". */
struct segment_mark {
	size_t at;
	const char *place;
};

struct segment {
	enum segment_view view;
	const char *part; /* "header Subject", "body/text", "body/html", "attachment 2 (report.txt)" ... */
	struct bytes text;
	struct segment *next;
	const struct segment_mark *marks; /* in the order of the text; often none */
	size_t n_marks;
};

/* The place of the byte at `at` within the part, or NULL when nothing is known but the part. */
const char *segment_place(const struct segment *segment, size_t at);

/* Why a message, or a part of it, could not be read to its end: a bit each. */
enum unscannable {
	UNSCANNABLE_DEPTH = 1 << 0,
	UNSCANNABLE_PARTS = 1 << 1,
	UNSCANNABLE_HEADERS = 1 << 2,
	UNSCANNABLE_SIZE = 1 << 3,
	UNSCANNABLE_MALFORMED = 1 << 4, /* structure that mail programs read differently, broken encodings */
	UNSCANNABLE_CHARSET = 1 << 5,
	UNSCANNABLE_PATTERN = 1 << 6, /* a rule hit its match limit */
	UNSCANNABLE_CRASH = 1 << 7,
	UNSCANNABLE_TIMEOUT = 1 << 8,
	UNSCANNABLE_PARTIAL = 1 << 9, /* message/partial, message/external-body */
	UNSCANNABLE_RATIO = 1 << 10,  /* unpacks to too many times its size */
	UNSCANNABLE_MEMORY = 1 << 11,
	UNSCANNABLE_FORMAT = 1 << 12, /* a file is not of the form that it begins as */
};

/* One word each, for logs and JSON; NULL for a bit that does not exist. */
const char *unscannable_name(enum unscannable bit);

/* An attachment that this version can't read; `type` is what its content looks like, else what it says it is.
 */
struct unread_part {
	const char *part;
	const char *type;
	size_t size;
	struct unread_part *next;
};

enum message_trait {
	TRAIT_SIGNED = 1 << 0, /* S/MIME or OpenPGP signature structure */
	TRAIT_ENCRYPTED =
		1 << 1, /* S/MIME or OpenPGP encrypted whole; its structure was checked, not only its type */
	TRAIT_DKIM = 1 << 2,
	TRAIT_LIST = 1 << 3,      /* List-Id, List-Unsubscribe or Precedence: bulk/list */
	TRAIT_LOCKED = 1 << 4,    /* a file is encrypted, or has one in it that is */
	TRAIT_DISGUISED = 1 << 5, /* a file is not what its name or its declared type says */
};

/* The label that a trait gives to a message (postseal-policy(5)), or NULL. */
const char *trait_label(enum message_trait bit);

struct message_text {
	struct segment *segments;
	struct unread_part *unread;
	unsigned unscannable; /* enum unscannable */
	unsigned traits;      /* enum message_trait */
	size_t parts;

	/* To whom it goes, where that is known: canonical addresses of the envelope, not of the text. */
	const struct bytes *recipients;
	size_t n_recipients;
	size_t n_untold; /* recipients that are not in the list */
};

#endif
