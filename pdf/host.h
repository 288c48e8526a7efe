/* SPDX-License-Identifier: Apache-2.0 */
/*
 * postseal-pdf's first process. It has loaded what the libraries need, never reads a byte of a file, and
 * forks a reader for each PDF that a worker asks it for: so no reader remembers another file. It ends its
 * readers when their worker gives them up or is gone, and ends with the supervisor's connection.
 */
#ifndef POSTSEAL_PDF_HOST_H
#define POSTSEAL_PDF_HOST_H

#include "lib/base/err.h"

/* Until the supervisor's connection ends. */
int host_serve(int control, struct err *err);

#endif
