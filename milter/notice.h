/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mail that a portal recipient gets in place of the message: who wrote, a link, what to do; not a word of
 * the original. Text and HTML say the same.
 */
#ifndef POSTSEAL_MILTER_NOTICE_H
#define POSTSEAL_MILTER_NOTICE_H

#include "lib/seal/link.h"
#include "milter/message.h"

struct notice_field {
	const char *name;
	struct bytes value; /* with its leading space; NUL behind it */
};

enum { NOTICE_FIELDS_MAX = 10 };

struct notice {
	struct notice_field fields[NOTICE_FIELDS_MAX];
	size_t n;
};

/* What is there already in a message that is rewritten in place, and needs not be written. */
enum notice_keep { KEEP_NOTHING = 0, KEEP_FROM = 1 << 0, KEEP_DATE = 1 << 1 };

/* Which of the message's own fields can stay in a notice: one of its kind, and nothing but a field. */
unsigned notice_keep(const struct message *message);

/*
 * Fields go to the message's arena, the body (CR LF line ends) is appended to `body`: the caller wipes it, it
 * has the link's secret. `keep`: a set of enum notice_keep.
 */
void notice_make(struct message *message, struct bytes recipient, const struct link *link, unsigned keep,
	struct notice *ret_notice, struct buf *body);

/* The whole mail, appended to `out`. */
void notice_format(const struct notice *notice, struct bytes body, struct buf *out);

#endif
