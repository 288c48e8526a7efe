/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages for the tools that ask one question at a time: those of cli/mailbox.h, in the order of the paths
 * given, and "-" for standard input. A file that can't be read is said, counted and does not stop the others.
 */
#ifndef POSTSEAL_CLI_MESSAGES_H
#define POSTSEAL_CLI_MESSAGES_H

#include "cli/parser.h"

/* One message is there, in the question; returns 0, or -1: stop. `name` is its path, and number in an mbox.
 */
typedef int (*messages_do)(void *context, struct scan_question *question, const char *name, struct err *err);

/* A bar on standard error, when that is a terminal. */
enum messages_bar {
	MESSAGES_BAR_ALONE, /* unless standard output is one, too, where each message has lines */
	MESSAGES_BAR,
};

struct messages {
	const struct cli *cli;
	const char *command; /* for what is said about files */
	messages_do take;
	void *context;
	enum messages_bar bar;
	size_t n, failures;
	uint64_t bytes_done, bytes_total; /* of files: the bar's */
};

int messages_each(struct messages *messages, char **paths, struct err *err);

#endif
