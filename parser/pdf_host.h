/* SPDX-License-Identifier: Apache-2.0 */
/*
 * postseal-pdf, as the supervisor knows it: a child that is started while programs can be started, and is
 * then given one end of a link for each worker.
 */
#ifndef POSTSEAL_PARSER_PDF_HOST_H
#define POSTSEAL_PARSER_PDF_HOST_H

#include <stdbool.h>
#include <sys/types.h>

#include "lib/base/err.h"
#include "lib/format/pdf_protocol.h"

struct pdf_host {
	bool is_there; /* false: the program is not installed, PDFs are unread */
	int control;
	pid_t pid;
};

/* Beside this program, or in its place of the build's tree. It becomes `user`, where this is root. */
int pdf_host_start(const char *user, struct pdf_host *ret_host, struct err *err);

/* A link for a new worker: `ret_worker_fd` is the worker's end, or -1. With a host that died it leads
 * nowhere. */
int pdf_host_link(
	struct pdf_host *host, const struct pdf_bounds *bounds, int *ret_worker_fd, struct err *err);

/* Waits for its end. */
void pdf_host_end(struct pdf_host *host);

#endif
