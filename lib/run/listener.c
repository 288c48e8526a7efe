/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/run/listener.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/base/bytes.h"
#include "lib/base/fd.h"

#define UNIX_PREFIX "unix:"

enum { BACKLOG = 512, HOST_SIZE = 256 };

bool
listener_is_unix(const char *where)
{
	return strncmp(where, UNIX_PREFIX, strlen(UNIX_PREFIX)) == 0;
}

static int
open_unix(const char *path, int fd, struct err *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof(address.sun_path))
		return err_set(err, ERR_CONFIG, "%s: path too long", path);
	memcpy(address.sun_path, path, strlen(path) + 1);
	(void)unlink(path);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || chmod(path, 0666) < 0)
		return err_sys(err, ERR_CONFIG, "listen on %s", path);
	return 0;
}

/* Cuts `host:port` or `[host]:port`. */
static int
split(const char *where, char host[HOST_SIZE], const char **ret_port)
{
	const char *colon = strrchr(where, ':');
	size_t n = colon != NULL ? (size_t)(colon - where) : 0;

	if (colon == NULL || n >= HOST_SIZE)
		return -1;
	if (n >= 2 && where[0] == '[' && where[n - 1] == ']') {
		where++;
		n -= 2;
	}
	memcpy(host, where, n);
	host[n] = '\0';
	*ret_port = colon + 1;
	return 0;
}

static int
open_inet(const char *where, int *ret_fd, struct err *err)
{
	const struct addrinfo hints = {
		.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV,
		.ai_socktype = SOCK_STREAM,
	};
	char host[HOST_SIZE];
	const char *port;
	struct addrinfo *list = NULL;
	int one = 1, ret = -1, fd = -1;

	if (split(where, host, &port) < 0 || getaddrinfo(host[0] ? host : NULL, port, &hints, &list) != 0)
		return err_set(err, ERR_CONFIG, "expected ADDRESS:PORT or unix:/PATH, got %s", where);
	fd = socket(list->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		err_sys(err, ERR_TEMP, "socket");
		goto out;
	}
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (bind(fd, list->ai_addr, list->ai_addrlen) < 0) {
		err_sys(err, ERR_TEMP, "listen on %s", where);
		goto out;
	}
	*ret_fd = fd;
	fd = -1;
	ret = 0;
out:
	fd_close(&fd);
	freeaddrinfo(list);
	return ret;
}

int
listener_open(const char *where, int *ret_fd, struct err *err)
{
	int fd = -1;

	if (listener_is_unix(where)) {
		fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (fd < 0)
			return err_sys(err, ERR_TEMP, "socket");
		if (open_unix(where + strlen(UNIX_PREFIX), fd, err) < 0) {
			fd_close(&fd);
			return -1;
		}
	} else if (open_inet(where, &fd, err) < 0) {
		return -1;
	}
	if (listen(fd, BACKLOG) < 0) {
		err_sys(err, ERR_TEMP, "listen on %s", where);
		fd_close(&fd);
		return -1;
	}
	*ret_fd = fd;
	return 0;
}
