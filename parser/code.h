/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine code that PCRE2 made of the rules lies in pages that can be written and run: a ready place for
 * an attacker's own. A worker only runs it, so it takes the write permission away before it is confined.
 */
#ifndef POSTSEAL_CODE_H
#define POSTSEAL_CODE_H

#include "lib/base/buf.h"
#include "lib/base/err.h"

/* The list of this process's pages, opened while files can be: it tells of the process that opened it only.
 */
int code_open_maps(int *ret_fd, struct err *err);

/*
 * Which pages of this process can be run and written. A child that is forked right behind has the same; later
 * it has not, since this process goes on.
 */
int code_list(int maps_fd, struct buf *pages, struct err *err);

/* Takes write permission from the pages of a list. */
int code_protect(struct bytes pages, struct err *err);

#endif
