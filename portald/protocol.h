/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the roles say to each other, over lib/run/channel: the type of a message, and its payload in the order
 * of the wire_* calls. A request's id comes back with its answer. The front is the role that strangers talk
 * to: the vault takes nothing from it on trust, and ends the connection at the first message of another form.
 */
#ifndef PORTALD_PROTOCOL_H
#define PORTALD_PROTOCOL_H

enum message_type {
	/* front -> vault */
	ASK_BEGIN = 1, /* link id, proof                      -> ANSWER_DONE, always */
	ASK_OPEN,      /* link id, proof, code as typed, link key -> ANSWER_OPENED or ANSWER_REFUSED */
	ASK_READ,      /* token                                -> ANSWER_MESSAGE or ANSWER_REFUSED */
	ASK_END,       /* token                                -> ANSWER_DONE */
	ASK_TYPES_END,

	/* vault -> front */
	ANSWER_DONE = 32,
	ANSWER_OPENED,  /* token */
	ANSWER_REFUSED, /* says nothing of why */
	ANSWER_MESSAGE, /* the opened message as a sealed memfd */
	ANSWER_FAILED,  /* the store can't be read now */

	/* vault -> mailer */
	MAIL_CODE = 64, /* address, digits, link id */

	/* parent -> role, role -> parent */
	CONTROL_PEER = 96, /* u32 enum role_name; a descriptor: from now on that role is reached here */
	CONTROL_READY,
	CONTROL_LIMITS, /* limits.h */
};

/* A session: 32 random bytes, in the browser's cookie as base64url. */
enum { TOKEN_SIZE = 32 };

#endif
