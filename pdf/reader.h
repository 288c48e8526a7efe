/* SPDX-License-Identifier: Apache-2.0 */
/* The process that reads one PDF. It has two pipes, and ends with its answer. */
#ifndef POSTSEAL_PDF_READER_H
#define POSTSEAL_PDF_READER_H

#include "lib/base/err.h"
#include "lib/format/pdf_protocol.h"

/* What it has besides standard input, output and error, which lead nowhere. */
enum { READER_REQUEST_FD = 3, READER_ANSWER_FD = 4 };

/* Closes the sandbox around this process. */
int reader_confine(const struct pdf_bounds *bounds, struct err *err);

/* The whole life of a forked reader. Descriptors are the host's; only these two are kept. */
_Noreturn void reader_run(int request, int answer, const struct pdf_bounds *bounds);

#endif
