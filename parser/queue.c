/* SPDX-License-Identifier: Apache-2.0 */
#include "parser/queue.h"

#include <fcntl.h>
#include <stdlib.h>

#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "lib/scan/protocol.h"

static const struct {
	uint32_t type;
	size_t n_fds, payload_min, payload_max;
} forms[] = {
	{JOB_SCAN, 1, 0, SCAN_RECIPIENTS_MAX},
	{JOB_VIEW, 2, 0, 0},
	{JOB_VIEW_PART, 2, 4, 4},
	{JOB_EXPLAIN, 2, 4, SCAN_RECIPIENTS_MAX},
	{JOB_TEXT, 2, 0, 0},
	{JOB_COST, 2, 0, 0},
};

/* A message that could still change or shrink would pull the ground from under who reads it. */
static bool
is_job(const struct channel_message *message)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (message->type != forms[i].type)
			continue;
		return message->n_fds == forms[i].n_fds && message->payload.n >= forms[i].payload_min &&
		       message->payload.n <= forms[i].payload_max && fd_is_sealed(message->fds[0]) &&
		       (message->n_fds < 2 || fcntl(message->fds[1], F_GET_SEALS) >= 0);
	}
	return false;
}

struct request *
request_new(struct client *client, struct channel_message *message)
{
	struct request *request;

	if (!is_job(message))
		return NULL;
	request = mem_new(1, sizeof(*request) + message->payload.n);
	request->client = client;
	request->message = *message;
	if (message->payload.n > 0)
		memcpy(request->payload, message->payload.p, message->payload.n);
	request->message.payload = bytes_of(request->payload, message->payload.n);
	message->n_fds = 0;
	return request;
}

void
request_free(struct request *request)
{
	if (request == NULL)
		return;
	channel_close_fds(&request->message);
	free(request);
}

void
queue_push(struct queue *queue, struct request *request)
{
	request->next = NULL;
	if (queue->last != NULL)
		queue->last->next = request;
	else
		queue->first = request;
	queue->last = request;
	queue->n++;
}

void
queue_push_first(struct queue *queue, struct request *request)
{
	request->next = queue->first;
	queue->first = request;
	if (queue->last == NULL)
		queue->last = request;
	queue->n++;
}

struct request *
queue_pop(struct queue *queue)
{
	struct request *request = queue->first;

	if (request == NULL)
		return NULL;
	queue->first = request->next;
	if (queue->first == NULL)
		queue->last = NULL;
	queue->n--;
	return request;
}

void
queue_forget(struct queue *queue, const struct client *client)
{
	struct queue kept = {0};
	struct request *request;

	while ((request = queue_pop(queue)) != NULL) {
		if (request->client == client)
			request_free(request);
		else
			queue_push(&kept, request);
	}
	*queue = kept;
}
