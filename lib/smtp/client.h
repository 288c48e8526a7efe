/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one SMTP client of the house (RFC 5321): hands a message to our own Postfix's re-injection listener on
 * loopback. Blocking, with one deadline for the whole transaction. Writes only CRLF line ends, doubles
 * leading dots, refuses addresses with control characters, spaces or angle brackets. Replies are read with a
 * length limit.
 */
#ifndef POSTSEAL_SMTP_CLIENT_H
#define POSTSEAL_SMTP_CLIENT_H

#include "lib/base/bytes.h"
#include "lib/base/err.h"

struct smtp_message {
	const char *server;   /* host:port, numeric */
	const char *hostname; /* for EHLO */
	struct bytes sender;  /* without <>, may be empty */
	struct bytes recipient;
	bool headers_only_in_bounces; /* RET=HDRS (RFC 3461), when the server offers DSN */
	struct bytes header;          /* in front of the content; may be empty */
	struct bytes content;         /* the message; bare LF and bare CR are sent as CRLF */
	int64_t deadline_ms;          /* clock_mono_ms */
	/*
	 * Called when everything but the final dot was sent, just before it goes: the caller makes durable
	 * that the message is about to be accepted. A failure ends the connection without sending it.
	 */
	int (*commit)(void *context, struct err *err);
	void *context;
};

enum smtp_outcome {
	SMTP_ACCEPTED,
	SMTP_REFUSED_TEMP, /* 4xx, or no connection: nothing was accepted */
	SMTP_REFUSED_PERM, /* 5xx */
	SMTP_UNKNOWN,      /* the dot went out, no answer came back */
};

enum smtp_outcome smtp_send(const struct smtp_message *message, struct err *err);

#endif
