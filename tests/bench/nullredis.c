/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The floor for a policy daemon that counts in Redis: usage: nullredis SOCKET REDIS. Each request is one call
 * of a script that counts one key, the user, by GCRA; all calls of one epoll round go out in one write. It
 * trusts everybody and keeps nothing when something fails. One thread.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 4096, REQUEST_MAX = 8192, EVENTS = 128, CALLS_MAX = 8192, CALL_MAX = 512, SHA = 40 };

static const char script[] =
	"local time = redis.call('TIME') local now = time[1] * 1000000 + time[2] "
	"local tat = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now) + ARGV[1] "
	"if tat - now > tonumber(ARGV[2]) then return 0 end "
	"redis.call('SET', KEYS[1], tat, 'PX', math.ceil((tat - now) / 1000)) return 1";

static char kept[CONNECTIONS_MAX][REQUEST_MAX], out[CALLS_MAX * CALL_MAX], replies[65536], sha[SHA + 1];
static size_t n_kept[CONNECTIONS_MAX], n_out, n_replies;
static int waiting[CALLS_MAX], redis;
static unsigned asked, answered;

static int
open_socket(const char *path, int (*use)(int, const struct sockaddr *, socklen_t))
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	return fd >= 0 && use(fd, (struct sockaddr *)&address, sizeof(address)) == 0 ? fd : -1;
}

/* "$40", and the name of the script. */
static int
load_script(void)
{
	char text[1024];
	int n = snprintf(text, sizeof(text), "*3\r\n$6\r\nSCRIPT\r\n$4\r\nLOAD\r\n$%zu\r\n%s\r\n",
		sizeof(script) - 1, script);

	if (write(redis, text, (size_t)n) != n || read(redis, text, sizeof(text)) < SHA + 7 || text[0] != '$')
		return -1;
	memcpy(sha, text + 5, SHA);
	return 0;
}

static void
ask(int fd, const char *request, size_t size)
{
	static const char name[] = "\nsasl_username=";
	const char *user = memmem(request, size, name, sizeof(name) - 1), *end;
	int n = 0;

	if (user != NULL) {
		user += sizeof(name) - 1;
		end = memchr(user, '\n', size - (size_t)(user - request));
		n = end != NULL ? (int)(end - user) : 0;
	}
	n_out += (size_t)snprintf(out + n_out, CALL_MAX,
		"*6\r\n$7\r\nEVALSHA\r\n$40\r\n%s\r\n$1\r\n1\r\n$%d\r\n%.*s\r\n$4\r\n3600\r\n$"
		"10\r\n3600000000\r\n",
		sha, n, n, user != NULL ? user : "");
	waiting[asked++ % CALLS_MAX] = fd;
}

static void
flush(void)
{
	for (size_t sent = 0; sent < n_out;) {
		ssize_t n = write(redis, out + sent, n_out - sent);

		if (n <= 0)
			exit(1);
		sent += (size_t)n;
	}
	n_out = 0;
}

/* Each reply is ":1" or ":0". */
static void
take_replies(void)
{
	static const char *const texts[] = {"action=DEFER limit\n\n", "action=DUNNO\n\n"};
	ssize_t n = read(redis, replies + n_replies, sizeof(replies) - n_replies);
	size_t at = 0;

	if (n <= 0)
		exit(1);
	for (n_replies += (size_t)n; n_replies - at >= 4; at += 4) {
		const char *text = texts[replies[at + 1] == '1'];

		(void)send(waiting[answered++ % CALLS_MAX], text, strlen(text), MSG_NOSIGNAL);
	}
	n_replies -= at;
	memmove(replies, replies + at, n_replies);
}

/* Returns -1 when the peer is gone. */
static int
take_requests(int fd)
{
	char *in = kept[fd], *end;
	ssize_t n = read(fd, in + n_kept[fd], REQUEST_MAX - n_kept[fd]);

	if (n <= 0)
		return -1;
	n_kept[fd] += (size_t)n;
	while ((end = memmem(in, n_kept[fd], "\n\n", 2)) != NULL) {
		size_t used = (size_t)(end - in) + 2;

		ask(fd, in, used);
		memmove(in, in + used, n_kept[fd] - used);
		n_kept[fd] -= used;
	}
	return 0;
}

static void
serve(int poll, int listener, int fd)
{
	struct epoll_event event = {.events = EPOLLIN};

	if (fd == listener) {
		event.data.fd = accept(listener, NULL, NULL);
		if (event.data.fd >= CONNECTIONS_MAX)
			close(event.data.fd);
		else if (event.data.fd >= 0)
			epoll_ctl(poll, EPOLL_CTL_ADD, event.data.fd, &event);
	} else if (fd == redis)
		take_replies();
	else if (take_requests(fd) < 0) {
		n_kept[fd] = 0;
		close(fd);
	}
}

int
main(int argc, char **argv)
{
	struct epoll_event events[EVENTS], event = {.events = EPOLLIN};
	int listener, poll = epoll_create1(0);

	if (argc != 3)
		return 2;
	(void)unlink(argv[1]);
	listener = open_socket(argv[1], bind);
	redis = open_socket(argv[2], connect);
	if (listener < 0 || redis < 0 || listen(listener, 512) != 0 || load_script() < 0)
		return 1;
	for (const int *fd = (int[]){listener, redis, -1}; *fd >= 0; fd++) {
		event.data.fd = *fd;
		if (epoll_ctl(poll, EPOLL_CTL_ADD, *fd, &event) != 0)
			return 1;
	}
	for (;;) {
		int n = epoll_wait(poll, events, EVENTS, -1);

		for (int i = 0; i < n; i++)
			serve(poll, listener, events[i].data.fd);
		flush();
	}
}
