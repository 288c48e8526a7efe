/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The process that reads hostile mail. It has one socket, to its supervisor, and whatever descriptors come
 * with a job; it can't open, connect, start or signal anything.
 */
#ifndef POSTSEAL_WORKER_H
#define POSTSEAL_WORKER_H

#include "lib/base/err.h"
#include "parser/engine.h"

/* Between the supervisor and a worker only; see lib/scan/protocol.h for the rest. */
enum worker_message {
	WORKER_READY = 0x201, /* from it, once: it is confined */
	WORKER_EXHAUSTED,     /* from it: there is no more memory; it ends */
	/* To it, as JOB_SCAN: a message that others died of. Its attached files are left unread. */
	WORKER_SCAN_CRASHED,
	WORKER_SCAN_EXHAUSTED,
};

/* Closes the sandbox around this process. */
int worker_confine(const struct engine *engine, struct err *err);

/* The whole life of a forked worker. Descriptors are the supervisor's; only `socket` is kept. */
struct worker_start {
	const struct engine *engine;
	int socket;
	int null;          /* /dev/null */
	int pdf;           /* link to postseal-pdf; -1: there is none */
	struct bytes code; /* of code_list() */
	int supervisor_pid;
};
_Noreturn void worker_run(const struct worker_start *start);

#endif
