/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes jobs from clients, hands each to an idle worker, passes the answer on. Never reads a message, and
 * never waits for anyone but in its one poll loop: not for a client that does not read its answers, not for a
 * worker that hangs. Single-threaded, since it forks.
 */
#ifndef POSTSEAL_SUPERVISOR_H
#define POSTSEAL_SUPERVISOR_H

#include "lib/conf/settings.h"
#include "parser/engine.h"
#include "parser/pdf_host.h"

struct supervisor;

struct supervisor_start {
	const struct settings *settings;
	struct engine *engine; /* becomes the supervisor's */
	int listener;          /* -1: only client_fd */
	int client_fd;         /* -1: none; with one it ends when that connection does */
	struct pdf_host pdf;   /* becomes the supervisor's */
	const unsigned *uids;  /* who may connect; NULL: anybody */
	size_t n_uids;
};

/* Needs the privileges of the start; descriptors become the supervisor's. */
int supervisor_open(
	const struct supervisor_start *start, struct supervisor **ret_supervisor, struct err *err);

/* Until run_stopping(), then until all work is done. */
int supervisor_serve(struct supervisor *supervisor, struct err *err);

/* Workers with the old engine are replaced one by one, as they become idle. */
void supervisor_reload(struct supervisor *supervisor, const struct settings *settings, struct engine *engine);
void supervisor_close(struct supervisor *supervisor);

#endif
