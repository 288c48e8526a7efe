/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/scan/protocol.h"
#include "parser/supervisor_parts.h"

enum { CLIENTS_MAX = 1000 };

static bool
may_connect(const struct supervisor *s, int fd)
{
	struct ucred peer = {.uid = (uid_t)-1};
	socklen_t n = sizeof(peer);

	if (s->uids == NULL)
		return true;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) != 0)
		return false;
	for (size_t i = 0; i < s->n_uids; i++)
		if (s->uids[i] == peer.uid)
			return true;
	log_warning("user %u may not connect", (unsigned)peer.uid);
	return false;
}

struct client *
clients_add(struct supervisor *s, int fd)
{
	struct client *client = mem_new(1, sizeof(*client));

	client->watch = (struct watch){.kind = WATCH_CLIENT, .fd = fd};
	if (watch_add(s, &client->watch, EPOLLIN) != 0) {
		fd_close(&fd);
		free(client);
		return NULL;
	}
	client->next = s->clients;
	s->clients = client;
	s->n_clients++;
	return client;
}

void
clients_accept(struct supervisor *s)
{
	int fd = accept4(s->listener.fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	if (s->n_clients >= CLIENTS_MAX) {
		log_warning("more than %d connections", (int)CLIENTS_MAX);
		fd_close(&fd);
	} else if (!may_connect(s, fd)) {
		fd_close(&fd);
	} else {
		(void)clients_add(s, fd);
	}
}

/* Its memory stays until the sweep: events of the same round may still point to it. */
static void
close_client(struct supervisor *s, struct client *client)
{
	if (client->watch.fd < 0)
		return;
	watch_close(s, &client->watch);
	queue_forget(&s->queue, client);
	for (size_t i = 0; i < s->n_workers; i++)
		if (s->workers[i].request != NULL && s->workers[i].request->client == client)
			s->workers[i].request->client = NULL;
	while (client->first != NULL) {
		struct unsent *next = client->first->next;

		mem_wipe(client->first->payload, client->first->n);
		free(client->first);
		client->first = next;
	}
}

/* Reads on while there are few jobs open; asks to write while an answer waits. */
static void
update_events(struct supervisor *s, struct client *client)
{
	uint32_t events = 0;

	if (client->watch.fd < 0)
		return;
	if (client->open_jobs < SCAN_JOBS_MAX)
		events |= EPOLLIN;
	if (client->first != NULL)
		events |= EPOLLOUT;
	watch_change(s, &client->watch, events);
}

/* Returns 1 when sent, 0 when the client does not read now, -1 when it is gone. */
static int
send_now(struct client *client, const struct channel_message *answer)
{
	struct err err = {0};

	if (channel_send(client->watch.fd, answer, clock_mono_ms(), &err) == 0)
		return 1;
	return err.sys_errno == 0 ? 0 : -1;
}

static void
keep_unsent(struct client *client, const struct channel_message *answer)
{
	struct unsent *unsent = mem_new(1, sizeof(*unsent) + answer->payload.n);

	unsent->type = answer->type;
	unsent->id = answer->id;
	unsent->n = answer->payload.n;
	if (unsent->n > 0)
		memcpy(unsent->payload, answer->payload.p, unsent->n);
	if (client->last != NULL)
		client->last->next = unsent;
	else
		client->first = unsent;
	client->last = unsent;
}

static void
send_answer(struct supervisor *s, struct client *client, const struct channel_message *answer)
{
	int ret = client->first != NULL ? 0 : send_now(client, answer);

	if (ret < 0) {
		close_client(s, client);
		return;
	}
	if (ret == 0)
		keep_unsent(client, answer);
	else
		client->open_jobs--;
	update_events(s, client);
}

void
clients_answer(struct supervisor *s, struct request *request, const struct channel_message *answer)
{
	if (request->client != NULL)
		send_answer(s, request->client, answer);
	request_free(request);
}

static void
send_failure(struct supervisor *s, struct client *client, uint32_t id, uint32_t failure)
{
	struct channel_message answer = {.type = ANSWER_FAILED, .id = id};
	struct buf payload;

	buf_init(&payload, 8);
	wire_put_u32(&payload, failure);
	answer.payload = buf_bytes(&payload);
	send_answer(s, client, &answer);
	buf_done(&payload);
}

void
clients_fail(struct supervisor *s, struct request *request, uint32_t failure)
{
	if (request->client != NULL)
		send_failure(s, request->client, request->message.id, failure);
	request_free(request);
}

static void
flush_client(struct supervisor *s, struct client *client)
{
	while (client->first != NULL) {
		struct unsent *unsent = client->first;
		struct channel_message answer = {.type = unsent->type,
			.id = unsent->id,
			.payload = bytes_of(unsent->payload, unsent->n)};
		int ret = send_now(client, &answer);

		if (ret < 0)
			close_client(s, client);
		if (ret <= 0)
			return;
		client->first = unsent->next;
		if (client->first == NULL)
			client->last = NULL;
		client->open_jobs--;
		mem_wipe(unsent->payload, unsent->n);
		free(unsent);
	}
	update_events(s, client);
}

static void
take_job(struct supervisor *s, struct client *client, struct channel_message *message)
{
	struct request *request = NULL;
	uint32_t failure = FAILED_REQUEST, id = message->id;

	client->open_jobs++;
	if (s->draining || s->queue.n >= (size_t)s->settings->parser_queue)
		failure = FAILED_BUSY;
	else
		request = request_new(client, message);
	channel_close_fds(message);
	if (request == NULL) {
		send_failure(s, client, id, failure);
		return;
	}
	queue_push(&s->queue, request);
	update_events(s, client);
	workers_dispatch(s);
}

static void
read_client(struct supervisor *s, struct client *client)
{
	struct channel_message message;
	struct err err = {0};
	int ret = channel_receive(client->watch.fd, &s->buf, &message, clock_mono_ms(), &err);

	if (ret == 1)
		take_job(s, client, &message);
	else if (ret == 0)
		close_client(s, client);
	else if (err.class == ERR_PEER || err.sys_errno != 0) {
		log_warning("client dropped: %s", err.text);
		close_client(s, client);
	}
}

void
clients_on_event(struct supervisor *s, struct client *client, uint32_t events)
{
	if (client->watch.fd >= 0 && (events & EPOLLOUT) != 0)
		flush_client(s, client);
	if (client->watch.fd >= 0 && (events & EPOLLIN) != 0)
		read_client(s, client);
	/* Nobody is left to answer. With EPOLLIN its last message was read first. */
	else if (client->watch.fd >= 0 && (events & (EPOLLHUP | EPOLLERR)) != 0)
		close_client(s, client);
}

void
clients_sweep(struct supervisor *s)
{
	struct client **link = &s->clients;

	while (*link != NULL) {
		struct client *client = *link;

		if (client->watch.fd >= 0) {
			link = &client->next;
			continue;
		}
		*link = client->next;
		s->n_clients--;
		free(client);
	}
}

void
clients_close_all(struct supervisor *s)
{
	for (struct client *client = s->clients; client != NULL; client = client->next)
		close_client(s, client);
	clients_sweep(s);
}
