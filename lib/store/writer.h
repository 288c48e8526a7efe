/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one connection of a process that writes. Whoever comes while a commit is under way waits and is then
 * part of the next one: N threads share one transaction and one fsync, and nobody ever waits for company.
 */
#ifndef POSTSEAL_STORE_WRITER_H
#define POSTSEAL_STORE_WRITER_H

#include "lib/store/db.h"

struct writer;

int writer_open(const char *path, struct writer **ret_writer, struct err *err);
void writer_close(struct writer *writer);

/*
 * Runs `change` in a transaction and returns what it returned once that is on disk; -1 when it could not be
 * committed. A change that returns -1 is undone; it may run on another caller's thread, and must not block.
 */
typedef int (*writer_change_fn)(struct db *db, void *context, struct err *err);
int writer_do(struct writer *writer, writer_change_fn change, void *context, struct err *err);

#endif
