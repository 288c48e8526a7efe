/* SPDX-License-Identifier: Apache-2.0 */
/*
 * postseal-pdf, as the supervisor knows it: a process that has one end of a link for each worker. It was
 * started by parser/pdf_starter.h, and is again when it dies; workers from before it have a link that leads
 * nowhere.
 */
#ifndef POSTSEAL_PARSER_PDF_HOST_H
#define POSTSEAL_PARSER_PDF_HOST_H

#include <stdbool.h>
#include <sys/types.h>

#include "lib/base/err.h"
#include "lib/format/pdf_protocol.h"

struct pdf_host {
	bool is_there; /* false: the program is not installed, PDFs are unread */
	int control;   /* readable when it is gone; -1: it is gone */
	int starter;
	pid_t starter_pid;
	int64_t started, not_before; /* not_before: when it is started again; INT64_MAX: never */
	int64_t delay_ms;
	int deaths; /* one soon after the other */
};

/* Beside this program, or in its place of the build's tree. It becomes `user`, where this is root. */
int pdf_host_start(const char *user, struct pdf_host *ret_host, struct err *err);

/* It was seen to be gone: what is left of it is closed, and it is due again at `not_before`. */
void pdf_host_lost(struct pdf_host *host);

/* Starts it, if that is due. Returns whether it did. */
bool pdf_host_restart(struct pdf_host *host);

/* A link for a new worker: `ret_worker_fd` is the worker's end, or -1. With a host that died it leads
 * nowhere. */
int pdf_host_link(
	struct pdf_host *host, const struct pdf_bounds *bounds, int *ret_worker_fd, struct err *err);

/* Waits for its end. */
void pdf_host_end(struct pdf_host *host);

#endif
