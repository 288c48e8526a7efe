/* SPDX-License-Identifier: Apache-2.0 */
/* What policyd answers with: the limits of the last good load, and the counters that outlive a reload. */
#ifndef POSTSEAL_POLICYD_SERVICE_H
#define POSTSEAL_POLICYD_SERVICE_H

#include <stdatomic.h>

#include "lib/conf/settings.h"
#include "policyd/require_tls.h"
#include "policyd/server.h"

struct counting;
struct limits;
struct near;
struct question;

struct service {
	_Atomic(const struct limits *) limits; /* a reload's thread puts others here; all live to the end */
	_Atomic(enum require_tls) require_tls;
	struct counting *counting;
	struct near *near; /* who was near a limit */
	size_t request_max;
	struct buf out;                /* an answer that comes later */
	struct question *spare, *made; /* requests that wait, or waited */
};

/* The counting stays the caller's. */
void service_init(struct service *service, const struct settings *settings, const struct limits *limits,
	struct counting *counting);
void service_done(struct service *service);

/* The policy delegation protocol; the context is a service. */
server_answer service_answer_policy;

#endif
