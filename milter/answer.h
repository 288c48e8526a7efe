/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Postfix is told, as a value: edits first, then a verdict. The session makes it, mfi.c carries it out.
 * Replies are constants: text that a sender could shape would be a way into the MTA, and could hold PHI.
 */
#ifndef POSTSEAL_MILTER_ANSWER_H
#define POSTSEAL_MILTER_ANSWER_H

#include "lib/base/arena.h"

enum action_kind {
	ACTION_DELETE_FIELD,
	ACTION_ADD_FIELD,
	ACTION_DELETE_RECIPIENT,
	ACTION_REPLACE_BODY,
	ACTION_QUARANTINE,
	ACTION_CHANGE_SENDER, /* text: as Postfix gave it; name: ESMTP parameters */
};

struct action {
	enum action_kind kind;
	const char *name;  /* of a field, or the parameters */
	int index;         /* of ACTION_DELETE_FIELD: 1 is the first of its name */
	struct bytes text; /* field value, recipient as Postfix gave it, body, reason; NUL behind all but the
			      body */
	struct action *next;
};

enum verdict {
	VERDICT_CONTINUE, /* go on; at the end of the message: accept it */
	VERDICT_ACCEPT,   /* this message is done with */
	VERDICT_DISCARD,  /* every recipient already has what is theirs */
	VERDICT_REPLY,
};

enum reply_kind {
	REPLY_ERROR,     /* 451 4.7.1 */
	REPLY_BUSY,      /* 421 4.3.2 */
	REPLY_FULL,      /* 452 4.3.1 */
	REPLY_TOO_LARGE, /* 552 5.3.4 */
	REPLY_REJECTED,  /* 550 5.7.1 */
	REPLY_ADDRESS,   /* 553 5.1.3 */
	REPLY_TLS_LATER, /* 451 4.7.5 */
};

struct answer {
	enum verdict verdict;
	enum reply_kind reply; /* of VERDICT_REPLY */
	struct action *first, *last;
};

struct reply {
	const char *code, *status, *text;
};
const struct reply *reply_of(enum reply_kind kind);

/* Appends an edit; its strings must live as long as the arena. */
void answer_add(struct answer *answer, struct arena *arena, const struct action *action);

/* In place of everything so far. */
void answer_reply(struct answer *answer, enum reply_kind reply);

#endif
