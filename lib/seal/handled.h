/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mark on mail that Postseal itself gives to Postfix, so that it is not handled twice:
 *   X-Postseal-Handled: v1; t=1795417689; m=<64 hex digits>
 * where m is a keyed hash of t, the one envelope recipient, and all of the message that a person reads, under
 * the key of setting reinject_key. Who gets such a mail sees its mark: it must fit no other content, or it
 * would be a pass for anything. It is good for six days: longer than a mail stays in a queue. Thread-safe.
 */
#ifndef POSTSEAL_HANDLED_H
#define POSTSEAL_HANDLED_H

#include "lib/base/buf.h"
#include "lib/base/secret.h"

#define HANDLED_HEADER "X-Postseal-Handled"

enum { HANDLED_LIFETIME = 6 * 24 * 3600, HANDLED_KEY_SIZE = 32 };

/* What a mark is for. Space around a value and line ends behind the body do not matter, nor does the
 * recipient's case. */
struct handled_mail {
	struct bytes recipient; /* of the envelope */
	struct bytes message_id, from, to, subject;
	struct bytes body; /* CRLF line ends */
};

/* Appends the field's value. */
void handled_format(struct bytes key, const struct handled_mail *mail, int64_t now, struct buf *out);

/* Whether the value is a mark made with this key for this very mail, at most six days ago. */
bool handled_check(struct bytes key, struct bytes value, const struct handled_mail *mail, int64_t now);

/*
 * Reads a key file as settings index_key and reinject_key name them: 64 hexadecimal digits, white space
 * around them, readable by owner and group only. ERR_CONFIG when it is anything else.
 */
int handled_key_read(const char *path, struct secret *ret_key, struct err *err);

#endif
