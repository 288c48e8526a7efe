/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Past mail, one message at a time: Maildirs (what is in cur and new), files in mbox form, files that are a
 * message each, and folders of such files. Memory is that of one message, however long the mailbox. In an
 * mbox a message begins with a line `From ` behind an empty line, and `>From ` lines lose one `>`.
 */
#ifndef POSTSEAL_CLI_MAILBOX_H
#define POSTSEAL_CLI_MAILBOX_H

#include "lib/base/arena.h"
#include "lib/base/err.h"

struct mailbox;

/* All the paths, in the order of their names; a message may be at most `max` bytes. */
int mailbox_open(char *const *paths, size_t n, size_t max, struct mailbox **ret_mailbox, struct err *err);
void mailbox_close(struct mailbox *mailbox);

struct mailbox_message {
	const char *name; /* PATH or PATH#NUMBER; until the next call */
	int fd;           /* a sealed memfd, the caller's; -1: it can't be read, `why` tells */
	size_t size;
	struct bytes head; /* the first bytes of it, with the header at best; until the next call */
	struct err why;
};

/* false at the end. */
bool mailbox_next(struct mailbox *mailbox, struct mailbox_message *ret_message);

/* How far it is, in bytes of files. */
struct mailbox_progress {
	uint64_t done, total;
};
struct mailbox_progress mailbox_progress(const struct mailbox *mailbox);

#endif
