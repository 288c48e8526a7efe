/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text of any charset that mail uses, as clean UTF-8, by iconv. Converters are all opened by charset_init()
 * and stay open: none can be loaded from disk once the sandbox is closed. Used by one thread. Labels are
 * often wrong. Valid UTF-8 is believed over a label of an 8-bit charset; UTF-16 and UTF-32 are recognised by
 * their zeros; what fits nothing is read as UTF-8 with windows-1252 where that fails.
 */
#ifndef POSTSEAL_CHARSET_H
#define POSTSEAL_CHARSET_H

#include "lib/base/buf.h"

enum charset_result {
	CHARSET_READ,
	CHARSET_GUESSED,    /* not what the label said, but it reads as text */
	CHARSET_UNREADABLE, /* written as best we could: most likely not what a reader would see */
};

void charset_init(void);

/* Appends. An empty label means none was given. */
enum charset_result charset_to_utf8(struct bytes label, struct bytes text, struct buf *out);

/* The converter's name for a label, or NULL when the label is unknown. For tests and messages. */
const char *charset_name(struct bytes label);

/* How many converters could not be opened on this system. */
unsigned charset_missing(void);

/* Calls `visit` with each label that is accepted. */
void charset_each(void (*visit)(const char *label, void *context), void *context);

#endif
