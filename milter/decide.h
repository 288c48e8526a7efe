/* SPDX-License-Identifier: Apache-2.0 */
/* From a spooled message to its plan: by the parser's findings where the policy asks for them. */
#ifndef POSTSEAL_MILTER_DECIDE_H
#define POSTSEAL_MILTER_DECIDE_H

#include "milter/message.h"

/*
 * Before the body: whether every recipient passes, whatever the content is. Fills message->plan when so.
 */
bool decide_early(struct message *message);

/* For what came back with a promise, or none, from the transport that should have kept it: the portal. */
int decide_broken_promise(struct message *message);

/* The spool is sealed. Fills message->result and message->plan. */
int decide(struct message *message, struct err *err);

#endif
