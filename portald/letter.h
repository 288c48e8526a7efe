/* SPDX-License-Identifier: Apache-2.0 */
/* The mail that carries a one-time code: short, plain text, nothing of the message it opens. Pure. */
#ifndef PORTALD_LETTER_H
#define PORTALD_LETTER_H

#include "lib/base/buf.h"

struct letter {
	struct bytes recipient;
	const char *sender;       /* address */
	const char *organisation; /* UTF-8, may be empty */
	const char *digits;       /* six */
	const char *message_id;   /* with its angle brackets */
	struct bytes key;         /* of the mark that it bears: see lib/seal/handled.h */
	int64_t now;              /* wall time */
	int64_t lifetime;         /* of the code, seconds */
};

enum { LETTER_MAX = 16 * 1024 };

/* Appends the whole message, line ends CR LF. */
void letter_write(const struct letter *letter, struct buf *out);

/* "123 456" for a person to read and type. `text` has room for 8. */
void letter_group_digits(const char *digits, char text[8]);

/* A header field's text in RFC 2047 encoded words when it is not plain ASCII. */
void letter_encode_words(struct buf *out, struct bytes text);

#endif
