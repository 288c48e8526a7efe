/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests of clients, from their receipt to their answer. A request owns its descriptors; who takes it off
 * the queue owns it. Single-threaded, like the whole supervisor.
 */
#ifndef POSTSEAL_QUEUE_H
#define POSTSEAL_QUEUE_H

#include "lib/run/channel.h"

struct client;

struct request {
	struct request *next;
	struct client *client; /* NULL: it went away, nobody wants the answer */
	struct channel_message message;
	int deaths;       /* of workers that had it */
	uint32_t spent;   /* enum answer_failure, of the last of them; 0: none died */
	int64_t deadline; /* of all tries, once it was given to a worker */
	uint8_t payload[];
};

struct queue {
	struct request *first, *last;
	size_t n;
};

/* Takes the message's descriptors over. NULL (and then does not): it is not of the form of a job. */
struct request *request_new(struct client *client, struct channel_message *message);
void request_free(struct request *request);

void queue_push(struct queue *queue, struct request *request);
/* Before all others. */
void queue_push_first(struct queue *queue, struct request *request);
struct request *queue_pop(struct queue *queue);

/* Frees the requests of a client. */
void queue_forget(struct queue *queue, const struct client *client);

#endif
