/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A connection to a server, on the loop, in clear or under TLS: bytes go in at any time, bytes come out as
 * events. None of its functions waits. Who opened it closes it, also after it was lost; not from within an
 * event.
 */
#ifndef POSTSEAL_POLICYD_WIRE_H
#define POSTSEAL_POLICYD_WIRE_H

#include "policyd/place.h"

struct event_base;
struct tls_context;
struct wire;

struct wire_events {
	void (*opened)(void *context); /* connected, and the certificate was right */
	void (*received)(void *context, struct bytes b);
	void (*lost)(void *context, const char *why); /* the last event */
	void *context;
};

struct wire_spec {
	struct event_base *base;
	const struct place *place;     /* read by wire_open() only */
	const struct tls_context *tls; /* NULL: in clear */
	const char *name;              /* what the certificate has to say */
	struct wire_events events;
};

int wire_open(const struct wire_spec *spec, struct wire **ret_wire, struct err *err);
void wire_close(struct wire *wire);

/* Goes out at once as far as it can; what is sent before `opened` waits for it. */
void wire_send(struct wire *wire, struct bytes b);

#endif
