/* SPDX-License-Identifier: Apache-2.0 */
/* Asking for an answer that comes in a file. Private to client.c and client_tools.c. */
#ifndef POSTSEAL_CLIENT_OUTPUT_H
#define POSTSEAL_CLIENT_OUTPUT_H

#include "lib/run/channel.h"
#include "lib/scan/client.h"

/* Adds the output to a job that has its message; it comes back sealed, and is the caller's to close. */
int client_ask_output(struct scan_client *client, struct channel_message *job, int64_t deadline_ms,
	struct channel_message *ret_answer, int *ret_output, struct err *err);

/* Whom the message goes to, as SCAN and EXPLAIN have it. Those that do not fit are only counted. */
void client_put_recipients(struct buf *payload, const struct scan_question *question);

#endif
