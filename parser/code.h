/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine code that PCRE2 made of the rules lies in pages that can be written and run: a ready place for
 * an attacker's own. A worker only runs it, so it takes the write permission away before it is confined.
 */
#ifndef POSTSEAL_CODE_H
#define POSTSEAL_CODE_H

#include "lib/base/err.h"

/*
 * The list of this process's pages, opened while files can be: it always tells of the process that opened it,
 * whose pages a child has as well at its fork.
 */
int code_open_maps(int *ret_fd, struct err *err);

/* Takes write permission from every page that can be run. */
int code_protect(int maps_fd, struct err *err);

#endif
