/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One record a recipient for every decision, in the log. No message content and no matched text: identifiers,
 * names of policy lines, labels and rules, counts, and addresses as setting log_addresses says.
 */
#ifndef POSTSEAL_MILTER_RECORD_H
#define POSTSEAL_MILTER_RECORD_H

#include "milter/message.h"

/* By message->plan. */
void record_decision(const struct message *message);

/* At tls_address: a copy that is `sent` its way, or one that came back and `waits`. */
void record_promise(const struct message *message, const char *what);

/* Passed by the mark on our own mail. */
void record_handled(const struct message *message);

/* Not decided, or not carried out: what the sender was told, and why. */
void record_failure(const struct message *message, enum reply_kind reply, const struct err *err);

#endif
