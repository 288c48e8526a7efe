/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recipients by TLS stay on the original, marked for its transport, when nobody else does; else each gets a
 * copy through tls_address, which marks it. Portal recipients get what is theirs: the message sealed and
 * stored, then each a notice, in this order. One such recipient and nobody else on the message: it is
 * rewritten in place. Otherwise each gets a notice of their own through Postfix's re-injection listener, and
 * is taken off the original. What an earlier attempt of the same message finished is not done again.
 */
#ifndef POSTSEAL_MILTER_PROTECT_H
#define POSTSEAL_MILTER_PROTECT_H

#include "milter/message.h"

/* The plan has a recipient by portal or TLS. Adds the edits to the answer and sets its verdict. */
int protect(struct message *message, const struct gate_host *host, struct answer *answer, struct err *err);

#endif
