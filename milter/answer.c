/* SPDX-License-Identifier: Apache-2.0 */
#include "milter/answer.h"

const struct reply *
reply_of(enum reply_kind kind)
{
	static const struct reply replies[] = {
		[REPLY_ERROR] = {"451", "4.7.1", "Message protection is not available now, try again later"},
		[REPLY_BUSY] = {"421", "4.3.2", "Message protection is busy, try again later"},
		[REPLY_FULL] = {"452", "4.3.1", "Message protection has no room now, try again later"},
		[REPLY_TOO_LARGE] = {"552", "5.3.4", "Message too large"},
		[REPLY_REJECTED] = {"550", "5.7.1", "Message refused by the policy of this site"},
		[REPLY_ADDRESS] = {"553", "5.1.3", "A recipient is not of the form user@domain"},
		[REPLY_TLS_LATER] = {"451", "4.7.5", "No TLS as promised yet, try again later"},
	};

	return &replies[kind];
}

void
answer_add(struct answer *answer, struct arena *arena, const struct action *action)
{
	struct action *copy = arena_alloc(arena, sizeof(*copy));

	*copy = *action;
	copy->next = NULL;
	if (answer->last)
		answer->last->next = copy;
	else
		answer->first = copy;
	answer->last = copy;
}

void
answer_reply(struct answer *answer, enum reply_kind reply)
{
	*answer = (struct answer){.verdict = VERDICT_REPLY, .reply = reply};
}
