/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The floor for a policy daemon: usage: nullpolicy SOCKET [END ANSWER]. Answers whatever ends in an empty
 * line with DUNNO, or whatever ends in END with ANSWER; parses nothing, counts nothing, one thread on epoll.
 */
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 4096, REQUEST_MAX = 8192, EVENTS = 128 };

static char kept[CONNECTIONS_MAX][REQUEST_MAX];
static size_t n_kept[CONNECTIONS_MAX];
static const char *request_end = "\n\n", *reply = "action=DUNNO\n\n";

static int
listen_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	(void)unlink(path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 || listen(fd, 512) != 0)
		return -1;
	return fd;
}

/* Returns -1 when the peer is gone. */
static int
answer(int fd)
{
	char *in = kept[fd], *end;
	ssize_t n = read(fd, in + n_kept[fd], REQUEST_MAX - n_kept[fd]);

	if (n <= 0)
		return -1;
	n_kept[fd] += (size_t)n;
	while ((end = memmem(in, n_kept[fd], request_end, strlen(request_end))) != NULL) {
		size_t used = (size_t)(end - in) + strlen(request_end);

		memmove(in, in + used, n_kept[fd] - used);
		n_kept[fd] -= used;
		if (send(fd, reply, strlen(reply), MSG_NOSIGNAL) < 0)
			return -1;
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
	} else if (answer(fd) < 0) {
		n_kept[fd] = 0;
		close(fd);
	}
}

int
main(int argc, char **argv)
{
	struct epoll_event events[EVENTS], event = {.events = EPOLLIN};
	int listener = argc == 2 || argc == 4 ? listen_at(argv[1]) : -1, poll = epoll_create1(0);

	if (argc == 4) {
		request_end = argv[2];
		reply = argv[3];
	}
	event.data.fd = listener;
	if (listener < 0 || epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event) != 0)
		return 1;
	for (;;) {
		int n = epoll_wait(poll, events, EVENTS, -1);

		for (int i = 0; i < n; i++)
			serve(poll, listener, events[i].data.fd);
	}
}
