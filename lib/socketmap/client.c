/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/socketmap/client.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "lib/base/clock.h"
#include "lib/base/fd.h"
#include "lib/base/mem.h"

#define UNIX_PREFIX "unix:"

/* A server that lets nobody in without a queue is asked again so often. */
enum { READ_SIZE = 4096, HOST_SIZE = 64, FRAME_MAX = SOCKETMAP_MAX + 16, RETRY_MS = 10 };

struct socketmap_client {
	char *where;
	int fd;
	struct buf request, answer;
};

struct address {
	struct sockaddr_storage storage;
	socklen_t size;
};

struct socketmap_client *
socketmap_client_new(const char *where)
{
	struct socketmap_client *client = mem_new(1, sizeof(*client));

	client->where = mem_strdup(where);
	client->fd = -1;
	buf_init(&client->request, FRAME_MAX);
	buf_init(&client->answer, FRAME_MAX);
	return client;
}

void
socketmap_client_free(struct socketmap_client *client)
{
	if (client == NULL)
		return;
	fd_close(&client->fd);
	buf_done(&client->request);
	buf_done(&client->answer);
	free(client->where);
	free(client);
}

static int
unix_address(const char *path, struct address *address, struct err *err)
{
	struct sockaddr_un *sun = (struct sockaddr_un *)&address->storage;

	if (strlen(path) >= sizeof(sun->sun_path))
		return err_set(err, ERR_CONFIG, "%s: path too long", path);
	sun->sun_family = AF_UNIX;
	memcpy(sun->sun_path, path, strlen(path) + 1);
	address->size = sizeof(*sun);
	return 0;
}

