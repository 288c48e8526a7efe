/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replies of a foreign SMTP server (RFC 5321 section 4.2), in whatever pieces they come. Nothing of the text
 * is kept but which extensions a reply to EHLO offers. Pure.
 */
#ifndef POSTSEAL_REPLY_H
#define POSTSEAL_REPLY_H

#include "lib/base/bytes.h"

/* Postfix's line_length_limit; and more lines than any EHLO has. */
enum { REPLY_LINE_MAX = 2048, REPLY_LINES_MAX = 100 };

enum reply_offer {
	OFFERS_STARTTLS = 1 << 0,
	OFFERS_REQUIRETLS = 1 << 1,
};

struct reply {
	int code;        /* 200 to 599 */
	unsigned offers; /* enum reply_offer, of all lines but the first */
	size_t n_lines, n;
	char line[REPLY_LINE_MAX];
};

enum reply_result { REPLY_PARTIAL, REPLY_READ, REPLY_MALFORMED };

/* Before each reply. */
void reply_begin(struct reply *reply);

/* Takes bytes off *rest, up to the end of one reply and no further. */
enum reply_result reply_feed(struct reply *reply, struct bytes *rest);

#endif
