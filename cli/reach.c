/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/reach.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "lib/base/fd.h"

enum { HOST_SIZE = 64 };

static int
connect_and_close(int family, const struct sockaddr *address, socklen_t size, struct err *err)
{
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0), ret = 0;

	if (fd < 0 || connect(fd, address, size) != 0)
		ret = err_set(err, ERR_TEMP, "%s", strerrordesc_np(errno));
	fd_close(&fd);
	return ret;
}

static int
reach_unix(const char *path, struct err *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof(address.sun_path))
		return err_set(err, ERR_CONFIG, "the path is too long for a socket");
	memcpy(address.sun_path, path, strlen(path));
	return connect_and_close(AF_UNIX, (const struct sockaddr *)&address, sizeof(address), err);
}

static int
reach_inet(const char *where, struct err *err)
{
	const struct addrinfo hints = {
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
	const char *colon = strrchr(where, ':');
	size_t n = colon != NULL ? (size_t)(colon - where) : 0;
	char host[HOST_SIZE];
	struct addrinfo *list;
	int ret;

	if (n >= 2 && where[0] == '[' && where[n - 1] == ']') {
		where++;
		n -= 2;
	}
	if (n == 0 || n >= sizeof(host))
		return err_set(err, ERR_CONFIG, "not an address and a port");
	memcpy(host, where, n);
	host[n] = '\0';
	if (getaddrinfo(host, colon + 1, &hints, &list) != 0)
		return err_set(err, ERR_CONFIG, "not an address and a port");
	ret = connect_and_close(list->ai_family, list->ai_addr, list->ai_addrlen, err);
	freeaddrinfo(list);
	return ret;
}

int
reach(const char *where, struct err *err)
{
	return strncmp(where, "unix:", 5) == 0 ? reach_unix(where + 5, err) : reach_inet(where, err);
}