static int
inet_address(const char *where, struct address *address, struct err *err)
{
	const struct addrinfo hints = {
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
	const char *colon = strrchr(where, ':');
	size_t n = colon != NULL ? (size_t)(colon - where) : 0;
	struct addrinfo *list = NULL;
	char host[HOST_SIZE];

	if (n >= 2 && where[0] == '[' && where[n - 1] == ']') {
		where++;
		n -= 2;
	}
	if (n == 0 || n >= sizeof(host))
		return err_set(err, ERR_CONFIG, "expected ADDRESS:PORT or unix:/PATH, got %s", where);
	memcpy(host, where, n);
	host[n] = '\0';
	if (getaddrinfo(host, colon + 1, &hints, &list) != 0)
		return err_set(err, ERR_CONFIG, "expected ADDRESS:PORT or unix:/PATH, got %s", where);
	memcpy(&address->storage, list->ai_addr, list->ai_addrlen);
	address->size = list->ai_addrlen;
	freeaddrinfo(list);
	return 0;
}

static int
address_of(const char *where, struct address *address, struct err *err)
{
	*address = (struct address){0};
	if (strncmp(where, UNIX_PREFIX, strlen(UNIX_PREFIX)) == 0)
		return unix_address(where + strlen(UNIX_PREFIX), address, err);
	return inet_address(where, address, err);
}

static int
await(const struct socketmap_client *client, short events, int64_t deadline_ms, struct err *err)
{
	struct pollfd pfd = {.fd = client->fd, .events = events};
	int n;

	do {
		n = poll(&pfd, 1, clock_left_ms(deadline_ms));
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_sys(err, ERR_TEMP, "poll");
	return n == 0 ? err_set(err, ERR_TEMP, "no answer in time") : 0;
}

/* EAGAIN of a unix socket: its queue is full, and nothing tells when there is room (connect(2)). */
static int
finish_connect(
	struct socketmap_client *client, const struct address *address, int64_t deadline_ms, struct err *err)
{
	socklen_t size = sizeof(errno);
	int failure = 0;

	while (connect(client->fd, (const struct sockaddr *)&address->storage, address->size) < 0) {
		if (errno == EINPROGRESS || errno == EINTR) {
			if (await(client, POLLOUT, deadline_ms, err) < 0)
				return -1;
			if (getsockopt(client->fd, SOL_SOCKET, SO_ERROR, &failure, &size) < 0)
				failure = errno;
			errno = failure;
			return failure == 0 ? 0 : err_sys(err, ERR_TEMP, "connect");
		}
		if (errno != EAGAIN || clock_left_ms(deadline_ms) == 0)
			return err_sys(err, ERR_TEMP, "connect");
		poll(NULL, 0, RETRY_MS);
	}
	return 0;
}

static int
dial(struct socketmap_client *client, int64_t deadline_ms, struct err *err)
{
	struct address address;
	int one = 1;

	if (address_of(client->where, &address, err) < 0)
		return -1;
	client->fd = socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (client->fd < 0)
		return err_sys(err, ERR_TEMP, "socket");
	if (address.storage.ss_family != AF_UNIX)
		(void)setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return finish_connect(client, &address, deadline_ms, err);
}

static int
send_request(struct socketmap_client *client, int64_t deadline_ms, struct err *err)
{
	struct bytes rest = buf_bytes(&client->request);

	while (rest.n > 0) {
		ssize_t n = send(client->fd, rest.p, rest.n, MSG_NOSIGNAL);

		if (n >= 0)
			rest = bytes_sub(rest, (size_t)n, rest.n);
		else if (errno != EAGAIN && errno != EINTR)
			return err_sys(err, ERR_TEMP, "send");
		else if (await(client, POLLOUT, deadline_ms, err) < 0)
			return -1;
	}
	return 0;
}

/* Returns 1 with the frame's content, 0 when more must come, -1. Nothing may stand behind an answer. */
static int
frame(struct socketmap_client *client, struct bytes *ret_content, struct err *err)
{
	struct bytes rest = buf_bytes(&client->answer);
	enum netstring_result result = netstring_next(&rest, SOCKETMAP_MAX, ret_content);

	if (result == NETSTRING_MALFORMED || (result == NETSTRING_READ && rest.n > 0))
		return err_set(err, ERR_PEER, "what came is no answer of a socketmap server");
	return result == NETSTRING_READ ? 1 : 0;
}

static int
receive(struct socketmap_client *client, int64_t deadline_ms, struct bytes *ret_content, struct err *err)
{
	int whole;

	while ((whole = frame(client, ret_content, err)) == 0) {
		uint8_t *room = buf_room(&client->answer, READ_SIZE);
		ssize_t n;

		if (room == NULL)
			return err_set(err, ERR_PEER, "the answer is too long");
		if (await(client, POLLIN, deadline_ms, err) < 0)
			return -1;
		n = recv(client->fd, room, READ_SIZE, 0);
		if (n > 0)
			buf_grew(&client->answer, (size_t)n);
		else if (n == 0)
			return err_set(err, ERR_TEMP, "the server closed the connection");
		else if (errno != EAGAIN && errno != EINTR)
			return err_sys(err, ERR_TEMP, "receive");
	}
	return whole < 0 ? -1 : 0;
}

/* What stands there before anything was asked is no answer to us; an end is one too. */
static bool
is_quiet(const struct socketmap_client *client)
{
	uint8_t byte;

	return recv(client->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

/*
 * A connection that was kept may have been closed by its server at any moment up to now: what fails on it
 * without an answer is asked again on a new one, once. A deadline that passed is no such failure.
 */
static int
exchange(struct socketmap_client *client, int64_t deadline_ms, struct bytes *ret_content, struct err *err)
{
	bool kept;
	struct err first;

	buf_reset(&client->answer);
	if (client->fd >= 0 && !is_quiet(client))
		fd_close(&client->fd);
	kept = client->fd >= 0;
	if (!kept && dial(client, deadline_ms, err) < 0)
		return -1;
	if (send_request(client, deadline_ms, &first) == 0 &&
		receive(client, deadline_ms, ret_content, &first) == 0)
		return 0;
	if (!kept || first.class != ERR_TEMP || client->answer.n > 0 || clock_left_ms(deadline_ms) == 0) {
		*err = first;
		return -1;
	}
	fd_close(&client->fd);
	if (dial(client, deadline_ms, err) < 0 || send_request(client, deadline_ms, err) < 0)
		return -1;
	return receive(client, deadline_ms, ret_content, err);
}

static int
put_request(struct socketmap_client *client, const char *map, struct bytes key, struct err *err)
{
	if (map[0] == '\0' || strchr(map, ' ') != NULL || strlen(map) + 1 + key.n > SOCKETMAP_MAX)
		return err_set(err, ERR_USAGE, "a name or key that can't be asked for");
	buf_reset(&client->request);
	buf_putf(&client->request, "%zu:%s ", strlen(map) + 1 + key.n, map);
	buf_put_bytes(&client->request, key);
	buf_put_byte(&client->request, ',');
	return 0;
}

int
socketmap_client_ask(struct socketmap_client *client, const char *map, struct bytes key, int64_t deadline_ms,
	struct socketmap_answer *ret_answer, struct err *err)
{
	struct bytes content = {0};
	struct err inner;

	if (put_request(client, map, key, err) < 0)
		return -1;
	if (exchange(client, deadline_ms, &content, &inner) < 0)
		goto failed;
	if (socketmap_parse_answer(content, &ret_answer->status, &ret_answer->text) < 0) {
		err_set(&inner, ERR_PEER, "what came is no answer of a socketmap server");
		goto failed;
	}
	return 0;
failed:
	fd_close(&client->fd);
	if (err != NULL)
		*err = inner;
	return err_add(err, "%s", client->where);
}
